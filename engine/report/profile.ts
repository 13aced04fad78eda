import { rowsOf } from '../artifacts/column.js';
import type { Field } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { labelsOf, numbersOf } from '../artifacts/values.js';
import { binsOf } from './bars.js';
import { counted, shown } from './numbers.js';

/** What one column holds, in words. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: string;
  readonly role: string;
  readonly missing: number;
  readonly values: string;
  /** Of numbers that are there. */
  readonly numbers?: { readonly mean: number; readonly sd: number };
  /** Rows of the numbers in bins of one width, from the least to the most. */
  readonly bins?: readonly number[];
  /** Rows of the most frequent values, the first first; the others have the rest. */
  readonly counts?: readonly (readonly [value: string, rows: number])[];
}

export interface TableProfile {
  readonly title: string;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Columns that are not listed. */
  readonly more: number;
}

const mostColumns = 60;
const mostLabels = 5;
/** Kept to compare with another run. */
const mostCounts = 50;

/** Reads each listed column once, O(rows · columns), one at a time in memory; samples of traces are not read. */
export async function profileOf(title: string, table: Table): Promise<TableProfile> {
  const columns: ColumnProfile[] = [];
  for (const field of table.schema.fields.slice(0, mostColumns))
    columns.push(await columnProfile(table, field));
  return { title, rows: table.rows, columns, more: table.schema.fields.length - columns.length };
}

async function columnProfile(table: Table, field: Field): Promise<ColumnProfile> {
  const { name, role } = field;
  const type = [field.type, field.unit ?? field.currency].filter((part) => part !== undefined).join(', ');
  if (field.type === 'vector') {
    const { axis, width = 0 } = field;
    const along = axis ? ` from ${shown(axis.start)} in steps of ${shown(axis.step)} ${axis.unit}` : '';
    return { name, role, type, missing: 0, values: `${counted(width, 'sample')}${along}` };
  }
  const column = await table.column(name);
  const rows = rowsOf(column);
  if (
    field.type === 'float64' ||
    field.type === 'float32' ||
    field.type === 'int64' ||
    field.type === 'int32'
  )
    return { name, role, type, ...numbers(numbersOf(column)) };
  const { codes, labels } = labelsOf(column);
  const counts = new Float64Array(labels.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  const used = [...counts.keys()].filter((code) => counts[code]! > 0);
  const missing = rows - used.reduce((sum, code) => sum + counts[code]!, 0);
  const frequent = leading(
    used,
    mostCounts,
    (a, b) => counts[a]! > counts[b]! || (counts[a] === counts[b] && labels[a]! < labels[b]!),
  );
  const top = frequent.slice(0, mostLabels).map((code) => `${labels[code]} (${counts[code]})`);
  const more = used.length > mostLabels ? `, and ${used.length - mostLabels} more` : '';
  const kept = frequent.map((code) => [labels[code]!, counts[code]!] as const);
  return { name, role, type, missing, values: top.join(', ') + more, counts: kept };
}

/** The first `count` of items in the order of `before`, without sorting all of them. */
function leading<T>(items: readonly T[], count: number, before: (a: T, b: T) => boolean): readonly T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length === count && !before(item, found.at(-1)!)) continue;
    let at = found.length;
    while (at > 0 && before(item, found[at - 1]!)) at--;
    found.splice(at, 0, item);
    if (found.length > count) found.pop();
  }
  return found;
}

/** Coordinates and line numbers differ in their last digits. */
const ranged = (value: number): string =>
  Math.abs(value) >= 1e4 && Math.abs(value) < 1e12
    ? String(Number(value.toFixed(1))).replace('-', '−')
    : shown(value);

function numbers(values: Float64Array): Pick<ColumnProfile, 'missing' | 'values' | 'numbers' | 'bins'> {
  let [missing, least, most, sum, squares, mean] = [
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    0,
  ];
  let count = 0;
  let whole = true;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else {
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
      whole &&= Number.isInteger(value);
      // Welford's update: no digits are lost where the mean is large.
      const apart = value - mean;
      mean += apart / ++count;
      squares += apart * (value - mean);
    }
  }
  if (count === 0) return { missing, values: '' };
  const range =
    least === most
      ? `always ${ranged(least)}`
      : `${ranged(least)} to ${ranged(most)}, mean ${ranged(sum / count)}`;
  return {
    missing,
    values: range,
    numbers: { mean, sd: Math.sqrt(squares / count) },
    bins: binsOf(values, { least, most, whole }),
  };
}
