import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config } from '../../engine/schema.js';

/** The value of the same season one period earlier (Hyndman and Athanasopoulos 2021, 5.2; R forecast: snaive). */
export default defineForecaster({
  name: 'forecast.seasonal-naive',
  version: '1',
  summary: 'Forecast each season by its last value',
  config: Config({}),
  example:
    'use: forecast.seasonal-naive\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    return ctx.compute(forecastKernel, { method: { name: 'seasonal-naive' }, series, horizon });
  },
});
