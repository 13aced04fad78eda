import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { cholesky, choleskySolve } from '../linalg/cholesky.js';
import { householder } from '../linalg/qr.js';
import {
  interceptOf,
  type LinearModel,
  type Normal,
  normalEquations,
  type RegressionData,
  residualDots,
} from './data.js';

export interface LeastSquaresParams {
  /** Ridge penalty α of Σ w (y − Xb − c)² + α |b|²; the intercept is free of it. Default 0: least squares. */
  readonly alpha?: number;
  /** Default true. */
  readonly intercept?: boolean;
}

/** With less of a column left over by the others than this share, one correction would not mend normal equations. */
const WELL_CONDITIONED = 1e-5;

/**
 * Least squares or ridge (scikit-learn's LinearRegression and Ridge): normal equations by Cholesky with
 * one correction from the residuals (Björck 1987), O(rows · features²); where columns are nearly dependent by QR of the rows instead, and then the solution of least norm.
 * Throws `wrong-shape`, `bad-weight`, `bad-parameter`, `no-rows`, `not-finite`.
 */
export async function fitLeastSquares(
  compute: Compute,
  data: RegressionData,
  { alpha = 0, intercept = true }: LeastSquaresParams = {},
  options?: ComputeOptions,
): Promise<LinearModel> {
  if (!(alpha >= 0 && Number.isFinite(alpha))) throw new InputError('bad-parameter', `alpha is ${alpha}`);
  const normal = await normalEquations(compute, data, intercept, options);
  const penalty = new Float64Array(data.features).fill(alpha);
  const coef = await solveSquares(compute, data, normal, penalty, options);
  return { coef, intercept: interceptOf(normal, coef) };
}

/** The coefficients that make Σ w (y − Xb − c)² + Σ penalty_j b_j² least, given what `normalEquations` tells of the data. */
export async function solveSquares(
  compute: Compute,
  data: RegressionData,
  normal: Normal,
  penalty: Float64Array,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const solve = choleskyOf(normal, penalty);
  if (!solve) return byQr(compute, data, normal, penalty, options);
  const first = solve(normal.cross);
  const rest = await residualDots(compute, data, normal, first, options);
  const correction = solve(rest.map((value, j) => value - penalty[j]! * first[j]!));
  return first.map((value, j) => value + correction[j]!);
}

/** Solves (XᵀWX + penalty) b = c, constant columns left out; undefined if the columns are too nearly dependent. */
function choleskyOf(
  { gram, constant }: Normal,
  penalty: Float64Array,
): ((c: Float64Array) => Float64Array) | undefined {
  const all = constant.length;
  const kept = Array.from(constant.keys()).filter((j) => !constant[j]);
  const n = kept.length;
  const a = new Float64Array(n * n);
  const size = Float64Array.from(kept, (j) => Math.sqrt(gram[j * all + j]! + penalty[j]!));
  kept.forEach((i, r) => {
    kept.forEach((j, c) => {
      a[r * n + c] = r === c ? 1 : gram[i * all + j]! / (size[r]! * size[c]!);
    });
  });
  if (cholesky(a, n) < WELL_CONDITIONED) return undefined;
  return (right) => {
    const solution = choleskySolve(
      a,
      n,
      Float64Array.from(kept, (j, r) => right[j]! / size[r]!),
    );
    const coef = new Float64Array(all);
    kept.forEach((j, r) => {
      coef[j] = solution[r]! / size[r]!;
    });
    return coef;
  };
}

interface QrArgs extends RegressionData {
  readonly mean: Float64Array;
  readonly yMean: number;
  readonly constant: readonly boolean[];
}
const chunkRows = (features: number) => Math.max(8 * (features + 1), Math.ceil(2 ** 18 / (features + 1)));

/** One block: R of the centred, weighted [X y] of one chunk of rows, (features + 1)² by columns. */
export const triangleKernel: Kernel<QrArgs, Float64Array> = {
  name: 'triangleKernel',
  url: import.meta.url,
  blocks: ({ rows, features }) => Math.ceil(rows / chunkRows(features)),
  run({ x, y, rows, features, weight, mean, yMean, constant }, block) {
    const from = block * chunkRows(features);
    const count = Math.min(rows - from, chunkRows(features));
    const a = new Float64Array(count * (features + 1));
    for (let j = 0; j <= features; j++) {
      if (constant[j]) continue;
      const column = j < features ? x.subarray(j * rows, (j + 1) * rows) : y;
      const less = j < features ? mean[j]! : yMean;
      for (let i = from, at = j * count; i < from + count; i++, at++) {
        a[at] = (column[i]! - less) * (weight ? Math.sqrt(weight[i]!) : 1);
      }
    }
    return triangle(a, count, features + 1);
  },
};

/** R of a matrix by columns, as a square with zero rows below where there were too few. */
function triangle(a: Float64Array, rows: number, columns: number): Float64Array {
  householder(a, rows, columns);
  const r = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++)
    r.set(a.subarray(j * rows, j * rows + Math.min(rows, j + 1)), j * columns);
  return r;
}

interface FoldArgs {
  readonly triangles: readonly Float64Array[];
  readonly n: number;
  readonly penalty: Float64Array;
  readonly rows: number;
}

/** A single block: folds the triangles in order (TSQR, Demmel et al. 2012) and solves by singular values. */
export const foldKernel: Kernel<FoldArgs, Float64Array> = {
  name: 'foldKernel',
  url: import.meta.url,
  blocks: () => 1,
  run({ triangles, n, penalty, rows }) {
    let r: Float64Array = new Float64Array(n * n);
    for (let j = 0; j < n - 1; j++) r[j * n + j] = Math.sqrt(penalty[j]!);
    for (const next of triangles) {
      const stack = new Float64Array(2 * n * n);
      for (let j = 0; j < n; j++) {
        stack.set(r.subarray(j * n, (j + 1) * n), 2 * j * n);
        stack.set(next.subarray(j * n, (j + 1) * n), (2 * j + 1) * n);
      }
      r = triangle(stack, 2 * n, n);
    }
    return leastNorm(r, n, rows);
  },
};

/** The least-norm solution of Rb = c, where the last of n columns holds c; singular values at rounding are dropped. */
function leastNorm(r: Float64Array, n: number, rows: number): Float64Array {
  const features = n - 1;
  const matrix = new Matrix(features, features);
  for (let j = 0; j < features; j++) for (let i = 0; i <= j; i++) matrix.set(i, j, r[j * n + i]!);
  const svd = new SingularValueDecomposition(matrix, { autoTranspose: true });
  const { diagonal, leftSingularVectors: u, rightSingularVectors: v } = svd;
  const least = Number.EPSILON * Math.max(rows, features) * diagonal[0]!;
  const coef = new Float64Array(features);
  diagonal.forEach((s, k) => {
    if (s <= least) return;
    let dot = 0;
    for (let i = 0; i < features; i++) dot += u.get(i, k) * r[features * n + i]!;
    for (let j = 0; j < features; j++) coef[j]! += (v.get(j, k) * dot) / s;
  });
  return coef;
}

async function byQr(
  compute: Compute,
  { x, rows, features, y, weight }: RegressionData,
  { mean, yMean, constant }: Normal,
  penalty: Float64Array,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const args = { x, rows, features, y, mean, yMean, constant, ...(weight ? { weight } : {}) };
  const triangles = await compute(triangleKernel, args, options);
  const [coef] = await compute(foldKernel, { triangles, n: features + 1, penalty, rows }, options);
  return coef!;
}
