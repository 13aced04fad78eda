import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { rotatable } from './rotate.js';
import { tridiagonal } from './tridiagonal.js';
import { tridiagonalVectors } from './tridiagonal-vectors.js';

export interface Eigen {
  /** Every eigenvalue, largest first. */
  readonly values: Float64Array;
  /** The first `count` eigenvectors of length one, one a row. Their signs carry no meaning. */
  readonly vectors: Float64Array;
}

/** Up to this share of the vectors, finding them one by one is quicker than turning all of them along with the values. */
const FEW = 1 / 4;

/**
 * Eigenvalues and leading eigenvectors of a symmetric n × n matrix (the lower triangle is read, nothing is
 * changed): Householder tridiagonal form, then implicit QL for the values (Wilkinson and Reinsch 1971, tred1, tql1, trbak1)
 * and inverse iteration for few vectors; for many, QL with its rotations on the vectors too (tql2). Values to some
 * n·ε·‖A‖, vectors as near to A v = λ v. Time about 4n³/3 flops and O(n² · count), with all vectors 5n³ (0.03 s for 32
 * vectors and 0.2 s for all at n = 462), memory 2n². Throws `not-finite`.
 */
export function symmetricEigen(matrix: Float64Array, n: number, count = n): Eigen {
  const { d, e, transformBack } = tridiagonal(matrix, n);
  if (d.some(Number.isNaN) || e.some(Number.isNaN))
    throw new InputError('not-finite', 'the matrix holds a value that is not finite');
  const { values, vectors } =
    (count <= FEW * n ? fewVectors(d, e, count) : undefined) ?? allVectors(d, e, count);
  transformBack(vectors);
  return { values, vectors };
}

/** Places of the values, largest first. */
const descending = (values: Float64Array) =>
  Array.from(values.keys()).sort((i, j) => values[j]! - values[i]! || i - j);

function fewVectors(d: Float64Array, e: Float64Array, count: number): Eigen | undefined {
  const values = d.slice();
  implicitQl(values, e.slice(), d.length);
  const sorted = Float64Array.from(descending(values), (i) => values[i]!);
  const vectors = tridiagonalVectors(d, e, sorted.subarray(0, count));
  return vectors && { values: sorted, vectors };
}

/** Overwrites d and e. */
function allVectors(d: Float64Array, e: Float64Array, count: number): Eigen {
  const n = d.length;
  const turned = rotatable(n);
  implicitQl(d, e, n, turned.rotate);
  const order = descending(d);
  const vectors = new Float64Array(count * n);
  for (let k = 0; k < count; k++) vectors.set(turned.row(order[k]!), k * n);
  return { values: Float64Array.from(order, (i) => d[i]!), vectors };
}

/** Between these a sum of two squares has lost no digits; beyond, the slower `hypot` is called. */
const [TINY, HUGE] = [1e-280, 1e280];

/** Diagonalises in place; `rotate` is told every rotation of rows i and i + 1. */
function implicitQl(
  d: Float64Array,
  e: Float64Array,
  n: number,
  rotate?: (i: number, c: number, s: number) => void,
) {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * size) m++;
      if (m === l) break;
      if (sweep === 60) throw new InputError('no-convergence', 'an eigenvalue was not found in 60 sweeps');
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        const square = f * f + g * g;
        r = square > TINY && square < HUGE ? Math.sqrt(square) : Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate?.(i, c, s);
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

export interface EigenArgs {
  readonly matrix: Float64Array;
  readonly n: number;
  readonly count: number;
}

/** `symmetricEigen` on one of the compute threads: a single block. */
export const eigenKernel: Kernel<EigenArgs, Eigen> = {
  name: 'eigenKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: ({ matrix, n, count }) => symmetricEigen(matrix, n, count),
};
