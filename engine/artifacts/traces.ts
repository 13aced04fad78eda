import { evenly } from '../../components/lib/sample/evenly.js';
import type { Frame } from './frame.js';
import type { Axis, Field } from './schema.js';
import { fieldOf } from './schema.js';
import type { Table, Tables } from './table.js';

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
