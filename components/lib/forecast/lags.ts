import { InputError } from '../errors.js';
import { cholesky, choleskySolve } from '../linalg/cholesky.js';
import type { Outlook } from './outlook.js';

/** A series as the methods see it: equally spaced values, the last one the latest that is known. */
export interface Series {
  readonly values: Float64Array;
  /** Steps a season; 1 for none. */
  readonly period: number;
  /** Other columns at the same times. */
  readonly exogenous?: readonly Float64Array[];
}

export interface LagsChoice {
  /** Changes of the last so many steps are looked at. */
  readonly lags: number;
}

/** Weights of one step ahead. */
export interface LagsStep {
  readonly coef: Float64Array;
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  readonly intercept: number;
  readonly penalty: number;
  readonly sd: number;
}

const penalties = [0.1, 1, 10, 100, 1000, 1e4, 1e6];

/**
 * Regression on lags, one ridge a step ahead ("direct" forecasting, Ben Taieb et al. 2012): the change to y(t + h)
 * on the last changes of the series and of the exogenous columns, the distance to last season's value and two
 * harmonics of the season. Only what is known at t is looked at, so exogenous values of the future are never
 * needed. The penalty is the one of least generalised cross-validation (Golub et al. 1979). Throws `too-few-rows`.
 */
export function forecastLags(
  series: Series,
  choice: LagsChoice,
  horizon: number,
): Outlook & { steps: LagsStep[] } {
  const n = series.values.length;
  const first = Math.max(choice.lags, series.period > 1 ? series.period - 1 : 0);
  const steps: LagsStep[] = [];
  const mean = new Float64Array(horizon);
  const sd = new Float64Array(horizon);
  for (let h = 1; h <= horizon; h++) {
    const rows: Float64Array[] = [];
    const change: number[] = [];
    for (let t = first; t + h < n; t++) {
      rows.push(lagged(series, choice, t, h));
      change.push(series.values[t + h]! - series.values[t]!);
    }
    if (rows.length < 8)
      throw new InputError(
        'too-few-rows',
        `${n} values leave ${Math.max(0, rows.length)} examples of ${h} steps ahead after ${first} lags; 8 are needed`,
      );
    const step = ridge(rows, change);
    const now = lagged(series, choice, n - 1, h);
    let next = step.intercept;
    for (let j = 0; j < now.length; j++) next += (step.coef[j]! * (now[j]! - step.mean[j]!)) / step.scale[j]!;
    mean[h - 1] = series.values[n - 1]! + next;
    sd[h - 1] = step.sd;
    steps.push(step);
  }
  return { mean, sd, steps };
}

/** What is known at `t` of the value `h` steps on. */
function lagged(
  { values, period, exogenous = [] }: Series,
  { lags }: LagsChoice,
  t: number,
  h: number,
): Float64Array {
  const out: number[] = [];
  for (const column of [values, ...exogenous])
    for (let lag = 0; lag < lags; lag++) out.push(column[t - lag]! - column[t - lag - 1]!);
  if (period > 1) {
    // The last value of the season that is asked for, which lies at or before t.
    out.push(values[t - ((period - (h % period)) % period)]! - values[t]!);
    for (let k = 1; k <= Math.min(2, Math.floor(period / 2)); k++) {
      const angle = (2 * Math.PI * k * (t + h)) / period;
      out.push(Math.cos(angle), Math.sin(angle));
    }
  }
  return Float64Array.from(out);
}

/** Ridge on standardised columns; constant columns get no weight. */
function ridge(rows: readonly Float64Array[], y: readonly number[]): LagsStep {
  const n = rows.length;
  const k = rows[0]!.length;
  const mean = Float64Array.from({ length: k }, (_, j) => rows.reduce((s, row) => s + row[j]!, 0) / n);
  const scale = Float64Array.from({ length: k }, (_, j) => {
    const spread = Math.sqrt(rows.reduce((s, row) => s + (row[j]! - mean[j]!) ** 2, 0) / n);
    return spread > 1e-12 * Math.max(1, Math.abs(mean[j]!)) ? spread : Number.POSITIVE_INFINITY;
  });
  const z = rows.map((row) => row.map((v, j) => (v - mean[j]!) / scale[j]!));
  const intercept = y.reduce((a, b) => a + b, 0) / n;
  const gram = new Float64Array(k * k);
  const cross = new Float64Array(k);
  for (const [i, row] of z.entries())
    for (let a = 0; a < k; a++) {
      cross[a]! += row[a]! * (y[i]! - intercept);
      for (let b = 0; b < k; b++) gram[a * k + b]! += row[a]! * row[b]!;
    }
  let best: { gcv: number; coef: Float64Array; penalty: number; sd: number } | undefined;
  for (const penalty of penalties) {
    const l = gram.slice();
    for (let j = 0; j < k; j++) l[j * k + j]! += penalty;
    if (cholesky(l, k) === 0) continue;
    const coef = choleskySolve(l, k, cross.slice());
    let used = 1;
    for (let j = 0; j < k; j++) used += choleskySolve(l, k, gram.slice(j * k, (j + 1) * k))[j]!;
    let sse = 0;
    for (const [i, row] of z.entries()) {
      let rest = y[i]! - intercept;
      for (let j = 0; j < k; j++) rest -= row[j]! * coef[j]!;
      sse += rest * rest;
    }
    const left = Math.max(n - used, 1);
    const gcv = (sse * n) / left ** 2;
    if (!best || gcv < best.gcv) best = { gcv, coef, penalty, sd: Math.sqrt(sse / left) };
  }
  const { coef, penalty, sd } = best!;
  return { coef, mean, scale, intercept, penalty, sd };
}
