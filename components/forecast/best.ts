import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import type { Method } from '../lib/forecast/method.js';

const names = ['naive', 'seasonal-naive', 'drift', 'theta', 'ets', 'lags'] as const;

/**
 * For each series the method that forecast its own past best. The backtest around it chooses anew at each origin, so
 * that its errors are those of choosing, too.
 */
export default defineForecaster({
  name: 'forecast.best',
  version: '1',
  summary: 'Forecast each series by the method that forecast its own past best',
  config: Config({
    methods: Type.Array(OneOf(names), {
      default: ['naive', 'seasonal-naive', 'drift', 'theta', 'ets'],
      minItems: 1,
      description: 'methods to choose from; of equal ones the first',
    }),
    trials: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 50,
      description: 'forecasts of the past by which each choice is made',
    }),
    lags: Type.Integer({ default: 6, minimum: 1, maximum: 200, description: 'of the method lags' }),
  }),
  example:
    'use: forecast.best\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    const { methods, trials, lags } = ctx.config;
    const of = methods.map((name): Method => (name === 'lags' ? { name, lags } : { name }));
    return ctx.compute(forecastKernel, { method: { name: 'best', of, origins: trials }, series, horizon });
  },
});
