import { InputError } from '../errors.js';
import { checkProbabilities, checkWeight } from './confusion.js';
import type { Probabilistic } from './ranking.js';

/** Where probabilities are clipped before the logarithm: float64's spacing at 1, as scikit-learn does. */
const EPSILON = 2 ** -52;

/**
 * Mean of −ln p(true class), p clipped to [2⁻⁵², 1 − 2⁻⁵²] (scikit-learn's log_loss on float64). Rows are taken as
 * given, not normalised.
 */
export function logLoss({ truth, classes, probabilities, weight }: Probabilistic): number {
  return mean(truth.length, weight, (i) => {
    const p = probabilities[i * classes + truth[i]!]!;
    return -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
  });
}

/**
 * Brier score. Two classes: mean (p − y)² of class 1. More: mean Σₖ (pₖ − yₖ)², which runs to 2. This is
 * scikit-learn's brier_score_loss with scale_by_half="auto".
 */
export function multiclassBrier({ truth, classes, probabilities, weight }: Probabilistic): number {
  const sum = mean(truth.length, weight, (i) => {
    let squares = 0;
    for (let k = 0; k < classes; k++) {
      const d = probabilities[i * classes + k]! - (truth[i] === k ? 1 : 0);
      squares += d * d;
    }
    return squares;
  });
  return classes === 2 ? sum / 2 : sum;
}

export interface CalibrationBin {
  /** Summed weight of the rows whose probability lies in (lower, upper]; the first bin also holds 0. */
  readonly weight: number;
  readonly lower: number;
  readonly upper: number;
  /** Mean probability, and share of the rows where the event came true. */
  readonly predicted: number;
  readonly observed: number;
}

/**
 * The non-empty ones of `bins` equal-width bins over [0, 1] (scikit-learn's calibration_curve, strategy "uniform").
 * `truth` is non-zero where the event happened. Throws `empty`, `length`, `probabilities`, `bins`, `weight`.
 */
export function calibrationCurve(
  truth: ArrayLike<number>,
  probability: ArrayLike<number>,
  bins = 10,
  weight?: ArrayLike<number>,
): CalibrationBin[] {
  const n = truth.length;
  if (n === 0) throw new InputError('empty', 'no rows to calibrate');
  if (!(Number.isInteger(bins) && bins >= 1)) throw new InputError('bins', `${bins} is not a number of bins`);
  checkProbabilities(probability, n);
  if (weight) checkWeight(weight, n);
  const edge = (j: number) => (j === bins ? 1 : j * (1 / bins)); // numpy.linspace's, to the last bit
  const sums = Array.from({ length: bins }, () => ({ weight: 0, predicted: 0, observed: 0 }));
  for (let i = 0; i < n; i++) {
    const p = probability[i]!;
    let bin = Math.min(Math.max(Math.ceil(p * bins) - 1, 0), bins - 1);
    // p · bins may round across the edge.
    if (bin > 0 && p <= edge(bin)) bin--;
    else if (p > edge(bin + 1)) bin++;
    const w = weight ? weight[i]! : 1;
    const sum = sums[bin]!;
    sum.weight += w;
    sum.predicted += w * p;
    if (truth[i]) sum.observed += w;
  }
  return sums
    .map((s, j) => ({
      weight: s.weight,
      lower: edge(j),
      upper: edge(j + 1),
      predicted: s.predicted / s.weight,
      observed: s.observed / s.weight,
    }))
    .filter((bin) => bin.weight > 0);
}

/**
 * Expected calibration error of the winning class (Guo et al. 2017): equal-width bins of the highest probability,
 * Σ share · |accuracy − mean confidence|. The winner is the first class with the highest probability.
 */
export function expectedCalibrationError(input: Probabilistic, bins = 10): number {
  const { truth, classes, probabilities, weight } = input;
  const n = truth.length;
  const right = new Uint8Array(n);
  const confidence = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let winner = 0;
    for (let k = 1; k < classes; k++)
      if (probabilities[i * classes + k]! > probabilities[i * classes + winner]!) winner = k;
    right[i] = winner === truth[i] ? 1 : 0;
    confidence[i] = probabilities[i * classes + winner]!;
  }
  let gap = 0;
  let total = 0;
  for (const bin of calibrationCurve(right, confidence, bins, weight)) {
    gap += bin.weight * Math.abs(bin.observed - bin.predicted);
    total += bin.weight;
  }
  return gap / total;
}

function mean(n: number, weight: ArrayLike<number> | undefined, value: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = weight ? weight[i]! : 1;
    sum += w * value(i);
    total += w;
  }
  return sum / total;
}
