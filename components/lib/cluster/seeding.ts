import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import type { Random } from '../random.js';
import { centreDistances, type Found } from './centre-distances.js';
import type { Points } from './points.js';

interface SeedingArgs {
  readonly points: Points;
  /** Squared distance of each row to its nearest centre so far. */
  readonly closest: Float64Array;
  /** Values of the rows tried as the next centre, count × features. */
  readonly candidates: Float32Array;
  readonly count: number;
}

const BLOCK = 4096;
const blocks = ({ points }: SeedingArgs) => Math.ceil(points.rows / BLOCK);

function eachRow(args: SeedingArgs, block: number, each: (row: number, found: Found) => void) {
  const { addAll } = centreDistances(args.points, args.candidates, args.count, each);
  addAll(block * BLOCK, Math.min(args.points.rows, (block + 1) * BLOCK));
}

/** For each candidate the sum of squared distances that a block of rows would be left with. */
export const seedingPotentialKernel: Kernel<SeedingArgs, Float64Array> = {
  name: 'seedingPotentialKernel',
  url: import.meta.url,
  blocks,
  run: (args, block) => {
    const { closest, count } = args;
    const sums = new Float64Array(count);
    eachRow(args, block, (i, { distances, at }) => {
      const now = closest[i]!;
      for (let c = 0; c < count; c++) {
        const d = distances[at + c]!;
        sums[c]! += d < now ? d : now;
      }
    });
    return sums;
  },
};

/** Takes the one candidate as a centre: updates the rows and gives the sum of squared distances left. */
export const seedingTakeKernel: Kernel<SeedingArgs, number> = {
  name: 'seedingTakeKernel',
  url: import.meta.url,
  blocks,
  run: (args, block) => {
    const { closest } = args;
    let sum = 0;
    eachRow(args, block, (i, { least }) => {
      if (least < closest[i]!) closest[i] = least;
      sum += closest[i]!;
    });
    return sum;
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
  const closest = sharedF64(rows).fill(Number.POSITIVE_INFINITY);
  const args = (candidates: readonly number[]): SeedingArgs => {
    const values = new Float32Array(candidates.length * features);
    candidates.forEach((row, c) => {
      values.set(data.subarray(row * stride, row * stride + features), c * features);
    });
    return { points, closest, candidates: values, count: candidates.length };
  };
  const tries = 2 + Math.floor(Math.log(clusters));
  const chosen = [draw.int(rows)];
  while (chosen.length < clusters) {
    const left = await compute(seedingTakeKernel, args([chosen.at(-1)!]), options);
    const candidates = Array.from({ length: tries }, () => drawByDistance(closest, left, draw));
    const parts = await compute(seedingPotentialKernel, args(candidates), options);
    const potential = candidates.map((_, c) => parts.reduce((sum, part) => sum + part[c]!, 0));
    chosen.push(candidates[potential.indexOf(Math.min(...potential))]!);
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
