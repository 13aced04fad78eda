import { evenly } from '../../components/lib/sample/evenly.js';
import type { TraceLayout } from '../../components/lib/segy/layout.js';
import { isNumber } from './column.js';
import type { Frame } from './frame.js';
import type { Axis, Field } from './schema.js';
import { fieldOf } from './schema.js';
import type { ColumnRef, ExternalColumn, Table, Tables } from './table.js';
import { numbersOf } from './values.js';

/** A table's vector column and its width; undefined where `name` is no such column. */
export function vectorOf(rows: Table, name: string): (Field & { readonly width: number }) | undefined {
  const field = fieldOf(rows.schema, name);
  return field?.type === 'vector' && field.width !== undefined ? { ...field, width: field.width } : undefined;
}

/** The samples of a vector column of a frame, row-major. */
export function samplesOf(frame: Frame, name: string): Float32Array {
  const column = frame.column(name);
  if (column.type !== 'vector') throw new Error(`"${name}" is no vector column`);
  return column.values;
}

/** The table, or at most so many of its rows, spread evenly. */
export const thinned = async (tables: Tables, rows: Table, most: number): Promise<Table> =>
  rows.rows <= most ? rows : tables.pick(rows, evenly(rows.rows, most));

/** How values along the axis are shown: milliseconds for seconds, else its own unit. */
export function shownAxis(axis: Axis | undefined): {
  axis: Axis;
  scale: number;
  label: string;
  unit: string;
} {
  const given = axis ?? { start: 0, step: 1, unit: 'samples' };
  if (given.unit === 's') return { axis: given, scale: 1000, label: 'time (ms)', unit: 'ms' };
  if (given.unit === 'm') return { axis: given, scale: 1, label: 'depth (m)', unit: 'm' };
  return { axis: given, scale: 1, label: 'sample', unit: '' };
}

/** Numbers that say where traces lie: line numbers (else CDPs along one line), offsets and coordinates, as far as the table has them. */
export async function positionsOf(rows: Table) {
  const read = async (name: string) => {
    const field = fieldOf(rows.schema, name);
    return field && isNumber(field.type) ? numbersOf(await rows.column(name)) : undefined;
  };
  const [inline, crossline, cdp] = [await read('inline'), await read('crossline'), await read('cdp')];
  const lines = [inline, crossline].some((numbers) => numbers && varies(numbers));
  const [offset, x, y] = [await read('offset'), await read('cdp_x'), await read('cdp_y')];
  const none = () => new Float64Array(rows.rows);
  return {
    inline: inline ?? none(),
    crossline: (lines ? crossline : (cdp ?? crossline)) ?? none(),
    along: lines || !cdp ? 'crossline' : 'cdp',
    ...(offset && { offset }),
    ...(x && { x }),
    ...(y && { y }),
  };
}

const varies = (values: Float64Array): boolean => values.some((value) => value !== values[0]);

/** Samples of a trace in the SEG-Y file that the column lies in, whatever window of them is read. */
export function fileSamples(rows: Table, name: string): number | undefined {
  const external = externalOf(rows, name);
  return external && (external.layout as { samples?: number }).samples;
}

/** The one file that a column lies in, wherever its rows were picked from; undefined where there is none, or more. */
export function externalOf(rows: Table, name: string): ExternalColumn | undefined {
  const found: ExternalColumn[] = [];
  const follow = (ref: ColumnRef): void => {
    if ('external' in ref) found.push(ref.external);
    else if ('pieces' in ref) for (const { column } of ref.pieces) follow(column);
  };
  if (!vectorOf(rows, name)) return undefined;
  for (const part of rows.manifest.parts) follow(part.columns[name]!);
  const [first] = found;
  const isOne = found.every(({ path, digest }) => path === first?.path && digest === first.digest);
  return isOne ? first : undefined;
}

/**
 * Opens the SEG-Y file that a column lies in; undefined where it lies in none, or the file is laid out differently now. A
 * file that has changed since it was read is a problem.
 */
export async function openSegy(rows: Table, name: string) {
  const external = externalOf(rows, name);
  if (!external) return undefined;
  // Reading a row makes sure that the file still is the one that was read.
  for await (const _ of rows.batches({ columns: [name], rows: 1 })) break;
  const [{ fileSource }, { relayout }] = await Promise.all([
    import('../../components/lib/segy/source.js'),
    import('../../components/lib/segy/relayout.js'),
  ]);
  const source = await fileSource(external.path);
  const layout = await relayout(source, external.layout as unknown as TraceLayout);
  if (!layout) await source[Symbol.asyncDispose]();
  return layout && { source, layout };
}
