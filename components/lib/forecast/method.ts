import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { type EtsChoice, fitEts } from './ets.js';
import { forecastEts } from './ets-forecast.js';
import { forecastLags, type LagsChoice, type Series } from './lags.js';
import type { Outlook } from './outlook.js';
import { fitDrift, fitSeasonalNaive, forecastSimple } from './simple.js';
import { fitTheta, forecastTheta } from './theta.js';

/** A method with its settings. `best` is the candidate of least absolute error when each forecasts the series' own past. */
export type Method =
  | { readonly name: 'naive' | 'seasonal-naive' | 'drift' | 'theta' }
  | ({ readonly name: 'ets' } & EtsChoice)
  | ({ readonly name: 'lags' } & LagsChoice)
  | { readonly name: 'best'; readonly of: readonly Method[]; readonly origins: number };

/** An outlook with what was learned for it. */
export interface Forecast extends Outlook {
  /** What the method found, in a word: `ETS(M,Ad,N)`, `drift`. */
  readonly label: string;
  /** Parameters and states: JSON values and typed arrays. */
  readonly model: object;
}

/** The next `horizon` values of a series. Throws `too-few-rows` where it is too short for the method. */
export function forecastSeries(method: Method, series: Series, horizon: number): Forecast {
  const { values, period } = series;
  switch (method.name) {
    case 'naive':
      return simple('naive', fitSeasonalNaive(values, 1), horizon);
    case 'seasonal-naive':
      return simple('seasonal naive', fitSeasonalNaive(values, period), horizon);
    case 'drift':
      return simple('drift', fitDrift(values), horizon);
    case 'theta': {
      const model = fitTheta(values, period);
      const label = model.season.length > 0 ? 'theta, seasonally adjusted' : 'theta';
      return { ...forecastTheta(model, horizon), label, model };
    }
    case 'ets': {
      const model = fitEts(values, period, method);
      return { ...forecastEts(model, horizon), label: model.name, model };
    }
    case 'lags': {
      const { mean, sd, steps } = forecastLags(series, method, horizon);
      return { mean, sd, label: `lags, penalty ${steps[0]!.penalty}`, model: { steps } };
    }
    case 'best':
      return forecastSeries(choose(method.of, method.origins, series, horizon), series, horizon);
  }
}

const simple = (label: string, model: ReturnType<typeof fitDrift>, horizon: number): Forecast => ({
  ...forecastSimple(model, horizon),
  label,
  model,
});

/** Cuts the series at its last origins and lets each method forecast what came after; the first wins ties. */
function choose(methods: readonly Method[], origins: number, series: Series, horizon: number): Method {
  const n = series.values.length;
  const every = Math.max(1, Math.ceil(horizon / 2));
  let best: Method | undefined;
  let least = Number.POSITIVE_INFINITY;
  let failure: unknown;
  for (const method of methods) {
    let error = 0;
    try {
      for (let k = 0; k < origins; k++) {
        const known = n - horizon - k * every;
        if (known < 2) break;
        const { mean } = forecastSeries(method, until(series, known), horizon);
        mean.forEach((v, i) => {
          error += Math.abs(v - series.values[known + i]!);
        });
      }
    } catch (caught) {
      if (!(caught instanceof InputError)) throw caught;
      failure = caught;
      continue;
    }
    if (error < least) {
      least = error;
      best = method;
    }
  }
  if (!best) throw failure ?? new InputError('too-few-rows', 'no method to choose from');
  return best;
}

/** What was known of a series after its first `known` values. */
export const until = ({ values, period, exogenous }: Series, known: number): Series => ({
  values: values.slice(0, known),
  period,
  ...(exogenous && { exogenous: exogenous.map((column) => column.slice(0, known)) }),
});

export interface ForecastArgs {
  readonly method: Method;
  readonly series: readonly Series[];
  readonly horizon: number;
}

/** A block a series; one that is too short for the method gives its reason instead. */
export const forecastKernel: Kernel<ForecastArgs, Forecast | { readonly failure: string }> = {
  name: 'forecastKernel',
  url: import.meta.url,
  blocks: ({ series }) => series.length,
  run({ method, series, horizon }, block) {
    try {
      return forecastSeries(method, series[block]!, horizon);
    } catch (error) {
      if (error instanceof InputError) return { failure: error.message };
      throw error;
    }
  },
};
