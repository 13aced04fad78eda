import { sharedI32 } from '../../components/lib/compute/shared.js';
import { type Column, cell, rowsOf } from './column.js';

export interface Groups {
  /** Group of each row: 0, 1, … in order of first appearance. */
  readonly codes: Int32Array;
  readonly count: number;
  /** A row of each group. */
  readonly first: readonly number[];
}

/** Rows with equal values in all of the columns make a group; nulls are equal to each other, and so are NaN. */
export function groupRows(columns: readonly Column[]): Groups {
  const [head, ...rest] = columns;
  if (!head) throw new Error('grouping needs a column');
  return rest.reduce((groups, column) => refined(groups, codesOf(column)), numbered(codesOf(head)));
}

/** A number for each value, equal for equal values. */
function codesOf(column: Column): ArrayLike<number | string> {
  const rows = rowsOf(column);
  if (column.type === 'vector')
    return Array.from({ length: rows }, (_, i) => JSON.stringify(cell(column, i)));
  if (column.type === 'string') {
    // A dictionary may hold a text twice.
    const codes = new Map<string, number>();
    const own = column.dictionary.map((text) => {
      if (!codes.has(text)) codes.set(text, codes.size);
      return codes.get(text)!;
    });
    return Int32Array.from(column.values, (code, i) =>
      code < 0 || column.valid?.[i] === 0 ? -1 : own[code]!,
    );
  }
  if (!column.valid) return column.values;
  return Float64Array.from(column.values, (value, i) => (column.valid![i] === 0 ? Number.NaN : value));
}

function numbered(values: ArrayLike<number | string>): Groups {
  const seen = new Map<number | string, number>();
  const codes = sharedI32(values.length);
  const first: number[] = [];
  for (let i = 0; i < values.length; i++) {
    let code = seen.get(values[i]!);
    if (code === undefined) {
      code = first.push(i) - 1;
      seen.set(values[i]!, code);
    }
    codes[i] = code;
  }
  return { codes, count: first.length, first };
}

function refined(groups: Groups, values: ArrayLike<number | string>): Groups {
  const inner = numbered(values);
  return numbered(Float64Array.from(groups.codes, (code, i) => code * inner.count + inner.codes[i]!));
}
