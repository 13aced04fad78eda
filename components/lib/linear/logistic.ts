import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { checkShape } from '../linalg/dense.js';
import { dense } from './data.js';
import { lbfgs, type Precondition } from './lbfgs.js';
import { type ClassData, type ClassWeight, prepare } from './logistic-data.js';
import { logisticObjective } from './logistic-objective.js';
import { newton } from './newton.js';
import type { Minimum, Objective, StopRule } from './objective.js';

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

/** Up to this many parameters second derivatives can be had. */
const NEWTON_SIZE = 512;
/** Cheap steps tried before Newton's: a look for second derivatives costs as much as ten without, and more. */
const CHEAP = 100;

/** Cheap steps, and Newton's where they do not get there; with absolute values either Newton's or, for many, cheap ones. */
async function minimise(
  compute: Compute,
  objective: Objective,
  rule: StopRule,
  curvature: () => Promise<Precondition | undefined>,
  options?: ComputeOptions,
): Promise<Minimum> {
  const { size, penalty } = objective;
  const small = size <= NEWTON_SIZE;
  if (penalty)
    return small ? newton(compute, objective, new Float64Array(size), rule, options) : lbfgs(objective, rule);
  const precondition = await curvature();
  if (!small) return lbfgs(objective, rule, precondition);
  const cheap = { ...rule, maxIterations: Math.min(rule.maxIterations, CHEAP) };
  const first = await lbfgs(objective, cheap, precondition);
  if (first.converged || first.iterations === rule.maxIterations) return first;
  const left = { ...rule, maxIterations: rule.maxIterations - first.iterations };
  const last = await newton(compute, objective, first.theta, left, options);
  return { ...last, iterations: first.iterations + last.iterations };
}

/**
 * Logistic regression, multinomial for three classes or more: minimises C Σ w · log-loss + ρ |b|₁ + (1 − ρ) / 2 |b|²
 * with free intercepts (scikit-learn's LogisticRegression with `lbfgs` or `saga`). L-BFGS, preconditioned by
 * the curvature where all classes are equally likely: O(rows · features²) once, then O(rows · features · outputs) an
 * iteration, 10 to 20 of them; up to 512 parameters Newton's method finishes what is harder, and does all with ρ > 0, in
 * O(rows · features² · outputs²) a step. With ρ = 1 and an even number of classes above two, several coefficients give the same probabilities
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
  const { objective, shift, curvature } = await logisticObjective(compute, data, prepared, model, options);
  const rule = { tolerance, maxIterations };
  const { theta, iterations, converged } = await minimise(compute, objective, rule, curvature, options);
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
