import { InputError, inRange } from '../errors.js';
import { quantileSorted } from '../statistics/order.js';
import { checkWeight } from './confusion.js';

/** Predictions beside the truth, all finite. Relative errors are fractions: 0.1 is ten per cent. */
export interface Regression {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  readonly weight?: ArrayLike<number>;
}

/** Throws `empty`, `length`, `not-finite` or `weight` where the arrays do not fit together. */
function check({ truth, predicted, weight }: Regression): number {
  const n = truth.length;
  if (n === 0) throw new InputError('empty', 'no rows to score');
  if (predicted.length !== n) throw new InputError('length', `${predicted.length} predictions for ${n} rows`);
  if (weight) checkWeight(weight, n);
  for (let i = 0; i < n; i++)
    if (!Number.isFinite(truth[i]!) || !Number.isFinite(predicted[i]!))
      throw new InputError('not-finite', `row ${i} has truth ${truth[i]} and prediction ${predicted[i]}`);
  return n;
}

/** Weighted mean of a loss of (truth, prediction). Throws `overflow`. */
function meanLoss(input: Regression, loss: (truth: number, predicted: number) => number): number {
  const n = check(input);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = input.weight ? input.weight[i]! : 1;
    sum += w * loss(input.truth[i]!, input.predicted[i]!);
    total += w;
  }
  return inRange(sum / total);
}

/** Mean absolute error. */
export const mae = (input: Regression) => meanLoss(input, (y, p) => Math.abs(y - p));

/** Root of the mean squared error. */
export const rmse = (input: Regression) => Math.sqrt(meanLoss(input, (y, p) => (y - p) ** 2));

/**
 * Coefficient of determination (scikit-learn's r2_score; on a constant truth 1 when every prediction is right,
 * else 0). Throws `too-few-rows` below two rows.
 */
export function r2(input: Regression): number {
  if (check(input) < 2) throw new InputError('too-few-rows', 'R² needs two rows or more');
  const residual = meanLoss(input, (y, p) => (y - p) ** 2);
  const first = input.truth[0]!;
  if (Array.prototype.every.call(input.truth, (y) => y === first)) return residual === 0 ? 1 : 0;
  const mean = meanLoss(input, (y) => y);
  const spread = meanLoss(input, (y) => (y - mean) ** 2);
  // Squares below what float64 holds.
  if (spread === 0) return residual === 0 ? 1 : 0;
  return inRange(1 - residual / spread);
}

/** R² of the logarithms: of prices, that of their ratios. Throws `not-positive` where one is 0 or below. */
export function r2Log({ truth, predicted, weight }: Regression): number {
  const log = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value, row) => {
      if (!(value > 0))
        throw new InputError('not-positive', `row ${row} has ${value}, which has no logarithm`);
      return Math.log(value);
    });
  return r2({ truth: log(truth), predicted: log(predicted), ...(weight && { weight }) });
}

function relative(y: number, p: number): number {
  if (y === 0)
    throw new InputError('zero-truth', 'a percentage error is not defined where the truth is 0; use WAPE');
  return Math.abs((y - p) / y);
}

/** Mean absolute percentage error. Throws `zero-truth` where a true value is 0 (scikit-learn divides by 2⁻⁵²). */
export const mape = (input: Regression) => meanLoss(input, relative);

/** Median absolute percentage error, unweighted. Throws `zero-truth`. */
export function medianApe(input: Regression): number {
  check(input);
  const errors = Float64Array.from(input.truth, (y, i) => relative(y, input.predicted[i]!));
  return quantileSorted(errors.sort(), 0.5);
}

/** Σ|y − p| / Σ|y|. Throws `zero-truth` where every true value is 0. */
export function wape(input: Regression): number {
  const size = meanLoss(input, (y) => Math.abs(y));
  if (size === 0) throw new InputError('zero-truth', 'WAPE is not defined where every true value is 0');
  return mae(input) / size;
}

/** Mean of 2|y − p| / (|y| + |p|), from 0 to 2; a row where both are 0 counts 0 (M4's definition over 100). */
export const smape = (input: Regression) =>
  meanLoss(input, (y, p) => (y === p ? 0 : (2 * Math.abs(y - p)) / (Math.abs(y) + Math.abs(p))));

/**
 * Mean absolute scaled error (Hyndman and Koehler 2006): the error over that of the seasonal naive forecast inside
 * the training series, `season` steps apart. Throws `too-few-rows` where the series is no longer than a season,
 * `constant` where the naive forecast has no error.
 */
export function mase(input: Regression, training: ArrayLike<number>, season = 1): number {
  const steps = training.length - season;
  if (!(Number.isInteger(season) && season >= 1))
    throw new InputError('season', `${season} is not a season length`);
  if (steps < 1)
    throw new InputError(
      'too-few-rows',
      `MASE needs more than ${season} training values, not ${training.length}`,
    );
  let naive = 0;
  for (let i = season; i < training.length; i++) naive += Math.abs(training[i]! - training[i - season]!);
  if (!Number.isFinite(naive)) throw new InputError('not-finite', 'the training series has missing values');
  if (naive === 0)
    throw new InputError('constant', 'MASE is not defined: the training series repeats itself exactly');
  return (mae(input) * steps) / naive;
}

/** Mean pinball (quantile) loss, 0 < q < 1 (scikit-learn's mean_pinball_loss). */
export function pinball(input: Regression, q: number): number {
  if (!(q > 0 && q < 1)) throw new InputError('quantile', `${q} is not between 0 and 1`);
  return meanLoss(input, (y, p) => (y >= p ? q * (y - p) : (1 - q) * (p - y)));
}

/** Share of rows with lower ≤ truth ≤ upper, bounds included. */
export function intervalCoverage(
  truth: ArrayLike<number>,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): number {
  const n = check({ truth, predicted: lower });
  check({ truth, predicted: upper });
  let inside = 0;
  for (let i = 0; i < n; i++) if (truth[i]! >= lower[i]! && truth[i]! <= upper[i]!) inside++;
  return inside / n;
}

/**
 * `mae, rmse, r2, r2_log, mape, median_ape, wape, smape` by name. One that is not defined for the rows (a percentage of a
 * true 0, R² of one row, R² of the logarithm of a number that is not positive) is absent.
 */
export function regressionMetrics(input: Regression): Record<string, number> {
  const metrics: Record<string, number> = { mae: mae(input), rmse: rmse(input), smape: smape(input) };
  for (const [name, metric] of Object.entries({ r2, r2_log: r2Log, mape, median_ape: medianApe, wape })) {
    try {
      metrics[name] = metric(input);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return metrics;
}
