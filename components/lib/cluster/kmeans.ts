import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { random } from '../random.js';
import { type AssignArgs, assignKernel, nearestKernel } from './lloyd.js';
import { checkFinite, distance, type Matrix, type Points, rowMajor, squaredDistance } from './points.js';
import { seedCentres } from './seeding.js';

export interface KMeansOptions {
  readonly clusters: number;
  /** Seedings tried; the one with the least inertia wins. 10 when absent. */
  readonly starts?: number;
  /** Iterations at most in a start. 300 when absent. */
  readonly iterations?: number;
  /** Stops when the centres' squared moves sum to no more than this times the mean variance of a feature. 1e-4. */
  readonly tolerance?: number;
}

export interface KMeansModel {
  /** Row-major clusters × features. */
  readonly centres: Float64Array;
  readonly clusters: number;
  readonly features: number;
}

export interface KMeansFit extends KMeansModel {
  /** Cluster of each training row. */
  readonly labels: Int32Array;
  /** Sum of squared distances of the rows to their centres. */
  readonly inertia: number;
  /** Iterations of the winning start. */
  readonly iterations: number;
}

/**
 * k-means: greedy k-means++ seeding, Lloyd's iterations, the best of several starts (scikit-learn's KMeans).
 *
 * A cluster that loses its rows restarts at the row furthest from its centre. Where fewer rows are distinct than
 * clusters are asked for, centres coincide and the later ones hold no row. Features count by their scale: scale
 * them first. O(starts · iterations · rows · clusters · features) at worst, mostly far less thanks to bounds; memory
 * 4 · rows · (features + 11 + 2 ln clusters) bytes. The same bytes for any number of workers.
 * Throws `not-finite`, `empty`, `length`, `clusters` (not 1 … rows).
 */
export async function fitKMeans(
  compute: Compute,
  matrix: Matrix,
  { clusters, starts = 10, iterations = 300, tolerance = 1e-4 }: KMeansOptions,
  seed: number,
  options?: ComputeOptions,
): Promise<KMeansFit> {
  checkFinite(matrix);
  const { rows, features } = matrix;
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= rows))
    throw new InputError('clusters', `${clusters} clusters of ${rows} rows`);
  const points = rowMajor(matrix);
  const stop = tolerance * meanVariance(matrix);
  let best: KMeansFit | undefined;
  for (let start = 0; start < Math.max(1, starts); start++) {
    const chosen = await seedCentres(compute, points, clusters, random(seed, start), options);
    const centres = new Float64Array(clusters * features);
    chosen.forEach((row, c) => {
      const from = row * points.stride;
      centres.set(points.data.subarray(from, from + features), c * features);
    });
    const fit = await iterate(compute, { points, clusters, centres, iterations, stop }, options);
    if (!best || fit.inertia < best.inertia) best = fit;
  }
  return best!;
}

type RowState = Pick<AssignArgs, 'labels' | 'upper' | 'lower'>;

interface Start {
  readonly points: Points;
  readonly clusters: number;
  readonly centres: Float64Array;
  readonly iterations: number;
  readonly stop: number;
}

async function iterate(
  compute: Compute,
  { points, clusters, centres: first, iterations, stop }: Start,
  options: ComputeOptions | undefined,
): Promise<KMeansFit> {
  const { rows, features } = points;
  let centres = first;
  const state: RowState = {
    labels: sharedI32(rows).fill(-1),
    upper: sharedF64(rows),
    lower: sharedF64(rows),
  };
  const sums = new Float64Array(clusters * features);
  const sizes = new Float64Array(clusters);
  let moved = new Float64Array(clusters);
  let iteration = 0;
  while (iteration < iterations) {
    iteration++;
    const half = halfGaps(centres, clusters, features);
    const args = { points, clusters, centres, half, moved, movedOther: largestOther(moved), ...state };
    const parts = await compute(assignKernel, args, options);
    let changed = 0;
    for (const part of parts) {
      changed += part.changed;
      for (let c = 0; c < clusters; c++) sizes[c]! += part.sizes[c]!;
      for (let f = 0; f < sums.length; f++) sums[f]! += part.sums[f]!;
    }
    if (changed === 0) break;
    if (sizes.includes(0)) relocate(args, sums, sizes);
    const next = sums.map((sum, f) => {
      const size = sizes[Math.floor(f / features)]!;
      return size > 0 ? sum / size : centres[f]!;
    });
    moved = Float64Array.from({ length: clusters }, (_, c) => distance(centres, c, next, c, features));
    centres = next;
    if (moved.reduce((sum, d) => sum + d * d, 0) <= stop) break;
  }
  const { labels } = state;
  const parts = await compute(nearestKernel, { points, clusters, centres, labels }, options);
  const inertia = parts.reduce((a, b) => a + b, 0);
  return { centres, clusters, features, labels, inertia, iterations: iteration };
}

