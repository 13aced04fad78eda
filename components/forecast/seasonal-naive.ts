import { defineForecaster } from '../../engine/component.js';
import { Config } from '../../engine/schema.js';

/** The value of the same season one period earlier (Hyndman and Athanasopoulos 2021, 5.2; R forecast: snaive). */
export default defineForecaster({
  name: 'forecast.seasonal-naive',
  version: '1',
  summary: 'Forecast each season by its last value',
  config: Config({}),
  example: 'use: forecast.seasonal-naive\nin: series',
  task: 'forecast',
  determinism: 'pure',
  stateVersion: 1,
  async fit(ctx, { values, period }) {
    if (values.length < period)
      ctx.fail('data/rows', `${values.length} values are fewer than a period of ${period}`);
    return { last: values.slice(-period) };
  },
  async forecast(_ctx, { last }, horizon) {
    return Float64Array.from({ length: horizon }, (_, i) => last[i % last.length]!);
  },
});
