import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config } from '../../engine/schema.js';

/** The line through the first and the last value (R forecast: rwf with drift). */
export default defineForecaster({
  name: 'forecast.drift',
  version: '1',
  summary: 'Forecast along the line from the first to the last value',
  config: Config({}),
  example:
    'use: forecast.drift\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    return ctx.compute(forecastKernel, { method: { name: 'drift' }, series, horizon });
  },
});
