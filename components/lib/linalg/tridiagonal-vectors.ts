import { random } from '../random.js';

/** Eigenvalues nearer to each other than this share of the norm have their vectors made orthogonal (LAPACK's dstein). */
const CLUSTER = 1e-3;
const SOLVES = 5;

/**
 * Eigenvectors of a symmetric tridiagonal matrix (diagonal d, below it e from place 1 on) for eigenvalues known to working
 * accuracy, largest first, by inverse iteration (LAPACK's dstein): one a row, orthonormal. Undefined where one of them is
 * not found in a few solves. Time O(n · count · (vectors of the cluster)).
 */
export function tridiagonalVectors(
  d: Float64Array,
  e: Float64Array,
  values: Float64Array,
): Float64Array | undefined {
  const n = d.length;
  const vectors = new Float64Array(values.length * n);
  let norm = 0;
  for (let i = 0; i < n; i++)
    norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!) + Math.abs(e[i + 1] ?? 0));
  const { normal } = random(n);
  const solver = shiftedSolver(d, e, norm);
  let first = 0;
  let shift = Number.POSITIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    if (k > 0 && values[k - 1]! - values[k]! > CLUSTER * norm) first = k;
    const v = vectors.subarray(k * n, (k + 1) * n);
    // Equal values are moved apart a little, or all solves would give the same vector.
    shift = k > first ? Math.min(values[k]!, shift - 2 * Number.EPSILON * norm) : values[k]!;
    solver.factor(shift);
    for (let i = 0; i < n; i++) v[i] = normal();
    normalise(v);
    let found = false;
    for (let solve = 0; solve < SOLVES; solve++) {
      solver.solve(v);
      for (let other = first; other < k; other++) remove(v, vectors, other * n);
      normalise(v);
      if (found) break;
      // One more solve after the first that passes.
      found = residual(d, e, values[k]!, v) <= 8 * Number.EPSILON * norm * Math.sqrt(n);
    }
    if (!(residual(d, e, values[k]!, v) <= 8 * Number.EPSILON * norm * Math.sqrt(n))) return undefined;
  }
  return vectors;
}

/** v less its part along the unit vector at `from`. */
function remove(v: Float64Array, vectors: Float64Array, from: number): void {
  let dot = 0;
  for (let i = 0; i < v.length; i++) dot += v[i]! * vectors[from + i]!;
  for (let i = 0; i < v.length; i++) v[i]! -= dot * vectors[from + i]!;
}

function normalise(v: Float64Array): void {
  let most = 0;
  for (const value of v) most = Math.max(most, Math.abs(value));
  let square = 0;
  for (let i = 0; i < v.length; i++) {
    v[i]! /= most;
    square += v[i]! * v[i]!;
  }
  const length = Math.sqrt(square);
  for (let i = 0; i < v.length; i++) v[i]! /= length;
}

/** |Tv − λv| */
function residual(d: Float64Array, e: Float64Array, value: number, v: Float64Array): number {
  let square = 0;
  for (let i = 0; i < d.length; i++) {
    const left = i > 0 ? e[i]! * v[i - 1]! : 0;
    const right = i + 1 < d.length ? e[i + 1]! * v[i + 1]! : 0;
    square += (left + (d[i]! - value) * v[i]! + right) ** 2;
  }
  return Math.sqrt(square);
}

/** Solves (T − shift) x = v by elimination with row exchanges; a pivot of zero counts as one of rounding's size. */
function shiftedSolver(d: Float64Array, e: Float64Array, norm: number) {
  const n = d.length;
  const [diagonal, above, second, factor] = Array.from({ length: 4 }, () => new Float64Array(n)) as Four;
  const exchanged = new Uint8Array(n);
  const least = Math.max(Number.EPSILON * norm, Number.MIN_VALUE / Number.EPSILON);
  const pivot = (value: number) => (Math.abs(value) < least ? (value < 0 ? -least : least) : value);
  return {
    factor(shift: number) {
      let a = d[0]! - shift;
      let b = n > 1 ? e[1]! : 0;
      for (let i = 0; i + 1 < n; i++) {
        const below = e[i + 1]!;
        const next = d[i + 1]! - shift;
        const beyond = i + 2 < n ? e[i + 2]! : 0;
        if (Math.abs(below) > Math.abs(a)) {
          exchanged[i] = 1;
          factor[i] = a / below;
          diagonal[i] = below;
          above[i] = next;
          second[i] = beyond;
          a = b - factor[i]! * next;
          b = -factor[i]! * beyond;
        } else {
          exchanged[i] = 0;
          diagonal[i] = pivot(a);
          factor[i] = below / diagonal[i]!;
          above[i] = b;
          second[i] = 0;
          a = next - factor[i]! * b;
          b = beyond;
        }
      }
      diagonal[n - 1] = pivot(a);
    },
    /** In place; grows by no more than 1 / least. */
    solve(v: Float64Array) {
      for (let i = 0; i + 1 < n; i++) {
        const [own, next] = [v[i]!, v[i + 1]!];
        if (exchanged[i]) {
          v[i] = next;
          v[i + 1] = own - factor[i]! * next;
        } else v[i + 1] = next - factor[i]! * own;
      }
      for (let i = n - 1; i >= 0; i--) {
        const right = i + 1 < n ? above[i]! * v[i + 1]! : 0;
        const beyond = i + 2 < n ? second[i]! * v[i + 2]! : 0;
        v[i] = (v[i]! - right - beyond) / diagonal[i]!;
      }
    },
  };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
