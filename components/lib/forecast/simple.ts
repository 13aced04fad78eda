import { InputError } from '../errors.js';
import { type Outlook, outlook } from './outlook.js';

/** What the simple methods keep of a series. */
export interface SimpleModel {
  /** The last period, or the last value alone. */
  readonly last: Float64Array;
  /** What each step adds. */
  readonly slope: number;
  /** Variance of the one-step errors inside the series. */
  readonly variance: number;
  readonly values: number;
}

/**
 * The last value of the same season (Hyndman and Athanasopoulos 2021, 5.2; R forecast: `snaive`; with a period of 1
 * `naive`). Throws `too-few-rows` below one period.
 */
export function fitSeasonalNaive(values: Float64Array, period: number): SimpleModel {
  const n = values.length;
  if (n < period || n === 0)
    throw new InputError('too-few-rows', `${n} values are fewer than a period of ${period}`);
  let squares = 0;
  for (let t = period; t < n; t++) squares += (values[t]! - values[t - period]!) ** 2;
  return {
    last: values.slice(n - period),
    slope: 0,
    variance: n > period ? squares / (n - period) : 0,
    values: n,
  };
}

/** The line through the first and the last value (R forecast: `rwf` with drift). Throws `too-few-rows` below two values. */
export function fitDrift(values: Float64Array): SimpleModel {
  const n = values.length;
  if (n < 2) throw new InputError('too-few-rows', 'a drift needs two values');
  const slope = (values[n - 1]! - values[0]!) / (n - 1);
  let squares = 0;
  for (let t = 1; t < n; t++) squares += (values[t]! - values[t - 1]! - slope) ** 2;
  return { last: values.slice(n - 1), slope, variance: n > 2 ? squares / (n - 2) : 0, values: n };
}

/** The next values: variances add up with every period that passes, and with the doubt about the slope. */
export function forecastSimple({ last, slope, variance, values }: SimpleModel, horizon: number): Outlook {
  const period = last.length;
  return outlook(
    horizon,
    (step) => last[(step - 1) % period]! + step * slope,
    (step) => {
      const passed = Math.floor((step - 1) / period) + 1;
      return variance * (slope === 0 ? passed : passed * (1 + passed / (values - 1)));
    },
  );
}
