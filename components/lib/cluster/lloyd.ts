import type { Kernel } from '../compute/kernel.js';
import { BATCH, centreDistances, distanceError } from './centre-distances.js';
import { type Points, squaredDistance } from './points.js';

/**
 * One iteration of Lloyd's algorithm with the bounds of Hamerly (2010): most rows are seen to keep their cluster
 * without a distance to another centre being computed, with the same result.
 */
export interface AssignArgs {
  readonly points: Points;
  readonly clusters: number;
  /** Row-major clusters × features. */
  readonly centres: Float64Array;
  /** Half the distance of each centre to its nearest other. */
  readonly half: Float64Array;
  /** How far each centre has moved since the last iteration, and for each the furthest that another has. */
  readonly moved: Float64Array;
  readonly movedOther: Float64Array;
  /** State a row: cluster (−1 before the first), at most this far from its centre, at least this far from others. */
  readonly labels: Int32Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
}

/** What a block of rows changes: how the sums and sizes of the clusters differ, and how many rows moved. */
export interface AssignPart {
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
  readonly changed: number;
}

/** Some 10 million coordinate differences a block at worst. */
const perBlock = (points: Points, clusters: number) =>
  Math.min(65536, Math.max(256, Math.floor(1e7 / (points.stride * (clusters + 4)))));

const rowBlocks = ({ points, clusters }: { readonly points: Points; readonly clusters: number }) =>
  Math.ceil(points.rows / perBlock(points, clusters));

function range({ points, clusters }: { readonly points: Points; readonly clusters: number }, block: number) {
  const size = perBlock(points, clusters);
  return [block * size, Math.min(points.rows, (block + 1) * size)] as const;
}

export const assignKernel: Kernel<AssignArgs, AssignPart> = {
  name: 'assignKernel',
  url: import.meta.url,
  blocks: rowBlocks,
  run: (args, block) => {
    const { points, clusters, centres, half, moved, movedOther, labels, upper, lower } = args;
    const { data, features, stride } = points;
    const sums = new Float64Array(clusters * features);
    const sizes = new Float64Array(clusters);
    let changed = 0;
    const error = distanceError(features);
    const { add, addAll, flush } = centreDistances(points, centres, clusters, (i, found) => {
      const own = labels[i]!;
      let { centre: best, least: nearest, second } = found;
      // A lead within the error is none: the row stays, so that rounding cannot make rows go to and fro.
      if (own >= 0 && own !== best && nearest > found.distances[found.at + own]! * (1 - error)) {
        second = nearest;
        nearest = found.distances[found.at + own]!;
        best = own;
      }
      upper[i] = Math.sqrt(nearest) * (1 + error);
      lower[i] = Math.sqrt(second) * (1 - error);
      if (best === own) return;
      changed++;
      labels[i] = best;
      const row = i * stride;
      sizes[best]!++;
      for (let f = 0; f < features; f++) sums[best * features + f]! += data[row + f]!;
      if (own < 0) return;
      sizes[own]!--;
      for (let f = 0; f < features; f++) sums[own * features + f]! -= data[row + f]!;
    });
    const [start, end] = range(args, block);
    for (let first = start; first < end; first += BATCH) {
      const last = Math.min(end, first + BATCH);
      let failing = 0;
      for (let i = first; i < last; i++) {
        const own = labels[i]!;
        if (own < 0) {
          failing++;
          continue;
        }
        const u = upper[i]! + moved[own]!;
        const l = lower[i]! - movedOther[own]!;
        upper[i] = u;
        lower[i] = l;
        if (u > l && u > half[own]!) failing++;
      }
      // Copying and measuring a whole batch is cheaper than picking its rows where many fail.
      if (failing * 3 > last - first) addAll(first, last);
      else if (failing > 0)
        for (let i = first; i < last; i++) {
          const own = labels[i]!;
          const safe = Math.max(half[own]!, lower[i]!);
          if (upper[i]! <= safe) continue;
          upper[i] = Math.sqrt(squaredDistance(data, i * stride, centres, own * features, features));
          if (upper[i]! > safe) add(i);
        }
    }
    flush();
    return { sums, sizes, changed };
  },
};

export interface NearestArgs {
  readonly points: Points;
  readonly clusters: number;
  readonly centres: Float64Array;
  readonly labels: Int32Array;
}

/** Labels every row with its nearest centre (the first of equals); gives the block's sum of squared distances. */
export const nearestKernel: Kernel<NearestArgs, number> = {
  name: 'nearestKernel',
  url: import.meta.url,
  blocks: rowBlocks,
  run: (args, block) => {
    const { points, clusters, centres, labels } = args;
    const { data, features, stride } = points;
    const error = distanceError(features);
    let inertia = 0;
    const { addAll } = centreDistances(points, centres, clusters, (i, found) => {
      // Where float32 leaves more than one centre to choose from, float64 decides.
      const within = found.least * (1 + 3 * error);
      const alone = found.second > within;
      let nearest = Number.POSITIVE_INFINITY;
      for (let c = alone ? found.centre : 0; c < (alone ? found.centre + 1 : clusters); c++) {
        if (!alone && found.distances[found.at + c]! > within) continue;
        const d = squaredDistance(data, i * stride, centres, c * features, features);
        if (d < nearest) {
          nearest = d;
          labels[i] = c;
        }
      }
      inertia += nearest;
    });
    addAll(...range(args, block));
    return inertia;
  },
};
