import { defineForecaster } from '../../engine/component/forecaster.js';
import { Config } from '../../engine/schema.js';

/** The Theta method as it won the M3 competition (Assimakopoulos and Nikolopoulos 2000; R forecast: thetaf). */
export default defineForecaster({
  name: 'forecast.theta',
  version: '1',
  summary: 'Forecast by exponential smoothing with half the trend, seasonally adjusted',
  config: Config({}),
  example:
    'use: forecast.theta\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    return ctx.compute(forecastKernel, { method: { name: 'theta' }, series, horizon });
  },
});
