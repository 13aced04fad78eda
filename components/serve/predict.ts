import { defineComponent, model, table } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';

/** Predictions for every row, through the very path that training fitted: prep, features, estimator. */
export default defineComponent({
  name: 'serve.predict',
  version: '1',
  summary: 'Add a model’s predictions to rows, in batches',
  config: Config({
    keep_traces: Type.Boolean({
      default: false,
      description: 'hand on vector columns too, whose samples lie in the survey',
    }),
  }),
  inputs: { model: model('the trained model'), data: table('rows with the columns that the model asks for') },
  outputs: { out: table('the same rows with predicted classes or values') },
  needs: ['predictions'],
  determinism: 'pure',
  example: 'use: serve.predict\nin: { model: model, data: traces }\nsave: results/predictions.parquet',
  columns({ keep_traces }, { data }) {
    const kept = (data?.fields ?? []).filter((field) => keep_traces || field.type !== 'vector');
    const fields = kept.filter((field) => field.name !== 'predicted');
    return { out: { fields: [...fields, { name: 'predicted', role: 'prediction' }], open: true } };
  },
  async run(ctx) {
    const out = await ctx.predictions.predict(ctx.in.model, ctx.in.data);
    if (ctx.config.keep_traces) return { out };
    const names = out.schema.fields.filter((field) => field.type !== 'vector').map((field) => field.name);
    return { out: await ctx.tables.select(out, names) };
  },
});
