import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { columnMoments } from '../linalg/columns.js';
import { checkShape } from '../linalg/dense.js';
import { dense } from './data.js';
import { lbfgs } from './lbfgs.js';
import { type ClassData, type ClassWeight, type Prepared, prepare } from './logistic-data.js';
import { hessianStride, type LossArgs, type LossPart, lossKernel } from './logistic-loss.js';
import { newton } from './newton.js';
import type { Objective } from './objective.js';

export interface LogisticParams {
  /** Inverse strength of the penalty, as in scikit-learn. Infinity: none. Default 1. */
  readonly c?: number;
  /** Share ρ of the penalty on absolute values: 0 is l2 (default), 1 is l1, between is elastic net. */
  readonly l1Ratio?: number;
  readonly classWeight?: ClassWeight;
  /** Default true. */
  readonly intercept?: boolean;
  /** Largest miss of the optimality conditions of the mean loss. Default 1e-8. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
}

export interface LogisticModel {
  readonly classes: number;
  readonly features: number;
  /** The class codes that were seen, ascending; the others have probability 0. */
  readonly present: Int32Array;
  /** Two classes seen: one row, for the log odds of the second. More: a row for each. Rows of `features`. */
  readonly coef: Float64Array;
  readonly intercept: Float64Array;
  readonly iterations: number;
  /** False if the tolerance was not reached, as on separable classes without a penalty. */
  readonly converged: boolean;
}

/** Up to this many parameters second derivatives are worth their cost. */
const NEWTON_SIZE = 512;

/**
 * Logistic regression, multinomial for three classes or more: minimises C Σ w · log-loss + ρ |b|₁ + (1 − ρ) / 2 |b|²
 * with free intercepts (scikit-learn's LogisticRegression with `lbfgs` or `saga`). Newton up to 512 parameters,
 * L-BFGS beyond. Time O(rows · features² · outputs²) an iteration (5 to 10 of them), or O(rows · features ·
 * outputs). With ρ = 1 and an even number of classes above two, several coefficients give the same probabilities
 * at the same penalty; one of them is returned. Throws `wrong-shape`, `bad-weight`, `bad-class`, `one-class`, `bad-parameter`, `not-finite`.
 */
export async function fitLogistic(
  compute: Compute,
  data: ClassData,
  params: LogisticParams = {},
  options?: ComputeOptions,
): Promise<LogisticModel> {
  const { c = 1, l1Ratio = 0, intercept = true, tolerance = 1e-8, maxIterations = 1000 } = params;
  if (!(c > 0)) throw new InputError('bad-parameter', `c is ${c}, expected more than 0`);
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw new InputError('bad-parameter', `l1Ratio is ${l1Ratio}`);
  checkShape(dense(data));
  const prepared = prepare(data, params.classWeight);
  const { present, total } = prepared;
  const outputs = present.length === 2 ? 1 : present.length;
  const strength = 1 / (c * total);
  const model = { outputs, intercept, l2: (1 - l1Ratio) * strength, l1: l1Ratio * strength };
  const { objective, shift } = await logisticObjective(compute, data, prepared, model, options);
  const rule = { tolerance, maxIterations };
  const { theta, iterations, converged } =
    objective.size <= NEWTON_SIZE
      ? await newton(compute, objective, rule, options)
      : await lbfgs(objective, rule);
  return {
    classes: data.classes,
    features: data.features,
    present,
    ...split(theta, shift, outputs, intercept),
    iterations,
    converged,
  };
}

/** Coefficients and intercepts for columns as they are, the intercepts of several classes adding up to zero. */
function split(theta: Float64Array, shift: Float64Array, outputs: number, free: boolean) {
  const width = shift.length;
  const coef = new Float64Array(outputs * width);
  const intercept = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) {
    const own = theta.subarray(k * (width + 1), (k + 1) * (width + 1));
    coef.set(own.subarray(0, width), k * width);
    if (free) intercept[k] = own[width]! - shift.reduce((sum, s, j) => sum + s * own[j]!, 0);
  }
  const mean = outputs > 1 ? intercept.reduce((sum, b) => sum + b, 0) / outputs : 0;
  return { coef, intercept: intercept.map((b) => b - mean) };
}

