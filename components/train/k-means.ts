import { defineEstimator } from '../../engine/component.js';
import { Config, Type } from '../../engine/schema.js';
import { fitKMeans, predictKMeans } from '../lib/cluster/kmeans.js';

/** k-means clusters, k-means++ seeding; scale the features first. */
export default defineEstimator({
  name: 'train.k-means',
  version: '2',
  summary: 'Clusters of rows around k centres, without labels',
  config: Config({
    clusters: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 1000,
      description: 'number of clusters (n_clusters)',
    }),
    starts: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 100,
      description: 'seedings tried; the best is kept',
    }),
    iterations: Type.Integer({ default: 300, minimum: 1, description: 'iterations at most' }),
  }),
  example: 'use: train.k-means\nin: traces\nprep: [prep.trace-features, prep.scale]\nwith: { clusters: 6 }',
  task: 'cluster',
  determinism: 'seeded',
  stateVersion: 1,
  metrics: { inertia: { description: 'sum of squared distances to the centres', better: 'lower' } },
  async fit(ctx, { x }) {
    const matrix = { x: x.data, rows: x.rows, features: x.names.length };
    const { centres, clusters, features, inertia } = await fitKMeans(
      ctx.compute,
      matrix,
      ctx.config,
      ctx.seed,
    );
    ctx.metric('inertia', inertia);
    return { centres, clusters, features };
  },
  async predict(ctx, model, x) {
    const labels = await predictKMeans(ctx.compute, model, {
      x: x.data,
      rows: x.rows,
      features: model.features,
    });
    const distances = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      let squares = 0;
      for (let j = 0; j < model.features; j++)
        squares += (x.data[j * x.rows + i]! - model.centres[labels[i]! * model.features + j]!) ** 2;
      distances[i] = Math.sqrt(squares);
    }
    return { kind: 'cluster', labels, distances };
  },
});
