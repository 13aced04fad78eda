import { sharedI32 } from '../../components/lib/compute/shared.js';
import { type Column, cell, rowsOf } from './column.js';

export interface Groups {
  /** Group of each row: 0, 1, … in order of first appearance. */
  readonly codes: Int32Array;
  readonly count: number;
  /** A row of each group. */
  readonly first: readonly number[];
}

/** Rows with equal values in all of the columns make a group; nulls are equal to each other, and so are NaN. O(rows · columns). */
export function groupRows(columns: readonly Column[]): Groups {
  const [head, ...rest] = columns;
  if (!head) throw new Error('grouping needs a column');
  const rows = rowsOf(head);
  return rest.reduce(
    // Where each row is a group already, no column can tell more.
    (groups, column) => (groups.count === rows ? groups : numbered(codesOf(column), groups.codes)),
    numbered(codesOf(head), new Int32Array(rows)),
  );
}

/** A number for each value, equal for equal values. */
function codesOf(column: Column): ArrayLike<number> {
  const rows = rowsOf(column);
  if (column.type === 'vector') {
    const codes = new Map<string, number>();
    return Int32Array.from({ length: rows }, (_, i) => codeOf(codes, JSON.stringify(cell(column, i))));
  }
  if (column.type === 'string') {
    // A dictionary may hold a text twice.
    const codes = new Map<string, number>();
    const own = column.dictionary.map((text) => codeOf(codes, text));
    return Int32Array.from(column.values, (code, i) =>
      code < 0 || column.valid?.[i] === 0 ? -1 : own[code]!,
    );
  }
  if (!column.valid) return column.values;
  return Float64Array.from(column.values, (value, i) => (column.valid![i] === 0 ? Number.NaN : value));
}

function codeOf(codes: Map<string, number>, text: string): number {
  const code = codes.get(text) ?? codes.size;
  codes.set(text, code);
  return code;
}

/** Groups of equal value within equal `outer`; a hash table of rows with open addressing, since a Map is many times slower. */
function numbered(values: ArrayLike<number>, outer: Int32Array): Groups {
  const rows = values.length;
  const size = 2 ** Math.max(4, Math.ceil(Math.log2(2 * rows + 1)));
  const table = new Int32Array(size).fill(-1);
  const codes = sharedI32(rows);
  const first: number[] = [];
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  for (let row = 0; row < rows; row++) {
    // Adding 0 makes one of 0 and −0; every NaN is made the same one.
    const value = values[row]! + 0;
    number[0] = Number.isNaN(value) ? Number.NaN : value;
    let slot = hashOf(words[0]!, words[1]!, outer[row]!) & (size - 1);
    let group = table[slot]!;
    while (group >= 0) {
      const other = first[group]!;
      const known = values[other]!;
      if (outer[other] === outer[row] && (known === value || (Number.isNaN(known) && Number.isNaN(value))))
        break;
      slot = (slot + 1) & (size - 1);
      group = table[slot]!;
    }
    if (group < 0) {
      group = first.push(row) - 1;
      table[slot] = group;
    }
    codes[row] = group;
  }
  return { codes, count: first.length, first };
}

/** Three words mixed as MurmurHash3 mixes them. */
function hashOf(a: number, b: number, c: number): number {
  let hash = mixed(mixed(mixed(0, a), b), c);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixed(hash: number, word: number): number {
  const scaled = Math.imul(word, 0xcc9e2d51);
  const turned = hash ^ Math.imul((scaled << 15) | (scaled >>> 17), 0x1b873593);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}
