import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { fitPca, transformPca } from '#dist/components/lib/pca/fit.js';
import { createMoments } from '#dist/components/lib/pca/moments.js';
import { largestDifference, normals, transposed } from '../../support/numbers.js';
import { hasSharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';

const pools = [1, 3].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** Rows with a few strong directions, so that components are well separated. */
function survey(rows: number, width: number, seed = 1) {
  const noise = normals(rows * width, seed);
  const factors = normals(rows * 5, seed + 1);
  const loads = normals(5 * width, seed + 2);
  return noise.map((v, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    let sum = 0.1 * v + 3;
    for (let k = 0; k < 5; k++) sum += (5 - k) * factors[i * 5 + k]! * loads[k * width + j]!;
    return sum;
  });
}

/** Each row turned so that its entry of largest size is positive. */
const turned = (components: ArrayLike<number>, width: number) => {
  const out = Float64Array.from(components);
  for (let at = 0; at < out.length; at += width) {
    const row = out.subarray(at, at + width);
    const largest = row.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
    if (largest < 0)
      row.forEach((v, j) => {
        row[j] = -v;
      });
  }
  return out;
};

describe.skipIf(!hasSharedData)('PCA of the stored data sets', () => {
  it.each(['iris', 'wine', 'breast_cancer', 'digits'])('%s equals scikit-learn up to sign', async (name) => {
    const { train, reference } = tabular(name);
    const expected = reference.pca_on_standardized;
    const width = train.features;
    const data = transposed(train.data, width, train.rows);
    const components = expected.components.length;
    const pca = await fitPca(computeHere, { data, width }, { components, standardize: true });
    expect(largestDifference(pca.mean, reference.standard_scaler.mean)).toBeLessThan(1e-10);
    expect(largestDifference(pca.scale, reference.standard_scaler.scale)).toBeLessThan(1e-10);
    expect(largestDifference(pca.variance, expected.explained_variance)).toBeLessThan(1e-10);
    expect(largestDifference(pca.ratio, expected.explained_variance_ratio)).toBeLessThan(1e-10);
    const found = turned(pca.components, width);
    expect(largestDifference(found, turned(expected.components.flat(), width))).toBeLessThan(1e-10);
  });
});

describe('PCA', () => {
  it('gives the same bytes on any number of workers, for every solver', async () => {
    const width = 24;
    const data = Float32Array.from(survey(2500, width));
    for (const solver of ['full', 'randomized', 'incremental'] as const) {
      const params = { components: 4, solver, seed: 3 };
      const expected = await fitPca(computeHere, { data, width }, params);
      for (const pool of pools) expect(await fitPca(pool.compute, { data, width }, params)).toEqual(expected);
    }
  });

  it('agrees between solvers where the spectrum is separated', async () => {
    const width = 60;
    const data = survey(2000, width);
    const full = await fitPca(computeHere, { data, width }, { components: 5 });
    const random = await fitPca(computeHere, { data, width }, { components: 5, solver: 'randomized' });
    expect(largestDifference(random.components, full.components)).toBeLessThan(1e-8);
    expect(largestDifference(random.ratio, full.ratio)).toBeLessThan(1e-10);
    const steps = await fitPca(computeHere, { data, width }, { components: 5, solver: 'incremental' });
    expect(largestDifference(steps.ratio, full.ratio)).toBeLessThan(1e-3);
    const scaled = { components: 5, standardize: true };
    const a = await fitPca(computeHere, { data, width }, scaled);
    const b = await fitPca(computeHere, { data, width }, { ...scaled, solver: 'randomized' });
    expect(largestDifference(b.components, a.components)).toBeLessThan(1e-7);
  });

  it('makes the score of largest size over the training rows positive', async () => {
    const width = 12;
    const data = survey(900, width);
    const pca = await fitPca(computeHere, { data, width }, { components: 6 });
    const scores = await transformPca(computeHere, pca, data);
    for (let k = 0; k < 6; k++) {
      const column = Array.from({ length: 900 }, (_, i) => scores[i * 6 + k]!);
      const largest = column.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best));
      expect(largest).toBeGreaterThan(0);
      expect(column.reduce((a, b) => a + b * b, 0) / 899).toBeCloseTo(pca.variance[k]!, 3);
    }
  });

  it('does not depend on how rows are cut into batches', async () => {
    const width = 3;
    const data = survey(2000, width);
    const moments = async (cuts: number[]) => {
      const builder = createMoments(computeHere, width);
      const ends = [...cuts.map((cut) => cut * width), data.length];
      let from = 0;
      for (const to of ends) {
        await builder.add(data.subarray(from, to));
        from = to;
      }
      return builder.finish();
    };
    const expected = await moments([]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2000), { maxLength: 6 }), async (cuts) => {
        expect(await moments(cuts.sort((a, b) => a - b))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('scales components with the data, ignores offsets and the order of rows', async () => {
    const width = 7;
    const rows = 400;
    const data = survey(rows, width);
    const params = { components: 4 };
    const plain = await fitPca(computeHere, { data, width }, params);
    const moved = await fitPca(computeHere, { data: data.map((v) => 1024 * v + 1e6), width }, params);
    expect(largestDifference(moved.components, plain.components)).toBeLessThan(1e-6);
    expect(moved.variance[0]! / plain.variance[0]! / 1024 ** 2).toBeCloseTo(1, 8);
    const reversed = data.map((_, at) => data[(rows - 1 - Math.floor(at / width)) * width + (at % width)]!);
    const other = await fitPca(computeHere, { data: reversed, width }, params);
    expect(largestDifference(other.components, plain.components)).toBeLessThan(1e-10);
  });

  it('keeps a constant column out of the components and constant data without NaN', async () => {
    const width = 4;
    const data = survey(300, width).map((v, at) => (at % width === 2 ? 0.1 : v));
    const pca = await fitPca(computeHere, { data, width }, { components: 3, standardize: true });
    expect(pca.scale[2]).toBe(1);
    for (let k = 0; k < 3; k++) expect(pca.components[k * width + 2]).toBeCloseTo(0, 12);
    const flat = await fitPca(computeHere, { data: new Float32Array(40).fill(7), width }, { components: 2 });
    expect([...flat.ratio, ...flat.variance]).toEqual([0, 0, 0, 0]);
    expect(flat.components.every(Number.isFinite)).toBe(true);
  });

  it('refuses what it cannot work on', async () => {
    const learn = (data: Float64Array, width: number, components: number, more = {}) =>
      fitPca(computeHere, { data, width }, { components, ...more });
    await expect(learn(normals(4), 4, 1)).rejects.toMatchObject({ code: 'too-few-rows' });
    await expect(learn(new Float64Array(0), 4, 1)).rejects.toMatchObject({ code: 'no-rows' });
    await expect(learn(normals(9), 3, 4)).rejects.toMatchObject({ code: 'bad-components' });
    await expect(learn(normals(9), 3, 0)).rejects.toMatchObject({ code: 'bad-components' });
    await expect(learn(normals(10), 3, 1)).rejects.toMatchObject({ code: 'wrong-shape' });
    await expect(learn(normals(9), 0, 1)).rejects.toMatchObject({ code: 'wrong-shape' });
    const infinite = normals(12);
    infinite[5] = Number.POSITIVE_INFINITY;
    for (const solver of ['full', 'randomized', 'incremental']) {
      await expect(learn(infinite, 3, 1, { solver })).rejects.toMatchObject({ code: 'not-finite' });
    }
    const standardize = { solver: 'incremental', standardize: true };
    await expect(learn(normals(12), 3, 1, standardize)).rejects.toMatchObject({ code: 'bad-parameter' });
  });
});
