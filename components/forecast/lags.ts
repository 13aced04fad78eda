import { defineForecaster, exogenousColumns } from '../../engine/component/forecaster.js';
import { Config, Type } from '../../engine/schema.js';

/** A ridge regression a step ahead on what is known: lags, exogenous columns, season (Ben Taieb et al. 2012: direct). */
export default defineForecaster({
  name: 'forecast.lags',
  version: '1',
  summary: 'Forecast by regression on lags, the season and other columns, without values of the future',
  config: Config({
    lags: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 200,
      description: 'changes of so many last steps',
    }),
    ...exogenousColumns,
  }),
  example:
    'use: forecast.lags\nin: prices\nwith: { time: month, target: price, by: material, horizon: 12 months, exogenous: [oil] }',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async forecast(ctx, series, horizon) {
    const { forecastKernel } = await import('../lib/forecast/method.js');
    return ctx.compute(forecastKernel, { method: { name: 'lags', lags: ctx.config.lags }, series, horizon });
  },
});
