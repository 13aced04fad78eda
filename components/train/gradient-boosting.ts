import { asPrediction, refuseClassWeight, supervisedTask } from '../../engine/component/supervised.js';
import { onTransformedTarget, targetTransform } from '../../engine/component/target-transform.js';
import { type Context, defineEstimator, type Matrix, type Target } from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { Config, OneOf, Quantity, Type } from '../../engine/schema.js';
import { random } from '../lib/random.js';
import { randomSplit, sides, stratifiedSplit } from '../lib/split/split.js';
import { fitBoosting } from '../lib/trees/boosting.js';
import { impurityImportance } from '../lib/trees/importance.js';
import { predictEnsemble } from '../lib/trees/predict.js';
import { shapTree } from '../lib/trees/shap.js';
import { pickRows, treeTable } from '../lib/trees/tree-table.js';

const config = Config({
  ...supervisedTask,
  ...targetTransform,
  loss: Type.Optional(
    OneOf(['squared', 'absolute', 'quantile', 'poisson', 'logistic', 'softmax'], {
      description:
        'what is made small; where absent, squared for numbers, logistic for two classes, softmax for more',
    }),
  ),
  quantile: Type.Number({
    default: 0.5,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'the quantile that loss: quantile predicts',
  }),
  trees: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 100_000,
    description: 'rounds; each grows one tree, for softmax one a class (n_estimators)',
  }),
  learning_rate: Type.Number({
    default: 0.1,
    exclusiveMinimum: 0,
    maximum: 10,
    description: 'share of each tree that is added',
  }),
  max_leaves: Type.Integer({
    default: 31,
    minimum: 2,
    maximum: 65_536,
    description: 'most leaves of a tree (num_leaves)',
  }),
  max_depth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'deepest level; no limit where absent' }),
  ),
  min_leaf: Type.Integer({
    default: 20,
    minimum: 1,
    description: 'least rows of a leaf (min_data_in_leaf); lower it on few rows',
  }),
  min_gain: Type.Number({ default: 0, minimum: 0, description: 'least gain of a split' }),
  l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on squared leaf values (lambda_l2)' }),
  row_share: Quantity('share', {
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'rows drawn for each round (subsample)',
  }),
  feature_share: Quantity('share', {
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'features drawn for each tree (colsample_bytree)',
  }),
  monotone: Type.Record(Type.String(), OneOf(['increasing', 'decreasing']), {
    default: {},
    description: 'by feature, how predictions may only move with it: { mass: increasing }',
  }),
  early_stopping: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'stop when rows held out have not got better for this many rounds; never where absent',
    }),
  ),
  held_out: Quantity('share', {
    default: 0.1,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'training rows held out for early stopping',
  }),
  class_weight: Type.Union(
    [OneOf(['none', 'balanced']), Type.Record(Type.String(), Type.Number({ minimum: 0 }))],
    {
      default: 'none',
      description: 'balanced: classes weigh the same whatever their number of rows; or a weight by class',
    },
  ),
});

