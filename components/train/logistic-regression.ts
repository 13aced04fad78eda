import { refuseText } from '../../engine/component/numeric-features.js';
import { defineEstimator } from '../../engine/component.js';
import { Config, OneOf, Type } from '../../engine/schema.js';
import { fitLogistic } from '../lib/linear/logistic.js';
import { logisticCoefficients, logisticTerms } from '../lib/linear/logistic-explain.js';
import { predictLogistic } from '../lib/linear/logistic-predict.js';

/** Logistic regression, multinomial for three classes or more; scale the features first. */
export default defineEstimator({
  name: 'train.logistic-regression',
  version: '1',
  summary: 'Logistic regression for classes, with l2, l1 or elastic-net penalty',
  config: Config({
    c: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'inverse strength of the penalty (C)' }),
    l1_ratio: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1,
      description: '0 is l2, 1 is l1, between is elastic net',
    }),
    class_weight: OneOf(['none', 'balanced'], {
      default: 'none',
      description: 'balanced: classes weigh the same',
    }),
    iterations: Type.Integer({ default: 1000, minimum: 1, description: 'iterations at most (max_iter)' }),
  }),
  example: 'use: train.logistic-regression\nin: split.train\nprep: [prep.scale]\nwith: { c: 0.5 }',
  task: 'classify',
  determinism: 'pure',
  stateVersion: 1,
  async fit(ctx, { x, y, weight }) {
    if (y?.kind !== 'class') throw new Error('a classifier is given classes');
    refuseText(ctx, x, 'logistic regression');
    const { c, l1_ratio, class_weight, iterations } = ctx.config;
    const model = await fitLogistic(
      ctx.compute,
      {
        x: x.data,
        rows: x.rows,
        features: x.names.length,
        y: y.codes,
        classes: y.classes.length,
        ...(weight && { weight }),
      },
      {
        c,
        l1Ratio: l1_ratio,
        maxIterations: iterations,
        ...(class_weight === 'balanced' && { classWeight: 'balanced' }),
      },
    );
    if (!model.converged)
      ctx.warn(`did not converge in ${model.iterations} iterations`, {
        path: ['with', 'iterations'],
        hint: 'scale the features with prep.scale, or lower c',
      });
    return model;
  },
  async predict(ctx, model, x) {
    return {
      kind: 'class',
      probabilities: await predictLogistic(ctx.compute, model, {
        x: x.data,
        rows: x.rows,
        features: x.names.length,
      }),
    };
  },
  explain: async (_ctx, model, x) => ({
    ...logisticTerms(model, { x: x.data, rows: x.rows }),
    link: model.intercept.length === 1 ? 'logistic' : 'softmax',
  }),
  coefficients: logisticCoefficients,
});
