import { InputError } from '../errors.js';
import { sorted } from './order.js';
import { checkSample, type Sample } from './sample.js';

export interface KolmogorovSmirnov {
  /** Largest distance between the two empirical distribution functions. */
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this many lattice points (a third of a second) the exact probability is computed. */
const EXACT_WITHIN = 4e7;

/**
 * Two-sample Kolmogorov–Smirnov test. Exact p is that of scipy.stats.ks_2samp(method='exact'). Asymptotic p is the limit,
 * scipy.special.kolmogorov(√e · D) with e = m n / (m + n), so not that of ks_2samp(method='asymp'), which is the one-sample
 * kstwo.sf(D, round(e)) and differs by some 1 / √e of itself. `auto` is exact where m · n ≤ 4e7.
 * O(m log m + n log n), exact O(m · n), memory O(n). Throws `too-few-rows` for an empty sample, `not-finite`.
 */
export function ksTwoSample(
  a: Sample,
  b: Sample,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): KolmogorovSmirnov {
  checkSample(a, 1);
  checkSample(b, 1);
  const m = a.length;
  const n = b.length;
  const statistic = ksStatistic(sorted(a), sorted(b));
  if (method === 'exact' || (method === 'auto' && m * n <= EXACT_WITHIN))
    return { statistic, p: ksExact(m, n, statistic), method: 'exact' };
  return { statistic, p: kolmogorovSurvival(Math.sqrt((m * n) / (m + n)) * statistic), method: 'asymptotic' };
}

function ksStatistic(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (a[i] === value) i++;
    while (b[j] === value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

/**
 * P(D ≥ d) for samples of m and n values without ties: the share of lattice paths from (0, 0) to (m, n) that touch
 * |x/m − y/n| ≥ d (Hodges 1958). The recurrence adds shares of touching paths, so small p keep their digits.
 */
export function ksExact(m: number, n: number, d: number): number {
  const common = greatestCommonDivisor(m, n);
  const stepX = n / common;
  const stepY = m / common;
  // D is a multiple of 1 / lcm(m, n).
  const bound = Math.round(d * stepX * m);
  if (bound === 0) return 1;
  const touching = new Float64Array(n + 1);
  for (let y = 1; y <= n; y++) touching[y] = y * stepY >= bound ? 1 : 0;
  for (let x = 1; x <= m; x++) {
    let before = x * stepX >= bound ? 1 : 0;
    touching[0] = before;
    for (let y = 1; y <= n; y++) {
      before = Math.abs(x * stepX - y * stepY) >= bound ? 1 : (x * touching[y]! + y * before) / (x + y);
      touching[y] = before;
    }
  }
  return touching[n]!;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** P(K > x) of Kolmogorov's limit distribution (scipy.special.kolmogorov): the theta series that converges faster. */
export function kolmogorovSurvival(x: number): number {
  if (Number.isNaN(x)) throw new InputError('not-finite', 'x is NaN');
  if (x <= 0.1) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k < 20; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k < 20; k++) sum += (k % 2 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}
