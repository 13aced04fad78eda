import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { cholesky } from '../linalg/cholesky.js';
import { gram } from '../linalg/gram.js';
import { fitKMeans } from './kmeans.js';
import { type Densities, type ExpectationPart, expectationKernel, spreadKernel } from './mixture-kernels.js';
import { checkFinite, type Matrix } from './points.js';

export interface MixtureOptions {
  readonly components: number;
  /** 'full' when absent: one covariance matrix a component; 'diagonal': variances only. */
  readonly covariance?: 'full' | 'diagonal';
  /** Iterations at most. 100 when absent. */
  readonly iterations?: number;
  /** Stops when the mean log density gains less. 1e-3 when absent. */
  readonly tolerance?: number;
  /** Added to every variance. 1e-6 when absent. */
  readonly regularisation?: number;
  /** Component that each row starts in; the clusters of one start of k-means when absent. */
  readonly start?: Int32Array;
}

export interface MixtureModel {
  readonly components: number;
  readonly features: number;
  readonly covariance: 'full' | 'diagonal';
  readonly weights: Float64Array;
  /** Row-major components × features. */
  readonly means: Float64Array;
  /** components × features × features, or components × features variances. */
  readonly covariances: Float64Array;
}

export interface MixtureFit extends MixtureModel {
  /** Mean log density of the training rows under the model before its last step. */
  readonly logDensity: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Gaussian mixture by expectation–maximisation from k-means, densities by log-sum-exp (scikit-learn's
 * GaussianMixture, one start). O(iterations · rows · components · features²), features for diagonal covariances, in
 * parallel over rows; memory 8 · rows · (components + 1). The same bytes for any number of workers.
 * Throws `not-finite`, `empty`, `length`, `clusters` (not 1 … rows), `singular` where a covariance is not positive
 * definite in spite of the regularisation.
 */
export async function fitGaussianMixture(
  compute: Compute,
  matrix: Matrix,
  options: MixtureOptions,
  seed: number,
  run?: ComputeOptions,
): Promise<MixtureFit> {
  const {
    components,
    covariance = 'full',
    iterations = 100,
    tolerance = 1e-3,
    regularisation = 1e-6,
  } = options;
  checkFinite(matrix);
  const { rows, features } = matrix;
  const start =
    options.start ??
    (await fitKMeans(compute, matrix, { clusters: components, starts: 1 }, seed, run)).labels;
  const shares = sharedF64(rows * components);
  for (let i = 0; i < rows; i++) shares[start[i]! * rows + i] = 1;
  const logDensity = sharedF64(rows);
  const maximise = async (sizes: Float64Array, sums: Float64Array): Promise<MixtureModel> => {
    const means = sums.map((sum, at) => sum / sizes[Math.floor(at / features)]!);
    const scatter = await scatters(compute, matrix, { components, covariance, shares, means }, run);
    const width = scatter.length / components;
    const covariances = scatter.map((sum, at) => {
      const onDiagonal = covariance === 'diagonal' || (at % width) % (features + 1) === 0;
      return sum / sizes[Math.floor(at / width)]! + (onDiagonal ? regularisation : 0);
    });
    const total = sizes.reduce((a, b) => a + b, 0);
    const weights = sizes.map((size) => size / total);
    return { components, features, covariance, weights, means, covariances };
  };
  let model = await maximise(...totals(startSums(matrix, start, components), components, features));
  let before = Number.NEGATIVE_INFINITY;
  for (let iteration = 1; ; iteration++) {
    const args = { ...densities(model), matrix, shares, logDensity };
    const parts = await compute(expectationKernel, args, run);
    const mean = parts.reduce((sum, part) => sum + part.logDensity, 0) / rows;
    model = await maximise(...totals(parts, components, features));
    const converged = Math.abs(mean - before) < tolerance;
    if (converged || iteration >= iterations)
      return { ...model, logDensity: mean, iterations: iteration, converged };
    before = mean;
  }
}

/** Sizes and sums of the components; one without rows keeps a size above zero, so that nothing is divided by it. */
function totals(parts: readonly ExpectationPart[], components: number, features: number) {
  const sizes = new Float64Array(components);
  const sums = new Float64Array(components * features);
  for (const part of parts) {
    for (let k = 0; k < components; k++) sizes[k]! += part.sizes[k]!;
    for (let at = 0; at < sums.length; at++) sums[at]! += part.sums[at]!;
  }
  return [sizes.map((size) => Math.max(size, 10 * Number.EPSILON)), sums] as const;
}

function startSums({ x, rows, features }: Matrix, start: Int32Array, components: number): ExpectationPart[] {
  if (start.length !== rows)
    throw new InputError('length', `${start.length} starting components for ${rows} rows`);
  const sizes = new Float64Array(components);
  const sums = new Float64Array(components * features);
  for (let i = 0; i < rows; i++) sizes[start[i]!]!++;
  for (let f = 0; f < features; f++)
    for (let i = 0; i < rows; i++) sums[start[i]! * features + f]! += x[f * rows + i]!;
  return [{ logDensity: 0, sizes, sums }];
}

interface Scatter {
  readonly components: number;
  readonly covariance: 'full' | 'diagonal';
  readonly shares: Float64Array;
  readonly means: Float64Array;
}

/** Σ share · (x − mean)(x − mean)ᵀ of each component, or its diagonal. */
async function scatters(compute: Compute, matrix: Matrix, scatter: Scatter, run: ComputeOptions | undefined) {
  const { components, covariance, shares, means } = scatter;
  const { x, rows, features } = matrix;
  if (covariance === 'diagonal') {
    const sums = new Float64Array(components * features);
    for (const part of await compute(spreadKernel, { matrix, components, shares, means }, run))
      for (let at = 0; at < sums.length; at++) sums[at]! += part[at]!;
    return sums;
  }
  const sums = new Float64Array(components * features * features);
  for (let k = 0; k < components; k++) {
    const shift = means.slice(k * features, (k + 1) * features);
    const weight = shares.subarray(k * rows, (k + 1) * rows);
    const args = { x: { data: x, rows, width: features, order: 'columns' as const }, shift, weight };
    sums.set(await gram(compute, args, run), k * features * features);
  }
  return sums;
}

/** Throws `singular`. O(components · features³). */
export function densities({
  components,
  features,
  covariance,
  weights,
  means,
  covariances,
}: MixtureModel): Densities {
  const width = covariance === 'full' ? features * features : features;
  const whitening = new Float64Array(components * width);
  const offset = new Float64Array(components * features);
  const constant = new Float64Array(components);
  for (let k = 0; k < components; k++) {
    const own = covariances.slice(k * width, (k + 1) * width);
    const w =
      covariance === 'full' ? inverseFactor(own, features) : own.map((variance) => 1 / Math.sqrt(variance));
    if (!w.every(Number.isFinite))
      throw new InputError('singular', `component ${k} has no spread in some direction`);
    whitening.set(w, k * width);
    let log = Math.log(weights[k]!) - (features / 2) * Math.log(2 * Math.PI);
    for (let f = 0; f < features; f++) {
      let sum = 0;
      if (covariance === 'full')
        for (let g = 0; g <= f; g++) sum -= w[f * features + g]! * means[k * features + g]!;
      else sum = -w[f]! * means[k * features + f]!;
      offset[k * features + f] = sum;
      log += Math.log(w[covariance === 'full' ? f * (features + 1) : f]!);
    }
    constant[k] = log;
  }
  return { components, covariance, whitening, offset, constant };
}

/** L⁻¹ of a = LLᵀ, row-major, zeros above the diagonal; NaN where a is not positive definite. */
function inverseFactor(a: Float64Array, n: number): Float64Array {
  if (cholesky(a, n) === 0) return new Float64Array(n * n).fill(Number.NaN);
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++)
    for (let i = column; i < n; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= a[i * n + k]! * inverse[k * n + column]!;
      inverse[i * n + column] = sum / a[i * n + i]!;
    }
  return inverse;
}

