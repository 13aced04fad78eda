import { cholesky, solveLower } from '../linalg/cholesky.js';

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The inner products of vectors with one. */
export function products(vectors: readonly Float64Array[], other: Float64Array): Float64Array {
  const out = new Float64Array(vectors.length);
  for (let i = 0; i < out.length; i++) out[i] = dot(vectors[i], other);
  return out;
}

/**
 * ln of the normal density of y = A u + e up to a constant that does not depend on the law of u: e white of variance 1,
 * u = μ + G z with z white. Takes the rows of P = AᵀA, c = Aᵀy, μ, and the columns of G. By the matrix inversion lemma
 *
 *   −2 ln p = μᵀPμ − 2μᵀc − bᵀM⁻¹b + ln det M,   M = I + GᵀPG,   b = Gᵀ(c − Pμ).
 */
export function lowRankLogDensity(
  p: readonly Float64Array[],
  c: Float64Array,
  mean: Float64Array,
  columns: readonly Float64Array[],
): number {
  const rank = columns.length;
  const pMean = products(p, mean);
  const pColumns = columns.map((column) => products(p, column));
  const m = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < rank; j++) m[i * rank + j] = dot(columns[i], pColumns[j]) + (i === j ? 1 : 0);
  }
  const rest = c.map((value, i) => value - pMean[i]);
  cholesky(m, rank);
  const solved = solveLower(m, rank, products(columns, rest));
  let logDeterminant = 0;
  for (let q = 0; q < rank; q++) logDeterminant += 2 * Math.log(m[q * rank + q]);
  return -0.5 * (dot(mean, pMean) - 2 * dot(mean, c) - dot(solved, solved) + logDeterminant);
}
