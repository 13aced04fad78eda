import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { fitKMeans, predictKMeans } from '#dist/components/lib/cluster/kmeans.js';
import type { Matrix } from '#dist/components/lib/cluster/points.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { adjustedRandIndex, silhouette } from '#dist/components/lib/metrics/clustering.js';
import { expectClose } from '../../support/close.js';
import { hasSharedData } from '../../support/shared.js';
import { blobs, readScaled } from '../../support/tables.js';

const pools = [1, 2, 3, 7].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const row = ({ x, rows, features }: Matrix, i: number) =>
  Array.from({ length: features }, (_, j) => x[j * rows + i]!);
const squared = (a: readonly number[], b: ArrayLike<number>) =>
  a.reduce((sum, v, f) => sum + (v - b[f]!) ** 2, 0);

describe.skipIf(!hasSharedData)('the reference tables', () => {
  test.each([
    ['iris', 10],
    ['wine', 10],
    ['breast_cancer', 5],
    ['digits', 30],
  ])('%s: the best inertia of 50 starts of scikit-learn', async (set, starts) => {
    const { reference, train } = readScaled(set);
    const expected = reference.kmeans_on_standardized_train;
    const fit = await fitKMeans(computeHere, train, { clusters: expected.k, starts, tolerance: 0 }, 1);
    // Digits has many near-equal optima: best-of-30 there lies within 0.5 % of it too; elsewhere the optimum itself.
    if (set === 'digits') return expect(fit.inertia / expected.best_inertia_of_50).toBeLessThan(1.005);
    expectClose(fit.inertia, expected.best_inertia_of_50, 1e-6, 'inertia');
    expectClose(adjustedRandIndex(fit.labels, train.target), expected.adjusted_rand_vs_target, 1e-10);
    expectClose(await silhouette(computeHere, { ...train, labels: fit.labels }), expected.silhouette, 1e-6);
    const sizes = Array.from({ length: expected.k }, (_, k) => fit.labels.filter((l) => l === k).length);
    expect(sizes.sort((a, b) => a - b)).toEqual(expected.cluster_sizes);
  });
});

test('every row is at its nearest centre, every centre is the mean of its rows', async () => {
  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 80 }),
    features: fc.integer({ min: 1, max: 6 }),
    clusters: fc.integer({ min: 1, max: 9 }),
    spread: fc.constantFrom(0, 1, 5),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, features, clusters, spread, seed }) => {
      fc.pre(clusters <= rows);
      const data = blobs({ rows, features, clusters, spread, seed });
      const fit = await fitKMeans(computeHere, data, { clusters, starts: 2, tolerance: 0 }, seed);
      const centres = Array.from({ length: clusters }, (_, c) =>
        fit.centres.slice(c * features, (c + 1) * features),
      );
      const sums = centres.map(() => new Array<number>(features).fill(0));
      const sizes = centres.map(() => 0);
      let inertia = 0;
      for (let i = 0; i < rows; i++) {
        const point = row(data, i);
        const own = fit.labels[i]!;
        const away = centres.map((centre) => squared(point, centre));
        expect(away[own]!).toBeLessThanOrEqual(Math.min(...away) + 1e-9);
        inertia += away[own]!;
        sizes[own]!++;
        point.forEach((v, f) => {
          sums[own]![f]! += v;
        });
      }
      expectClose(fit.inertia, inertia, 1e-9, 'inertia');
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      const means = sums.flatMap((sum, c) => sum.map((v) => v / sizes[c]!));
      expectClose(fit.centres, means, 1e-9, 'centres');
      expect(await predictKMeans(computeHere, fit, data)).toEqual(fit.labels);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['a few centres', 400, 5, 9, 0],
  ['groups of several blocks, far from the origin', 900, 3, 140, 1000],
])('each iteration is that of Lloyd in float64: %s', async (_, rows, features, clusters, offset) => {
  const data = blobs({ rows, features, clusters, spread: 0.5, seed: 11 });
  const x = data.x.map((v) => v + offset);
  const after = (iterations: number) =>
    fitKMeans(computeHere, { ...data, x }, { clusters, starts: 1, iterations, tolerance: 0 }, 5);
  for (let n = 1, done = false; n < 30 && !done; n++) {
    const [before, next] = [await after(n), await after(n + 1)];
    const sums = new Float64Array(clusters * features);
    const sizes = new Float64Array(clusters);
    before.labels.forEach((own, i) => {
      sizes[own]!++;
      row({ ...data, x }, i).forEach((v, f) => {
        sums[own * features + f]! += v;
      });
    });
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expectClose(
      next.centres,
      sums.map((sum, f) => sum / sizes[Math.floor(f / features)]!),
      1e-12,
    );
    done = next.iterations <= n;
  }
});

test('1, 2, 3, 7 or no workers give the same bytes', async () => {
  const data = blobs({ rows: 5000, features: 64, clusters: 60, spread: 0.5, seed: 3 });
  const fits = await Promise.all(
    [computeHere, ...pools.map((pool) => pool.compute)].map((compute) =>
      fitKMeans(compute, data, { clusters: 60, starts: 1, iterations: 4 }, 7),
    ),
  );
  for (const fit of fits.slice(1)) expect(fit).toEqual(fits[0]);
});

test('more starts never raise the inertia', async () => {
  const data = blobs({ rows: 300, features: 3, clusters: 8, spread: 1, seed: 5 });
  const inertia = async (starts: number) =>
    (await fitKMeans(computeHere, data, { clusters: 8, starts }, 1)).inertia;
  expect(await inertia(8)).toBeLessThanOrEqual(await inertia(1));
});

describe('edges', () => {
  const cluster = (x: number[], rows: number, clusters: number) =>
    fitKMeans(
      computeHere,
      { x: Float32Array.from(x), rows, features: x.length / rows },
      { clusters, starts: 2 },
      1,
    );

  test('one row; as many clusters as rows; a constant column', async () => {
    const one = await cluster([3, 4], 1, 1);
    expect([...one.centres, one.inertia, ...one.labels]).toEqual([3, 4, 0, 0]);
    const all = await cluster([1, 2, 3, 9, 9, 9], 3, 3);
    expect(all.inertia).toBe(0);
    expect(new Set(all.labels).size).toBe(3);
  });

  test('fewer distinct rows than clusters leave clusters empty, without NaN', async () => {
    const { centres, inertia } = await cluster([1, 1, 1, 2], 4, 3);
    expect(inertia).toBe(0);
    expect([...centres].every((c) => c === 1 || c === 2)).toBe(true);
  });

  test('what cannot be clustered is named', async () => {
    await expect(cluster([1, 2], 2, 3)).rejects.toMatchObject({ code: 'clusters' });
    await expect(cluster([1, Number.NaN], 2, 1)).rejects.toMatchObject({ code: 'not-finite' });
    await expect(cluster([1, Number.POSITIVE_INFINITY], 2, 1)).rejects.toMatchObject({ code: 'not-finite' });
    const model = await cluster([1, 2, 3], 3, 2);
    const wide = { x: new Float32Array(4), rows: 2, features: 2 };
    await expect(predictKMeans(computeHere, model, wide)).rejects.toMatchObject({ code: 'length' });
  });
});
