import { frameOfPlain } from '../../engine/artifacts/plain.js';
import type { PlannedField } from '../../engine/artifacts/schema.js';
import { defineComponent, table } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';

const planned = (names: string): PlannedField[] =>
  names.split(' ').map((name) => ({
    name: name.replace(':', ''),
    type: name.endsWith(':') ? 'string' : 'float64',
    role: 'feature',
  }));
const part = 'part: description: supplier: material: mass machine_hours labour_hours scrap';

/**
 * Parts, quotes, past purchases, price indices and exchange rates as a purchasing department exports them, made by a
 * process that is written down in `lib/cost/demo`: what each line of cost truly is comes with it.
 */
export default defineComponent({
  name: 'ingest.demo-purchases',
  version: '1',
  summary:
    'Make up parts, quotes, purchases, indices and exchange rates with known cost drivers, to try things on',
  config: Config({
    parts: Type.Integer({ default: 60, minimum: 5, maximum: 20_000, description: 'number of parts' }),
    base_date: Type.String({
      default: '2024-06',
      pattern: '^20(2[3-9]|[3-9][0-9])-(0[1-9]|1[0-2])$',
      description: 'month of the quotes; indices go two months further',
    }),
    currency: OneOf(['EUR', 'USD', 'GBP', 'CHF'], {
      default: 'EUR',
      description: 'of prices and quotes; freight is paid in USD, in EUR where that is it',
    }),
  }),
  inputs: {},
  outputs: {
    parts: table('one row a part: what it is made of, how long that takes, what is asked for it'),
    indices: table('price indices by month, 2018-01 = 100'),
    fx: table('USD, GBP and CHF per EUR by month'),
    purchases: table('orders of the three years before'),
    truth: table('true share of each line of cost'),
  },
  determinism: 'seeded',
  example: 'use: ingest.demo-purchases\nsave: { parts: data/demo/parts.csv, indices: data/demo/indices.csv }',
  columns: () => ({
    parts: { fields: planned(`${part} volume quote`) },
    indices: { fields: planned('month: steel_hr aluminium wages electricity') },
    fx: { fields: planned('month: EURUSD EURGBP EURCHF') },
    purchases: { fields: planned(`ordered: ${part} quantity price`) },
    truth: { fields: planned('line: share') },
  }),
  async run(ctx) {
    const { demoPurchases } = await import('../lib/cost/demo.js');
    const { parts, base_date: baseDate, currency } = ctx.config;
    const demo = demoPurchases(ctx.seed, { parts, baseDate, currency });
    const made = (columns: (typeof demo)['parts']) => ctx.tables.create(frameOfPlain(columns));
    return {
      parts: await made(demo.parts),
      indices: await made(demo.indices),
      fx: await made(demo.fx),
      purchases: await made(demo.purchases),
      truth: await made(demo.truth),
    };
  },
});
