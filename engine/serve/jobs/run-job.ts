import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Frame } from '../../artifacts/frame.js';
import type { Table } from '../../artifacts/table.js';
import { type Digest, digestOf } from '../../canonical.js';
import type { Catalog } from '../../component.js';
import { writeArtifact } from '../../export/write.js';
import { type FittedPath, isWhole } from '../../learn/path.js';
import { type Problem, ProblemError, problem } from '../../problem.js';
import { type Project, resolvePath } from '../../project.js';
import { type BadRow, problemLines, problemsPath } from '../../run/bad-rows.js';
import type { StepDoor } from '../../run/context.js';
import { type ModelForFiles, openFitted, readFor } from '../../run/predict-file.js';
import { type Predicted, predictRows, type RowsPredicted } from '../../run/predict-rows.js';
import { doorTo, workspaceIn } from '../../run/read-file.js';
import { faultPoint } from '../../store/fault.js';
import { replaceFile } from '../../store/files.js';
import { modelSource } from '../sources.js';
import { publish } from './publish.js';
import { type BatchAnswer, type JobProgress, type JobRecord, workFolder } from './record.js';

export interface JobWork {
  readonly project: Pick<Project, 'root' | 'roots'>;
  readonly record: JobRecord;
  readonly catalog: Catalog;
  readonly engine: string;
  /** Threads beside the caller's; default: as many as processors. */
  readonly workers?: number;
}

export interface JobTold {
  progress(progress: JobProgress): void;
  warn(warning: Problem): void;
}

/** The rows of the input as the model takes them, stored, so that they are read once. */
interface Plan {
  /** Over all that decides the predictions: a job whose input was changed since begins anew. */
  readonly key: Digest;
  readonly table: Digest;
  /** Rows of the file that are not in the table. */
  readonly bad: readonly BadRow[];
}

/** A committed chunk: its predictions as a stored table, absent where no row has one. */
interface Chunk {
  readonly table?: Digest;
  readonly bad: readonly BadRow[];
}

/**
 * Predicts the job's file into its output, chunk by chunk; each chunk is on the disk before the next begins, and a
 * call for the same job goes on behind the last. The output appears whole, never over something that is there, and is
 * what `toolbox predict` writes. Throws problems.
 */
export async function runJob(work: JobWork, signal: AbortSignal, told: JobTold): Promise<BatchAnswer> {
  const { project, record, catalog, engine, workers } = work;
  checkPaths(project, record);
  const folder = workFolder(project.root, record.id);
  const workspace = workspaceIn(folder, catalog, workers);
  try {
    const door = doorTo(workspace, record.input, signal, { warn: told.warn });
    const opened = await modelSource(project.root, record.model.reference).open();
    if (opened.digest !== record.model.digest)
      throw new ProblemError(
        problem(
          'store/damaged',
          `${record.model.reference} is another version than when the job was accepted`,
        ),
      );
    const [name = '', number = ''] = opened.id.split('@');
    const key = digestOf({
      input: await workspace.digests.digest(record.input),
      model: opened.digest,
      engine,
      probabilities: record.probabilities,
    });
    const written = readJson<BatchAnswer & { key: Digest }>(join(folder, 'answer.json'));
    if (written?.key !== key) {
      const plan = await planOf(door, folder, key, { ...opened, name, number }, record);
      const fitted = await openFitted(door, { ...opened, name, number });
      const found = await predictChunks(door, folder, fitted, plan, told);
      const answer = await writeResult(door, folder, record, found, fitted.target?.classes ?? []);
      replaceFile(join(folder, 'answer.json'), JSON.stringify({ ...answer, key }), {
        sync: true,
        named: 'job.written',
      });
    }
    const { key: _, ...answer } = readJson<BatchAnswer & { key: Digest }>(join(folder, 'answer.json'))!;
    checkPaths(project, record);
    mkdirSync(dirname(record.output), { recursive: true });
    if (answer.problems_path !== undefined)
      await publish(join(folder, 'problems.csv'), problemsPath(record.output));
    await publish(resultIn(folder, record), record.output);
    faultPoint('job.linked');
    return answer;
  } finally {
    await workspace.close();
  }
}

const resultIn = (folder: string, { output }: JobRecord): string => join(folder, 'result', basename(output));

