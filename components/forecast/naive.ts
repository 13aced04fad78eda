import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config } from '../../engine/schema.js';

/** The last value (Hyndman and Athanasopoulos 2021, 5.2; R forecast: naive). */
export default defineForecaster({
  name: 'forecast.naive',
  version: '1',
  summary: 'Forecast the last value',
  config: Config({}),
  example:
    'use: forecast.naive\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    return ctx.compute(forecastKernel, { method: { name: 'naive' }, series, horizon });
  },
});
