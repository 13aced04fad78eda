import type { Metrics, Model } from '../../artifacts/artifact.js';
import type { Table } from '../../artifacts/table.js';
import type { Digest } from '../../canonical.js';
import type { ForecastSettings } from '../../component/forecaster.js';
import type { Context, SeriesForecast } from '../../component.js';
import type { LearnEnvironment } from '../environment.js';
import { originsOf, scoresOf, type Trial, trialsOf, widthsOf } from './backtest.js';
import { type ForecasterItem, forecastModel } from './model.js';
import { type Panel, readPanel } from './panel.js';
import { type MethodName, meanScores, type Scores, scoreSeries } from './scores.js';
import { type Ahead, backtestFrame, boundsOf, forecastFrame, scoresFrame } from './tables.js';

export interface Forecasted {
  readonly forecast: Table;
  readonly backtest: Table;
  readonly scores: Table;
  readonly model: Model;
  readonly metrics: Metrics;
}

/**
 * Looks ahead from the end of each series, and from points in the past of it, each seeing only what was known then.
 * Naive and seasonal naive forecasts of the same points stand beside, always.
 */
export async function trainForecast(
  env: LearnEnvironment,
  estimator: ForecasterItem,
  table: Table,
  { seed, manifest }: { readonly seed: number; readonly manifest: Digest },
): Promise<Forecasted> {
  const { definition, config, where } = estimator;
  const settings = config as unknown as ForecastSettings;
  const ctx = env.context(definition, config, seed, where);
  const panel = await readPanel(ctx, table, settings);
  if (panel.filled > 0)
    ctx.warn(`${panel.filled} missing values were filled by straight lines`, { path: ['with', 'gaps'] });
  const { series, horizon } = panel;
  const origins = originsOf(series, horizon, settings);
  if (origins.length === 0)
    ctx.fail('data/rows', `no series is long enough to try ${horizon} steps ahead on its own past`, {
      path: ['with', 'horizon'],
      hint: `the longest has ${Math.max(...series.map((s) => s.values.length))} values; ${Math.max(8, panel.period + 2) + horizon} are needed, with a season of ${panel.period}`,
    });
  const found = await definition.forecast(ctx, [...series, ...origins.map(({ data }) => data)], horizon);
  const latest = found.slice(0, series.length).map((one, s) => succeeded(ctx, panel, s, one));
  const trials = trialsOf(origins, found.slice(series.length), series, horizon, settings);
  if (trials.length === 0)
    ctx.fail(
      'data/rows',
      'the method could not be tried on the past: before its end every series is too short',
      {
        path: ['with', 'origins'],
      },
    );
  const byTrial = series.map((_, s) => trials.filter((trial) => trial.series === s));
  tellUntried(ctx, panel, byTrial);
  const all = trials.flatMap(scoresOf);
  const ahead = latest.map((forecast, s): Ahead => {
    const widths = widthsOf(forecast, series[s]!, [byTrial[s]!.flatMap(scoresOf), all], settings);
    return { forecast, bounds: boundsOf(forecast.mean, widths, settings.intervals) };
  });
  const scores = byTrial.map((own) => scored(own, settings));
  const metrics = metricsOf(panel, trials, scores);
  const forecast = await env.tables.create(forecastFrame(panel, ahead, settings));
  const model = await forecastModel(
    env,
    estimator,
    { table, manifest, seed },
    panel,
    ahead,
    forecast,
    metrics,
  );
  const labels = latest.map(({ label }) => label);
  return {
    forecast,
    backtest: await env.tables.create(backtestFrame(panel, trials, settings)),
    scores: await env.tables.create(scoresFrame(panel, { name: estimator.info.name, labels }, scores)),
    model,
    metrics: { kind: 'metrics', values: metrics, details: { frequency: panel.frequency } },
  };
}

function succeeded(
  ctx: Pick<Context, 'fail'>,
  { series }: Panel,
  s: number,
  found: SeriesForecast | { readonly failure: string },
): SeriesForecast {
  if (!('failure' in found)) return found;
  const { label } = series[s]!;
  return ctx.fail('data/rows', `${label === '' ? 'the series' : `series "${label}"`}: ${found.failure}`, {
    path: ['in'],
  });
}

function tellUntried(
  ctx: Pick<Context, 'warn'>,
  { series }: Panel,
  byTrial: readonly (readonly Trial[])[],
): void {
  const short = series.filter((_, s) => byTrial[s]!.length === 0);
  if (short.length === 0) return;
  const listed = short.slice(0, 5).map(({ label }) => `"${label}"`);
  ctx.warn(
    `${short.length} of ${series.length} series are too short to be tried on their own past: ${listed.join(', ')}${short.length > 5 ? ', …' : ''}`,
    { code: 'data/rows', hint: 'their intervals are as wide as the errors of the other series ask for' },
  );
}

const scored = (trials: readonly Trial[], { intervals }: ForecastSettings) => {
  const of = (method: MethodName): Scores =>
    trials.length === 0 ? {} : scoreSeries(trials, method, intervals);
  return { method: of('method'), naive: of('naive'), seasonal_naive: of('seasonal_naive') };
};

function metricsOf(
  panel: Panel,
  trials: readonly Trial[],
  scores: readonly { readonly [method in MethodName]: Scores }[],
): { readonly [name: string]: number } {
  const prefixed = (method: 'naive' | 'seasonal_naive') =>
    Object.entries(meanScores(scores.map((own) => own[method]))).map(([name, value]) => [
      `${method}_${name}`,
      value,
    ]);
  return {
    ...meanScores(scores.map((own) => own.method)),
    ...Object.fromEntries([...prefixed('naive'), ...prefixed('seasonal_naive')]),
    series: panel.series.length,
    horizon: panel.horizon,
    season: panel.period,
    trials: trials.length,
    filled: panel.filled,
  };
}
