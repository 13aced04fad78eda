import { conformalFactors, normalFactor, type Score } from '../../../components/lib/forecast/conformal.js';
import { forecastSeries, until } from '../../../components/lib/forecast/method.js';
import type { ForecastSettings } from '../../component/forecaster.js';
import type { SeriesData, SeriesForecast } from '../../component.js';

/** A point in the past: what was known of a series then, and how many values that were. */
export interface Origin {
  readonly series: number;
  readonly known: number;
  readonly data: SeriesData;
}

/** What was forecast from an origin, what came, and what the naive methods said. */
export interface Trial extends Origin {
  readonly forecast: SeriesForecast;
  readonly actual: Float64Array;
  readonly naive: Float64Array;
  readonly seasonalNaive: Float64Array;
  /** Half the width of the interval by level, then step, from what was known at the origin. */
  readonly widths: readonly Float64Array[];
}

/** Fewer known values than this, or than a season and two, are not forecast from. */
const leastKnown = 8;

/**
 * Rolling origins (Tashman 2000): for each series the last `origins` cuts, `every` steps apart, after which the
 * whole horizon is known. A forecaster is handed the part before the cut and nothing else.
 */
export function originsOf(
  series: readonly SeriesData[],
  horizon: number,
  { origins, every }: Pick<ForecastSettings, 'origins' | 'every'>,
): readonly Origin[] {
  const apart = every ?? Math.max(1, Math.ceil(horizon / 2));
  return series.flatMap((data, at) => {
    const latest = data.values.length - horizon;
    const least = Math.max(leastKnown, data.period + 2);
    return Array.from({ length: origins }, (_, k) => latest - (origins - 1 - k) * apart)
      .filter((known) => known >= least)
      .map((known) => ({ series: at, known, data: until(data, known) }));
  });
}

/** The trials of the origins whose forecast succeeded, in order, with the intervals that could be stated then. */
export function trialsOf(
  origins: readonly Origin[],
  forecasts: readonly (SeriesForecast | { readonly failure: string })[],
  series: readonly SeriesData[],
  horizon: number,
  settings: ForecastSettings,
): readonly Trial[] {
  const trials: Trial[] = [];
  for (const [i, origin] of origins.entries()) {
    const forecast = forecasts[i]!;
    if ('failure' in forecast) continue;
    const { known, data } = origin;
    // What earlier forecasts of this series missed by, as far as that was seen by now.
    const seen = trials
      .filter((trial) => trial.series === origin.series)
      .flatMap((trial) => scoresOf(trial).filter(({ step }) => trial.known + step <= known));
    trials.push({
      ...origin,
      forecast,
      actual: series[origin.series]!.values.slice(known, known + horizon),
      naive: forecastSeries({ name: 'naive' }, data, horizon).mean,
      seasonalNaive: forecastSeries({ name: 'seasonal-naive' }, data, horizon).mean,
      widths: widthsOf(forecast, data, [seen], settings),
    });
  }
  return trials;
}

/** Errors of a trial in stated standard deviations. */
export function scoresOf({ forecast, actual, data }: Trial): readonly Score[] {
  return Array.from(actual, (y, i) => ({
    step: i + 1,
    score: Math.abs(y - forecast.mean[i]!) / stated(forecast, data, i),
  }));
}

/** A stated standard deviation; never so small that an error would count as infinitely many of it. */
function stated({ sd }: SeriesForecast, { values }: SeriesData, i: number): number {
  return Math.max(sd[i]!, 1e-9 * Math.max(Math.abs(values.at(-1)!), 1));
}

/**
 * Half the widths of the intervals by level, then step. Conformal ones take the first of the `seen` collections that
 * is large enough; where none is, they are as wide as the method's own assumptions say.
 */
export function widthsOf(
  forecast: SeriesForecast,
  data: SeriesData,
  seen: readonly (readonly Score[])[],
  { intervals, interval_method }: Pick<ForecastSettings, 'intervals' | 'interval_method'>,
): readonly Float64Array[] {
  const widths = intervals.map(() => new Float64Array(forecast.mean.length));
  if (intervals.length === 0) return widths;
  const normal = intervals.map(normalFactor);
  for (let i = 0; i < forecast.mean.length; i++) {
    const learned =
      interval_method === 'conformal'
        ? firstOf(seen, (scores) => conformalFactors(scores, i + 1, intervals))
        : undefined;
    for (const [k, width] of widths.entries())
      width[i] = learned ? learned[k]! * stated(forecast, data, i) : normal[k]! * forecast.sd[i]!;
  }
  return widths;
}

function firstOf<A, B>(list: readonly A[], find: (one: A) => B | undefined): B | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