/** A link may lead elsewhere by now: asked again before something is read, and before something is written. */
function checkPaths(project: Pick<Project, 'root' | 'roots'>, { by, input, output }: JobRecord): void {
  if (by === 'command') return;
  for (const path of [input, output]) {
    const resolved = resolvePath(project, path);
    if ('problem' in resolved) throw new ProblemError(resolved.problem);
  }
}

async function planOf(
  door: StepDoor,
  folder: string,
  key: Digest,
  model: ModelForFiles,
  { input }: JobRecord,
): Promise<Plan> {
  const { tables, durability } = door.workspace;
  const path = join(folder, 'plan.json');
  const known = readJson<Plan>(path);
  if (known?.key === key) return known;
  for (const name of ['plan.json', 'answer.json', 'chunks', 'result'])
    rmSync(join(folder, name), { recursive: true, force: true });
  const { table, bad } = await readFor(door, model, input);
  const plan: Plan = { key, table: await tables.put(table), bad };
  await durability.flush();
  replaceFile(path, JSON.stringify(plan), { sync: true, named: 'job.planned' });
  return plan;
}

async function predictChunks(
  door: StepDoor,
  folder: string,
  fitted: FittedPath,
  plan: Plan,
  told: JobTold,
): Promise<RowsPredicted> {
  const table = await door.workspace.tables.open(plan.table);
  return predictRows(
    door,
    fitted,
    { table, bad: plan.bad },
    {
      progress: (rowsDone, rows, rowsWithProblems) =>
        told.progress({ rows, rowsDone, rowsWithProblems, chunked: !isWhole(fitted) }),
      async chunk(number, predict) {
        const path = join(folder, 'chunks', `${number}.json`);
        return (await committed(door, path)) ?? (await commit(door, path, await predict()));
      },
    },
  );
}

/** What was committed of a chunk; what is damaged is worked out again. */
async function committed({ workspace }: StepDoor, path: string): Promise<Predicted | undefined> {
  const chunk = readJson<Chunk>(path);
  if (!chunk) return undefined;
  if (chunk.table === undefined) return { frame: new Frame({ fields: [] }, new Map(), 0), bad: chunk.bad };
  try {
    return { frame: await (await workspace.tables.open(chunk.table)).frame(), bad: chunk.bad };
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

async function commit({ workspace }: StepDoor, path: string, predicted: Predicted): Promise<Predicted> {
  const { tables, durability } = workspace;
  const { frame, bad } = predicted;
  const table = frame.rows > 0 ? await tables.put(await tables.create(frame)) : undefined;
  await durability.flush();
  const chunk: Chunk = { ...(table !== undefined && { table }), bad };
  replaceFile(path, JSON.stringify(chunk), { sync: true, written: 'chunk.stored', named: 'chunk.named' });
  return predicted;
}

/** Writes the whole result, and the list of its problems, where nobody looks yet. */
async function writeResult(
  { workspace }: StepDoor,
  folder: string,
  record: JobRecord,
  { table, bad }: RowsPredicted,
  classes: readonly string[],
): Promise<BatchAnswer> {
  const kept = table.schema.fields
    .filter(({ name, role }) => record.probabilities || role !== 'prediction' || !name.startsWith('prob_'))
    .map(({ name }) => name);
  const path = resultIn(folder, record);
  mkdirSync(dirname(path), { recursive: true });
  await writeArtifact(workspace.objects, await workspace.tables.select(table, kept), path);
  if (bad.length > 0) await writeFile(join(folder, 'problems.csv'), problemLines(bad));
  return {
    num_predictions: table.rows,
    output_path: record.outputPath,
    class_distribution: await distributionOf(table, classes),
    timestamp: new Date().toISOString(),
    model_version: record.model.id,
    ...(bad.length > 0 && {
      rows_with_problems: bad.length,
      problems_path: problemsPath(record.outputPath),
    }),
  };
}

/** Rows by predicted class; empty for models of numbers. */
async function distributionOf(table: Table, classes: readonly string[]): Promise<{ [name: string]: number }> {
  const counts = Object.fromEntries(classes.map((name) => [name, 0]));
  if (classes.length === 0) return counts;
  for await (const frame of table.batches({ columns: ['predicted'] })) {
    const column = frame.column('predicted');
    if (column.type !== 'string') continue;
    for (const code of column.values) counts[column.dictionary[code]!]! += 1;
  }
  return counts;
}

function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined;
}
