import type { Kernel } from '../compute/kernel.js';

/** Minimise ½ bᵀHb − qᵀb + Σ penalty_j |b_j| from `start`. */
export interface QuadraticArgs {
  /** Symmetric, positive semidefinite, n × n. */
  readonly h: Float64Array;
  readonly q: Float64Array;
  readonly penalty: Float64Array;
  readonly start: Float64Array;
  /** Stop when no coordinate's optimality condition is missed by more. */
  readonly tolerance: number;
  readonly maxSweeps: number;
}

export interface QuadraticResult {
  readonly b: Float64Array;
  readonly sweeps: number;
  readonly converged: boolean;
}

const soft = (value: number, by: number) => Math.sign(value) * Math.max(0, Math.abs(value) - by);

/**
 * Cyclic coordinate descent with the gradient kept up to date (Friedman, Hastie and Tibshirani 2010, "covariance
 * updates"). A sweep costs O(n) and O(n) more for every coordinate that moves. A coordinate whose H_jj is 0 stays.
 */
export function minimiseQuadratic({
  h,
  q,
  penalty,
  start,
  tolerance,
  maxSweeps,
}: QuadraticArgs): QuadraticResult {
  const n = q.length;
  const b = start.slice();
  /** q − Hb */
  const gradient = q.slice();
  const move = (j: number, by: number) => {
    const row = j * n;
    for (let k = 0; k < n; k++) gradient[k]! -= by * h[row + k]!;
  };
  b.forEach((value, j) => {
    if (value !== 0) move(j, value);
  });
  const fault = (j: number) => {
    const excess =
      b[j] === 0
        ? Math.abs(gradient[j]!) - penalty[j]!
        : Math.abs(gradient[j]! - Math.sign(b[j]!) * penalty[j]!);
    return h[j * n + j]! > 0 ? excess : 0;
  };
  for (let sweeps = 0; ; sweeps++) {
    let worst = 0;
    for (let j = 0; j < n; j++) worst = Math.max(worst, fault(j));
    if (worst <= tolerance) return { b, sweeps, converged: true };
    if (sweeps === maxSweeps) return { b, sweeps, converged: false };
    for (let j = 0; j < n; j++) {
      const curvature = h[j * n + j]!;
      if (!(curvature > 0)) continue;
      const value = soft(gradient[j]! + curvature * b[j]!, penalty[j]!) / curvature;
      const by = value - b[j]!;
      if (by === 0) continue;
      b[j] = value;
      move(j, by);
    }
  }
}

/** `minimiseQuadratic` on a compute thread: a single block. */
export const quadraticKernel: Kernel<QuadraticArgs, QuadraticResult> = {
  name: 'quadraticKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: minimiseQuadratic,
};
