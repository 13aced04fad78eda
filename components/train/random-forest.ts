import { asPrediction, refuseClassWeight, supervisedTask } from '../../engine/component/supervised.js';
import { onTransformedTarget, targetTransform } from '../../engine/component/target-transform.js';
import { defineEstimator, type Target } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { classificationReport } from '../lib/metrics/classification.js';
import { regressionMetrics } from '../lib/metrics/regression.js';
import { fitForest } from '../lib/trees/forest.js';
import { impurityImportance } from '../lib/trees/importance.js';
import { outOfBag } from '../lib/trees/out-of-bag.js';
import { predictEnsemble } from '../lib/trees/predict.js';
import { shapTree } from '../lib/trees/shap.js';
import { treeTable } from '../lib/trees/tree-table.js';

const config = Config({
  ...supervisedTask,
  ...targetTransform,
  trees: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 10_000,
    description: 'number of trees (n_estimators)',
  }),
  max_depth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'deepest level; no limit where absent' }),
  ),
  min_split: Type.Integer({
    default: 2,
    minimum: 2,
    description: 'least rows of a node that may be split',
  }),
  min_leaf: Type.Integer({ default: 1, minimum: 1, description: 'least rows of a leaf' }),
  features: Type.Optional(
    Type.Union([OneOf(['sqrt', 'log2', 'all']), Type.Integer({ minimum: 1 })], {
      description:
        'features drawn at each node (max_features); where absent, sqrt for classes and all for numbers',
    }),
  ),
  criterion: OneOf(['gini', 'entropy'], {
    default: 'gini',
    description: 'impurity of classes that a split lowers; for numbers it is the squared error',
  }),
  class_weight: OneOf(['none', 'balanced', 'balanced_subsample'], {
    default: 'none',
    description: 'balanced: classes weigh the same whatever their number of rows',
  }),
  out_of_bag: Type.Boolean({
    default: false,
    description: 'also score each training row by the trees that were not grown on it (oob_score)',
  }),
});

/** Random forest (Breiman 2001) for classes and numbers; parameters mean what they mean in scikit-learn. */
export default defineEstimator(
  onTransformedTarget({
    name: 'train.random-forest',
    version: '1',
    summary: 'Random forest: many decision trees on random rows and features, averaged',
    config,
    example: 'use: train.random-forest\nin: split.train\nwith: { trees: 200, max_depth: 12 }',
    task: 'supervised',
    determinism: 'seeded',
    stateVersion: 1,
    metrics: {
      oob_rows: { description: 'rows that some tree was not grown on', type: 'integer' },
      oob_accuracy: { description: 'share of them predicted right by those trees', better: 'higher' },
      oob_f1_weighted: { description: 'F1 of them by those trees, weighted by rows', better: 'higher' },
      oob_r2: { description: 'R² of them by those trees, of the target as it was learned', better: 'higher' },
      oob_rmse: { description: 'root of their mean squared error, as learned', better: 'lower' },
    },
    async fit(ctx, { x, y, weight }) {
      refuseClassWeight(ctx, y!, ctx.config.class_weight);
      const rows = treeTable(x, y!, weight);
      const forest = await fitForest(ctx.compute, rows, ctx.config, ctx.seed);
      if (ctx.config.out_of_bag) {
        const { predicted, trees } = await outOfBag(ctx.compute, forest, rows, ctx.config, ctx.seed);
        const scores = outOfBagScores(y!, predicted, trees);
        for (const [name, value] of Object.entries(scores)) ctx.metric(`oob_${name}`, value);
      }
      return forest;
    },
    async predict(ctx, state, x) {
      return asPrediction(state.meta.classes, await predictEnsemble(ctx.compute, state, x.data, x.rows));
    },
    explain: (ctx, state, x) => shapTree(ctx.compute, state, x.data, x.rows),
    importance: (state) => impurityImportance(state),
  }),
);

/** Scores of the rows that some tree did not see. */
function outOfBagScores(y: Target, predicted: Float64Array, trees: Int32Array): { [name: string]: number } {
  const rows = Uint32Array.from(trees.keys()).filter((row) => trees[row]! > 0);
  if (rows.length < 2) return { rows: rows.length };
  if (y.kind === 'number') {
    const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
    const { r2, rmse } = regressionMetrics({ truth: pick(y.values), predicted: pick(predicted) });
    return { rows: rows.length, r2: r2!, rmse: rmse! };
  }
  const classes = y.classes.length;
  const codes = Int32Array.from(rows, (row) => {
    const own = predicted.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
  const truth = Int32Array.from(rows, (row) => y.codes[row]!);
  const { accuracy, f1_weighted } = classificationReport({ truth, predicted: codes, classes }).metrics;
  return { rows: rows.length, accuracy: accuracy!, f1_weighted: f1_weighted! };
}
