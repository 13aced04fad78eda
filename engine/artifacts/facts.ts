import { commonShape } from '../../components/lib/contract/infer.js';
import { type Column, cell, isNull, isNumber, rowsOf } from './column.js';
import type { Field } from './schema.js';

/** What the values of a column are like, all of them looked at. */
export interface ColumnFacts extends Field {
  readonly rows: number;
  /** Nulls, and NaN in numbers. */
  readonly missing: number;
  /** Different values; 0 for vectors. */
  readonly distinct: number;
  /** By value; texts by code point. Undefined where there is no value, or none that has an order. */
  readonly smallest?: string | number | boolean;
  readonly largest?: string | number | boolean;
  /** The different values in order, where there are at most 50. */
  readonly values?: readonly (string | number | boolean)[];
  /** Of texts that all look alike, a regular expression: `C[0-9]{4}`. */
  readonly shape?: string;
  /** Every number is whole. */
  readonly whole: boolean;
  /** Infinities among the numbers. */
  readonly infinite: number;
  /** No value is smaller than the one before it; of texts, by code point. */
  readonly ascending: boolean;
}

const listed = 50;

export function columnFacts(field: Field, column: Column): ColumnFacts {
  const rows = rowsOf(column);
  const numeric = isNumber(column.type);
  const distinct = new Set<string | number | boolean>();
  let missing = 0;
  let infinite = 0;
  let whole = numeric;
  let ascending = column.type !== 'vector';
  let before: string | number | boolean | undefined;
  let smallest: string | number | boolean | undefined;
  let largest: string | number | boolean | undefined;
  for (let row = 0; row < rows; row++) {
    if (isNull(column, row) || (numeric && Number.isNaN(column.values[row]!))) {
      missing++;
      continue;
    }
    if (column.type === 'vector') continue;
    const value = cell(column, row) as string | number | boolean;
    distinct.add(value);
    if (before !== undefined && value < before) ascending = false;
    before = value;
    if (smallest === undefined || value < smallest) smallest = value;
    if (largest === undefined || value > largest) largest = value;
    if (numeric && !Number.isInteger(value)) whole = false;
    if (numeric && !Number.isFinite(value)) infinite++;
  }
  const shape = column.type === 'string' ? commonShape(distinct as Set<string>) : undefined;
  return {
    ...field,
    rows,
    missing,
    distinct: distinct.size,
    ...(smallest !== undefined && largest !== undefined && { smallest, largest }),
    ...(distinct.size <= listed &&
      column.type !== 'vector' && { values: [...distinct].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) }),
    ...(shape !== undefined && { shape }),
    whole,
    infinite,
    ascending,
  };
}
