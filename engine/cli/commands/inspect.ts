import { statSync } from 'node:fs';
import { columnFacts } from '../../artifacts/facts.js';
import { renderProblem } from '../../problem.js';
import { doorTo, readDataFile, scratchWorkspace } from '../../run/read-file.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson, short } from '../print.js';
import { fileTyped } from '../segy-file.js';
import { frameText, rowsOfFrame } from '../table-text.js';
import { bytes, columns, type Terminal, terminalOf } from '../terminal.js';

/** A SEG-Y file as `toolbox segy inspect` shows it, any other as a table. */
export const run: Run = async (args, options) => {
  const path = fileTyped(args[0]);
  if (/\.(sgy|segy|su)$/i.test(path)) return (await import('./segy-inspect.js')).run(args, options);
  return table(path, options['json'] === true, terminalOf(process.stdout));
};

async function table(path: string, json: boolean, t: Terminal): Promise<number> {
  const workspace = scratchWorkspace(await catalogHere());
  try {
    const warn = (warning: Parameters<typeof renderProblem>[0]) =>
      process.stderr.write(`${renderProblem(warning, () => undefined, terminalOf(process.stderr))}\n`);
    const read = await readDataFile(doorTo(workspace, path, new AbortController().signal, { warn }), path);
    const frame = await read.frame();
    const facts = read.schema.fields.map((field) => columnFacts(field, frame.column(field.name)));
    const head = frame.take(Uint32Array.from({ length: Math.min(5, frame.rows) }, (_, i) => i));
    if (json) {
      printJson({
        file: path,
        bytes: statSync(path).size,
        rows: read.rows,
        columns: facts,
        head: rowsOfFrame(head),
      });
      return 0;
    }
    print(`${path}\n${bytes(statSync(path).size)}, ${read.rows} rows, ${facts.length} columns\n`);
    const rows = facts.map(({ name, type, missing, distinct, smallest, largest }) => [
      name,
      type,
      missing === 0 ? '' : String(missing),
      String(distinct),
      smallest === undefined ? '' : `${short(smallest)} … ${short(largest)}`,
    ]);
    print(columns(rows, t.columns, ['column', 'type', 'missing', 'distinct', 'from … to']));
    print(`\n${frameText(head, t.columns)}`);
    return 0;
  } finally {
    await workspace.close();
  }
}
