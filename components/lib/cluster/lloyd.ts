import type { Kernel } from '../compute/kernel.js';
import { BATCH, centreDistances, distanceError, NEAREST } from './centre-distances.js';
import { SUMMARY } from './distance-tile.js';
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

/** Some 10 million coordinate differences a block at worst, and eight blocks at least of a table of thousands of rows. */
const perBlock = ({ rows, stride }: Points, clusters: number) =>
  Math.max(512, Math.floor(Math.min(65536, rows / 8, 1e7 / (stride * (clusters + 4)))));

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
    const tile = centreDistances(points, centres, clusters);
    const { summary, nearest: nearestCentre, distances, width } = tile;
    const doubtful = new Int32Array(BATCH);
    const [start, end] = range(args, block);
    for (let first = start; first < end; first += BATCH) {
      const last = Math.min(end, first + BATCH);
      let count = 0;
      for (let i = first; i < last; i++) {
        const own = labels[i]!;
        doubtful[count] = i;
        if (own < 0) {
          count++;
          continue;
        }
        const u = upper[i]! + moved[own]!;
        const l = lower[i]! - movedOther[own]!;
        upper[i] = u;
        lower[i] = l;
        count += u > l && u > half[own]! ? 1 : 0;
      }
      if (count === 0) continue;
      tile.measure(first, last, doubtful, count);
      for (let k = 0; k < count; k++) {
        const i = doubtful[k]!;
        const own = labels[i]!;
        let least = summary[k * SUMMARY]!;
        let second = summary[k * SUMMARY + 1]!;
        let best = nearestCentre[k * SUMMARY + NEAREST]!;
        // A lead within the error is none: the row stays, so that rounding cannot make rows go to and fro.
        if (own >= 0 && own !== best && least > distances[k * width + own]! * (1 - error)) {
          second = least;
          least = distances[k * width + own]!;
          best = own;
        }
        upper[i] = Math.sqrt(least) * (1 + error);
        lower[i] = Math.sqrt(second) * (1 - error);
        if (best === own) continue;
        changed++;
        labels[i] = best;
        sizes[best]!++;
        addRow(sums, best * features, data, i * stride, features, 1);
        if (own < 0) continue;
        sizes[own]!--;
        addRow(sums, own * features, data, i * stride, features, -1);
      }
    }
    return { sums, sizes, changed };
  },
};

function addRow(
  sums: Float64Array,
  to: number,
  data: Float32Array,
  from: number,
  length: number,
  sign: 1 | -1,
) {
  for (let f = 0; f < length; f++) sums[to + f]! += sign * data[from + f]!;
}

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
    const tile = centreDistances(points, centres, clusters);
    const { summary, nearest: nearestCentre, distances, width } = tile;
    let inertia = 0;
    const [start, end] = range(args, block);
    for (let first = start; first < end; first += BATCH) {
      const last = Math.min(end, first + BATCH);
      tile.measureAll(first, last);
      for (let i = first, k = 0; i < last; i++, k++) {
        // Where float32 leaves more than one centre to choose from, float64 decides.
        const within = summary[k * SUMMARY]! * (1 + 3 * error);
        const alone = summary[k * SUMMARY + 1]! > within;
        const found = nearestCentre[k * SUMMARY + NEAREST]!;
        let nearest = Number.POSITIVE_INFINITY;
        for (let c = alone ? found : 0; c < (alone ? found + 1 : clusters); c++) {
          if (!alone && distances[k * width + c]! > within) continue;
          const d = squaredDistance(data, i * stride, centres, c * features, features);
          if (d < nearest) {
            nearest = d;
            labels[i] = c;
          }
        }
        inertia += nearest;
      }
    }
    return inertia;
  },
};
