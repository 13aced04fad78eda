import { InputError } from '../../components/lib/errors.js';
import { isNull } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { TableSchema } from '../artifacts/schema.js';
import { concat, slice } from '../artifacts/slice.js';
import type { Table } from '../artifacts/table.js';
import { expectedOf } from '../learn/cells.js';
import type { LearnEnvironment } from '../learn/environment.js';
import { batchesFor, type FittedPath, isWhole, outputFields, predictFrame } from '../learn/path.js';
import { ProblemError, problem } from '../problem.js';
import { type BadRow, badRowText, checkCount, rowsWithout } from './bad-rows.js';
import { learnEnvironment, type StepDoor } from './context.js';

/** Rows that the model takes, and those of the file that were set aside before it saw them, in order of rows. */
export interface RowsRead {
  readonly table: Table;
  readonly bad: readonly BadRow[];
}

/** The rows that have predictions, with them, and the rows of the file that have none, in order of rows. */
export type RowsPredicted = RowsRead;

export interface ChunksTold {
  /** Hands back the chunk of that number: worked out now, or by an earlier call. */
  chunk?(number: number, predict: () => Promise<Predicted>): Promise<Predicted>;
  /** Rows of the file that are done, and how many of those have problems. */
  progress?(done: number, rows: number, bad: number): void;
}

/**
 * The rows with predictions added, chunk by chunk, in bounded memory where the path's scope allows. Throws
 * `data/values` where no row can be predicted, or more than 10,000 cannot.
 */
export async function predictRows(
  door: StepDoor,
  fitted: FittedPath,
  { table, bad: before }: RowsRead,
  told: ChunksTold = {},
): Promise<RowsPredicted> {
  const { tables } = door.workspace;
  const env = learnEnvironment(door);
  const rows = table.rows + before.length;
  const inFile = rowsWithout(rows, before);
  const writer = tables.writer({ fields: outputFields(fitted) });
  const bad: BadRow[] = [];
  let from = 0;
  let number = 0;
  const tell = (done: number) => told.progress?.(done, rows, before.length + bad.length);
  tell(0);
  for await (const frame of batchesFor(fitted, table)) {
    door.signal.throwIfAborted();
    const predict = () => predictEach(env, fitted, frame);
    const chunk = await (told.chunk?.(number++, predict) ?? predict());
    if (chunk.frame.rows > 0) await writer.append(chunk.frame);
    for (const one of chunk.bad) bad.push({ ...one, row: from + one.row });
    from += frame.rows;
    checkCount(bad);
    tell(from === table.rows ? rows : inFile[from]!);
  }
  const all = [...before, ...bad.map((one) => ({ ...one, row: inFile[one.row]! }))];
  all.sort((a, b) => a.row - b.row);
  if (all.length === rows && rows > 0)
    throw new ProblemError(problem('data/values', 'no row can be predicted', { hint: badRowText(all[0]!) }));
  const good = bad.length === 0 ? table : await tables.pick(table, rowsWithout(table.rows, bad));
  return { table: await tables.with(good, await writer.finish()), bad: all };
}

export interface Predicted {
  /** Predictions of the other rows, in order. */
  readonly frame: Frame;
  readonly bad: readonly BadRow[];
}

/**
 * Predictions of the rows that the model can work with. Where it refuses some, halves are tried until the rows are
 * found that it cannot: k of n take about 2 k log₂(n / k) predictions. A model that looks beyond the row refuses all.
 */
async function predictEach(env: LearnEnvironment, fitted: FittedPath, frame: Frame): Promise<Predicted> {
  const frames: Frame[] = [];
  const bad: BadRow[] = [];
  let schema: TableSchema | undefined;
  const visit = async (from: number, to: number): Promise<void> => {
    const part = sliceFrame(frame, from, to);
    try {
      const predicted = await predictFrame(env, fitted, part);
      schema = predicted.schema;
      frames.push(predicted);
    } catch (error) {
      if (isWhole(fitted) || !(error instanceof InputError || error instanceof ProblemError)) throw error;
      if (to - from === 1) {
        bad.push({ row: from, ...whyNot(part, error) });
        checkCount(bad);
        return;
      }
      const middle = (from + to) >> 1;
      await visit(from, middle);
      await visit(middle, to);
    }
  };
  await visit(0, frame.rows);
  if (!schema) return { frame: new Frame({ fields: [] }, new Map(), 0), bad };
  const columns = schema.fields.map(
    ({ name }) => [name, concat(frames.map((part) => part.column(name)))] as const,
  );
  return { frame: new Frame(schema, new Map(columns)), bad };
}

function sliceFrame(frame: Frame, from: number, to: number): Frame {
  if (from === 0 && to === frame.rows) return frame;
  const columns = frame.schema.fields.map(({ name }) => [name, slice(frame.column(name), from, to)] as const);
  return new Frame(frame.schema, new Map(columns), to - from);
}

/** A missing value is by far the most usual reason, and says more than what the method has to say. */
function whyNot(row: Frame, error: Error): Omit<BadRow, 'row'> {
  const missing = row.schema.fields.find(({ name }) => isNull(row.column(name), 0));
  if (missing) return { column: missing.name, found: 'a missing value', expected: expectedOf(missing) };
  return {
    found: error instanceof ProblemError ? error.problems[0]!.message : error.message,
    expected: 'a row that the model takes',
  };
}
