import { columnFrom } from '../../engine/artifacts/build.js';
import { Frame } from '../../engine/artifacts/frame.js';
import type { Field } from '../../engine/artifacts/schema.js';
import { pickMatrix, sampleRows } from '../../engine/component/matrix-rows.js';
import {
  type Coefficients,
  type Context,
  defineComponent,
  file,
  type Matrix,
  metrics,
  model,
  type Prediction,
  type Target,
  table,
} from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { Config, Quantity, Type } from '../../engine/schema.js';
import { classificationReport } from '../lib/metrics/classification.js';
import { lowerIsBetter } from '../lib/metrics/direction.js';
import { type PermutationImportance, permutationImportance } from '../lib/metrics/permutation-importance.js';
import { regressionMetrics } from '../lib/metrics/regression.js';

const config = Config({
  metric: Type.Optional(
    Type.String({
      description: 'score that features are judged by; f1_weighted for classes, r2 for numbers where absent',
    }),
  ),
  repeats: Type.Integer({
    default: 10,
    minimum: 2,
    maximum: 1000,
    description: 'times that each feature is shuffled (n_repeats)',
  }),
  confidence: Quantity('share', {
    default: 0.95,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'coverage of the intervals',
  }),
  sample: Type.Integer({
    default: 5000,
    minimum: 2,
    description: 'rows, drawn at random where there are more, that scores are measured on',
  }),
  shown: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: 'features in the figure' }),
});

/** Features that the estimator sees, by what the score on test rows loses when one is shuffled. */
export default defineComponent({
  name: 'evaluate.importance',
  version: '1',
  summary: 'How much each feature matters: loss of score when it is shuffled, with intervals',
  config,
  inputs: { model: model('a trained classifier or regression'), data: table('test rows, with the target') },
  outputs: {
    importance: table('a row a feature, the most important first'),
    figure: file('the first of them as bars'),
    metrics: metrics('the score that is lost from'),
  },
  metrics: {
    rows: { description: 'rows that scores were measured on', type: 'integer' },
    score: { description: 'the score with every feature as it is' },
    features: { description: 'features that the model sees', type: 'integer' },
    useless: { description: 'features whose interval holds 0 or less', type: 'integer' },
  },
  needs: ['predictions'],
  determinism: 'seeded',
  example: 'use: evaluate.importance\nin: { model: model, data: split.test }\nwith: { repeats: 20 }',
  columns: () => ({ importance: { fields: importanceFields, open: true } }),
  async run(ctx) {
    const { model: trained, data } = ctx.in;
    const { task } = trained.bundle;
    if (task !== 'classify' && task !== 'regress')
      ctx.fail('learn/signature', `the model is a ${task} model, which has no score to lose`, {
        path: ['in', 'model'],
      });
    const opened = await ctx.predictions.open(trained);
    const { x, truth } = known(ctx, await opened.matrix(data), await opened.truth(data));
    if (x.rows < 2)
      ctx.fail('data/rows', 'shuffling a feature needs two rows or more', { path: ['in', 'data'] });
    const metric = ctx.config.metric ?? (task === 'classify' ? 'f1_weighted' : 'r2');
    const sign = lowerIsBetter.has(metric) ? -1 : 1;
    const { repeats, confidence } = ctx.config;
    const found = await permutationImportance(
      { x: x.data, rows: x.rows, features: x.names.length },
      (changed) => opened.predict({ ...x, data: changed }),
      (prediction, rows) => sign * scoreOf(ctx, metric, truth, prediction, rows),
      {
        repeats,
        confidence,
        seed: ctx.seed,
        signal: ctx.signal,
        progress: (done, total) => ctx.progress(done, total, 'shuffle'),
      },
    );
    const order = Array.from(x.names.keys()).sort(
      (a, b) => found.features[b]!.mean - found.features[a]!.mean || a - b,
    );
    const classes = truth.kind === 'class' ? truth.classes : [];
    const out = await ctx.tables.create(
      importanceFrame(order, x.names, found.features, opened.importance, opened.coefficients, classes),
    );
    const bars = order.slice(0, ctx.config.shown).map((j) => {
      const { mean: value, lower, upper } = found.features[j]!;
      return { label: x.names[j]!, value, lower, upper, ...(lower > 0 && { main: true as const }) };
    });
    const [{ comparisonFigure }, { svgFigure }] = await Promise.all([
      import('../lib/plot/comparison.js'),
      import('../../engine/component/svg-figure.js'),
    ]);
    const svg = comparisonFigure('Importance of features', `${metric} lost when shuffled`, bars);
    return {
      importance: out,
      figure: await svgFigure(ctx, 'importance', svg, out),
      metrics: {
        kind: 'metrics',
        values: {
          rows: x.rows,
          score: sign * found.score,
          features: x.names.length,
          useless: found.features.filter(({ lower }) => lower <= 0).length,
        },
        details: { metric },
      },
    };
  },
});

