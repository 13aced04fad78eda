import type { Kernel } from '../compute/kernel.js';

/** Values of a key column as numbers, equal for equal keys in both tables; NaN where there is none. */
export type Key = ArrayLike<number>;

export interface Matches {
  /** Pairs of rows with equal keys, by left row, then by right row. */
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** Left rows without a partner, ascending. */
  readonly unmatched: Uint32Array;
  readonly unmatchedRight: number;
  /** Two rows of one side with one key, where there are such: the first pair found. */
  readonly repeatedLeft?: readonly [number, number];
  readonly repeatedRight?: readonly [number, number];
}

/** Matches rows of two tables by equal keys (hash join, O(rows)). A missing key matches nothing, not even another. */
export function matchKeys(
  left: readonly Key[],
  right: readonly Key[],
  leftRows: number,
  rightRows: number,
): Matches {
  const { codes: rightCodes, lookups } = numberRight(right, rightRows);
  const leftCodes = lookUp(left, lookups, leftRows);
  // Right rows by key: the last of each key, and before each row the one before it with the same key.
  const last = new Map<number, number>();
  const previous = new Int32Array(rightRows).fill(-1);
  let repeatedRight: readonly [number, number] | undefined;
  for (let row = 0; row < rightRows; row++) {
    const code = rightCodes[row]!;
    if (code < 0) continue;
    const before = last.get(code);
    if (before !== undefined) {
      previous[row] = before;
      repeatedRight ??= [before, row];
    }
    last.set(code, row);
  }
  const pairsLeft: number[] = [];
  const pairsRight: number[] = [];
  const unmatched: number[] = [];
  const used = new Uint8Array(rightRows);
  const firstLeft = new Map<number, number>();
  let repeatedLeft: readonly [number, number] | undefined;
  for (let row = 0; row < leftRows; row++) {
    const code = leftCodes[row]!;
    const partner = code < 0 ? undefined : last.get(code);
    if (partner === undefined) {
      unmatched.push(row);
      continue;
    }
    const before = firstLeft.get(code);
    if (before === undefined) firstLeft.set(code, row);
    else repeatedLeft ??= [before, row];
    const start = pairsRight.length;
    for (let r = partner; r >= 0; r = previous[r]!) {
      pairsLeft.push(row);
      pairsRight.push(r);
      used[r] = 1;
    }
    if (pairsRight.length - start > 1) reverse(pairsRight, start);
  }
  return {
    left: Uint32Array.from(pairsLeft),
    right: Uint32Array.from(pairsRight),
    unmatched: Uint32Array.from(unmatched),
    unmatchedRight: rightRows - used.reduce((n, u) => n + u, 0),
    ...(repeatedLeft && { repeatedLeft }),
    ...(repeatedRight && { repeatedRight }),
  };
}

/** `matchKeys` on a worker: one block, since its table is built from all rows. */
export const matchKernel: Kernel<
  { left: readonly Key[]; right: readonly Key[]; leftRows: number; rightRows: number },
  Matches
> = {
  name: 'matchKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: ({ left, right, leftRows, rightRows }) => matchKeys(left, right, leftRows, rightRows),
};

function reverse(values: number[], from: number): void {
  for (let a = from, b = values.length - 1; a < b; a++, b--) {
    const value = values[a]!;
    values[a] = values[b]!;
    values[b] = value;
  }
}

/** Numbers the combinations of keys of the right side, column by column: a table of (code so far, value) for each. */
function numberRight(keys: readonly Key[], rows: number) {
  const codes = new Int32Array(rows);
  const lookups: Map<number, number>[][] = [];
  for (const key of keys) {
    const byCode: Map<number, number>[] = [];
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const code = codes[row]!;
      const value = key[row]!;
      if (code < 0 || Number.isNaN(value)) {
        codes[row] = -1;
        continue;
      }
      byCode[code] ??= new Map();
      let next = byCode[code]!.get(value);
      if (next === undefined) {
        next = count++;
        byCode[code]!.set(value, next);
      }
      codes[row] = next;
    }
    lookups.push(byCode);
  }
  return { codes, lookups };
}

function lookUp(keys: readonly Key[], lookups: readonly Map<number, number>[][], rows: number): Int32Array {
  const codes = new Int32Array(rows);
  for (const [k, key] of keys.entries())
    for (let row = 0; row < rows; row++) {
      const code = codes[row]!;
      codes[row] = code < 0 ? -1 : (lookups[k]![code]?.get(key[row]!) ?? -1);
    }
  return codes;
}
