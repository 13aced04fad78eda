import { InputError } from '../errors.js';
import { midranks } from './order.js';
import { checkSample, mean, type Sample, varies } from './sample.js';
import { betaI } from './special.js';

export interface Correlation {
  readonly r: number;
  /** Two-sided, that there is none. */
  readonly p: number;
}

function checkPairs(x: Sample, y: Sample): void {
  if (x.length !== y.length) throw new InputError('length', `${x.length} and ${y.length} values`);
  checkSample(x, 3);
  checkSample(y, 3);
}

/**
 * Pearson's correlation (scipy.stats.pearsonr). Throws `length`, `too-few-rows` below three pairs, `not-finite`,
 * `constant` where one side does not vary.
 */
export function pearson(x: Sample, y: Sample): Correlation {
  checkPairs(x, y);
  if (!varies(x) || !varies(y)) throw new InputError('constant', 'one side does not vary');
  const [a, b] = [deviations(x), deviations(y)];
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < a.length; i++) {
    xx += a[i]! * a[i]!;
    yy += b[i]! * b[i]!;
    xy += a[i]! * b[i]!;
  }
  const r = Math.max(-1, Math.min(1, (xy / xx) * Math.sqrt(xx / yy)));
  return { r, p: noCorrelation(r, x.length) };
}

/** Differences from the mean, the largest of size 1: no square of them is past what float64 holds, or below. */
function deviations(sample: Sample): Float64Array {
  const middle = mean(sample);
  const from = Float64Array.from(sample, (value) => value - middle);
  const most = from.reduce((size, d) => Math.max(size, Math.abs(d)), 0);
  return from.map((d) => d / most);
}

/** Spearman's rank correlation, ties by mean rank, p by Student's t (scipy.stats.spearmanr). Throws as `pearson`. */
export function spearman(x: Sample, y: Sample): Correlation {
  checkPairs(x, y);
  return pearson(midranks(x).ranks, midranks(y).ranks);
}

/** P(|R| ≥ |r|): t = r √((n−2) / (1−r²)) has n − 2 degrees; written in r so that nothing cancels. */
function noCorrelation(r: number, n: number): number {
  return betaI((n - 2) / 2, 0.5, (1 - r) * (1 + r), r * r);
}
