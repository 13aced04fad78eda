import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config, OneOf, Type } from '../../engine/schema.js';

const choices = {
  error: { additive: 'A', multiplicative: 'M' },
  trend: { none: 'N', additive: 'A', damped: 'A' },
  seasonality: { none: 'N', additive: 'A', multiplicative: 'M' },
} as const;

/** Exponential smoothing, its form chosen by AICc (Hyndman et al. 2002; R forecast: ets). */
export default defineForecaster({
  name: 'forecast.ets',
  version: '1',
  summary: 'Forecast by exponential smoothing, with error, trend and season chosen by AICc',
  config: Config({
    error: Type.Optional(
      OneOf(['additive', 'multiplicative'], { description: 'how errors grow; chosen where absent' }),
    ),
    trend: Type.Optional(
      OneOf(['none', 'additive', 'damped'], {
        description: 'none, a line, or one that levels off; chosen where absent',
      }),
    ),
    seasonality: Type.Optional(
      OneOf(['none', 'additive', 'multiplicative'], {
        description: 'how seasons join the level; chosen where absent',
      }),
    ),
  }),
  example:
    'use: forecast.ets\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months, intervals: [80%, 95%] }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    const { error, trend, seasonality } = ctx.config;
    const method = {
      name: 'ets' as const,
      ...(error && { error: choices.error[error] }),
      ...(trend && { trend: choices.trend[trend], damped: trend === 'damped' }),
      ...(seasonality && { season: choices.seasonality[seasonality] }),
    };
    return ctx.compute(forecastKernel, { method, series, horizon });
  },
});
