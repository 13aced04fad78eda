import { defineEstimator } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import {
  fitIsolationForest,
  type IsolationForest,
  scoreIsolationForest,
} from '../lib/anomaly/isolation-forest.js';

/**
 * Isolation forest (Liu, Ting and Zhou 2008): rows that random cuts separate early are unusual. The score of a row is
 * the paper's, 0 to 1, the higher the more unusual; about 0.5 where nothing stands out (scikit-learn's
 * `-IsolationForest.score_samples`).
 */
export default defineEstimator({
  name: 'train.isolation-forest',
  version: '1',
  summary: 'Find unusual rows without labels: a score from 0 to 1 for each',
  config: Config({
    trees: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 10_000,
      description: 'number of trees (n_estimators)',
    }),
    sample: Type.Integer({
      default: 256,
      minimum: 2,
      maximum: 1_000_000,
      description: 'rows drawn for each tree, all where there are fewer (max_samples)',
    }),
  }),
  example: 'use: train.isolation-forest\nin: traces\nprep: [prep.trace-features]\nwith: { trees: 200 }',
  task: 'anomaly',
  determinism: 'seeded',
  stateVersion: 1,
  metrics: {
    score_median: { description: 'median score of the training rows, near 0.5 or below' },
    score_highest: { description: 'score of the most unusual training row' },
  },
  async fit(ctx, { x }): Promise<IsolationForest> {
    const matrix = { x: x.data, rows: x.rows, features: x.names.length };
    const forest = await fitIsolationForest(ctx.compute, matrix, ctx.config, ctx.seed, {
      signal: ctx.signal,
    });
    const scores = (await scoreIsolationForest(ctx.compute, forest, matrix, { signal: ctx.signal })).sort();
    ctx.metric('score_median', -scores[scores.length >> 1]!);
    ctx.metric('score_highest', -scores[0]!);
    return forest;
  },
  async predict(ctx, forest, x) {
    const scores = await scoreIsolationForest(ctx.compute, forest, {
      x: x.data,
      rows: x.rows,
      features: forest.features,
    });
    return { kind: 'anomaly', scores: scores.map((score) => -score) };
  },
});