export interface MixtureScores {
  /** Log density of each row (GaussianMixture.score_samples): low where a row is unlike the training rows. */
  readonly logDensity: Float64Array;
  /** Component by component, rows each: probability that the row belongs to it. */
  readonly shares: Float64Array;
  /** The likeliest component of each row. */
  readonly labels: Int32Array;
}

/** O(rows · components · features²). Throws `length`, `not-finite`. */
export async function scoreGaussianMixture(
  compute: Compute,
  model: MixtureModel,
  matrix: Matrix,
  run?: ComputeOptions,
): Promise<MixtureScores> {
  const { rows, features } = matrix;
  const { components } = model;
  if (features !== model.features)
    throw new InputError('length', `${features} features where the model has ${model.features}`);
  const shares = sharedF64(rows * components);
  const logDensity = sharedF64(rows);
  const labels = new Int32Array(rows);
  if (rows === 0) return { logDensity, shares, labels };
  checkFinite(matrix);
  await compute(expectationKernel, { ...densities(model), matrix, shares, logDensity }, run);
  for (let i = 0; i < rows; i++)
    for (let k = 1; k < components; k++)
      if (shares[k * rows + i]! > shares[labels[i]! * rows + i]!) labels[i] = k;
  return { logDensity, shares, labels };
}

/** Bayesian information criterion of a fit on `rows` rows with this mean log density; less is better. */
export function mixtureBic(
  { components, features, covariance }: MixtureModel,
  logDensity: number,
  rows: number,
): number {
  const spread = covariance === 'full' ? (features * (features + 1)) / 2 : features;
  const parameters = components * (features + spread) + components - 1;
  return parameters * Math.log(rows) - 2 * logDensity * rows;
}
