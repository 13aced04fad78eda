import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  fitGaussianMixture,
  type MixtureOptions,
  scoreGaussianMixture,
} from '#dist/components/lib/cluster/gaussian-mixture.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { expectClose } from '../../support/close.js';
import { blobs } from '../../support/tables.js';
import { expectParity } from './mixture-parity.js';

const pool = createPool({ workers: 2 });
afterAll(() => pool.close());

test('the stored results of scikit-learn, from the same starts', async () => {
  await expectParity(JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')));
});

test.each(['full', 'diagonal'] as const)(
  '%s: no step lowers the density; shares sum to 1',
  async (covariance) => {
    const data = blobs({ rows: 500, features: 3, clusters: 3, spread: 2, seed: 4 });
    let before = Number.NEGATIVE_INFINITY;
    for (const iterations of [1, 2, 4, 8, 16]) {
      const options = { components: 3, covariance, iterations, tolerance: 0 };
      const fit = await fitGaussianMixture(computeHere, data, options, 1);
      expect(fit.logDensity).toBeGreaterThanOrEqual(before - 1e-9);
      before = fit.logDensity;
      const { shares } = await scoreGaussianMixture(computeHere, fit, data);
      for (let i = 0; i < data.rows; i += 50)
        expectClose(shares[i]! + shares[500 + i]! + shares[1000 + i]!, 1, 1e-12);
    }
  },
);

test('two workers give the bytes of none', async () => {
  const data = blobs({ rows: 5000, features: 5, clusters: 3, spread: 1, seed: 6 });
  const fits = await Promise.all(
    [computeHere, pool.compute].map((compute) =>
      fitGaussianMixture(compute, data, { components: 3, iterations: 5 }, 2),
    ),
  );
  expect(fits[1]).toEqual(fits[0]);
});

describe('edges', () => {
  const mixture = (x: number[], rows: number, options: MixtureOptions) =>
    fitGaussianMixture(computeHere, { x: Float32Array.from(x), rows, features: x.length / rows }, options, 1);

  test('one component is the mean and the population covariance', async () => {
    const fit = await mixture([1, 2, 6, 1, 3, 2], 3, { components: 1, regularisation: 0 });
    expectClose(fit.means, [3, 2], 1e-12);
    expectClose(fit.covariances, [14 / 3, 1 / 3, 1 / 3, 2 / 3], 1e-12);
    expect(fit.converged).toBe(true);
  });

  test('a constant column is held up by the regularisation, and named without it', async () => {
    const fit = await mixture([1, 2, 6, 4, 4, 4], 3, { components: 1 });
    expectClose(fit.covariances, [14 / 3 + 1e-6, 0, 0, 1e-6], 1e-12);
    const flat = (covariance: 'full' | 'diagonal') =>
      mixture([1, 2, 6, 4, 4, 4], 3, { components: 1, covariance, regularisation: 0 });
    await expect(flat('full')).rejects.toMatchObject({ code: 'singular' });
    await expect(flat('diagonal')).rejects.toMatchObject({ code: 'singular' });
  });

  test('what cannot be fitted is named', async () => {
    await expect(mixture([1, Number.NaN], 2, { components: 1 })).rejects.toMatchObject({
      code: 'not-finite',
    });
    await expect(mixture([1, 2], 2, { components: 3 })).rejects.toMatchObject({ code: 'clusters' });
    const start = Int32Array.of(0);
    await expect(mixture([1, 2], 2, { components: 1, start })).rejects.toMatchObject({ code: 'length' });
  });
});
