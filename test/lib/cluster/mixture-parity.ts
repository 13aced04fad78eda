import {
  fitGaussianMixture,
  mixtureBic,
  scoreGaussianMixture,
} from '#dist/components/lib/cluster/gaussian-mixture.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { expectClose } from '../../support/close.js';

/** What golden.py prints, one a case. */
export interface Golden {
  covariance: 'full' | 'diagonal';
  features: number;
  components: number;
  x: number[];
  new: number[];
  start: number[];
  weights: number[];
  means: number[];
  covariances: number[];
  logDensity: number;
  scores: number[];
  shares: number[];
  bic: number;
  own: number;
}

export async function expectParity(golden: Golden[]): Promise<void> {
  for (const g of golden) {
    const { features, components, covariance } = g;
    const matrix = (x: number[]) => ({ x: Float32Array.from(x), rows: x.length / features, features });
    const train = matrix(g.x);
    const start = Int32Array.from(g.start);
    const options = { components, covariance, iterations: 12, tolerance: 0, start };
    const fit = await fitGaussianMixture(computeHere, train, options, 1);
    expectClose(fit.weights, g.weights, 1e-8, 'Gaussian mixture, weights');
    expectClose(fit.means, g.means, 1e-8, 'Gaussian mixture, means');
    expectClose(fit.covariances, g.covariances, 1e-8, 'Gaussian mixture, covariances');
    expectClose(fit.logDensity, g.logDensity, 1e-8, 'Gaussian mixture, mean log density');
    const scored = await scoreGaussianMixture(computeHere, fit, matrix(g.new));
    expectClose(scored.logDensity, g.scores, 1e-7, 'Gaussian mixture, log densities of new rows');
    expectClose(scored.shares, g.shares, 1e-7, 'Gaussian mixture, shares of new rows');
    expectClose(mixtureBic(fit, g.own, train.rows), g.bic, 1e-9, 'Gaussian mixture, BIC');
  }
}
