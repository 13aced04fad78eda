import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { columnsOf } from '../../../components/lib/segy/columns.js';
import { describe } from '../../../components/lib/segy/describe.js';
import { geometryOf, type Lines } from '../../../components/lib/segy/geometry.js';
import type { Layout } from '../../../components/lib/segy/layout.js';
import { readHeaders } from '../../../components/lib/segy/reader.js';
import { fileSource } from '../../../components/lib/segy/source.js';
import { columnFacts } from '../../artifacts/facts.js';
import { ProblemError, problem, renderProblem } from '../../problem.js';
import { doorTo, readDataFile, scratchWorkspace } from '../../run/read-file.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson, short } from '../print.js';
import { frameText, rowsOfFrame } from '../table-text.js';
import { bytes, columns, type Terminal, terminalOf } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const path = resolve(String(typed));
  if (!existsSync(path) || !statSync(path).isFile())
    throw new ProblemError(problem('file/missing', `there is no file ${String(typed)}`));
  const json = options['json'] === true;
  const t = terminalOf(process.stdout);
  return /\.(sgy|segy|su)$/i.test(path) ? segy(path, json, t) : table(path, json, t);
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

async function segy(path: string, json: boolean, t: Terminal): Promise<number> {
  await using source = await fileSource(path);
  const found = await describe(source, extname(path).toLowerCase() === '.su' ? { kind: 'su' } : {});
  if (!found.ok) {
    const { message, byte, hint } = found.problem;
    throw new ProblemError(problem('segy/format', `byte ${byte}: ${message}`, { hint }));
  }
  const layout = found.value;
  const geometry = await geometryIn(source, layout);
  if (json) {
    printJson({ file: path, layout, geometry });
    return 0;
  }
  const { trace, axis } = layout;
  const end = axis.start + (trace.samples - 1) * axis.step;
  const lines = ({ first, last, step, values }: Lines) =>
    values.length === 1 ? String(first) : `${first} … ${last}, step ${step}, ${values.length} in all`;
  const facts = [
    ['size', bytes(layout.size)],
    ['revision', layout.kind === 'su' ? 'SU, no file header' : layout.revision.join('.')],
    ['samples', `${trace.samples} a trace, format ${trace.format}, ${trace.endian} endian`],
    ['axis', `${short(axis.start)} … ${short(end)} ${axis.unit}, every ${short(axis.step)}`],
    ['traces', String(trace.traces)],
    ...(geometry
      ? [
          [
            'geometry',
            `${geometry.kind}${geometry.prestack ? ', prestack' : ''}${geometry.regular ? ', regular' : ''}`,
          ],
          ['inlines', lines(geometry.inlines)],
          ['crosslines', lines(geometry.crosslines)],
          ...(geometry.offsets.values.length > 1 ? [['offsets', lines(geometry.offsets)]] : []),
          ...(geometry.missing > 0 ? [['missing', `${geometry.missing} of ${geometry.bins} bins`]] : []),
        ]
      : []),
  ];
  print(`${path}\n${columns(facts, t.columns)}`);
  const text = layout.text.filter((line) => line.replace(/^C\s*\d+/, '').trim() !== '');
  if (text.length > 0)
    print(`\ntext header (${layout.textEncoding})\n${text.map((line) => line.trimEnd()).join('\n')}`);
  for (const note of layout.notes)
    print(`\n${t.warn('note')} byte ${note.byte}: ${note.message}\n  = ${note.hint}`);
  return 0;
}

async function geometryIn(source: Parameters<typeof readHeaders>[0], layout: Layout) {
  const { traces } = layout.trace;
  if (traces === 0) return undefined;
  const names = ['INLINE_3D', 'CROSSLINE_3D', 'offset', 'CDP', 'CDP_X', 'CDP_Y'];
  const read = await readHeaders(source, layout.trace, columnsOf(layout, names), { first: 0, count: traces });
  return geometryOf({
    inline: read['INLINE_3D']!,
    crossline: read['CROSSLINE_3D']!,
    offset: read['offset']!,
    cdp: read['CDP']!,
    x: read['CDP_X']!,
    y: read['CDP_Y']!,
  });
}
