import { columnFrom } from '../../engine/artifacts/build.js';
import { Frame } from '../../engine/artifacts/frame.js';
import type { Field } from '../../engine/artifacts/schema.js';
import { pickMatrix, sampleRows } from '../../engine/component/matrix-rows.js';
import {
  defineComponent,
  type Explanation,
  file,
  metrics,
  model,
  type Prediction,
  table,
} from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';
import { additivityGap } from '../lib/metrics/additivity.js';

const config = Config({
  sample: Type.Integer({
    default: 1000,
    minimum: 1,
    description: 'rows, drawn at random where there are more, that are explained',
  }),
  shown: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: 'features in the figure' }),
});

/** What rounding may leave between a prediction and the sum of its contributions. */
const tolerance = 1e-6;

/**
 * Contributions of features to single predictions, as `explain` of the estimator gives them: exact SHAP values of trees
 * (path-dependent, Lundberg et al. 2020), terms of a linear score. With the expected value they add up to the
 * prediction, before its link; that they do is checked row by row.
 */
export default defineComponent({
  name: 'evaluate.explain',
  version: '1',
  summary: 'What each feature added to each prediction: SHAP values, and their mean size by feature',
  config,
  inputs: { model: model('a model of trees or a linear one'), data: table('rows to explain') },
  outputs: {
    summary: table('a row a feature: its mean absolute contribution, the largest first'),
    rows: table('the rows explained, with a column contribution_<feature> each'),
    figure: file('the largest mean contributions as bars'),
    metrics: metrics('how exactly contributions add up'),
  },
  metrics: {
    rows: { description: 'rows explained', type: 'integer' },
    additivity_gap: {
      description: 'largest difference between a prediction and what its contributions add up to',
      better: 'lower',
    },
  },
  needs: ['predictions'],
  determinism: 'seeded',
  example:
    'use: evaluate.explain\nin: { model: model, data: split.test }\nsave: { figure: results/explained.png }',
  columns(_config, { data }) {
    return {
      summary: { fields: summaryFields, open: true },
      rows: { fields: data?.fields ?? [], open: true },
    };
  },
  async run(ctx) {
    const { model: trained, data } = ctx.in;
    const opened = await ctx.predictions.open(trained);
    if (!opened.explain)
      return ctx.fail('learn/signature', `${trained.bundle.estimator.component} gives no explanations`, {
        path: ['in', 'model'],
        hint: 'trees and linear models do',
      });
    if (data.rows === 0) ctx.fail('data/rows', 'there are no rows to explain', { path: ['in', 'data'] });
    const { sample, shown } = ctx.config;
    // Drawn after prep, which may look at whole groups.
    const all = await opened.matrix(data);
    const picked = sampleRows(
      ctx,
      Uint32Array.from({ length: data.rows }, (_, row) => row),
      sample,
    );
    const features = all.names.length;
    const x = pickMatrix(all, picked);
    const explanation = await opened.explain(x);
    const prediction = await opened.predict(x);
    const gap = additivityGap(explanation, rawAnswers(prediction), features);
    if (!(gap <= tolerance))
      ctx.warn(`contributions add up to something else than the prediction, by up to ${gap.toPrecision(2)}`);
    const outputs = explanation.expected.length;
    const classes = trained.bundle.target?.classes ?? [];
    const sizes = meanSizes(explanation, picked.length, features);
    const total = Float64Array.from({ length: features }, (_, j) =>
      sizes.reduce((sum, own) => sum + own[j]!, 0),
    );
    const order = Array.from(total.keys()).sort((a, b) => total[b]! - total[a]! || a - b);
    const names = outputs === 1 ? [] : classes.map((name) => `class_${name}`);
    const summary = await ctx.tables.create(summaryFrame(order, all.names, total, outputs, sizes, names));
    const bars = order
      .slice(0, shown)
      .map((j) => ({ label: all.names[j]!, value: total[j]! / outputs, main: true as const }));
    const [{ comparisonFigure }, { svgFigure }] = await Promise.all([
      import('../lib/plot/comparison.js'),
      import('../../engine/component/svg-figure.js'),
    ]);
    const svg = comparisonFigure('Contributions of features', 'mean size of the contribution', bars);
    const contributions = contributionFrame(explanation, prediction, all.names, picked.length);
    return {
      summary,
      rows: await ctx.tables.with(await ctx.tables.pick(data, picked), contributions),
      figure: await svgFigure(ctx, 'contributions', svg, summary),
      metrics: {
        kind: 'metrics',
        values: { rows: picked.length, additivity_gap: gap },
        details: { expected: Array.from(explanation.expected), link: explanation.link ?? 'identity' },
      },
    };
  },
});

