import type { Frame } from '../../engine/artifacts/frame.js';
import type { Field } from '../../engine/artifacts/schema.js';
import { defineTransform } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';
import { traceFeatureNames } from '../lib/spectra/trace-feature-names.js';

const field = (name: string): Field => ({ name, type: 'float64', role: 'feature', nullable: false });

/** The eight amplitude, energy and frequency features of each trace; see `lib/spectra/trace-features.ts`. */
export default defineTransform({
  name: 'prep.trace-features',
  version: '2',
  summary: 'Eight features of each trace: amplitude statistics, energy, zero crossings, dominant frequency',
  config: Config({
    column: Type.String({ default: 'trace', description: 'the vector column with the traces' }),
    frequency: OneOf(['cycles_per_sample', 'hertz'], {
      default: 'cycles_per_sample',
      description: 'unit of dominant_frequency; hertz needs the sample interval of the traces',
    }),
    keep: Type.Boolean({ default: true, description: 'keep the trace column for later items' }),
  }),
  example: 'use: prep.trace-features\nin: traces',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  async apply(ctx, _state, frame) {
    const { column: name, frequency, keep } = ctx.config;
    if (!frame.has(name) || frame.field(name).type !== 'vector')
      ctx.fail('data/column', `no trace column "${name}" among the features`, { path: ['with', 'column'] });
    const column = frame.column(name);
    if (column.type !== 'vector') throw new Error('a vector field has a vector column');
    const out = traceFeatureNames.map(() => sharedF64(frame.rows));
    if (frame.rows > 0) {
      const { traceFeaturesKernel } = await import('../lib/spectra/trace-features.js');
      await ctx.compute(traceFeaturesKernel, { samples: column.values, n: column.width, out });
    }
    if (frequency === 'hertz') {
      const { axis } = frame.field(name);
      if (axis?.unit !== 's')
        ctx.fail('data/column', `"${name}" has no sample interval in seconds`, {
          path: ['with', 'frequency'],
        });
      const hertz = out[traceFeatureNames.indexOf('dominant_frequency')]!;
      for (let i = 0; i < hertz.length; i++) hertz[i]! /= axis!.step;
    }
    let with8: Frame = frame;
    for (const [j, feature] of traceFeatureNames.entries())
      with8 = with8.with(field(feature), { type: 'float64', values: out[j]! });
    return keep ? with8 : with8.drop([name]);
  },
  columns: ({ keep, column }, schema) => ({
    ...schema,
    fields: [...schema.fields.filter((f) => keep || f.name !== column), ...traceFeatureNames.map(field)],
  }),
});
