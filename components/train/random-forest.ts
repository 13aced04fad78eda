import { asPrediction, refuseClassWeight, supervisedTask } from '../../engine/component/supervised.js';
import { onTransformedTarget, targetTransform } from '../../engine/component/target-transform.js';
import { defineEstimator } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { fitForest } from '../lib/trees/forest.js';
import { impurityImportance } from '../lib/trees/importance.js';
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
    async fit(ctx, { x, y, weight }) {
      refuseClassWeight(ctx, y!, ctx.config.class_weight);
      return fitForest(ctx.compute, treeTable(x, y!, weight), ctx.config, ctx.seed);
    },
    async predict(ctx, state, x) {
      return asPrediction(state.meta.classes, await predictEnsemble(ctx.compute, state, x.data, x.rows));
    },
    explain: (ctx, state, x) => shapTree(ctx.compute, state, x.data, x.rows),
    importance: (state) => impurityImportance(state),
  }),
);
