import type { Kernel } from '../compute/kernel.js';
import { squaredDistance } from './points.js';

/**
 * One iteration of Lloyd's algorithm with the bounds of Hamerly (2010) and the ball of Newling and Fleuret (2016):
 * most rows are seen to keep their cluster without a distance being computed, with the same result.
 */
export interface AssignArgs {
  readonly points: Float32Array;
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  /** Row-major clusters × features. */
  readonly centres: Float64Array;
  /** Distances between centres, clusters × clusters; half the distance of each to its nearest other. */
  readonly between: Float64Array;
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

/** Some 2 million coordinate differences a block at worst. */
const perBlock = ({ features, clusters }: Pick<AssignArgs, 'features' | 'clusters'>) =>
  Math.min(65536, Math.max(256, Math.floor(2e6 / (features * clusters))));

export const assignKernel: Kernel<AssignArgs, AssignPart> = {
  name: 'assignKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.rows / perBlock(args)),
  run: (args, block) => {
    const { points, rows, features, clusters, centres, between, half } = args;
    const { moved, movedOther, labels, upper, lower } = args;
    const sums = new Float64Array(clusters * features);
    const sizes = new Float64Array(clusters);
    let changed = 0;
    const start = block * perBlock(args);
    const end = Math.min(rows, start + perBlock(args));
    for (let i = start; i < end; i++) {
      const at = i * features;
      const own = labels[i]!;
      let u = Number.POSITIVE_INFINITY;
      let reach = Number.POSITIVE_INFINITY;
      if (own >= 0) {
        u = upper[i]! + moved[own]!;
        const l = lower[i]! - movedOther[own]!;
        lower[i] = l;
        const safe = Math.max(half[own]!, l);
        if (u > safe) u = Math.sqrt(squaredDistance(points, at, centres, own * features, features));
        upper[i] = u;
        if (u <= safe) continue;
        // A centre further than this from the row's own can be neither nearest nor second.
        reach = 2 * (u + half[own]!);
      }
      let best = own;
      let nearest = u;
      let second = Number.POSITIVE_INFINITY;
      for (let c = 0; c < clusters; c++) {
        if (c === own || (own >= 0 && between[own * clusters + c]! > reach)) continue;
        const d = Math.sqrt(squaredDistance(points, at, centres, c * features, features));
        if (d < nearest) {
          second = nearest;
          nearest = d;
          best = c;
        } else if (d < second) second = d;
      }
      upper[i] = nearest;
      lower[i] = second; // The nearest other centre of `own` lies within reach, so the second was among those seen.
      if (best === own) continue;
      changed++;
      labels[i] = best;
      sizes[best]!++;
      for (let f = 0; f < features; f++) sums[best * features + f]! += points[at + f]!;
      if (own < 0) continue;
      sizes[own]!--;
      for (let f = 0; f < features; f++) sums[own * features + f]! -= points[at + f]!;
    }
    return { sums, sizes, changed };
  },
};

export interface NearestArgs {
  readonly points: Float32Array;
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  readonly centres: Float64Array;
  readonly labels: Int32Array;
  /** Squared distance of each row to its centre. */
  readonly distances: Float64Array;
}

/** Labels every row with its nearest centre (the first of equals); gives the block's sum of squared distances. */
export const nearestKernel: Kernel<NearestArgs, number> = {
  name: 'nearestKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.rows / perBlock(args)),
  run: (args, block) => {
    const { points, rows, features, clusters, centres, labels, distances } = args;
    let inertia = 0;
    const start = block * perBlock(args);
    const end = Math.min(rows, start + perBlock(args));
    for (let i = start; i < end; i++) {
      let nearest = Number.POSITIVE_INFINITY;
      for (let c = 0; c < clusters; c++) {
        const d = squaredDistance(points, i * features, centres, c * features, features);
        if (d < nearest) {
          nearest = d;
          labels[i] = c;
        }
      }
      distances[i] = nearest;
      inertia += nearest;
    }
    return inertia;
  },
};
