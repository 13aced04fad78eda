import { InputError } from '../errors.js';
import { quantileSorted, sorted } from './order.js';
import { checkSample, type Sample } from './sample.js';

/**
 * Counts in the bins between ascending inner edges: bin 0 below the first edge, then [eᵢ, eᵢ₊₁), the last from the
 * last edge on.
 */
export function countsBetween(sample: Sample, edges: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (let i = 0; i < sample.length; i++) {
    const value = sample[i]!;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value >= edges[middle]!) low = middle + 1;
      else high = middle;
    }
    counts[low]!++;
  }
  return counts;
}

/** Distinct inner edges that cut the sample into `bins` shares of about equal size (numpy's linear quantiles). */
export function quantileEdges(sample: Sample, bins: number): Float64Array {
  checkSample(sample, 1);
  const ascending = sorted(sample);
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantileSorted(ascending, (i + 1) / bins));
  return Float64Array.from(new Set(edges));
}

/** Shares of two lists of counts over the same bins. Throws `length`, `counts`, `empty`. */
function shares(a: ArrayLike<number>, b: ArrayLike<number>): [Float64Array, Float64Array] {
  if (a.length !== b.length) throw new InputError('length', `${a.length} and ${b.length} bins`);
  const share = (counts: ArrayLike<number>) => {
    let total = 0;
    for (let i = 0; i < counts.length; i++) {
      if (!(counts[i]! >= 0)) throw new InputError('counts', `${counts[i]} is not a count`);
      total += counts[i]!;
    }
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) throw new InputError('empty', 'no counts');
    return Float64Array.from(counts, (count) => count / total);
  };
  return [share(a), share(b)];
}

/**
 * Population stability index Σ (a − b) ln(a / b) of two lists of counts. Shares below `floor` (1e-4) are lifted to
 * it, so an empty bin adds a bounded amount. Rule of thumb: below 0.1 stable, above 0.25 moved.
 */
export function psi(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-4): number {
  const [p, q] = shares(a, b);
  return p.reduce((sum, share, i) => {
    const x = Math.max(share, floor);
    const y = Math.max(q[i]!, floor);
    return sum + (x - y) * Math.log(x / y);
  }, 0);
}

/** PSI of numbers over the reference sample's quantile bins (deciles by default). Throws `too-few-rows`, `not-finite`. */
export function psiOfSamples(reference: Sample, sample: Sample, bins = 10, floor = 1e-4): number {
  checkSample(sample, 1);
  const edges = quantileEdges(reference, bins);
  return psi(countsBetween(reference, edges), countsBetween(sample, edges), floor);
}

/**
 * Jensen–Shannon distance: the root of the divergence, from 0 to 1 with base 2 (scipy.spatial.distance.jensenshannon
 * with base=2).
 */
export function jensenShannon(a: ArrayLike<number>, b: ArrayLike<number>, base = 2): number {
  const [p, q] = shares(a, b);
  const half = (share: number, middle: number) => (share > 0 ? share * Math.log(share / middle) : 0);
  const divergence = p.reduce((sum, share, i) => {
    const middle = (share + q[i]!) / 2;
    return sum + half(share, middle) + half(q[i]!, middle);
  }, 0);
  return Math.sqrt(Math.max(0, divergence / 2 / Math.log(base)));
}

/** Hellinger distance, 0 … 1: √(½ Σ (√a − √b)²). */
export function hellinger(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [p, q] = shares(a, b);
  return Math.sqrt(p.reduce((sum, share, i) => sum + (Math.sqrt(share) - Math.sqrt(q[i]!)) ** 2, 0) / 2);
}

/** Total variation distance, 0 … 1: half the sum of absolute differences of shares. */
export function totalVariation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [p, q] = shares(a, b);
  return p.reduce((sum, share, i) => sum + Math.abs(share - q[i]!), 0) / 2;
}
