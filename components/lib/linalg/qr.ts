/**
 * Householder QR of a tall matrix held by columns (column j at a[j * rows …], rows ≥ 1), in place: R ends up on
 * and above the diagonal, the reflections' vectors below it (with an implicit leading 1). Returns their factors τ:
 * H = I − τ v vᵀ. Golub and Van Loan, algorithm 5.2.1. Time 2 · rows · columns² flops.
 */
export function householder(a: Float64Array, rows: number, columns: number): Float64Array {
  const tau = new Float64Array(Math.min(rows, columns));
  for (let k = 0; k < tau.length; k++) {
    const v = a.subarray(k * rows + k, (k + 1) * rows);
    let size = 0;
    for (const value of v) size = Math.max(size, Math.abs(value));
    if (size === 0) continue;
    let square = 0;
    for (const value of v) square += (value / size) ** 2;
    const alpha = v[0]!;
    const beta = alpha > 0 ? -size * Math.sqrt(square) : size * Math.sqrt(square);
    const factor = (beta - alpha) / beta;
    for (let i = 1; i < v.length; i++) v[i]! /= alpha - beta;
    v[0] = beta;
    tau[k] = factor;
    for (let j = k + 1; j < columns; j++) reflect(v, factor, a.subarray(j * rows + k, (j + 1) * rows));
  }
  return tau;
}

/** x −= τ v (vᵀx), where v's leading entry counts as 1. */
function reflect(v: Float64Array, tau: number, x: Float64Array) {
  let dot = x[0]!;
  for (let i = 1; i < v.length; i++) dot += v[i]! * x[i]!;
  dot *= tau;
  x[0]! -= dot;
  for (let i = 1; i < v.length; i++) x[i]! -= dot * v[i]!;
}

/** An orthonormal basis of the columns of `a` (rows ≥ columns), by columns; `a` is overwritten. */
export function orthonormal(a: Float64Array, rows: number, columns: number): Float64Array {
  const tau = householder(a, rows, columns);
  const q = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    q[j * rows + j] = 1;
    const column = q.subarray(j * rows, (j + 1) * rows);
    for (let k = tau.length - 1; k >= 0; k--) {
      reflect(a.subarray(k * rows + k, (k + 1) * rows), tau[k]!, column.subarray(k));
    }
  }
  return q;
}
