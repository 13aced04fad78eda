import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import type { Random } from '../random.js';
import { squaredDistance } from './points.js';

interface SeedingArgs {
  readonly points: Float32Array;
  readonly rows: number;
  readonly features: number;
  /** Squared distance of each row to its nearest centre so far, and which centre that is. */
  readonly closest: Float64Array;
  readonly owner: Int32Array;
  /** Rows tried as the next centre, and of each its squared distances to the centres so far. */
  readonly candidates: readonly number[];
  readonly toCentres: readonly Float64Array[];
}

const BLOCK = 4096;
const blocks = ({ rows }: { readonly rows: number }) => Math.ceil(rows / BLOCK);

/**
 * Squared distance of row i to a candidate where it is nearer than the row's centre, else the one it has. A
 * candidate twice as far from that centre as the row is cannot be nearer (triangle inequality).
 */
function nearer(args: SeedingArgs, candidate: number, i: number): number {
  const { points, features, closest, owner, candidates, toCentres } = args;
  const now = closest[i]!;
  if (toCentres[candidate]![owner[i]!]! >= 4 * now) return now;
  const d = squaredDistance(points, i * features, points, candidates[candidate]! * features, features);
  return Math.min(now, d);
}

/** For each candidate the sum of squared distances that a block of rows would be left with. */
export const seedingPotentialKernel: Kernel<SeedingArgs, Float64Array> = {
  name: 'seedingPotentialKernel',
  url: import.meta.url,
  blocks,
  run: (args, block) => {
    const sums = new Float64Array(args.candidates.length);
    const end = Math.min(args.rows, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < end; i++)
      for (let c = 0; c < sums.length; c++) sums[c]! += nearer(args, c, i);
    return sums;
  },
};

/** Takes candidate 0 as centre number `centre`: updates its rows and gives the sum of squared distances left. */
export const seedingTakeKernel: Kernel<SeedingArgs & { readonly centre: number }, number> = {
  name: 'seedingTakeKernel',
  url: import.meta.url,
  blocks,
  run: (args, block) => {
    let sum = 0;
    const end = Math.min(args.rows, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < end; i++) {
      const d = nearer(args, 0, i);
      if (d < args.closest[i]!) {
        args.closest[i] = d;
        args.owner[i] = args.centre;
      }
      sum += d;
    }
    return sum;
  },
};

/**
 * Rows to start k-means from: greedy k-means++ (Arthur and Vassilvitskii 2007), each centre the best of 2 + ⌊ln k⌋
 * rows drawn by squared distance, as scikit-learn does. Where fewer than k rows are distinct, rows repeat.
 */
export async function seedCentres(
  compute: Compute,
  points: Float32Array,
  rows: number,
  features: number,
  clusters: number,
  draw: Random,
  options?: ComputeOptions,
): Promise<Int32Array> {
  const closest = sharedF64(rows).fill(Number.POSITIVE_INFINITY);
  const owner = sharedI32(rows);
  const chosen = new Int32Array(clusters);
  const tries = 2 + Math.floor(Math.log(clusters));
  let left: number[] = [];
  for (let k = 0; k < clusters; k++) {
    const base = { points, rows, features, closest, owner };
    const distances = (row: number) =>
      Float64Array.from(chosen.subarray(0, k), (c) =>
        squaredDistance(points, row * features, points, c * features, features),
      );
    let best = 0;
    if (k === 0) {
      best = draw.int(rows);
    } else {
      const candidates = Array.from({ length: tries }, () => drawByDistance(closest, left, draw));
      const toCentres = candidates.map(distances);
      const parts = await compute(seedingPotentialKernel, { ...base, candidates, toCentres }, options);
      let least = Number.POSITIVE_INFINITY;
      candidates.forEach((row, c) => {
        const potential = parts.reduce((sum, part) => sum + part[c]!, 0);
        if (potential < least) {
          least = potential;
          best = row;
        }
      });
    }
    chosen[k] = best;
    // With no centre yet every row's owner is 0, at a distance that rules nothing out.
    const toCentres = [k === 0 ? new Float64Array(1) : distances(best)];
    left = await compute(seedingTakeKernel, { ...base, candidates: [best], toCentres, centre: k }, options);
  }
  return chosen;
}

/** A row drawn with probability proportional to `closest`, whose sums by block are `left`. */
function drawByDistance(closest: Float64Array, left: readonly number[], draw: Random): number {
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
