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

interface DotArgs {
  readonly x: Dense;
  readonly shift: Float64Array;
  readonly v: Float64Array;
}
const CHUNK = 16384;

/** One block: Σ (x − shift) v of every column over one chunk of rows. */
export const columnDotsKernel: Kernel<DotArgs, Float64Array> = {
  name: 'columnDotsKernel',
  url: import.meta.url,
  blocks: ({ x }) => Math.ceil(x.rows / CHUNK),
  run({ x: { data, rows, width }, shift, v }, block) {
    const from = block * CHUNK;
    const to = Math.min(rows, from + CHUNK);
    const out = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      const less = shift[j]!;
      const start = j * rows;
      let sum = 0;
      for (let i = from; i < to; i++) sum += (data[start + i]! - less) * v[i]!;
      out[j] = sum;
    }
    return out;
  },
};

/** What a linear model by squares needs to know of its data: weighted, less the means if there is an intercept. */
export interface Normal {
  /** Sum of the weights. */
  readonly total: number;
  readonly mean: Float64Array;
  readonly yMean: number;
  /** XᵀWX, features × features; Xᵀ Wy; yᵀWy. */
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  readonly square: number;
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
  const v = Float64Array.from(y, (value, i) => (value - yMean) * (weight ? weight[i]! : 1));
  const cross = new Float64Array(features);
  for (const part of await compute(columnDotsKernel, { x, shift: mean, v }, options)) {
    part.forEach((value, j) => {
      cross[j]! += value;
    });
  }
  const square = total * (ofTarget.variance[0]! + (intercept ? 0 : ofTarget.mean[0]! ** 2));
  const product = await gram(compute, { x, shift: mean, ...weighted }, options);
  const constant = Array.from(moments.variance, (v, j) => {
    if (!intercept) return product[j * features + j] === 0;
    return v <= total * Number.EPSILON * v + (total * moments.mean[j]! * Number.EPSILON) ** 2;
  });
  return { total, mean, yMean, gram: product, cross, square, constant };
}

export const interceptOf = ({ mean, yMean }: Pick<Normal, 'mean' | 'yMean'>, coef: Float64Array): number =>
  coef.reduce((sum, c, j) => sum - c * mean[j]!, yMean);
