import { inRange } from '../errors.js';
import { sorted } from './order.js';
import { checkSample, type Sample } from './sample.js';

/**
 * Integral over the line of a function of the gap between the two empirical distribution functions.
 * Throws `too-few-rows` for an empty sample, `not-finite`, `overflow`.
 */
function integrateGap(a: Sample, b: Sample, of: (gap: number) => number): number {
  checkSample(a, 1);
  checkSample(b, 1);
  const x = sorted(a);
  const y = sorted(b);
  let i = 0;
  let j = 0;
  let sum = 0;
  let before = Math.min(x[0]!, y[0]!);
  while (i < x.length || j < y.length) {
    const value = Math.min(
      i < x.length ? x[i]! : Number.POSITIVE_INFINITY,
      j < y.length ? y[j]! : Number.POSITIVE_INFINITY,
    );
    sum += of(i / x.length - j / y.length) * (value - before);
    while (x[i] === value) i++;
    while (y[j] === value) j++;
    before = value;
  }
  return inRange(sum);
}

/** Earth mover's distance W₁, in the unit of the values (scipy.stats.wasserstein_distance). O(N log N). */
export const wasserstein = (a: Sample, b: Sample): number => integrateGap(a, b, Math.abs);

/** Energy distance (Székely 2002; scipy.stats.energy_distance): √(2 ∫ (F − G)²). O(N log N). */
export const energyDistance = (a: Sample, b: Sample): number =>
  Math.sqrt(2 * integrateGap(a, b, (gap) => gap * gap));
