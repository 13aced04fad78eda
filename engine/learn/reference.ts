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
  if (column.type === 'string') {
    const counts = new Map<string, number>();
    let missing = 0;
    for (const code of column.values) {
      if (code < 0) missing++;
      else counts.set(column.dictionary[code]!, (counts.get(column.dictionary[code]!) ?? 0) + 1);
    }
    const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const rest = sorted.slice(100).reduce((sum, [, count]) => sum + count, 0);
    return { rows: rowsOf(column), missing, values: Object.fromEntries(sorted.slice(0, 100)), rest };
  }
  const present = Float64Array.from(column.values as ArrayLike<number>).filter(
    (value, row) => Number.isFinite(value) && column.valid?.[row] !== 0,
  );
  const missing = rowsOf(column) - present.length;
  if (present.length === 0) return { rows: rowsOf(column), missing };
  present.sort();
  const mean = present.reduce((a, b) => a + b, 0) / present.length;
  const variance = present.reduce((a, b) => a + (b - mean) ** 2, 0) / present.length;
  const deciles = Array.from({ length: 11 }, (_, i) => present[Math.round((i / 10) * (present.length - 1))]!);
  return { rows: rowsOf(column), missing, mean, sd: Math.sqrt(variance), deciles };
}
