/** A convex function f(θ) + Σ penalty_j |θ_j|, f smooth, evaluated where the data is. */
export interface Objective {
  readonly size: number;
  /** ≥ 0, one a parameter; undefined if nothing is penalised by its absolute value. */
  readonly penalty: Float64Array | undefined;
  evaluate(theta: Float64Array, order: 'gradient' | 'hessian'): Promise<Evaluation>;
}

export interface Evaluation {
  /** f, without the absolute values. */
  readonly value: number;
  readonly gradient: Float64Array;
  /** size × size, symmetric; empty unless asked for. */
  readonly hessian: Float64Array;
}

export interface StopRule {
  /** Done when no optimality condition (the gradient, less what the penalty explains) is missed by more. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface Minimum {
  readonly theta: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The subgradient of least norm: zero exactly at a minimum. */
export function leastSubgradient(
  theta: Float64Array,
  gradient: Float64Array,
  penalty?: Float64Array,
): Float64Array {
  if (!penalty) return gradient;
  return gradient.map((g, j) => {
    const p = penalty[j]!;
    if (theta[j] !== 0) return g + Math.sign(theta[j]!) * p;
    return Math.sign(g) * Math.max(0, Math.abs(g) - p);
  });
}

export const largest = (v: Float64Array): number =>
  v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const absolute = (theta: Float64Array, penalty?: Float64Array): number =>
  penalty ? theta.reduce((sum, t, j) => sum + penalty[j]! * Math.abs(t), 0) : 0;

/** A mean over rows is not known better: near the minimum a step may seem to climb by so much (Hager and Zhang 2005). */
export const rounding = (value: number): number => 16 * Number.EPSILON * Math.abs(value);
