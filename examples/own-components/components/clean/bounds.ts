import { Config, defineTransform, isNumber, Type } from 'ds-toolbox/component';
import { quantile } from '../lib/quantile.js';

/** Usual range of each feature, as learned from training rows: the quartiles and `spread` times their distance. */
interface Bounds {
  readonly low: { readonly [column: string]: number };
  readonly high: { readonly [column: string]: number };
}

export default defineTransform({
  name: 'clean.bounds',
  version: '1',
  summary: 'Cut numeric features off where they leave their usual range',
  config: Config({
    spread: Type.Number({
      default: 1.5,
      minimum: 0,
      description: 'distance of the bounds, in quartile ranges',
    }),
  }),
  example: 'use: clean.bounds\nin: rows\nwith: { spread: 2 }',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  async fit(ctx, data): Promise<Bounds> {
    const low: { [column: string]: number } = {};
    const high: { [column: string]: number } = {};
    for (const field of data.schema.fields) {
      if (field.role !== 'feature' || !isNumber(field.type)) continue;
      const { values, valid } = await data.column(field.name);
      const sorted = Float64Array.from(values)
        .filter((_, row) => valid?.[row] !== 0)
        .sort();
      if (sorted.length === 0) ctx.fail('data/values', `column "${field.name}" holds no number`);
      const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
      low[field.name] = first - ctx.config.spread * (third - first);
      high[field.name] = third + ctx.config.spread * (third - first);
    }
    return { low, high };
  },
  apply(_ctx, { low, high }, frame) {
    let out = frame;
    for (const name of Object.keys(low)) {
      const field = frame.field(name);
      const { values, valid } = frame.column(name);
      const cut = Float64Array.from(values, (value) => Math.min(high[name]!, Math.max(low[name]!, value)));
      out = out.with(
        { ...field, type: 'float64' },
        { type: 'float64', values: cut, ...(valid && { valid }) },
      );
    }
    return out;
  },
  columns: (_config, schema) => ({
    ...schema,
    fields: schema.fields.map((field) =>
      field.role === 'feature' && field.type && isNumber(field.type) ? { ...field, type: 'float64' } : field,
    ),
  }),
});
