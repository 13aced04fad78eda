import { InputError } from '../errors.js';

/** How a season joins the level: added to it, or multiplied with it. */
export type SeasonKind = 'additive' | 'multiplicative';

/**
 * Seasonal figure by classical decomposition (R: `decompose`): a centred moving average over `period` steps is the
 * trend; what is left over it is averaged by place in the period, counted from the first value, and centred on 0
 * or 1. Throws `too-few-rows` below two periods. Time O(values).
 */
export function seasonalFigure(values: ArrayLike<number>, period: number, kind: SeasonKind): Float64Array {
  const n = values.length;
  if (n < 2 * period)
    throw new InputError('too-few-rows', `${n} values are fewer than two periods of ${period}`);
  const half = Math.floor(period / 2);
  const ends = period % 2 === 0 ? 0.5 : 1;
  const sums = new Float64Array(period);
  const counts = new Int32Array(period);
  for (let t = half; t < n - half; t++) {
    let sum = ends * (values[t - half]! + values[t + half]!);
    for (let i = t - half + 1; i < t + half; i++) sum += values[i]!;
    if (period === 1) sum = values[t]!;
    const trend = sum / period;
    sums[t % period]! += kind === 'additive' ? values[t]! - trend : values[t]! / trend;
    counts[t % period]!++;
  }
  const figure = sums.map((sum, i) => sum / counts[i]!);
  const mean = figure.reduce((a, b) => a + b, 0) / period;
  return figure.map((v) => (kind === 'additive' ? v - mean : v / mean));
}

/** Autocorrelations at lags 1 … `lags` (R: `acf`): sums over n, about the mean of all values. */
export function autocorrelations(values: ArrayLike<number>, lags: number): Float64Array {
  const n = values.length;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += values[t]! / n;
  const at = (lag: number) => {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += (values[t]! - mean) * (values[t - lag]! - mean);
    return sum;
  };
  const variance = at(0);
  return Float64Array.from({ length: lags }, (_, i) => at(i + 1) / variance);
}

/** Normal quantile at 0.95: the level of the M4 competition's test for a season. */
const ninetyFive = 1.6448536269514722;

/**
 * Whether a season of `period` steps is there: its autocorrelation against Bartlett's standard error at the 90 %
 * level, as the M4 competition and R's `thetaf` test it. False where there are two periods or fewer.
 */
export function hasSeason(values: ArrayLike<number>, period: number): boolean {
  const n = values.length;
  if (period < 2 || n <= 2 * period) return false;
  const r = autocorrelations(values, period);
  let squares = 0;
  for (let lag = 0; lag < period - 1; lag++) squares += r[lag]! ** 2;
  return Math.abs(r[period - 1]!) / Math.sqrt((1 + 2 * squares) / n) > ninetyFive;
}
