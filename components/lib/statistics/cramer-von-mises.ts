import { gammaln } from 'simple-statistics';
import { InputError } from '../errors.js';
import { greatestCommonDivisor } from './kolmogorov-smirnov.js';
import { midranks, sorted } from './order.js';
import { checkSample, type Sample } from './sample.js';
import { besselKScaled } from './special.js';

export interface CramerVonMises {
  readonly statistic: number;
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this many values a sample `auto` is exact, as in scipy. */
const EXACT_WITHIN = 20;

/**
 * Two-sample Cramér–von Mises test (Anderson 1962; scipy.stats.cramervonmises_2samp): the statistic T over midranks and
 * its p, exact (of samples without ties) or from the limit distribution, absolute error of the limit's value below
 * 1e-14. O(N log N); exact O(m n) sums of the distribution's length, see `cramerVonMisesExact`.
 * Throws `too-few-rows` below two values a sample, `not-finite`, `too-many-rows` for an exact p beyond reach.
 */
export function cramerVonMises(
  a: Sample,
  b: Sample,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): CramerVonMises {
  checkSample(a, 2);
  checkSample(b, 2);
  const m = a.length;
  const n = b.length;
  const N = m + n;
  const pooled = new Float64Array(N);
  pooled.set(sorted(a));
  pooled.set(sorted(b), m);
  const { ranks } = midranks(pooled);
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < m; i++) squaresA += (ranks[i]! - (i + 1)) ** 2;
  for (let j = 0; j < n; j++) squaresB += (ranks[m + j]! - (j + 1)) ** 2;
  const k = m * n;
  const statistic = (m * squaresA + n * squaresB) / (k * N) - (4 * k - 1) / (6 * N);
  if (method === 'exact' || (method === 'auto' && Math.max(m, n) <= EXACT_WITHIN))
    return { statistic, p: cramerVonMisesExact(m, n, m * squaresA + n * squaresB), method: 'exact' };
  const expected = (1 + 1 / N) / 6;
  const variance = ((N + 1) * (4 * k * N - 3 * (m * m + n * n) - 2 * k)) / (45 * N * N * 4 * k);
  const normalised = 1 / 6 + (statistic - expected) / Math.sqrt(45 * variance);
  const p = normalised <= 0 ? 1 : Math.min(1, Math.max(0, 1 - limit(normalised)));
  return { statistic, p, method: 'asymptotic' };
}

/** Values of the distribution that are kept at a time, 400 MB at the most. */
const MOST_KEPT = 5e7;

/**
 * P(U ≥ u) for samples of m and n values without ties, U = m Σ (rank − i)² + n Σ (rank − j)²: the share of lattice paths
 * from (0, 0) to (m, n) whose squared distances from the diagonal, Σ (lcm/m · x − lcm/n · y)², add up to so much (Xiao,
 * Gordon and Yakovlev 2007). Shares below the bound are kept by their sum, those beyond it in one number, so that small
 * p keep their digits. O(m n ζ) time and O(n ζ) memory, ζ ≤ lcm² (m + n) the bound. Throws `too-many-rows`.
 */
export function cramerVonMisesExact(m: number, n: number, u: number): number {
  const common = lcm(m, n);
  const [stepX, stepY] = [common / m, common / n];
  const product = m * n;
  const bound = Math.floor(
    (common * common * (m + n) * (6 * u - product * (4 * product - 1))) / (6 * product * product),
  );
  if (bound <= 0) return 1;
  if (bound * (n + 1) > MOST_KEPT)
    throw new InputError('too-many-rows', `an exact p of ${m} and ${n} values is out of reach`);
  // By y: shares of paths by their sum, and the share of those that are past the bound.
  const below: Float64Array[] = [];
  const past = new Float64Array(n + 1);
  const shift = (from: Float64Array, by: number, x: number, y: number) => {
    const square = (stepX * x - stepY * y) ** 2;
    const kept = new Float64Array(Math.min(bound, from.length + square));
    let over = 0;
    for (let k = 0; k < from.length; k++) {
      if (k + square < bound) kept[k + square] = from[k]! * by;
      else over += from[k]! * by;
    }
    return { kept, over };
  };
  for (let x = 0; x <= m; x++)
    for (let y = 0; y <= n; y++) {
      if (x === 0 && y === 0) {
        below[0] = Float64Array.of(1);
        continue;
      }
      const left = x > 0 ? shift(below[y]!, x / (x + y), x, y) : undefined;
      const under = y > 0 ? shift(below[y - 1]!, y / (x + y), x, y) : undefined;
      past[y] =
        (left ? (past[y]! * x) / (x + y) + left.over : 0) +
        (under ? (past[y - 1]! * y) / (x + y) + under.over : 0);
      below[y] = left && under ? sumOf(left.kept, under.kept) : (left ?? under)!.kept;
    }
  return Math.min(1, past[n]!);
}

function sumOf(a: Float64Array, b: Float64Array): Float64Array {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  for (let k = 0; k < short.length; k++) long[k]! += short[k]!;
  return long;
}

const lcm = (m: number, n: number): number => (m / greatestCommonDivisor(m, n)) * n;

/** P(W² ≤ x) of the limit (Csörgő and Faraway 1996, equation 1.3). */
function limit(x: number): number {
  let sum = 0;
  for (let k = 0; ; k++) {
    const y = 4 * k + 1;
    const q = (y * y) / (16 * x);
    const u = Math.exp(gammaln(k + 0.5) - gammaln(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = u * Math.sqrt(y) * Math.exp(-2 * q) * besselKScaled(0.25, q);
    sum += term;
    if (term < 1e-17) return sum;
  }
}
