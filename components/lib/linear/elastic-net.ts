import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { quadraticKernel } from './coordinate.js';
import { interceptOf, type LinearModel, type Normal, normalEquations, type RegressionData } from './data.js';
import { solveSquares } from './least-squares.js';

export interface ElasticNetParams {
  /** α ≥ 0; 0 is least squares. */
  readonly alpha: number;
  /** ρ from 0 (ridge) to 1 (lasso, the default). */
  readonly l1Ratio?: number;
  readonly intercept?: boolean;
  /** The penalty weighs coefficients of columns scaled to standard deviation 1, as glmnet does. Default false. */
  readonly standardize?: boolean;
  /** Largest miss of the optimality conditions, as a share of the largest |Xᵀy| / n. Default 1e-10. */
  readonly tolerance?: number;
  /** Sweeps over all coordinates. Default 10,000. */
  readonly maxIterations?: number;
}

export interface ElasticNetModel extends LinearModel {
  /** Standard deviation of each column (root mean square without an intercept), weighted. */
  readonly spread: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Σ w (y − Xb − c)² / (2 Σw) + α ρ |b|₁ + α (1 − ρ) / 2 |b|²: scikit-learn's Lasso and ElasticNet, by coordinate
 * descent on XᵀX; with ρ = 0 its Ridge of α Σw, in closed form. Coefficients are for columns as they are, standardised
 * or not. Time O(rows · features²) once, then O(features²) or less a sweep; memory O(features²).
 * Throws `wrong-shape`, `bad-weight`, `bad-parameter`, `no-rows`, `not-finite`.
 */
export async function fitElasticNet(
  compute: Compute,
  data: RegressionData,
  params: ElasticNetParams,
  options?: ComputeOptions,
): Promise<ElasticNetModel> {
  const { alpha, l1Ratio = 1, intercept = true, standardize = false } = params;
  if (!(alpha >= 0 && Number.isFinite(alpha))) throw new InputError('bad-parameter', `alpha is ${alpha}`);
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw new InputError('bad-parameter', `l1Ratio is ${l1Ratio}`);
  const normal = await normalEquations(compute, data, intercept, options);
  const n = data.features;
  const { total } = normal;
  const spread = Float64Array.from({ length: n }, (_, j) => Math.sqrt(normal.gram[j * n + j]! / total));
  const unit = standardize ? spread : new Float64Array(n).fill(1);
  const found =
    alpha * l1Ratio === 0
      ? {
          b: await solveSquares(
            compute,
            data,
            normal,
            unit.map((s) => alpha * total * s * s),
            options,
          ),
          sweeps: 1,
          converged: true,
        }
      : await descend(compute, normal, unit, { ...params, l1Ratio }, options);
  const { b: coef, sweeps: iterations, converged } = found;
  return { coef, intercept: interceptOf(normal, coef), spread, iterations, converged };
}

/** Coordinate descent in columns divided by `unit`; the coefficients are for columns as they are. */
async function descend(
  compute: Compute,
  { gram, cross, total, constant }: Normal,
  unit: Float64Array,
  { alpha, l1Ratio, tolerance = 1e-10, maxIterations = 10_000 }: ElasticNetParams & { l1Ratio: number },
  options?: ComputeOptions,
) {
  const n = unit.length;
  const h = new Float64Array(n * n);
  const q = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    if (constant[j]) continue;
    for (let k = 0; k < n; k++)
      if (!constant[k]) h[j * n + k] = gram[j * n + k]! / (total * unit[j]! * unit[k]!);
    h[j * n + j]! += alpha * (1 - l1Ratio);
    q[j] = cross[j]! / (total * unit[j]!);
  }
  const scale = q.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const args = {
    h,
    q,
    penalty: new Float64Array(n).fill(alpha * l1Ratio),
    start: new Float64Array(n),
    tolerance: tolerance * scale,
    maxSweeps: maxIterations,
  };
  const [result] = await compute(quadraticKernel, args, options);
  return { ...result!, b: result!.b.map((value, j) => (constant[j] ? 0 : value / unit[j]!)) };
}
