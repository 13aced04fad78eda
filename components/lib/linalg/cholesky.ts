import type { Kernel } from '../compute/kernel.js';

/**
 * A = LLᵀ of a symmetric n × n matrix, in place: L on and below the diagonal, what is above stays. Returns the
 * smallest square of a diagonal entry of L as a share of A's own entry there: 1 for orthogonal columns, about
 * ε when one column is a combination of those before it, and 0 if A is not positive definite (L is then incomplete).
 */
export function cholesky(a: Float64Array, n: number): number {
  let least = 1;
  for (let j = 0; j < n; j++) {
    const rowJ = a.subarray(j * n, j * n + j + 1);
    const own = rowJ[j]!;
    let pivot = own;
    for (let k = 0; k < j; k++) pivot -= rowJ[k]! * rowJ[k]!;
    if (!(pivot > 0)) return 0;
    least = Math.min(least, pivot / own);
    const root = Math.sqrt(pivot);
    rowJ[j] = root;
    for (let i = j + 1; i < n; i++) {
      const row = i * n;
      let sum = a[row + j]!;
      for (let k = 0; k < j; k++) sum -= a[row + k]! * rowJ[k]!;
      a[row + j] = sum / root;
    }
  }
  return least;
}

/** Solves Lx = b in place. O(n²). */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
  return b;
}

/** Solves LLᵀx = b in place. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array {
  solveLower(l, n, b);
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i]! / l[i * n + i]!;
    b[i] = value;
    for (let k = 0; k < i; k++) b[k]! -= l[i * n + k]! * value;
  }
  return b;
}

/** L of A, or where A is singular to rounding, of A with its diagonal raised as little as it takes. */
export function choleskyRaised(a: Float64Array, n: number): Float64Array {
  let top = 0;
  for (let j = 0; j < n; j++) top = Math.max(top, a[j * n + j]!);
  for (let raise = 0; ; raise = raise === 0 ? 1e-12 * (top || 1) : 100 * raise) {
    const l = a.slice();
    for (let j = 0; j < n; j++) l[j * n + j]! += raise;
    if (cholesky(l, n) > 1e-14) return l;
  }
}

/** `choleskyRaised` on a compute thread: a single block. */
export const factorKernel: Kernel<{ matrix: Float64Array; n: number }, Float64Array> = {
  name: 'factorKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: ({ matrix, n }) => choleskyRaised(matrix, n),
};
