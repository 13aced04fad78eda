import { normalQuantile } from '../statistics/normal.js';

/** An error of a forecast that was made `step` steps ahead, in standard deviations that the method stated for it. */
export interface Score {
  readonly step: number;
  readonly score: number;
}

/**
 * How many stated standard deviations a forecast `step` steps ahead may miss by at `level`, learned from what
 * earlier forecasts missed by (split conformal prediction with normalised scores: Lei et al. 2018): from the scores
 * of the same step where they are enough for the level, else of all steps; undefined where neither is.
 */
export function conformalFactor(scores: readonly Score[], step: number, level: number): number | undefined {
  const same = scores.filter((score) => score.step === step);
  return rankedAt(same, level) ?? rankedAt(scores, level);
}

/** The ⌈(n + 1) level⌉-th smallest score; undefined where that is past the last. */
function rankedAt(scores: readonly Score[], level: number): number | undefined {
  const rank = Math.ceil((scores.length + 1) * level);
  if (rank > scores.length) return undefined;
  return Float64Array.from(scores, ({ score }) => score).sort()[rank - 1];
}

/** The same of a normal error: 1.96 at 95 %. */
export const normalFactor = (level: number): number => normalQuantile((1 + level) / 2);