/** Predictions by row as numbers side by side: probabilities of classes, or the number predicted. */
function rawAnswers(prediction: Prediction): Float64Array {
  if (prediction.kind === 'class') return prediction.probabilities;
  if (prediction.kind === 'number') return prediction.values;
  throw new Error(`a ${prediction.kind} model explains nothing`);
}

/** By output, the mean absolute contribution of each feature. */
function meanSizes({ values, expected }: Explanation, rows: number, features: number): Float64Array[] {
  const outputs = expected.length;
  const sizes = Array.from(expected, () => new Float64Array(features));
  for (let i = 0; i < rows; i++)
    for (let o = 0; o < outputs; o++)
      for (let j = 0; j < features; j++)
        sizes[o]![j]! += Math.abs(values[(i * outputs + o) * features + j]!) / rows;
  return sizes;
}

const field = (name: string, type: Field['type'], role: Field['role'], description: string): Field => ({
  name,
  type,
  role,
  nullable: false,
  description,
});

const summaryFields: readonly Field[] = [
  field('feature', 'string', 'feature', 'feature as the estimator sees it'),
  field(
    'mean_size',
    'float64',
    'feature',
    'mean absolute contribution, before the link, mean over the classes',
  ),
];

function summaryFrame(
  order: readonly number[],
  features: readonly string[],
  total: Float64Array,
  outputs: number,
  sizes: readonly Float64Array[],
  names: readonly string[],
): Frame {
  const numbers = (values: (j: number) => number) => columnFrom('float64', order.map(values));
  const fields = [
    ...summaryFields,
    ...names.map((name) =>
      field(name, 'float64', 'feature', 'mean absolute contribution to the score of the class'),
    ),
  ];
  const columns = [
    columnFrom(
      'string',
      order.map((j) => features[j]!),
    ),
    numbers((j) => total[j]! / outputs),
    ...names.map((_, o) => numbers((j) => sizes[o]![j]!)),
  ];
  return new Frame({ fields }, new Map(fields.map(({ name }, i) => [name, columns[i]!])));
}

/** A column a feature: its contribution to the number, to the log odds of the second of two classes, to the class predicted. */
function contributionFrame(
  { values, expected }: Explanation,
  prediction: Prediction,
  features: readonly string[],
  rows: number,
): Frame {
  const outputs = expected.length;
  const output = (i: number): number => {
    if (prediction.kind !== 'class' || outputs === 1) return 0;
    const own = prediction.probabilities.subarray(i * outputs, (i + 1) * outputs);
    return own.indexOf(Math.max(...own));
  };
  const told = Int32Array.from({ length: rows }, (_, i) => output(i));
  const fields = features.map((name) =>
    field(
      `contribution_${name}`,
      'float64',
      'prediction',
      `what ${name} added to the prediction, before its link`,
    ),
  );
  const columns = features.map((_, j) => ({
    type: 'float64' as const,
    values: sharedF64(rows).map((_, i) => values[(i * outputs + told[i]!) * features.length + j]!),
  }));
  return new Frame({ fields }, new Map(fields.map(({ name }, j) => [name, columns[j]!])));
}