/** Half the distance of each centre to its nearest other, ∞ where there is none. */
function halfGaps(centres: Float64Array, clusters: number, features: number): Float64Array {
  const half = new Float64Array(clusters).fill(Number.POSITIVE_INFINITY);
  for (let a = 0; a < clusters; a++)
    for (let b = 0; b < a; b++) {
      const d = distance(centres, a, centres, b, features) / 2;
      half[a] = Math.min(half[a]!, d);
      half[b] = Math.min(half[b]!, d);
    }
  return half;
}

/** For each cluster the largest of the others' values. */
function largestOther(values: Float64Array): Float64Array {
  let first = -1;
  let second = 0;
  values.forEach((v, c) => {
    if (first < 0 || v > values[first]!) {
      if (first >= 0) second = values[first]!;
      first = c;
    } else if (v > second) second = v;
  });
  return values.map((_, c) => (c === first ? second : values[first]!));
}

/** Gives each empty cluster the row furthest from its own centre, unless every row lies on its centre. */
function relocate(args: AssignArgs, sums: Float64Array, sizes: Float64Array): void {
  const { points, clusters, centres, labels, upper, lower } = args;
  const { data, rows, features, stride } = points;
  for (let c = 0; c < clusters; c++) {
    if (sizes[c]! > 0) continue;
    let furthest = -1;
    let most = 0;
    for (let i = 0; i < rows; i++) {
      const own = labels[i]!;
      if (sizes[own]! < 2) continue;
      const d = squaredDistance(data, i * stride, centres, own * features, features);
      if (d > most) {
        most = d;
        furthest = i;
      }
    }
    if (furthest < 0) return;
    const own = labels[furthest]!;
    sizes[own]!--;
    sizes[c] = 1;
    for (let f = 0; f < features; f++) {
      const value = data[furthest * stride + f]!;
      sums[own * features + f]! -= value;
      sums[c * features + f] = value;
    }
    labels[furthest] = c;
    // Bounds that rule nothing out: the next iteration looks at this row.
    upper[furthest] = Number.POSITIVE_INFINITY;
    lower[furthest] = 0;
  }
}

/** Mean over the features of their population variance, in two passes. */
function meanVariance({ x, rows, features }: Matrix): number {
  let sum = 0;
  for (let j = 0; j < features; j++) {
    const column = x.subarray(j * rows, (j + 1) * rows);
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += column[i]!;
    mean /= rows;
    for (let i = 0; i < rows; i++) sum += (column[i]! - mean) ** 2 / rows;
  }
  return sum / features;
}

/** Nearest centre of each row, the first of equals. O(rows · clusters · features). Throws as `fitKMeans`. */
export async function predictKMeans(
  compute: Compute,
  { centres, clusters, features }: KMeansModel,
  matrix: Matrix,
  options?: ComputeOptions,
): Promise<Int32Array> {
  if (matrix.features !== features)
    throw new InputError('length', `${matrix.features} features where the model has ${features}`);
  if (matrix.rows === 0) return new Int32Array(0);
  checkFinite(matrix);
  const { rows } = matrix;
  const labels = sharedI32(rows);
  await compute(nearestKernel, { points: rowMajor(matrix), clusters, centres, labels }, options);
  return labels;
}
