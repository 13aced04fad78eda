import { fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { numbersOf } from '../../engine/artifacts/values.js';
import type { Json } from '../../engine/canonical.js';
import {
  controls,
  scoringConfig,
  scoringMetrics,
  scoringOutputs,
  weightsOf,
} from '../../engine/component/scoring.js';
import { type Context, defineComponent, model, table } from '../../engine/component.js';
import { bootstrapRegression } from '../lib/metrics/bootstrap-regression.js';
import { regressionMetrics } from '../lib/metrics/regression.js';

const shown = {
  mae: 'mean absolute error',
  rmse: 'root of the mean squared error',
  r2: 'share of the variance that is explained (R²)',
  r2_log: 'the same of the logarithms, where truth and predictions are positive',
  mape: 'mean absolute error relative to the truth',
  median_ape: 'median absolute error relative to the truth',
  wape: 'summed absolute error over the summed truth',
  smape: 'mean absolute error relative to truth and prediction, 0 to 2',
} as const;

/** Pairs of truth and prediction that are kept for a picture. */
const mostPoints = 2000;

/**
 * Errors of a model on rows that it has not seen, each beside the training mean and the same model trained on
 * shuffled targets, with bootstrap intervals. A percentage is absent where a true value is 0.
 */
export default defineComponent({
  name: 'evaluate.regression',
  version: '1',
  summary: 'Score a regression on test rows, beside baseline and control, with intervals',
  config: scoringConfig,
  inputs: { model: model('the trained regression'), data: table('test rows, with the target') },
  outputs: scoringOutputs,
  metrics: scoringMetrics(shown, 'the mean of the training rows'),
  needs: ['predictions', 'learners'],
  determinism: 'seeded',
  example: 'use: evaluate.regression\nin: { model: model, data: split.test }',
  columns(_config, { data }) {
    return { predictions: { fields: [...(data?.fields ?? []), { name: 'predicted' }], open: true } };
  },
  async run(ctx) {
    const { model: trained, data } = ctx.in;
    const { target, task } = trained.bundle;
    if (task !== 'regress' || !target)
      return ctx.fail('learn/signature', `the model is a ${task} model, not a regression`, {
        path: ['in', 'model'],
      });
    if (data.rows === 0) ctx.fail('data/rows', 'there are no test rows', { path: ['in', 'data'] });
    const truth = await truthOf(ctx, data, target.name);
    const predictions = await ctx.predictions.predict(trained, data);
    const predicted = numbersOf(await predictions.column('predicted'));
    const values: { [name: string]: number } = { rows: data.rows };
    const add = (prefix: string, scores: Readonly<Record<string, number>>) => {
      for (const [name, value] of Object.entries(scores)) values[prefix + name] = value;
    };
    add('', regressionMetrics({ truth, predicted }));
    const training = await ctx.learners.trainingTable(trained);
    if (training) {
      const known = await truthOf(ctx, training, target.name);
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      add('baseline_', regressionMetrics({ truth, predicted: truth.map(() => mean) }));
      for (const { name, model, test } of await controls(ctx, trained, training, data)) {
        const column = await (await ctx.predictions.predict(model, test)).column('predicted');
        const own = test === data ? truth : await truthOf(ctx, test, target.name);
        add(`${name}_`, regressionMetrics({ truth: own, predicted: numbersOf(column) }));
      }
    } else ctx.warn('the training rows are gone from the store, so there is no baseline and no control');
    const { replicates, confidence } = ctx.config;
    const intervals =
      replicates > 0
        ? await bootstrapRegression(
            ctx.compute,
            { truth, predicted },
            { replicates, confidence, seed: ctx.seed },
          )
        : {};
    const every = Math.ceil(data.rows / mostPoints);
    const points = Array.from({ length: Math.ceil(data.rows / every) }, (_, i) => [
      truth[i * every]!,
      predicted[i * every]!,
    ]);
    const unit = fieldOf(data.schema, target.name)?.unit;
    return {
      metrics: {
        kind: 'metrics',
        values,
        details: {
          target: unit === undefined ? target.name : `${target.name} (${unit})`,
          ...(unit !== undefined && { unit }),
          intervals: intervals as unknown as Json,
          points,
          ...(await weightsOf(trained, ctx.predictions)),
        },
      },
      predictions,
    };
  },
});

async function truthOf(
  ctx: Context<typeof scoringConfig>,
  rows: Table,
  target: string,
): Promise<Float64Array> {
  if (!fieldOf(rows.schema, target))
    ctx.fail('data/column', `the rows have no column "${target}", which the model predicts`, {
      path: ['in', 'data'],
    });
  const values = numbersOf(await rows.column(target));
  const missing = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  if (missing > 0)
    ctx.fail('data/values', `${missing} of ${rows.rows} rows have no value in the target "${target}"`, {
      path: ['in', 'data'],
      hint: 'leave them out first, with prep.filter or in prep.join',
    });
  return values;
}
