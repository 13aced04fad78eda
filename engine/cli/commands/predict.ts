import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeArtifact } from '../../export/write.js';
import { ProblemError, problem, renderProblem } from '../../problem.js';
import { openRegistry } from '../../registry/registry.js';
import { openCopy } from '../../registry/transfer.js';
import { problemLines, problemsPath } from '../../run/bad-rows.js';
import { predictFile } from '../../run/predict-file.js';
import type { RowsPredicted } from '../../run/predict-rows.js';
import { doorTo, scratchWorkspace } from '../../run/read-file.js';
import type { Workspace } from '../../run/workspace.js';
import { replaceFile } from '../../store/files.js';
import type { Options, Run } from '../command.js';
import { catalogOf, openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { listedIn, shownHere, statusOf } from '../set-aside.js';
import { frameText, headOf, rowsOfFrame } from '../table-text.js';
import { terminalOf } from '../terminal.js';

export const run: Run = async ([reference, file], options) => {
  const project = openProject();
  const path = resolve(String(file));
  if (!existsSync(path) || !statSync(path).isFile())
    throw new ProblemError(problem('file/missing', `there is no file ${String(file)}`));
  const model = isCopy(String(reference))
    ? await openCopy(String(reference))
    : await openRegistry(project.root).open(String(reference));
  const workspace = scratchWorkspace(await catalogOf(project));
  try {
    const warn = (warning: Parameters<typeof renderProblem>[0]) =>
      process.stderr.write(`${renderProblem(warning, () => undefined, terminalOf(process.stderr))}\n`);
    const predicted = await predictFile(
      doorTo(workspace, path, new AbortController().signal, { warn }),
      model,
      path,
    );
    const id = `${model.name}@${model.number}`;
    if (typeof options['out'] === 'string') await write(workspace, predicted, id, options['out'], options);
    else await show(predicted, id, countFrom(options, 'rows', 1_000_000)!, options['json'] === true);
    return statusOf(predicted.bad.length);
  } finally {
    await workspace.close();
  }
};

/** Is it a folder or archive that `models export` wrote, and no name in the registry? */
const isCopy = (typed: string): boolean => /[\\/]|\.zip$/i.test(typed);

/** Writes over what is there, as does the list of rows set aside: one of an earlier file would mislead. */
async function write(
  { objects }: Workspace,
  { table, bad }: RowsPredicted,
  model: string,
  typed: string,
  options: Options,
): Promise<void> {
  const out = resolve(typed);
  mkdirSync(dirname(out), { recursive: true });
  await writeArtifact(objects, table, out);
  const list = problemsPath(out);
  if (bad.length > 0) replaceFile(list, problemLines(bad));
  else rmSync(list, { force: true });
  if (options['json'])
    printJson({
      ok: bad.length === 0,
      model,
      rows: table.rows,
      out,
      ...(bad.length > 0 && { rows_with_problems: bad.length, problems_path: list }),
    });
  else {
    print(`${table.rows} rows predicted by ${model}, written to ${typed}`);
    if (bad.length > 0) print(listedIn(bad.length, problemsPath(typed)));
  }
}

/** Predictions first: what was asked for. */
async function show(
  { table, bad }: RowsPredicted,
  model: string,
  rows: number,
  json: boolean,
): Promise<void> {
  const head = await headOf(table, rows);
  const names = head.schema.fields.map((field) => field.name);
  const predicted = head.withRole('prediction').map((field) => field.name);
  const ordered = head.select([...predicted, ...names.filter((name) => !predicted.includes(name))]);
  if (json)
    printJson({
      ok: bad.length === 0,
      model,
      rows: table.rows,
      predictions: rowsOfFrame(ordered),
      ...(bad.length > 0 && { problems: bad.map((one) => ({ ...one, row: one.row + 1 })) }),
    });
  else {
    print(frameText(ordered, terminalOf(process.stdout).columns));
    print(`${head.rows} of ${table.rows} rows, predicted by ${model}; -o FILE writes all`);
    if (bad.length > 0) print(shownHere(bad).join('\n'));
  }
}
