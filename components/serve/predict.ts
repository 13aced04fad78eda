import { defineComponent, model, table } from '../../engine/component.js';
import { Config } from '../../engine/schema.js';

/** Predictions for every row, through the very path that training fitted: prep, features, estimator. */
export default defineComponent({
  name: 'serve.predict',
  version: '1',
  summary: 'Add a model’s predictions to rows, in batches',
  config: Config({}),
  inputs: { model: model('the trained model'), data: table('rows with the columns that the model asks for') },
  outputs: { out: table('the same rows with predicted classes or values') },
  needs: ['predictions'],
  determinism: 'pure',
  example: 'use: serve.predict\nin: { model: model, data: traces }\nsave: results/predictions.parquet',
  columns(_config, { data }) {
    const fields = (data?.fields ?? []).filter((field) => field.name !== 'predicted');
    return { out: { fields: [...fields, { name: 'predicted', role: 'prediction' }], open: true } };
  },
  async run(ctx) {
    return { out: await ctx.predictions.predict(ctx.in.model, ctx.in.data) };
  },
});
