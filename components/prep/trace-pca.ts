import type { Field } from '../../engine/artifacts/schema.js';
import { defineTransform } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

const field = (i: number): Field => ({
  name: `embedding_${i}`,
  type: 'float64',
  role: 'feature',
  nullable: false,
});

/**
 * Principal components of the traces' samples, each sample scaled over the training traces first, signed as
 * scikit-learn 1.3 signs them. Learned in bounded memory: one pass for the covariance, one for the signs.
 */
export default defineTransform({
  name: 'prep.trace-pca',
  version: '1',
  summary: 'Embed each trace in the principal components of the training traces',
  config: Config({
    column: Type.String({ default: 'trace', description: 'the vector column with the traces' }),
    components: Type.Integer({ default: 32, minimum: 1, maximum: 1024, description: 'number of components' }),
    standardize: Type.Boolean({ default: true, description: 'scale each sample over the traces first' }),
    keep: Type.Boolean({ default: false, description: 'keep the trace column for later items' }),
  }),
  example: 'use: prep.trace-pca\nin: traces\nwith: { components: 32 }',
  scope: 'row',
  determinism: 'pure',
  stateVersion: 1,
  async fit(ctx, data) {
    const { column, components, standardize } = ctx.config;
    const found = data.schema.fields.find((f) => f.name === column && f.type === 'vector');
    if (!found?.width)
      return ctx.fail('data/column', `no trace column "${column}" among the features`, {
        path: ['with', 'column'],
      });
    const most = Math.min(found.width, data.rows);
    if (components > most)
      ctx.fail('spec/value', `${components} components of ${data.rows} traces of ${found.width} samples`, {
        path: ['with', 'components'],
        hint: `at most ${most}`,
      });
    const [{ createMoments }, { principalComponents }, { createSigns }] = await Promise.all([
      import('../lib/pca/moments.js'),
      import('../lib/pca/pca.js'),
      import('../lib/pca/signs.js'),
    ]);
    const moments = createMoments(ctx.compute, found.width);
    const samples = async (take: (values: Float32Array) => Promise<void>) => {
      let done = 0;
      for await (const frame of data.batches({ columns: [column] })) {
        await take(frame.column(column).values as Float32Array);
        done += frame.rows;
        ctx.progress(done, data.rows, 'components');
      }
    };
    await samples((values) => moments.add(values, ctx.signal));
    const params = { components, standardize };
    const unsigned = await principalComponents(
      ctx.compute,
      await moments.finish(ctx.signal),
      params,
      ctx.signal,
    );
    const signs = createSigns(ctx.compute, unsigned);
    await samples((values) => signs.add(values, ctx.signal));
    return signs.finish();
  },
  async apply(ctx, pca, frame) {
    const { column, keep } = ctx.config;
    const traces = frame.column(column);
    if (traces.type !== 'vector' || traces.width !== pca.mean.length)
      ctx.fail(
        'learn/signature',
        `"${column}" has other traces than in training, where they had ${pca.mean.length} samples`,
      );
    const { transformPca } = await import('../lib/pca/fit.js');
    const count = pca.variance.length;
    const scores =
      frame.rows > 0
        ? await transformPca(ctx.compute, pca, traces.values as Float32Array)
        : new Float32Array();
    let out = frame;
    for (let k = 0; k < count; k++) {
      const values = sharedF64(frame.rows);
      for (let i = 0; i < frame.rows; i++) values[i] = scores[i * count + k]!;
      out = out.with(field(k), { type: 'float64', values });
    }
    return keep ? out : out.drop([column]);
  },
  columns: ({ column, components, keep }, schema) => ({
    ...schema,
    fields: [
      ...schema.fields.filter((f) => keep || f.name !== column),
      ...Array.from({ length: components }, (_, i) => field(i)),
    ],
  }),
});
