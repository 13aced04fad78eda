import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { random } from '../random.js';
import { type AssignArgs, assignKernel, nearestKernel } from './lloyd.js';
import { checkFinite, type Matrix, rowMajor, squaredDistance } from './points.js';
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
 * 4 · rows · features + 28 · rows bytes. The same bytes for any number of workers.
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
    const rowsChosen = await seedCentres(compute, points, rows, features, clusters, random(seed, start));
    const centres = new Float64Array(clusters * features);
    rowsChosen.forEach((row, c) => {
      centres.set(points.subarray(row * features, (row + 1) * features), c * features);
    });
    const fit = await iterate(
      compute,
      points,
      { rows, features, clusters, centres, iterations, stop },
      options,
    );
    if (!best || fit.inertia < best.inertia) best = fit;
  }
  return best!;
}

interface Start {
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  readonly centres: Float64Array;
  readonly iterations: number;
  readonly stop: number;
}

async function iterate(
  compute: Compute,
  points: Float32Array,
  start: Start,
  options: ComputeOptions | undefined,
): Promise<KMeansFit> {
  const { rows, features, clusters, stop } = start;
  let centres = start.centres;
  const labels = sharedI32(rows).fill(-1);
  const upper = sharedF64(rows);
  const lower = sharedF64(rows);
  const sums = new Float64Array(clusters * features);
  const sizes = new Float64Array(clusters);
  let moved = new Float64Array(clusters);
  let iteration = 0;
  while (iteration < start.iterations) {
    iteration++;
    const state = { points, rows, features, clusters, centres, labels, upper, lower };
    const args: AssignArgs = {
      ...state,
      ...spacing(centres, clusters, features),
      moved,
      movedOther: largestOther(moved),
    };
    const parts = await compute(assignKernel, args, options);
    let changed = 0;
    for (const part of parts) {
      changed += part.changed;
      for (let c = 0; c < clusters; c++) sizes[c]! += part.sizes[c]!;
      for (let f = 0; f < sums.length; f++) sums[f]! += part.sums[f]!;
    }
    if (changed === 0) break;
    if (sizes.includes(0)) relocate(state, sums, sizes);
    const next = sums.map((sum, f) => {
      const size = sizes[Math.floor(f / features)]!;
      return size > 0 ? sum / size : centres[f]!;
    });
    moved = distances(centres, next, clusters, features);
    centres = next;
    if (moved.reduce((sum, d) => sum + d * d, 0) <= stop) break;
  }
  const model = { centres, clusters, features };
  const parts = await compute(nearestKernel, { points, rows, ...model, labels, distances: upper }, options);
  return { ...model, labels, inertia: parts.reduce((a, b) => a + b, 0), iterations: iteration };
}

/** Distances between centres, and half of each one's to its nearest other (∞ where there is none). */
function spacing(centres: Float64Array, clusters: number, features: number) {
  const between = new Float64Array(clusters * clusters);
  const half = new Float64Array(clusters).fill(Number.POSITIVE_INFINITY);
  for (let a = 0; a < clusters; a++)
    for (let b = 0; b < clusters; b++) {
      if (a === b) continue;
      const d = Math.sqrt(squaredDistance(centres, a * features, centres, b * features, features));
      between[a * clusters + b] = d;
      half[a] = Math.min(half[a]!, d / 2);
    }
  return { between, half };
}

const distances = (a: Float64Array, b: Float64Array, clusters: number, features: number) =>
  Float64Array.from({ length: clusters }, (_, c) =>
    Math.sqrt(squaredDistance(a, c * features, b, c * features, features)),
  );

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
function relocate(
  state: Pick<
    AssignArgs,
    'points' | 'rows' | 'features' | 'clusters' | 'centres' | 'labels' | 'upper' | 'lower'
  >,
  sums: Float64Array,
  sizes: Float64Array,
): void {
  const { points, rows, features, clusters, centres, labels, upper, lower } = state;
  for (let c = 0; c < clusters; c++) {
    if (sizes[c]! > 0) continue;
    let furthest = -1;
    let most = 0;
    for (let i = 0; i < rows; i++) {
      const own = labels[i]!;
      if (sizes[own]! < 2) continue;
      const d = squaredDistance(points, i * features, centres, own * features, features);
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
      const value = points[furthest * features + f]!;
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
  const args = {
    points: rowMajor(matrix),
    rows,
    features,
    clusters,
    centres,
    labels,
    distances: sharedF64(rows),
  };
  await compute(nearestKernel, args, options);
  return labels;
}
