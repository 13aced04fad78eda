import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedI32 } from '../compute/shared.js';
import { controlSize } from '../compute/team.js';
import { InputError } from '../errors.js';
import { random } from '../random.js';
import { lloydKernel, type Progress } from './lloyd.js';
import { pack } from './pack.js';
import { checkShape, type Matrix } from './points.js';
import { makeRoom, type Room } from './room.js';
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
 * 4 · rows · (features + 19) bytes at most. The same bytes for any number of workers.
 * Throws `not-finite`, `empty`, `length`, `clusters` (not 1 … rows), and `table-too-large` when 4 GiB of working
 * memory are not enough (some 20 million rows of 40 features).
 */
export async function fitKMeans(
  compute: Compute,
  matrix: Matrix,
  given: KMeansOptions,
  seed: number,
  options?: ComputeOptions,
): Promise<KMeansFit> {
  const { clusters, starts = 10, iterations = 300, tolerance = 1e-4 } = given;
  checkShape(matrix);
  const { rows, features } = matrix;
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= rows))
    throw new InputError('clusters', `${clusters} clusters of ${rows} rows`);
  const room = makeRoom(rows, features, clusters);
  const { sums, variance } = await pack(compute, matrix, room, options);
  // Distances are squared in float32: what would leave its range is clustered in another unit.
  if (variance * features * rows > 2 ** 120 || (variance > 0 && variance * features < 2 ** -140)) {
    const unit = 2 ** -Math.round(Math.log2(variance) / 2);
    const fit = await fitKMeans(compute, inUnit(matrix, unit), given, seed, options);
    return { ...fit, centres: fit.centres.map((v) => v / unit), inertia: fit.inertia / unit ** 2 };
  }
  const limits = { iterations: Math.max(1, iterations), stop: tolerance * variance };
  let best: KMeansFit | undefined;
  for (let start = 0; start < Math.max(1, starts); start++) {
    const chosen = await seedCentres(compute, room, random(seed, start), options);
    chosen.forEach((row, c) => {
      const from = row * room.stride;
      room.centres.set(room.data.subarray(from, from + features), c * features);
    });
    const { inertia, iteration } = await lloyd(compute, room, sums, limits, options);
    if (best && inertia >= best.inertia) continue;
    const centres = Float64Array.from(room.centres);
    const labels = sharedI32(rows);
    labels.set(room.labels);
    best = { centres, clusters, features, labels, inertia, iterations: iteration };
  }
  return best!;
}

/** The same numbers times a power of two, which takes no digit off them. */
const inUnit = (matrix: Matrix, unit: number): Matrix => ({ ...matrix, x: matrix.x.map((v) => v * unit) });

interface Limits {
  readonly iterations: number;
  readonly stop: number;
}

/** Iterates from `room.centres` on; without an iteration, only labels the rows. `total`: the sums of the features. */
async function lloyd(
  compute: Compute,
  room: Room,
  total: Float64Array,
  limits: Limits,
  options: ComputeOptions | undefined,
): Promise<Progress> {
  const { rows, clusters, features } = room;
  // All rows are the first cluster's until they are assigned.
  const sums = new Float64Array(clusters * features);
  sums.set(total);
  const sizes = new Float64Array(clusters);
  sizes[0] = rows;
  let progress: Progress = {
    phase: limits.iterations > 0 ? 'iterate' : 'settle',
    iteration: 0,
    chunks: 0,
    assigned: false,
    sums,
    sizes,
    moved: new Float64Array(clusters),
    inertia: 0,
  };
  while (progress.phase !== 'done') {
    const args = { room, progress, ...limits, control: sharedI32(controlSize) };
    const parts = await compute(lloydKernel, args, options);
    progress = parts[0]!;
  }
  return progress;
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
  checkShape(matrix);
  const size = centres.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const unit = size > 2 ** 60 || (size > 0 && size < 2 ** -60) ? 2 ** -Math.round(Math.log2(size)) : 1;
  const room = makeRoom(matrix.rows, features, clusters);
  const { sums } = await pack(compute, unit === 1 ? matrix : inUnit(matrix, unit), room, options);
  room.centres.set(centres.map((v) => v * unit));
  await lloyd(compute, room, sums, { iterations: 0, stop: 0 }, options);
  return Int32Array.from(room.labels);
}
