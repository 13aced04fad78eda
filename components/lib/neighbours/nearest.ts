import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { BATCH, distanceBatches, nanEuclidean, type Table, type TablePair } from './nan-euclidean.js';
import { enter, entryLimit, type NearestLists } from './nearest-list.js';
import { pairUp, ranges } from './pair.js';

interface NearestArgs extends TablePair {
  readonly lists: NearestLists;
  /** Donors of this pass. */
  readonly from: number;
  readonly to: number;
}

/** Takes donors from … to−1 into the lists of a batch of queries. */
export const nearestNeighboursKernel: Kernel<NearestArgs> = {
  name: 'nearestNeighboursKernel',
  url: import.meta.url,
  blocks: ({ queries }) => Math.ceil(queries.rows / BATCH),
  run: (args, block) => {
    const { queries, donors, lists, from, to } = args;
    const { k } = lists;
    const first = block * BATCH;
    const count = Math.min(BATCH, queries.rows - first);
    const batch = distanceBatches(
      args,
      Array.from({ length: count }, (_, i) => first + i),
    );
    const { squared } = batch;
    for (let start = from; start < to; start += BATCH) {
      const end = Math.min(to, start + BATCH);
      batch.measure(start, end);
      for (let i = 0; i < count; i++) {
        const list = (first + i) * k;
        const norm = batch.norm(i);
        const at = batch.at(i) - start;
        let limit = entryLimit(lists, list, norm);
        if (batch.least(i) >= limit) continue;
        for (let j = start; j < end; j++) {
          const d = squared[at + j]!;
          if (!(d < limit)) continue;
          enter(lists, list, d, j, norm);
          limit = entryLimit(lists, list, norm);
        }
      }
    }
    if (to < donors.rows) return;
    for (let q = first; q < first + count; q++) finish(args, q);
  },
};

/** Exact distances in place of squared ones, in ascending order, ties in order of row. */
function finish({ queries, donors, lists: { k, rows, distances } }: NearestArgs, query: number): void {
  for (let place = query * k; place < (query + 1) * k; place++) {
    const row = rows[place]!;
    if (row < 0) return;
    const exact = nanEuclidean(queries, query, donors, row);
    let to = place;
    for (; to > query * k; to--) {
      const before = distances[to - 1]!;
      if (before < exact || (before === exact && rows[to - 1]! < row)) break;
      distances[to] = before;
      rows[to] = rows[to - 1]!;
    }
    distances[to] = exact;
    rows[to] = row;
  }
}

export interface Neighbours {
  /** Row-major queries × k: rows of the donors, nearest first, of equals the first; −1 where there is no further one. */
  readonly rows: Int32Array;
  /** Their nan-euclidean distances, ∞ where there is none. */
  readonly distances: Float64Array;
  readonly k: number;
}

/**
 * The k nearest rows of `donors` for each row of `queries`, exact, by nan-euclidean distance (scikit-learn's
 * nan_euclidean_distances and NearestNeighbors). A donor that shares no present feature is no neighbour.
 * O(queries · donors · features), in parallel over queries; memory 12 · queries · k bytes.
 * Throws `length`, `empty`, `not-finite` (±∞), `neighbours` unless k is 1 or more.
 */
export async function nearestNeighbours(
  compute: Compute,
  donors: Table,
  queries: Table,
  k: number,
  options?: ComputeOptions,
): Promise<Neighbours> {
  if (!(Number.isInteger(k) && k >= 1)) throw new InputError('neighbours', `${k} neighbours`);
  const pair = pairUp(queries, donors);
  const lists: NearestLists = {
    k,
    rows: sharedI32(queries.rows * k).fill(-1),
    distances: sharedF64(queries.rows * k).fill(Number.POSITIVE_INFINITY),
  };
  for (const [from, to] of ranges(pair))
    await compute(nearestNeighboursKernel, { ...pair, lists, from, to }, options);
  return lists;
}

/**
 * Shares of the classes among each query's neighbours, row-major queries × classes (KNeighborsClassifier's
 * predict_proba, uniform weights). A query without neighbours gets equal shares.
 */
export function neighbourClasses({ rows, k }: Neighbours, codes: Int32Array, classes: number): Float64Array {
  const queries = rows.length / k;
  const shares = new Float64Array(queries * classes);
  for (let q = 0; q < queries; q++) {
    let found = 0;
    while (found < k && rows[q * k + found]! >= 0) shares[q * classes + codes[rows[q * k + found++]!]!]!++;
    for (let c = 0; c < classes; c++)
      shares[q * classes + c] = found === 0 ? 1 / classes : shares[q * classes + c]! / found;
  }
  return shares;
}

/** Mean of `values` over each query's neighbours (KNeighborsRegressor, uniform weights); NaN without neighbours. */
export function neighbourMeans({ rows, k }: Neighbours, values: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows.length / k }, (_, q) => {
    let sum = 0;
    let found = 0;
    while (found < k && rows[q * k + found]! >= 0) sum += values[rows[q * k + found++]!]!;
    return sum / found;
  });
}
