import { InputError, inRange } from '../errors.js';
import { quantileSorted, sorted } from './order.js';
import { checkSample, mean, type Sample, sampleVariance, varies } from './sample.js';
import { fSurvival, tTwoSided } from './special.js';

export interface WelchT {
  readonly statistic: number;
  readonly degrees: number;
  /** Two-sided. */
  readonly p: number;
  /** Difference of means over the root of the mean variance (Cohen's d for unequal variances). */
  readonly effect: number;
}

/**
 * Welch's t test of equal means (scipy.stats.ttest_ind, equal_var=False). Throws `too-few-rows` below two values a
 * sample, `not-finite`, `constant` where neither sample varies, `overflow`.
 */
export function welchT(a: Sample, b: Sample): WelchT {
  checkSample(a, 2);
  checkSample(b, 2);
  const varianceA = sampleVariance(a);
  const varianceB = sampleVariance(b);
  const squareA = varianceA / a.length;
  const squareB = varianceB / b.length;
  const square = inRange(squareA + squareB);
  if (square === 0) throw new InputError('constant', 'neither sample varies');
  const difference = mean(a) - mean(b);
  const statistic = difference / Math.sqrt(square);
  // Shares of the variance rather than squares of it, which could underflow.
  const shareA = squareA / square;
  const shareB = squareB / square;
  const degrees = 1 / ((shareA * shareA) / (a.length - 1) + (shareB * shareB) / (b.length - 1));
  const effect = difference / Math.sqrt((varianceA + varianceB) / 2);
  return { statistic, degrees, p: tTwoSided(statistic, degrees), effect };
}

/**
 * Levene's test of equal spread around the mean, or around the median (Brown and Forsythe 1974), which is the default
 * (scipy.stats.levene). Throws `too-few-rows` for fewer than two samples or an empty one, `not-finite`, `constant`
 * where no distance to a centre differs inside its sample, `overflow`.
 */
export function levene(samples: readonly Sample[], centre: 'median' | 'mean' = 'median') {
  if (samples.length < 2) throw new InputError('too-few-rows', 'two samples or more are needed');
  const distances = samples.map((sample) => {
    checkSample(sample, 1);
    const middle = centre === 'mean' ? mean(sample) : quantileSorted(sorted(sample), 0.5);
    return Float64Array.from(sample, (value) => Math.abs(value - middle));
  });
  const rows = distances.reduce((sum, d) => sum + d.length, 0);
  const means = distances.map(mean);
  const grand = means.reduce((sum, m, k) => sum + m * distances[k]!.length, 0) / rows;
  let between = 0;
  let within = 0;
  distances.forEach((d, k) => {
    between += d.length * (means[k]! - grand) ** 2;
    if (varies(d)) for (const value of d) within += (value - means[k]!) ** 2;
  });
  inRange(between + within);
  if (within === 0) throw new InputError('constant', 'no sample has a spread that varies');
  const numerator = samples.length - 1;
  const denominator = rows - samples.length;
  const statistic = ((between / within) * denominator) / numerator;
  return {
    statistic,
    degrees: [numerator, denominator] as const,
    p: fSurvival(statistic, numerator, denominator),
  };
}
