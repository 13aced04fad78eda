import { InputError } from '../errors.js';
import { midranks } from './order.js';
import { checkSample, type Sample } from './sample.js';
import { normalSurvival } from './special.js';

export interface MannWhitney {
  /** U of the first sample: pairs in which its value is the larger, ties a half. */
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
  /** U / (m · n): probability that a value of the first sample is the larger. */
  readonly effect: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this many pairs (a third of a second) `auto` counts. */
const EXACT_WITHIN = 20_000;

/**
 * Mann–Whitney U test (scipy.stats.mannwhitneyu, two-sided). Exact by counting, else normal with tie and continuity
 * correction; `auto` is exact where the smaller sample has 8 values or fewer, there are no ties and m · n ≤ 20,000.
 * O(N log N), exact O(m² n²). Throws `too-few-rows`, `not-finite`, `ties` for exact with ties, `constant` where all
 * values are equal.
 */
export function mannWhitney(
  a: Sample,
  b: Sample,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): MannWhitney {
  checkSample(a, 1);
  checkSample(b, 1);
  const m = a.length;
  const n = b.length;
  const pooled = new Float64Array(m + n);
  pooled.set(a);
  pooled.set(b, m);
  const { ranks, ties } = midranks(pooled);
  let rankSum = 0;
  for (let i = 0; i < m; i++) rankSum += ranks[i]!;
  const statistic = rankSum - (m * (m + 1)) / 2;
  const effect = statistic / (m * n);
  const larger = Math.max(statistic, m * n - statistic);
  if (method === 'exact' && ties > 0)
    throw new InputError('ties', 'the exact p-value is for values without ties');
  if (method === 'exact' || (method === 'auto' && ties === 0 && Math.min(m, n) <= 8 && m * n <= EXACT_WITHIN))
    return { statistic, p: Math.min(1, 2 * exactSurvival(m, n, larger)), effect, method: 'exact' };
  const N = m + n;
  const variance = ((m * n) / 12) * (N + 1 - ties / (N * (N - 1)));
  if (!(variance > 0)) throw new InputError('constant', 'all values are equal');
  const z = (larger - (m * n) / 2 - 0.5) / Math.sqrt(variance);
  return { statistic, p: Math.min(1, 2 * normalSurvival(z)), effect, method: 'asymptotic' };
}

/** P(U ≥ u): the largest value belongs to the first sample, with chance m / (m + n), or to the second. */
function exactSurvival(m: number, n: number, u: number): number {
  const few = Math.min(m, n);
  const many = Math.max(m, n);
  // share[i][v] = P(U = v) for samples of i and j values, j growing.
  const share = Array.from({ length: few + 1 }, () => Float64Array.of(1));
  for (let j = 1; j <= many; j++)
    for (let i = 1; i <= few; i++) {
      const without = share[i]!;
      const fewer = share[i - 1]!;
      const next = new Float64Array(i * j + 1);
      for (let v = 0; v < without.length; v++) next[v]! += (without[v]! * j) / (i + j);
      for (let v = 0; v < fewer.length; v++) next[v + j]! += (fewer[v]! * i) / (i + j);
      share[i] = next;
    }
  // Summed from the far tail on, smallest first.
  let tail = 0;
  for (let v = few * many; v >= u; v--) tail += share[few]![v]!;
  return tail;
}
