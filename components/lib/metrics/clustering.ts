import { checkFinite, distance, type Matrix, rowMajor, squaredDistance } from '../cluster/points.js';
import type { Compute, Kernel } from '../compute/kernel.js';
import { sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';

/** Agreement of two labelings of the same rows; labels are any integers. O(n log n) time, O(n) memory, however many labels. */
function contingency(a: Int32Array, b: Int32Array) {
  const n = a.length;
  if (n === 0) throw new InputError('empty', 'no rows to compare');
  if (b.length !== n) throw new InputError('length', `${b.length} labels for ${n} rows`);
  const codesA = codes(a);
  const codesB = codes(b);
  const columns = codesB.sizes;
  const together = Float64Array.from(
    codesA.code,
    (code, i) => code * columns.length + codesB.code[i]!,
  ).sort();
  /** The cells that hold rows, by row and column. */
  const cells: { readonly row: number; readonly column: number; readonly count: number }[] = [];
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (together[to] === together[from]) to++;
    const cell = together[from]!;
    const row = Math.floor(cell / columns.length);
    cells.push({ row, column: cell - row * columns.length, count: to - from });
    from = to;
  }
  return { n, cells, rows: codesA.sizes, columns };
}

/** Labels as 0 … k−1 in ascending order of label, and how many rows each has. */
function codes(labels: Int32Array): { code: Int32Array<SharedArrayBuffer>; sizes: number[] } {
  const distinct = [...new Set(labels)].sort((a, b) => a - b);
  const position = new Map(distinct.map((label, k) => [label, k]));
  const sizes = distinct.map(() => 0);
  const code = sharedI32(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const k = position.get(labels[i]!)!;
    code[i] = k;
    sizes[k]!++;
  }
  return { code, sizes };
}

/** Adjusted Rand index (Hubert and Arabie 1985; scikit-learn's adjusted_rand_score): 1 alike, about 0 by chance. */
export function adjustedRandIndex(a: Int32Array, b: Int32Array): number {
  const { n, cells, rows, columns } = contingency(a, b);
  const pairs = (counts: readonly number[]) => counts.reduce((sum, c) => sum + (c * (c - 1)) / 2, 0);
  const together = pairs(cells.map(({ count }) => count));
  const inA = pairs(rows);
  const inB = pairs(columns);
  const all = (n * (n - 1)) / 2;
  const expected = all === 0 ? 0 : (inA * inB) / all;
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/**
 * Mutual information over the mean of both entropies (scikit-learn's normalized_mutual_info_score, average_method
 * "arithmetic"): 0 independent, 1 alike; 1 where both labelings have one cluster.
 */
export function normalizedMutualInformation(a: Int32Array, b: Int32Array): number {
  const { n, cells, rows, columns } = contingency(a, b);
  const entropy = (counts: readonly number[]) => counts.reduce((h, c) => h - (c / n) * Math.log(c / n), 0);
  if (rows.length === 1 && columns.length === 1) return 1;
  let information = 0;
  for (const { row, column, count } of cells)
    information += (count / n) * Math.log((count * n) / (rows[row]! * columns[column]!));
  const scale = (entropy(rows) + entropy(columns)) / 2;
  return Math.min(1, Math.max(0, information / scale));
}

/** Points of a clustering, finite, and a label a row. */
export interface Clustered extends Matrix {
  readonly labels: Int32Array;
}

/** Row-major shared copy, labels as codes. Throws `length`, `not-finite`, and `clusters` unless 2 … rows−1 occur. */
function prepare(clustered: Clustered) {
  const { rows, labels } = clustered;
  if (labels.length !== rows) throw new InputError('length', `${labels.length} labels for ${rows} rows`);
  checkFinite(clustered);
  const { code, sizes } = codes(labels);
  if (sizes.length < 2 || sizes.length >= rows)
    throw new InputError('clusters', `${sizes.length} clusters of ${rows} rows: 2 … rows − 1 are needed`);
  return { points: rowMajor(clustered), code, sizes };
}

type Prepared = ReturnType<typeof prepare>;

/** Some 4 million coordinate differences a block. */
const silhouetteRows = ({ points: { rows, features } }: Prepared) =>
  Math.max(1, Math.floor(4e6 / (rows * features)));

/** Summed silhouette of a block of rows. */
export const silhouetteKernel: Kernel<Prepared, number> = {
  name: 'silhouetteKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.points.rows / silhouetteRows(args)),
  run: (args, block) => {
    const { code, sizes } = args;
    const { data, rows, features, stride } = args.points;
    const size = silhouetteRows(args);
    const sums = new Float64Array(sizes.length);
    const point = new Float64Array(features);
    let total = 0;
    for (let i = block * size; i < Math.min(rows, (block + 1) * size); i++) {
      const own = code[i]!;
      if (sizes[own] === 1) continue;
      sums.fill(0);
      point.set(data.subarray(i * stride, i * stride + features));
      for (let j = 0; j < rows; j++) {
        sums[code[j]!]! += Math.sqrt(squaredDistance(data, j * stride, point, 0, features));
      }
      const inside = sums[own]! / (sizes[own]! - 1);
      let nearest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < sizes.length; k++) if (k !== own) nearest = Math.min(nearest, sums[k]! / sizes[k]!);
      const larger = Math.max(inside, nearest);
      if (larger > 0) total += (nearest - inside) / larger;
    }
    return total;
  },
};

/**
 * Mean silhouette with Euclidean distance (Rousseeuw 1987; scikit-learn's silhouette_score); rows alone in their
 * cluster count 0. O(rows² · features): hand in a sample where there are many rows.
 */
export async function silhouette(compute: Compute, clustered: Clustered): Promise<number> {
  const parts = await compute(silhouetteKernel, prepare(clustered));
  return parts.reduce((a, b) => a + b, 0) / clustered.rows;
}

/**
 * Davies–Bouldin index (1979; scikit-learn's davies_bouldin_score): mean over clusters of the worst
 * (spread + spread) / distance of centres; lower is better, 0 where no cluster has spread.
 * Two clusters with one centre and some spread give +∞.
 */
export function daviesBouldin(clustered: Clustered): number {
  const { points, code, sizes } = prepare(clustered);
  const { data, rows, features, stride } = points;
  const k = sizes.length;
  const centres = new Float64Array(k * features);
  for (let i = 0; i < rows; i++)
    for (let f = 0; f < features; f++) centres[code[i]! * features + f]! += data[i * stride + f]!;
  // Divided last: the centre of equal points is that point to the bit.
  for (let at = 0; at < centres.length; at++) centres[at]! /= sizes[Math.floor(at / features)]!;
  const spread = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    const own = code[i]!;
    spread[own]! +=
      Math.sqrt(squaredDistance(data, i * stride, centres, own * features, features)) / sizes[own]!;
  }
  let sum = 0;
  for (let a = 0; a < k; a++) {
    let worst = 0;
    for (let b = 0; b < k; b++)
      if (b !== a && spread[a]! + spread[b]! > 0)
        worst = Math.max(worst, (spread[a]! + spread[b]!) / distance(centres, a, centres, b, features));
    sum += worst;
  }
  return sum / k;
}
