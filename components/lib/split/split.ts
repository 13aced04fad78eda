import { InputError } from '../errors.js';
import type { Random } from '../random.js';

/** 1 for rows that are held out, 0 for rows to learn from. */
export type Mask = Uint8Array;

/**
 * Rows to hold out: `share` of `rows`, rounded up as scikit-learn's train_test_split does, at least one on each side.
 */
export const testCount = (rows: number, share: number): number =>
  Math.min(rows - 1, Math.max(1, Math.ceil(rows * share - 1e-9)));

export function randomSplit(rows: number, share: number, rng: Random): Mask {
  const mask = new Uint8Array(rows);
  for (const row of rng.permutation(rows).subarray(0, testCount(rows, share))) mask[row] = 1;
  return mask;
}

/**
 * Holds out the same share of every class: whole rows by largest remainder, so that the total is that of
 * `testCount`. A class of one row stays in training.
 */
export function stratifiedSplit(classes: Int32Array, count: number, share: number, rng: Random): Mask {
  const rows = classes.length;
  const sizes = new Int32Array(count);
  for (const c of classes) sizes[c]!++;
  const quota = largestRemainder(sizes, testCount(rows, share), 1, rng);
  const mask = new Uint8Array(rows);
  for (const row of rng.permutation(rows)) {
    const c = classes[row]!;
    if (quota[c]! === 0) continue;
    quota[c]!--;
    mask[row] = 1;
  }
  return mask;
}

/**
 * `total` shared out over classes in proportion to their sizes; of each class at least `spared` rows stay behind. The
 * remainders that are equal are told apart by chance, or the first classes would always win.
 */
export function largestRemainder(
  sizes: ArrayLike<number>,
  total: number,
  spared: number,
  rng: Random,
): Int32Array {
  const all = Array.from(sizes).reduce((a, b) => a + b, 0);
  const exact = Array.from(sizes, (size) => (size * total) / all);
  const quota = Int32Array.from(exact, (q, c) =>
    Math.max(0, Math.min(Math.floor(q + 1e-9), sizes[c]! - spared)),
  );
  let left = total - quota.reduce((a, b) => a + b, 0);
  const order = [...rng.permutation(sizes.length)].sort(
    (a, b) => exact[b]! - Math.floor(exact[b]!) - (exact[a]! - Math.floor(exact[a]!)),
  );
  while (left > 0) {
    const before = left;
    for (const c of order)
      if (left > 0 && quota[c]! < sizes[c]! - spared) {
        quota[c]!++;
        left--;
      }
    if (left === before) break;
  }
  return quota;
}

/**
 * Holds out whole groups: in random order, each that brings the held-out rows nearer to the share. At least one group
 * is on each side; fewer than two groups cannot be split (`one-group`).
 */
export function groupSplit(groups: Int32Array, count: number, share: number, rng: Random): Mask {
  if (count < 2) throw new InputError('one-group', 'all rows belong to one group');
  const sizes = new Int32Array(count);
  for (const g of groups) sizes[g]!++;
  const wanted = groups.length * share;
  const order = rng.permutation(count);
  const held = new Uint8Array(count);
  let rows = 0;
  let chosen = 0;
  for (const g of order) {
    const nearer = Math.abs(rows + sizes[g]! - wanted) < Math.abs(rows - wanted);
    if (!nearer || chosen === count - 1) continue;
    held[g] = 1;
    chosen++;
    rows += sizes[g]!;
  }
  // Every group alone was larger than what is wanted by more than that: the smallest is nearest.
  if (chosen === 0) held[order.reduce((best, g) => (sizes[g]! < sizes[best]! ? g : best))] = 1;
  return Uint8Array.from(groups, (g) => held[g]!);
}

/**
 * Holds out the latest rows. Rows of one time stay together: the cut goes to the side of theirs that keeps the share
 * nearer. All rows at one time cannot be split (`one-time`).
 */
export function timeSplit(times: ArrayLike<number>, share: number): { mask: Mask; from: number } {
  const rows = times.length;
  const sorted = Float64Array.from(times).sort();
  const cut = rows - testCount(rows, share);
  const at = sorted[cut]!;
  let first = cut;
  while (first > 0 && sorted[first - 1] === at) first--;
  let after = cut;
  while (after < rows && sorted[after] === at) after++;
  const start = first > 0 && (cut - first <= after - cut || after === rows) ? first : after;
  if (start === rows) throw new InputError('one-time', 'all rows are of one time');
  const from = sorted[start]!;
  return { mask: Uint8Array.from({ length: rows }, (_, i) => (times[i]! >= from ? 1 : 0)), from };
}

/** Row numbers on each side, ascending. */
export function sides(mask: Mask): { train: Uint32Array; test: Uint32Array } {
  const test = new Uint32Array(mask.reduce((n, m) => n + m, 0));
  const train = new Uint32Array(mask.length - test.length);
  let a = 0;
  let b = 0;
  for (let row = 0; row < mask.length; row++)
    if (mask[row] === 1) test[b++] = row;
    else train[a++] = row;
  return { train, test };
}
