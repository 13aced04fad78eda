import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { cholesky, choleskySolve } from '../linalg/cholesky.js';
import { minimiseQuadratic } from './coordinate.js';
import {
  absolute,
  largest,
  leastSubgradient,
  type Minimum,
  type Objective,
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
      return solve(
        hessian,
        gradient.map((g) => -g),
        n,
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

/** Solves Hd = b; where H is singular to rounding its diagonal is raised, which leaves d a direction of descent. */
function solve(hessian: Float64Array, b: Float64Array, n: number): Float64Array {
  let top = 0;
  for (let j = 0; j < n; j++) top = Math.max(top, hessian[j * n + j]!);
  if (top === 0) return b;
  for (let raise = 0; ; raise = raise === 0 ? 1e-12 * top : 100 * raise) {
    const l = hessian.slice();
    for (let j = 0; j < n; j++) l[j * n + j]! += raise;
    if (cholesky(l, n) > 1e-14) return choleskySolve(l, n, b.slice());
  }
}

/**
 * Newton's method with halved steps; with absolute values as proximal Newton (Lee, Sun and Saunders 2014), whose
 * inner problem is solved by coordinate descent. Quadratic convergence; O(size²) memory, O(size³) a step.
 */
export async function newton(
  compute: Compute,
  { size, penalty, evaluate }: Objective,
  { tolerance, maxIterations }: StopRule,
  options?: ComputeOptions,
): Promise<Minimum> {
  let theta: Float64Array = new Float64Array(size);
  let at = await evaluate(theta, 'hessian');
  for (let iterations = 0; ; iterations++) {
    const fault = largest(leastSubgradient(theta, at.gradient, penalty));
    if (fault <= tolerance) return { theta, iterations, converged: true };
    if (iterations === maxIterations) return { theta, iterations, converged: false };
    const { hessian, gradient } = at;
    const inner = Math.max(0.01 * fault, 0.1 * tolerance);
    const args = { hessian, gradient, theta, tolerance: inner, ...(penalty ? { penalty } : {}) };
    const [step] = await compute(newtonStepKernel, args, options);
    const before = at.value + absolute(theta, penalty);
    const full = theta.map((t, j) => t + step![j]!);
    const promised = gradient.reduce(
      (sum, g, j) => sum + g * step![j]!,
      absolute(full, penalty) - absolute(theta, penalty),
    );
    // Nothing that float64 could tell apart is left to gain.
    if (promised > -Number.EPSILON * before) return { theta, iterations, converged: true };
    let next = full;
    let there = await evaluate(next, 'hessian');
    for (
      let share = 0.5;
      !(there.value + absolute(next, penalty) <= before + 1e-4 * share * promised);
      share /= 2
    ) {
      if (share < 1e-10) return { theta, iterations, converged: false };
      next = theta.map((t, j) => t + share * step![j]!);
      there = await evaluate(next, 'loss');
    }
    at = there.gradient.length > 0 ? there : await evaluate(next, 'hessian');
    theta = next;
  }
}
