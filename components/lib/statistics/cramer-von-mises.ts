import { gammaln } from 'simple-statistics';
import { midranks, sorted } from './order.js';
import { checkSample, type Sample } from './sample.js';
import { besselKScaled } from './special.js';

/**
 * Two-sample Cramér–von Mises test (Anderson 1962; scipy.stats.cramervonmises_2samp, method "asymptotic"): the
 * statistic T over midranks and its p from the limit distribution, absolute error of the limit's value below 1e-14.
 * O(N log N). Throws `too-few-rows` below two values a sample, `not-finite`.
 */
export function cramerVonMises(a: Sample, b: Sample): { statistic: number; p: number } {
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
  const expected = (1 + 1 / N) / 6;
  const variance = ((N + 1) * (4 * k * N - 3 * (m * m + n * n) - 2 * k)) / (45 * N * N * 4 * k);
  const normalised = 1 / 6 + (statistic - expected) / Math.sqrt(45 * variance);
  return { statistic, p: normalised <= 0 ? 1 : Math.min(1, Math.max(0, 1 - limit(normalised))) };
}

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