/** Rows whose class the model knows, at most as many as are asked for. */
function known(ctx: Context<typeof config>, x: Matrix, truth: Target): { x: Matrix; truth: Target } {
  let rows = Uint32Array.from({ length: x.rows }, (_, row) => row);
  if (truth.kind === 'class') rows = rows.filter((row) => truth.codes[row]! >= 0);
  if (rows.length < x.rows)
    ctx.warn(
      `${x.rows - rows.length} of ${x.rows} rows are of classes that the model never saw; they are left out`,
    );
  const drawn = sampleRows(ctx, rows, ctx.config.sample);
  const picked: Target =
    truth.kind === 'class'
      ? { ...truth, codes: Int32Array.from(drawn, (row) => truth.codes[row]!) }
      : { ...truth, values: Float64Array.from(drawn, (row) => truth.values[row]!) };
  return { x: pickMatrix(x, drawn), truth: picked };
}

function scoreOf(
  ctx: Context<typeof config>,
  metric: string,
  truth: Target,
  prediction: Prediction,
  rows?: Uint32Array,
): number {
  const scores = scoresOf(truth, prediction, rows);
  const score = scores[metric];
  if (score !== undefined) return score;
  const names = Object.keys(scores).sort();
  const near = nearest(metric, names);
  return ctx.fail('spec/value', `there is no score "${metric}" of these rows`, {
    path: ['with', 'metric'],
    hint: near ? `did you mean ${near}?` : `there are: ${names.join(', ')}`,
  });
}

function scoresOf(
  truth: Target,
  prediction: Prediction,
  rows: Uint32Array | undefined,
): Readonly<Record<string, number>> {
  if (truth.kind === 'number' && prediction.kind === 'number') {
    const pick = (values: Float64Array) => (rows ? Float64Array.from(rows, (row) => values[row]!) : values);
    return regressionMetrics({ truth: pick(truth.values), predicted: pick(prediction.values) });
  }
  if (truth.kind !== 'class' || prediction.kind !== 'class')
    throw new Error('a model answers as it was asked');
  const classes = truth.classes.length;
  const all = rows ?? Uint32Array.from(truth.codes.keys());
  const probabilities = new Float64Array(all.length * classes);
  const predicted = new Int32Array(all.length);
  for (const [i, row] of all.entries()) {
    const given = prediction.probabilities.subarray(row * classes, (row + 1) * classes);
    probabilities.set(given, i * classes);
    predicted[i] = given.indexOf(Math.max(...given));
  }
  const codes = Int32Array.from(all, (row) => truth.codes[row]!);
  return classificationReport({ truth: codes, predicted, classes, probabilities }).metrics;
}

const field = (name: string, type: Field['type'], description: string, nullable = false): Field => ({
  name,
  type,
  role: 'feature',
  nullable,
  description,
});

const importanceFields: readonly Field[] = [
  field('feature', 'string', 'feature as the estimator sees it'),
  field('importance', 'float64', 'mean loss of the score over the repeats'),
  field('sd', 'float64', 'standard deviation over the repeats'),
  field('lower', 'float64', 'lower end of its interval'),
  field('upper', 'float64', 'upper end of its interval'),
];

function importanceFrame(
  order: readonly number[],
  names: readonly string[],
  found: readonly PermutationImportance[],
  inModel: Float64Array | undefined,
  coefficients: Coefficients | undefined,
  classes: readonly string[],
): Frame {
  const fields = [...importanceFields];
  const columns = [
    columnFrom(
      'string',
      order.map((j) => names[j]!),
    ),
    ...(['mean', 'sd', 'lower', 'upper'] as const).map((key) =>
      columnFrom(
        'float64',
        order.map((j) => found[j]![key]),
      ),
    ),
  ];
  const add = (name: string, description: string, values: ArrayLike<number>) => {
    fields.push(field(name, 'float64', description));
    columns.push(
      columnFrom(
        'float64',
        order.map((j) => values[j]!),
      ),
    );
  };
  if (inModel) add('in_model', 'share in what the model itself gained by the feature', inModel);
  if (coefficients) {
    const outputs = coefficients.intercept.length;
    for (let o = 0; o < outputs; o++) {
      const name = outputs === 1 ? 'coefficient' : `coefficient_${classes[o]}`;
      const own = coefficients.values.subarray(o * names.length, (o + 1) * names.length);
      add(name, 'slope of the linear score, for the feature as the estimator sees it', own);
    }
  }
  return new Frame({ fields }, new Map(fields.map(({ name }, i) => [name, columns[i]!])));
}
