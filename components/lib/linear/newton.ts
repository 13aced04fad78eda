import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { choleskyRaised, choleskySolve } from '../linalg/cholesky.js';
import { minimiseQuadratic } from './coordinate.js';
import {
  absolute,
  largest,
  leastSubgradient,
  type Minimum,
  type Objective,
  rounding,
  type StopRule,
} from './objective.js';

interface StepArgs {
  readonly hessian: Float64Array;
  readonly gradient: Float64Array;
  readonly theta: Float64Array;
  readonly penalty?: Float64Array;
  readonly tolerance: number;
}

/** A single block: the step to the minimum of the local quadratic model, penalty included. */
export const newtonStepKernel: Kernel<StepArgs, Float64Array> = {
  name: 'newtonStepKernel',
  url: import.meta.url,
  blocks: () => 1,
  run({ hessian, gradient, theta, penalty, tolerance }) {
    const n = theta.length;
    if (!penalty)
      return choleskySolve(
        choleskyRaised(hessian, n),
        n,
        gradient.map((g) => -g),
      );
    const q = gradient.map((g, i) => {
      let sum = -g;
      for (let j = 0; j < n; j++) sum += hessian[i * n + j]! * theta[j]!;
      return sum;
    });
    const { b } = minimiseQuadratic({ h: hessian, q, penalty, start: theta, tolerance, maxSweeps: 1000 });
    return b.map((value, j) => value - theta[j]!);
  },
};

/**
 * Newton's method with halved steps; with absolute values as proximal Newton (Lee, Sun and Saunders 2014), whose
 * inner problem is solved by coordinate descent. Quadratic convergence; O(size²) memory, O(size³) a step.
 */
export async function newton(
  compute: Compute,
  { penalty, evaluate }: Objective,
  start: Float64Array,
  { tolerance, maxIterations }: StopRule,
  options?: ComputeOptions,
): Promise<Minimum> {
  let theta = start;
  let at = await evaluate(theta, 'hessian');
  for (let iterations = 0; ; iterations++) {
    const fault = largest(leastSubgradient(theta, at.gradient, penalty));
    if (fault <= tolerance) return { theta, iterations, converged: true };
    if (iterations === maxIterations) return { theta, iterations, converged: false };
    if (at.hessian.length === 0) at = await evaluate(theta, 'hessian');
    const { hessian, gradient } = at;
    const inner = Math.max(0.01 * fault, 0.1 * tolerance);
    const args = { hessian, gradient, theta, tolerance: inner, ...(penalty ? { penalty } : {}) };
    const [step] = await compute(newtonStepKernel, args, options);
    const before = at.value + absolute(theta, penalty);
    const full = theta.map((t, j) => t + step![j]!);
    const free = absolute(full, penalty) - absolute(theta, penalty);
    const promised = gradient.reduce((sum, g, j) => sum + g * step![j]!, free);
    // Nothing that float64 could tell apart is left to gain.
    if (promised > -Number.EPSILON * before) return { theta: full, iterations, converged: true };
    let next = full;
    // Close to the minimum the next look is the last: second derivatives would be for nothing.
    const order = fault < 1e-3 ? 'gradient' : 'hessian';
    let there = await evaluate(next, order);
    const tooHigh = (share: number) =>
      !(there.value + absolute(next, penalty) <= before + 1e-4 * share * promised + rounding(before));
    for (let share = 1; tooHigh(share); ) {
      share /= 2;
      if (share < 1e-10) return { theta, iterations, converged: false };
      next = theta.map((t, j) => t + share * step![j]!);
      there = await evaluate(next, 'gradient');
    }
    at = there;
    theta = next;
  }
}
