import { normalQuantile } from '../statistics/normal.js';

/** An error of a forecast that was made `step` steps ahead, in standard deviations that the method stated for it. */
export interface Score {
  readonly step: number;
  readonly score: number;
}

/**
 * How many stated standard deviations a forecast `step` steps ahead may miss by at each of the levels, learned from
 * what earlier forecasts missed by (split conformal prediction with normalised scores: Lei et al. 2018). The scores
 * of the same step decide where they are enough for the highest level, else those of all steps, for all levels alike,
 * so that a higher level is never narrower; undefined where neither is enough.
 */
export function conformalFactors(
  scores: readonly Score[],
  step: number,
  levels: readonly number[],
): readonly number[] | undefined {
  const most = Math.max(...levels);
  for (const some of [scores.filter((score) => score.step === step), scores]) {
    if (rank(some, most) > some.length) continue;
    const ascending = Float64Array.from(some, ({ score }) => score).sort();
    return levels.map((level) => ascending[rank(some, level) - 1]!);
  }
  return undefined;
}

/** The ⌈(n + 1) level⌉-th smallest of n scores bounds the next one with at least that probability. */
const rank = (scores: readonly Score[], level: number): number => Math.ceil((scores.length + 1) * level);

/** The same of a normal error: 1.96 at 95 %. */
export const normalFactor = (level: number): number => normalQuantile((1 + level) / 2);
