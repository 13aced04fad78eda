import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { columnMoments } from '../linalg/columns.js';
import type { Dense } from '../linalg/dense.js';
import { gram } from '../linalg/gram.js';

/** Rows to predict: feature j of row i at x[j * rows + i], finite. Put x on a SharedArrayBuffer. */
export interface Features {
  readonly x: Float32Array | Float64Array;
  readonly rows: number;
  readonly features: number;
}

/** Rows to learn a number from. */
export interface RegressionData extends Features {
  readonly y: Float32Array | Float64Array;
  /** One a row, finite, ≥ 0. A weight of two counts as the row twice. */
  readonly weight?: Float64Array;
}

export interface LinearModel {
  readonly coef: Float64Array;
  readonly intercept: number;
}

export const dense = ({ x, rows, features }: Features): Dense => ({
  data: x,
  rows,
  width: features,
  order: 'columns',
});

/** Throws `wrong-shape` or `bad-weight`. */
export function checkWeight(weight: Float64Array | undefined, rows: number) {
  if (!weight) return;
  if (weight.length !== rows)
    throw new InputError('wrong-shape', `${weight.length} weights for ${rows} rows`);
  const row = weight.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (row >= 0) throw new InputError('bad-weight', `row ${row} has the weight ${weight[row]}`);
}

interface ResidualArgs extends RegressionData {
  readonly mean: Float64Array;
  readonly yMean: number;
  readonly coef: Float64Array;
}
const CHUNK = 16384;

/** One block: Xᵀ W (y − Xb), less the means, over one chunk of rows. */
export const residualDotsKernel: Kernel<ResidualArgs, Float64Array> = {
  name: 'residualDotsKernel',
  url: import.meta.url,
  blocks: ({ rows }) => Math.ceil(rows / CHUNK),
  run({ x, rows, features, y, weight, mean, yMean, coef }, block) {
    const from = block * CHUNK;
    const to = Math.min(rows, from + CHUNK);
    const residual = Float64Array.from(y.subarray(from, to), (value) => value - yMean);
    for (let j = 0; j < features; j++) {
      const b = coef[j]!;
      if (b === 0) continue;
      for (let i = from; i < to; i++) residual[i - from]! -= b * (x[j * rows + i]! - mean[j]!);
    }
    if (weight) for (let i = from; i < to; i++) residual[i - from]! *= weight[i]!;
    const out = new Float64Array(features);
    for (let j = 0; j < features; j++) {
      let sum = 0;
      for (let i = from; i < to; i++) sum += (x[j * rows + i]! - mean[j]!) * residual[i - from]!;
      out[j] = sum;
    }
    return out;
  },
};

export async function residualDots(
  compute: Compute,
  data: RegressionData,
  { mean, yMean }: Pick<Normal, 'mean' | 'yMean'>,
  coef: Float64Array,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const sum = new Float64Array(data.features);
  for (const part of await compute(residualDotsKernel, { ...data, mean, yMean, coef }, options)) {
    part.forEach((value, j) => {
      sum[j]! += value;
    });
  }
  return sum;
}

/** What a linear model by squares needs to know of its data: weighted, less the means if there is an intercept. */
export interface Normal {
  /** Sum of the weights. */
  readonly total: number;
  readonly mean: Float64Array;
  readonly yMean: number;
  /** XᵀWX, features × features; Xᵀ Wy. */
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  /** Columns that do not vary beyond rounding: their coefficient is zero. */
  readonly constant: readonly boolean[];
}

/** Throws `wrong-shape`, `bad-weight`, `no-rows`, `not-finite`. */
export async function normalEquations(
  compute: Compute,
  data: RegressionData,
  intercept: boolean,
  options?: ComputeOptions,
): Promise<Normal> {
  const { rows, features, y, weight } = data;
  checkWeight(weight, rows);
  if (y.length !== rows) throw new InputError('wrong-shape', `${y.length} targets for ${rows} rows`);
  const x = dense(data);
  const weighted = weight ? { weight } : {};
  const moments = await columnMoments(compute, { x, ...weighted }, options);
  const target: Dense = { data: y, rows, width: 1, order: 'columns' };
  const ofTarget = await columnMoments(compute, { x: target, ...weighted }, options);
  const { total } = moments;
  const mean = intercept ? moments.mean : new Float64Array(features);
  const yMean = intercept ? ofTarget.mean[0]! : 0;
  const cross = await residualDots(compute, data, { mean, yMean }, new Float64Array(features), options);
  const product = await gram(compute, { x, shift: mean, ...weighted }, options);
  const constant = Array.from(moments.variance, (v, j) => {
    if (!intercept) return product[j * features + j] === 0;
    return v <= rows * Number.EPSILON * v + (rows * moments.mean[j]! * Number.EPSILON) ** 2;
  });
  return { total, mean, yMean, gram: product, cross, constant };
}

export const interceptOf = ({ mean, yMean }: Pick<Normal, 'mean' | 'yMean'>, coef: Float64Array): number =>
  coef.reduce((sum, c, j) => sum - c * mean[j]!, yMean);
