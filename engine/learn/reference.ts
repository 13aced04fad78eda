import type { Column } from '../artifacts/column.js';
import { rowsOf } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import { featureFields } from './matrix.js';

/**
 * What training saw of each scalar feature, for drift: of numbers the count, missing, mean, population standard
 * deviation and deciles; of texts the count by value (the 100 most frequent, the rest together). Vectors are left
 * out: their derived features tell more.
 */
export async function describeFeatures(table: Table): Promise<{ readonly [feature: string]: Json }> {
  const out: { [feature: string]: Json } = {};
  for (const field of featureFields(table.schema)) out[field.name] = describe(await table.column(field.name));
  return out;
}

function describe(column: Column): Json {
  const rows = rowsOf(column);
  if (column.type === 'string') {
    const perCode = new Float64Array(column.dictionary.length);
    let missing = 0;
    for (let row = 0; row < rows; row++) {
      const code = column.values[row]!;
      if (code < 0) missing++;
      else perCode[code]!++;
    }
    const counts = new Map<string, number>();
    for (const [code, text] of column.dictionary.entries())
      if (perCode[code]! > 0) counts.set(text, (counts.get(text) ?? 0) + perCode[code]!);
    const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const rest = sorted.slice(100).reduce((sum, [, count]) => sum + count, 0);
    return { rows, missing, values: Object.fromEntries(sorted.slice(0, 100)), rest };
  }
  const present = presentOf(column, rows).sort();
  const count = present.length;
  if (count === 0) return { rows, missing: rows };
  let sum = 0;
  for (let i = 0; i < count; i++) sum += present[i]!;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (present[i]! - mean) ** 2;
  const deciles = Array.from({ length: 11 }, (_, i) => present[Math.round((i / 10) * (count - 1))]!);
  return { rows, missing: rows - count, mean, sd: Math.sqrt(squares / count), deciles };
}

function presentOf({ values, valid }: Column, rows: number): Float64Array {
  const present = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++)
    if (Number.isFinite(values[row]!) && valid?.[row] !== 0) present[count++] = values[row]!;
  return present.subarray(0, count);
}
