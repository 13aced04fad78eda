import { copySegy } from '../../components/lib/segy/copy.js';
import type { TraceLayout } from '../../components/lib/segy/layout.js';
import type { Result } from '../../components/lib/segy/problem.js';
import { relayout } from '../../components/lib/segy/relayout.js';
import { type FileSink, fileSink } from '../../components/lib/segy/sink.js';
import { fileSource } from '../../components/lib/segy/source.js';
import { coordinateScalar, createSegy } from '../../components/lib/segy/writer.js';
import type { Frame } from '../artifacts/frame.js';
import type { Objects } from '../artifacts/objects.js';
import type { Field } from '../artifacts/schema.js';
import { numbersOf, pieceOf, Source, startsOf } from '../artifacts/source.js';
import type { ColumnRef, ExternalColumn, Table } from '../artifacts/table.js';
import { canonical } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';

/**
 * Writes the traces of a table as SEG-Y. Traces that still lie in one SEG-Y file are copied with their headers as bytes
 * (all of them in their order: the same file). Others become a new file of IEEE floats, with the headers that the table
 * has columns for. A change is stated in the text header.
 */
export async function writeSegy(objects: Objects, table: Table, path: string): Promise<void> {
  const field = table.schema.fields.find((f) => f.type === 'vector');
  if (!field)
    throw new ProblemError(
      problem('data/column', 'the table has no traces to save as SEG-Y', {
        hint: 'save it as parquet or csv',
      }),
    );
  if (table.rows === 0) throw new ProblemError(problem('data/rows', 'there are no traces to save as SEG-Y'));
  const origin = await originOf(objects, table, field.name);
  await using sink = await fileSink(path);
  if (origin && (await copied(table, field, origin, sink))) return;
  await createNew(table, field, sink);
}

interface Origin {
  readonly external: ExternalColumn;
  readonly rows: Uint32Array;
}

/** The one file that all traces lie in, and which they are; undefined where they do not. */
async function originOf(objects: Objects, table: Table, name: string): Promise<Origin | undefined> {
  const source = new Source(objects);
  const rows = new Uint32Array(table.rows);
  let external: ExternalColumn | undefined;
  let identity = '';
  let at = 0;

  async function follow(ref: ColumnRef, asked: Uint32Array): Promise<boolean> {
    const chosen = ref.rows === undefined ? undefined : await source.selection(ref.rows);
    const own = chosen ? asked.map((row) => chosen[row]!) : asked;
    if ('external' in ref) {
      const { path, digest, layout } = ref.external;
      const found = canonical([path, digest, layout]);
      if (external && found !== identity) return false;
      external = ref.external;
      identity = found;
      rows.set(own, at);
      at += own.length;
      return true;
    }
    if (!('pieces' in ref)) return false;
    const starts = startsOf(ref.pieces);
    for (const row of own) {
      const piece = pieceOf(starts, row);
      if (!(await follow(ref.pieces[piece]!.column, Uint32Array.of(row - starts[piece]!)))) return false;
    }
    return true;
  }

  for (const part of table.manifest.parts)
    if (!(await follow(part.columns[name]!, numbersOf(0, part.rows)))) return undefined;
  return external && { external, rows };
}

/** Copies the traces out of their file; false where it is no longer laid out as when it was ingested. */
async function copied(
  table: Table,
  field: Field,
  { external, rows }: Origin,
  sink: FileSink,
): Promise<boolean> {
  // Reading a row makes sure that the file still is the one that was ingested.
  for await (const _ of table.batches({ columns: [field.name], rows: 1 })) break;
  await using source = await fileSource(external.path);
  const trace = external.layout as unknown as TraceLayout;
  const layout = await relayout(source, trace);
  if (!layout) return false;
  const all = rows.length === trace.traces && rows.every((row, i) => row === i);
  accept(await copySegy(source, layout, sink, { tool: 'toolbox', ...(!all && { selection: rows }) }));
  return true;
}

function accept<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { message, hint } = result.problem;
  throw new ProblemError(problem('segy/format', message, { hint }));
}

/** Trace header fields of the columns that hold them. */
const headers: { readonly [column: string]: string } = {
  inline: 'INLINE_3D',
  crossline: 'CROSSLINE_3D',
  field_record: 'FieldRecord',
  trace_number: 'TraceNumber',
  cdp: 'CDP',
  offset: 'offset',
  cdp_x: 'CDP_X',
  cdp_y: 'CDP_Y',
};

async function createNew(table: Table, field: Field, sink: FileSink): Promise<void> {
  const { axis, width } = field;
  if (!axis || axis.unit === 'samples')
    throw new ProblemError(
      problem('data/column', `"${field.name}" has no sample interval, which SEG-Y must state`, {
        hint: 'save it as parquet',
      }),
    );
  const depth = axis.unit === 'm';
  const names = Object.keys(headers).filter((name) => table.schema.fields.some((f) => f.name === name));
  const writer = accept(
    await createSegy(sink, {
      text: [
        'C 1 WRITTEN BY TOOLBOX FROM A TABLE: SAMPLES ARE NOT A RECORDING AS IT WAS MADE.',
        `C 2 HEADERS FROM THE COLUMNS: ${names.join(', ').toUpperCase()}`,
      ],
      samples: width!,
      interval: Math.round(axis.step * (depth ? 1e3 : 1e6)),
      format: 5,
      binary: { MeasurementSystem: 1 },
    }),
  );
  const scalar = await scalarFor(table, names);
  for await (const frame of table.batches({ columns: [...names, field.name] })) {
    const { values } = frame.column(field.name);
    accept(
      await writer.write({
        count: frame.rows,
        headers: {
          SourceGroupScalar: new Int32Array(frame.rows).fill(scalar),
          ...(axis.start !== 0 && {
            DelayRecordingTime: new Int32Array(frame.rows).fill(Math.round(axis.start * (depth ? 1 : 1e3))),
          }),
          ...headerValues(frame, names),
        },
        samples: values as Float32Array,
      }),
    );
  }
}

const headerValues = (frame: Frame, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [headers[name]!, Float64Array.from(frame.column(name).values, finite)]),
  );

/** A header has no way to say that a value is missing; the standard leaves it 0. */
const finite = (value: number): number => (Number.isNaN(value) ? 0 : value);

async function scalarFor(table: Table, names: readonly string[]): Promise<number> {
  const coordinates = names.filter((name) => name === 'cdp_x' || name === 'cdp_y');
  const columns = await Promise.all(coordinates.map((name) => table.column(name)));
  return coordinateScalar(...columns.map((column) => Float64Array.from(column.values, finite)));
}
