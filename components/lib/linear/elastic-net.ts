import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { quadraticKernel } from './coordinate.js';
import { interceptOf, type LinearModel, normalEquations, type RegressionData } from './data.js';

export interface ElasticNetParams {
  /** α > 0. */
  readonly alpha: number;
  /** ρ from 0 (ridge) to 1 (lasso, the default). */
  readonly l1Ratio?: number;
  readonly intercept?: boolean;
  /** Largest miss of the optimality conditions, as a share of the largest |Xᵀy| / n. Default 1e-10. */
  readonly tolerance?: number;
  /** Sweeps over all coordinates. Default 10,000. */
  readonly maxIterations?: number;
}

export interface ElasticNetModel extends LinearModel {
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Σ w (y − Xb − c)² / (2 Σw) + α ρ |b|₁ + α (1 − ρ) / 2 |b|²: scikit-learn's Lasso and ElasticNet, by coordinate
 * descent on XᵀX. Time O(rows · features²) once, then O(features²) or less a sweep; memory O(features²).
 * Throws `wrong-shape`, `bad-weight`, `bad-parameter`, `no-rows`, `not-finite`.
 */
export async function fitElasticNet(
  compute: Compute,
  data: RegressionData,
  { alpha, l1Ratio = 1, intercept = true, tolerance = 1e-10, maxIterations = 10_000 }: ElasticNetParams,
  options?: ComputeOptions,
): Promise<ElasticNetModel> {
  if (!(alpha > 0 && Number.isFinite(alpha))) throw new InputError('bad-parameter', `alpha is ${alpha}`);
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw new InputError('bad-parameter', `l1Ratio is ${l1Ratio}`);
  const normal = await normalEquations(compute, data, intercept, options);
  const n = data.features;
  const h = normal.gram.map((value) => value / normal.total);
  for (let j = 0; j < n; j++) {
    if (normal.constant[j]) h.fill(0, j * n, (j + 1) * n);
    else h[j * n + j]! += alpha * (1 - l1Ratio);
  }
  const q = normal.cross.map((value) => value / normal.total);
  const scale = q.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const penalty = new Float64Array(n).fill(alpha * l1Ratio);
  const args = {
    h,
    q,
    penalty,
    start: new Float64Array(n),
    tolerance: tolerance * scale,
    maxSweeps: maxIterations,
  };
  const [result] = await compute(quadraticKernel, args, options);
  const { b: coef, sweeps: iterations, converged } = result!;
  return { coef, intercept: interceptOf(normal, coef), iterations, converged };
}
