import { isNumber } from '../../engine/artifacts/column.js';
import { defineTransform } from '../../engine/component.js';
import { Config, OneOf } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

/** Standard scaling of every numeric feature: subtract the training mean, divide by the training deviation. */
export default defineTransform({
  name: 'prep.scale',
  version: '1',
  summary: 'Scale numeric features to mean 0 and deviation 1, as learned on the training rows',
  config: Config({
    method: OneOf(['standard', 'none'], {
      default: 'standard',
      description:
        'standard: population standard deviation, a constant column is only centred (scikit-learn StandardScaler)',
    }),
  }),
  example: 'use: prep.scale\nin: rows',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  async fit(ctx, data) {
    const names = data.schema.fields
      .filter((f) => f.role === 'feature' && isNumber(f.type))
      .map((f) => f.name);
    const mean = new Float64Array(names.length);
    const scale = new Float64Array(names.length).fill(1);
    if (ctx.config.method === 'none') return { names, mean, scale };
    for (const [j, name] of names.entries()) {
      const { values } = await data.column(name);
      const present = values.filter((value) => !Number.isNaN(value));
      if (present.length === 0) continue;
      for (const value of present) mean[j]! += value / present.length;
      let squares = 0;
      for (const value of present) squares += (value - mean[j]!) ** 2;
      scale[j] = Math.sqrt(squares / present.length) || 1;
    }
    return { names, mean, scale };
  },
  apply(_ctx, { names, mean, scale }, frame) {
    let out = frame;
    for (const [j, name] of names.entries()) {
      const { values, valid } = frame.column(name);
      const scaled = sharedF64(frame.rows);
      for (let i = 0; i < frame.rows; i++)
        scaled[i] = valid?.[i] === 0 ? Number.NaN : (values[i]! - mean[j]!) / scale[j]!;
      out = out.with(
        { ...frame.field(name), type: 'float64' },
        { type: 'float64', values: scaled, ...(valid && { valid }) },
      );
    }
    return out;
  },
  columns: (_config, schema) => ({
    ...schema,
    fields: schema.fields.map((f) =>
      f.role === 'feature' && f.type && isNumber(f.type) ? { ...f, type: 'float64' } : f,
    ),
  }),
});
