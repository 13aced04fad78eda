import type { Field } from '../../engine/artifacts/schema.js';
import { defineTransform } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';
import { attributeNames } from '../lib/spectra/attribute-names.js';

const field = (name: string): Field => ({ name, type: 'float64', role: 'feature', nullable: false });

/**
 * Seismic attributes of each trace: spectral, envelope, instantaneous and statistical; each is defined in
 * `lib/spectra/attributes.ts` and equals numpy and scipy on the same samples.
 */
export default defineTransform({
  name: 'prep.trace-attributes',
  version: '2',
  summary:
    'Attributes of each trace by name: centroid, bandwidth, envelope, instantaneous frequency and more',
  config: Config({
    column: Type.String({ default: 'trace', description: 'the vector column with the traces' }),
    attributes: Type.Array(OneOf(attributeNames), {
      default: ['spectral_centroid', 'spectral_bandwidth', 'envelope_mean', 'sweetness'],
      minItems: 1,
      description: 'which to take; frequencies are in Hz where the axis is in seconds',
    }),
    keep: Type.Boolean({ default: true, description: 'keep the trace column for later items' }),
  }),
  example: 'use: prep.trace-attributes\nin: traces\nwith: { attributes: [spectral_centroid, envelope_max] }',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  async apply(ctx, _state, frame) {
    const { column: name, attributes, keep } = ctx.config;
    const column = frame.has(name) ? frame.column(name) : undefined;
    if (column?.type !== 'vector')
      return ctx.fail('data/column', `no trace column "${name}" among the features`, {
        path: ['with', 'column'],
      });
    const { axis } = frame.field(name);
    const out = attributes.map(() => sharedF64(frame.rows));
    if (frame.rows > 0) {
      const { traceAttributesKernel } = await import('../lib/spectra/attributes.js');
      await ctx.compute(traceAttributesKernel, {
        names: attributes,
        samples: column.values,
        n: column.width,
        interval: axis?.unit === 's' ? axis.step : 1,
        out,
      });
    }
    let all = frame;
    for (const [j, attribute] of attributes.entries())
      all = all.with(field(attribute), { type: 'float64', values: out[j]! });
    return keep ? all : all.drop([name]);
  },
  columns: ({ column, attributes, keep }, schema) => ({
    ...schema,
    fields: [...schema.fields.filter((f) => keep || f.name !== column), ...attributes.map(field)],
  }),
});
