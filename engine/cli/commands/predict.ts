import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Table } from '../../artifacts/table.js';
import { writeArtifact } from '../../export/write.js';
import { ProblemError, problem, renderProblem } from '../../problem.js';
import { openRegistry } from '../../registry/registry.js';
import { openCopy } from '../../registry/transfer.js';
import { predictFile } from '../../run/predict-file.js';
import { doorTo, scratchWorkspace } from '../../run/read-file.js';
import type { Run } from '../command.js';
import { catalogOf, openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson } from '../print.js';
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
    const table = await predictFile(
      doorTo(workspace, path, new AbortController().signal, { warn }),
      model,
      path,
    );
    const id = `${model.name}@${model.number}`;
    if (typeof options['out'] === 'string') {
      const out = resolve(options['out']);
      mkdirSync(dirname(out), { recursive: true });
      await writeArtifact(workspace.objects, table, out);
      if (options['json']) printJson({ ok: true, model: id, rows: table.rows, out });
      else print(`${table.rows} rows predicted by ${id}, written to ${options['out']}`);
      return 0;
    }
    const rows = countFrom(options, 'rows', 1_000_000)!;
    await show(table, id, rows, options['json'] === true);
    return 0;
  } finally {
    await workspace.close();
  }
};

/** Is it a folder or archive that `models export` wrote, and no name in the registry? */
const isCopy = (typed: string): boolean => /[\\/]|\.zip$/i.test(typed);

/** Predictions first: what was asked for. */
async function show(table: Table, model: string, rows: number, json: boolean): Promise<void> {
  const head = await headOf(table, rows);
  const names = head.schema.fields.map((field) => field.name);
  const predicted = head.withRole('prediction').map((field) => field.name);
  const ordered = head.select([...predicted, ...names.filter((name) => !predicted.includes(name))]);
  if (json) printJson({ ok: true, model, rows: table.rows, predictions: rowsOfFrame(ordered) });
  else {
    print(frameText(ordered, terminalOf(process.stdout).columns));
    print(`${head.rows} of ${table.rows} rows, predicted by ${model}; -o FILE writes all`);
  }
}
