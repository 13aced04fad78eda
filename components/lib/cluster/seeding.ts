import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF32 } from '../compute/shared.js';
import type { Random } from '../random.js';
import { BATCH, centreDistances } from './centre-distances.js';
import type { Points } from './points.js';

interface SeedingArgs {
  readonly points: Points;
  /** Squared distance of each row to its nearest centre so far; ∞ before the first. */
  readonly closest: Float32Array;
  /** Values of the rows tried as the next centre, count × features. */
  readonly candidates: Float32Array;
  readonly count: number;
  /** What `closest` would be with each candidate: rows numbers a candidate. */
  readonly with: Float32Array;
}

const BLOCK = 4096;

/** Tries candidates: for each the sum of squared distances that a block of rows would be left with. */
export const seedingKernel: Kernel<SeedingArgs, Float64Array> = {
  name: 'seedingKernel',
  url: import.meta.url,
  blocks: ({ points }) => Math.ceil(points.rows / BLOCK),
  run: (args, block) => {
    const { points, closest, candidates, count, with: left } = args;
    const sums = new Float64Array(count);
    const tile = centreDistances(points, candidates, count);
    const { distances, width } = tile;
    const end = Math.min(points.rows, (block + 1) * BLOCK);
    for (let first = block * BLOCK; first < end; first += BATCH) {
      const last = Math.min(end, first + BATCH);
      tile.measureAll(first, last);
      for (let c = 0; c < count; c++) {
        let sum = sums[c]!;
        const to = c * points.rows;
        for (let i = first, at = c; i < last; i++, at += width) {
          const least = Math.min(distances[at]!, closest[i]!);
          left[to + i] = least;
          sum += least;
        }
        sums[c] = sum;
      }
    }
    return sums;
  },
};

/**
 * Rows to start k-means from: greedy k-means++ (Arthur and Vassilvitskii 2007), each centre the best of 2 + ⌊ln k⌋
 * rows drawn by squared distance, as scikit-learn does. Where fewer than k rows are distinct, rows repeat.
 */
export async function seedCentres(
  compute: Compute,
  points: Points,
  clusters: number,
  draw: Random,
  options?: ComputeOptions,
): Promise<number[]> {
  const { data, rows, features, stride } = points;
  const tries = 2 + Math.floor(Math.log(clusters));
  // What one choice leaves is where the next one starts from, so two of them take turns.
  const rooms = [sharedF32(tries * rows), sharedF32(tries * rows)] as const;
  let closest = rooms[1].subarray(0, rows).fill(Number.POSITIVE_INFINITY);
  let left: readonly number[] = [];
  const chosen: number[] = [];
  while (chosen.length < clusters) {
    const rowsTried =
      chosen.length === 0
        ? [draw.int(rows)]
        : Array.from({ length: tries }, () => drawByDistance(closest, left, draw));
    const candidates = new Float32Array(rowsTried.length * features);
    rowsTried.forEach((row, c) => {
      candidates.set(data.subarray(row * stride, row * stride + features), c * features);
    });
    const room = rooms[chosen.length % 2]!;
    const args = { points, closest, candidates, count: rowsTried.length, with: room };
    const parts = await compute(seedingKernel, args, options);
    const potential = rowsTried.map((_, c) => parts.reduce((sum, part) => sum + part[c]!, 0));
    const best = potential.indexOf(Math.min(...potential));
    chosen.push(rowsTried[best]!);
    closest = room.subarray(best * rows, (best + 1) * rows);
    left = parts.map((part) => part[best]!);
  }
  return chosen;
}

/** A row drawn with probability proportional to `closest`, whose sums by block are `left`. */
function drawByDistance(closest: Float32Array, left: readonly number[], draw: Random): number {
  let r = draw.uniform() * left.reduce((a, b) => a + b, 0);
  let block = 0;
  while (block < left.length - 1 && r >= left[block]!) r -= left[block++]!;
  const end = Math.min(closest.length, (block + 1) * BLOCK);
  let row = block * BLOCK;
  for (; row < end - 1; row++) {
    r -= closest[row]!;
    if (r < 0) break;
  }
  return row;
}
