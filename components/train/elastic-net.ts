import { refuseText } from '../../engine/component/numeric-features.js';
import { onTransformedTarget, targetTransform } from '../../engine/component/target-transform.js';
import { defineEstimator } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { fitElasticNet } from '../lib/linear/elastic-net.js';
import { linearImportance, linearTerms } from '../lib/linear/linear-explain.js';
import { predictLinear } from '../lib/linear/predict.js';

const config = Config({
  ...targetTransform,
  alpha: Type.Number({
    default: 1,
    minimum: 0,
    description: 'strength of the penalty, on the scale of the mean squared error; 0 is least squares',
  }),
  l1_ratio: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: '0 is ridge, 1 is lasso, between is elastic net',
  }),
  standardize: Type.Boolean({
    default: true,
    description:
      'penalise features as if scaled to standard deviation 1; coefficients are for features as they are',
  }),
  intercept: Type.Boolean({ default: true, description: 'add a constant (fit_intercept)' }),
  iterations: Type.Integer({ default: 10_000, minimum: 1, description: 'sweeps at most (max_iter)' }),
});

/**
 * Least squares, ridge, lasso and elastic net: scikit-learn's ElasticNet, with l1_ratio 0 its Ridge of alpha × rows.
 */
export default defineEstimator(
  onTransformedTarget({
    name: 'train.elastic-net',
    version: '1',
    summary: 'Linear regression with ridge, lasso or elastic-net penalty',
    config,
    example: 'use: train.elastic-net\nin: split.train\nwith: { alpha: 0.1, l1_ratio: 0.5 }',
    task: 'regress',
    determinism: 'pure',
    stateVersion: 1,
    metrics: { features_used: { description: 'features with a coefficient other than 0', type: 'integer' } },
    async fit(ctx, { x, y, weight }) {
      if (y?.kind !== 'number') throw new Error('a regression is given numbers');
      refuseText(ctx, x, 'elastic net');
      const { alpha, l1_ratio, standardize, intercept, iterations } = ctx.config;
      const model = await fitElasticNet(
        ctx.compute,
        {
          x: x.data,
          rows: x.rows,
          features: x.names.length,
          y: y.values,
          ...(weight && { weight }),
        },
        { alpha, l1Ratio: l1_ratio, standardize, intercept, maxIterations: iterations },
      );
      if (!model.converged)
        ctx.warn(`did not converge in ${model.iterations} iterations`, {
          path: ['with', 'iterations'],
          hint: 'raise alpha, or leave out features that say the same',
        });
      ctx.metric('features_used', model.coef.filter((b) => b !== 0).length);
      return model;
    },
    async predict(ctx, model, x) {
      const rows = { x: x.data, rows: x.rows, features: x.names.length };
      return { kind: 'number', values: await predictLinear(ctx.compute, model, rows) };
    },
    explain: async (_ctx, model, x) => ({
      values: linearTerms(model, x.data, x.rows),
      expected: Float64Array.of(model.intercept),
    }),
    coefficients: ({ coef, intercept }) => ({ values: coef, intercept: Float64Array.of(intercept) }),
    importance: (model) => linearImportance(model.coef, model.spread),
  }),
);