/** Gradient boosting (Friedman 2001) with histograms and leaf-wise trees, as LightGBM grows them. */
export default defineEstimator(
  onTransformedTarget({
    name: 'train.gradient-boosting',
    version: '3',
    summary: 'Gradient boosting: trees that each mend what is left over, for classes and numbers',
    config,
    example: `use: train.gradient-boosting
in: split.train
with: { trees: 400, learning_rate: 0.05, early_stopping: 30 }`,
    task: 'supervised',
    determinism: 'seeded',
    stateVersion: 1,
    metrics: { rounds: { description: 'rounds kept by early stopping', type: 'integer' } },
    async fit(ctx, { x, y, weight }) {
      refuseClassWeight(ctx, y!, ctx.config.class_weight);
      if (ctx.config.loss === 'poisson' && ctx.config.target_transform === 'log')
        ctx.fail('spec/value', 'loss poisson learns the logarithm of the mean by itself', {
          path: ['with', 'target_transform'],
        });
      checkLoss(ctx, y!);
      const { row_share, max_leaves, early_stopping, held_out } = ctx.config;
      const params = {
        ...ctx.config,
        leaves: max_leaves,
        subsample: row_share,
        monotone: directions(ctx, x),
        class_weight: classWeights(ctx, y!),
      };
      const table = treeTable(x, y!, weight);
      if (early_stopping === undefined)
        return (await fitBoosting(ctx.compute, table, params, ctx.seed)).ensemble;
      const draw = random(ctx.seed, -1);
      const cut = sides(
        y!.kind === 'class'
          ? stratifiedSplit(y!.codes, y!.classes.length, held_out, draw)
          : randomSplit(x.rows, held_out, draw),
      );
      if (cut.train.length === 0 || cut.test.length === 0)
        ctx.fail('data/rows', `${x.rows} rows are too few to hold some out for early stopping`, {
          path: ['with', 'early_stopping'],
        });
      const validation = pickRows(table, cut.test);
      const { ensemble, rounds } = await fitBoosting(
        ctx.compute,
        pickRows(table, cut.train),
        params,
        ctx.seed,
        { validation },
      );
      ctx.metric('rounds', rounds);
      return ensemble;
    },
    async predict(ctx, state, x) {
      return asPrediction(state.meta.classes, await predictEnsemble(ctx.compute, state, x.data, x.rows));
    },
    explain: async (ctx, state, x) => ({
      ...(await shapTree(ctx.compute, state, x.data, x.rows)),
      link: state.meta.link,
    }),
    importance: (state) => impurityImportance(state),
  }),
);

type Ctx = Context<typeof config>;

function checkLoss(ctx: Ctx, y: Target): void {
  const { loss } = ctx.config;
  if (loss === undefined) return;
  const fits =
    y.kind === 'number'
      ? loss !== 'logistic' && loss !== 'softmax'
      : loss === 'softmax' || (loss === 'logistic' && y.classes.length === 2);
  if (fits) return;
  const target = y.kind === 'number' ? 'a number' : `one of ${y.classes.length} classes`;
  ctx.fail('spec/value', `loss ${loss} does not fit the target, which is ${target}`, {
    path: ['with', 'loss'],
    hint:
      y.kind === 'number'
        ? 'squared, absolute, quantile or poisson; or say task: classify'
        : y.classes.length === 2
          ? 'logistic or softmax; or say task: regress'
          : 'softmax; or say task: regress',
  });
}

/** −1, 0 or 1 a feature. */
function directions(ctx: Ctx, { names, categories }: Matrix): readonly number[] {
  const { monotone } = ctx.config;
  for (const name of Object.keys(monotone)) {
    const j = names.indexOf(name);
    const path = ['with', 'monotone', name];
    if (j < 0) {
      const near = nearest(name, names);
      ctx.fail('data/column', `there is no feature "${name}"`, {
        path,
        hint: near ? `did you mean ${near}?` : `the features: ${names.slice(0, 20).join(', ')}`,
      });
    }
    if (categories[j])
      ctx.fail('data/column', `"${name}" holds text, which has no order to rise with`, { path });
  }
  return names.map((name) => ({ increasing: 1, decreasing: -1 })[monotone[name] ?? ''] ?? 0);
}

function classWeights(ctx: Ctx, y: Target): 'none' | 'balanced' | readonly number[] {
  const rule = ctx.config.class_weight;
  if (typeof rule === 'string' || y.kind !== 'class') return typeof rule === 'string' ? rule : 'none';
  const unknown = Object.keys(rule).find((name) => !y.classes.includes(name));
  if (unknown !== undefined)
    ctx.fail('spec/value', `there is no class "${unknown}" among the training rows`, {
      path: ['with', 'class_weight', unknown],
      hint: `the classes: ${y.classes.slice(0, 20).join(', ')}`,
    });
  return y.classes.map((name) => rule[name] ?? 1);
}