interface Penalised {
  readonly outputs: number;
  readonly intercept: boolean;
  readonly l2: number;
  readonly l1: number;
}

async function logisticObjective(
  compute: Compute,
  data: ClassData,
  prepared: Prepared,
  { outputs, intercept, l2, l1 }: Penalised,
  options?: ComputeOptions,
): Promise<{ objective: Objective; shift: Float64Array }> {
  const x = dense(data);
  const { total } = prepared;
  const width = data.features;
  const size = outputs * (width + 1);
  const moments = await columnMoments(compute, { x, weight: prepared.weight }, options);
  const shift = intercept ? moments.mean : new Float64Array(width);
  const code = sharedI32(data.rows);
  code.set(prepared.code);
  const weight = sharedF64(data.rows);
  weight.set(prepared.weight);
  const fixed = { x, shift, code, weight, outputs, intercept };
  const isCoef = (p: number) => p % (width + 1) < width;
  const penalty = l1 > 0 ? Float64Array.from({ length: size }, (_, p) => (isCoef(p) ? l1 : 0)) : undefined;

  const evaluate: Objective['evaluate'] = async (theta, order) => {
    const args: LossArgs = { ...fixed, theta, order };
    const parts = await compute(lossKernel, args, options);
    let value = 0;
    for (const part of parts) value += part.loss / total;
    for (let p = 0; p < size; p++) if (isCoef(p)) value += (l2 / 2) * theta[p]! ** 2;
    if (order === 'loss') return { value, gradient: new Float64Array(0), hessian: new Float64Array(0) };
    const gradient = new Float64Array(size);
    for (const part of parts) for (let p = 0; p < size; p++) gradient[p]! += part.gradient[p]! / total;
    for (let p = 0; p < size; p++) if (isCoef(p)) gradient[p]! += l2 * theta[p]!;
    const hessian = order === 'hessian' ? assemble(parts, outputs, width, total) : new Float64Array(0);
    if (order === 'hessian') {
      for (let p = 0; p < size; p++) if (isCoef(p)) hessian[p * size + p]! += l2;
      if (!intercept) for (let p = width; p < size; p += width + 1) hessian[p * size + p] = 1;
      if (outputs > 1 && !penalty) fixGauge(hessian, outputs, width, l2 > 0);
    }
    return { value, gradient, hessian };
  };
  return { objective: { size, penalty, evaluate }, shift };
}

function assemble(parts: readonly LossPart[], outputs: number, width: number, total: number): Float64Array {
  const size = outputs * (width + 1);
  const stride = hessianStride(width);
  const hessian = new Float64Array(size * size);
  const sum = new Float64Array(parts[0]!.hessian.length);
  for (const part of parts) for (let i = 0; i < sum.length; i++) sum[i]! += part.hessian[i]!;
  for (let a = 0, pair = 0; a < outputs; a++) {
    for (let b = a; b < outputs; b++, pair++) {
      for (let i = 0; i <= width; i++) {
        for (let j = i; j <= width; j++) {
          const value = sum[(pair * stride + i) * stride + j]! / total;
          const [ai, aj, bi, bj] = [
            a * (width + 1) + i,
            a * (width + 1) + j,
            b * (width + 1) + i,
            b * (width + 1) + j,
          ];
          hessian[ai * size + bj] = hessian[bj * size + ai] = value;
          hessian[aj * size + bi] = hessian[bi * size + aj] = value;
        }
      }
    }
  }
  return hessian;
}

/**
 * Adding the same to all classes changes no probability, so along that direction there is no curvature (but from
 * l2, on coefficients). The gradient has no part in it either: any curvature put there keeps the sums at zero.
 */
function fixGauge(hessian: Float64Array, outputs: number, width: number, onlyIntercept: boolean) {
  const size = outputs * (width + 1);
  for (let j = onlyIntercept ? width : 0; j <= width; j++) {
    const value = hessian[j * size + j]!;
    for (let a = j; a < size; a += width + 1)
      for (let b = j; b < size; b += width + 1) hessian[a * size + b]! += value;
  }
}
