import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { columnMoments, standardizeKernel, standardScale } from '#dist/components/lib/linalg/columns.js';
import type { Dense } from '#dist/components/lib/linalg/dense.js';
import { fitElasticNet } from '#dist/components/lib/linear/elastic-net.js';
import { fitLeastSquares } from '#dist/components/lib/linear/least-squares.js';
import { predictLinear } from '#dist/components/lib/linear/predict.js';
import { largestDifference, normals, shared, transposed } from '../../support/numbers.js';
import { hasSharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';

const pools = [1, 3].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

function problem(rows: number, features: number, seed = 1) {
  const x = normals(rows * features, seed);
  const truth = normals(features, seed + 1).map((v, j) => (j % 3 ? v : 0));
  const noise = normals(rows, seed + 2);
  const y = noise.map((v, i) => {
    let sum = 5 + v;
    for (let j = 0; j < features; j++) sum += truth[j]! * x[j * rows + i]!;
    return sum;
  });
  return { x, y, rows, features };
}

async function standardized(name: string) {
  const { train, test, reference } = tabular(name);
  const dense = (part: typeof train): Dense => ({
    data: part.data,
    rows: part.rows,
    width: part.features,
    order: 'columns',
  });
  const moments = await columnMoments(computeHere, { x: dense(train) });
  const scale = standardScale(moments);
  for (const part of [train, test]) {
    await computeHere(standardizeKernel, { x: dense(part), mean: moments.mean, scale, out: part.data });
  }
  const data = (part: typeof train) => ({
    x: part.data,
    y: part.y,
    rows: part.rows,
    features: part.features,
  });
  return { train: data(train), test: data(test), reference };
}

describe.skipIf(!hasSharedData)('linear models of the stored diabetes data', () => {
  it('equal scikit-learn', async () => {
    const { train, test, reference } = await standardized('diabetes');
    const plain = await fitLeastSquares(computeHere, train);
    expect(largestDifference(plain.coef, reference.linear_on_standardized.coef)).toBeLessThan(1e-10);
    expect(plain.intercept).toBeCloseTo(reference.linear_on_standardized.intercept, 10);
    const ridge = await fitLeastSquares(computeHere, train, { alpha: 1 });
    const expected = reference.ridge_alpha1_on_standardized;
    expect(largestDifference(ridge.coef, expected.coef)).toBeLessThan(1e-10);
    const predicted = await predictLinear(computeHere, ridge, test);
    expect(largestDifference(predicted.subarray(0, 5), expected.pred_first5)).toBeLessThan(1e-10);
  });

  it('find the lasso that scikit-learn found', async () => {
    const { train, test, reference } = await standardized('diabetes');
    const { alpha, nonzero, rmse } = reference.lasso_on_standardized;
    const lasso = await fitElasticNet(computeHere, train, { alpha });
    expect(lasso.converged).toBe(true);
    expect(lasso.coef.filter((c) => c !== 0)).toHaveLength(nonzero);
    const predicted = await predictLinear(computeHere, lasso, test);
    const square = predicted.reduce((sum, p, i) => sum + (p - test.y[i]!) ** 2, 0);
    // scikit-learn stopped at its tolerance of 1e-4.
    expect(Math.sqrt(square / test.rows)).toBeCloseTo(rmse, 2);
  });
});

describe('least squares', () => {
  it('leaves residuals orthogonal to the columns, near dependence included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 12, max: 90 }),
        fc.integer({ min: 2, max: 8 }),
        fc.constantFrom(0, 1, 1e-3, 1e-8),
        fc.boolean(),
        async (rows, features, apart, intercept) => {
          const { x, y } = problem(rows, features, rows);
          // The second column is the first, or as good as.
          if (apart > 0) for (let i = 0; i < rows; i++) x[rows + i] = x[i]! + apart * x[rows + i]!;
          const { coef, intercept: c } = await fitLeastSquares(
            computeHere,
            { x, y, rows, features },
            { intercept },
          );
          const residual = y.map((v, i) => coef.reduce((sum, b, j) => sum - b * x[j * rows + i]!, v - c));
          for (let j = 0; j < features; j++) {
            const dot = residual.reduce((sum, r, i) => sum + r * x[j * rows + i]!, 0);
            expect(Math.abs(dot)).toBeLessThan(1e-6 * rows);
          }
          if (intercept) expect(residual.reduce((a, b) => a + b)).toBeCloseTo(0, 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes the solution of least norm for repeated columns and for fewer rows than columns', async () => {
    const { x, y, rows } = problem(50, 3);
    x.copyWithin(0, rows, 2 * rows);
    const single = await fitLeastSquares(computeHere, { x: x.subarray(rows), y, rows, features: 2 });
    const double = await fitLeastSquares(computeHere, { x, y, rows, features: 3 });
    expect(
      largestDifference(double.coef, [single.coef[0]! / 2, single.coef[0]! / 2, single.coef[1]!]),
    ).toBeLessThan(1e-12);
    const short = problem(4, 9);
    const exact = await fitLeastSquares(computeHere, short);
    expect(largestDifference(await predictLinear(computeHere, exact, short), short.y)).toBeLessThan(1e-12);
  });

  it('knows what scaling, row order, weights, constants and workers change', async () => {
    const data = problem(300, 5);
    for (const alpha of [0, 2.5]) {
      const plain = await fitLeastSquares(computeHere, data, { alpha });
      const reversed = {
        ...data,
        x: data.x.map((_, at) => data.x[Math.floor(at / 300) * 300 + 299 - (at % 300)]!),
        y: data.y.toReversed(),
      };
      expect(
        largestDifference((await fitLeastSquares(computeHere, reversed, { alpha })).coef, plain.coef),
      ).toBeLessThan(1e-12);
      const weight = Float64Array.from({ length: 300 }, (_, i) => i % 3);
      const index = Array.from({ length: 300 }, (_, i) => new Array<number>(i % 3).fill(i)).flat();
      const rows = index.length;
      const repeated = {
        rows,
        features: 5,
        y: Float64Array.from(index, (i) => data.y[i]!),
        x: Float64Array.from(
          { length: 5 * rows },
          (_, at) => data.x[Math.floor(at / rows) * 300 + index[at % rows]!]!,
        ),
      };
      const weighted = await fitLeastSquares(computeHere, { ...data, weight }, { alpha });
      expect(
        largestDifference(weighted.coef, (await fitLeastSquares(computeHere, repeated, { alpha })).coef),
      ).toBeLessThan(1e-12);
      const constant = {
        ...data,
        features: 6,
        x: new Float64Array([...data.x, ...new Float64Array(300).fill(0.1)]),
      };
      const beside = await fitLeastSquares(computeHere, constant, { alpha });
      expect(largestDifference(beside.coef, [...plain.coef, 0])).toBeLessThan(1e-12);
    }
    const plain = await fitLeastSquares(computeHere, data);
    const scaled = { ...data, x: data.x.map((v, at) => (at < 300 ? 1e6 * v : v)) };
    const { coef } = await fitLeastSquares(computeHere, scaled);
    expect(largestDifference([coef[0]! * 1e6, ...coef.subarray(1)], plain.coef)).toBeLessThan(1e-10);
  });

  it('gives the same bytes on any number of workers, by either method', async () => {
    const large = problem(20_000, 9);
    large.x = shared(large.x);
    const dependent = { ...large, x: shared(large.x) };
    dependent.x.copyWithin(0, 20_000, 40_000);
    for (const data of [large, dependent]) {
      const expected = await fitLeastSquares(computeHere, data);
      for (const pool of pools) expect(await fitLeastSquares(pool.compute, data)).toEqual(expected);
    }
  });

  it('takes weights of any size for what they are beside each other', async () => {
    const data = problem(10, 2);
    const plain = await fitLeastSquares(computeHere, data);
    for (const size of [2 ** -90, 2 ** 90]) {
      const weighted = await fitLeastSquares(computeHere, {
        ...data,
        weight: new Float64Array(10).fill(size),
      });
      expect(largestDifference(weighted.coef, plain.coef)).toBeLessThan(1e-14);
    }
  });

  it('refuses what it cannot work on, and answers for one row', async () => {
    const data = problem(10, 2);
    const learn = (more: object, params = {}) => fitLeastSquares(computeHere, { ...data, ...more }, params);
    await expect(learn({ rows: 0, x: new Float64Array(0), y: new Float64Array(0) })).rejects.toMatchObject({
      code: 'no-rows',
    });
    await expect(learn({ y: new Float64Array(3) })).rejects.toMatchObject({ code: 'wrong-shape' });
    await expect(learn({ rows: 3 })).rejects.toMatchObject({ code: 'wrong-shape' });
    await expect(learn({ weight: new Float64Array(10).fill(-1) })).rejects.toMatchObject({
      code: 'bad-weight',
    });
    await expect(learn({ weight: new Float64Array(10) })).rejects.toMatchObject({ code: 'no-rows' });
    await expect(learn({}, { alpha: -1 })).rejects.toMatchObject({ code: 'bad-parameter' });
    await expect(learn({ y: data.y.map((v, i) => (i === 4 ? Number.NaN : v)) })).rejects.toMatchObject({
      code: 'not-finite',
    });
    await expect(learn({ x: data.x.map((v, i) => (i === 4 ? Infinity : v)) })).rejects.toMatchObject({
      code: 'not-finite',
    });
    const one = await fitLeastSquares(computeHere, {
      x: Float64Array.of(3, 4),
      y: Float64Array.of(7),
      rows: 1,
      features: 2,
    });
    expect(one).toEqual({ coef: Float64Array.of(0, 0), intercept: 7 });
  });
});

describe('elastic net', () => {
  it('meets its optimality conditions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 40, max: 90 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.001, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (rows, features, alpha, l1Ratio) => {
          const data = problem(rows, features, rows + features);
          const { coef, intercept, converged } = await fitElasticNet(computeHere, data, { alpha, l1Ratio });
          expect(converged).toBe(true);
          const residual = data.y.map((v, i) =>
            coef.reduce((sum, b, j) => sum - b * data.x[j * rows + i]!, v - intercept),
          );
          for (let j = 0; j < features; j++) {
            const b = coef[j]!;
            const slope =
              residual.reduce((sum, r, i) => sum + r * data.x[j * rows + i]!, 0) / rows -
              alpha * (1 - l1Ratio) * b;
            if (b === 0) expect(Math.abs(slope)).toBeLessThan(alpha * l1Ratio + 1e-8);
            else expect(slope).toBeCloseTo(Math.sign(b) * alpha * l1Ratio, 8);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is ridge without its l1 part, all zeros with a large one, and the same with weights or repeated rows', async () => {
    const data = problem(200, 6);
    const ridge = await fitLeastSquares(computeHere, data, { alpha: 0.3 * 200 });
    const net = await fitElasticNet(computeHere, data, { alpha: 0.3, l1Ratio: 0 });
    expect(largestDifference(net.coef, ridge.coef)).toBeLessThan(1e-9);
    const none = await fitElasticNet(computeHere, data, { alpha: 100 });
    expect(none).toMatchObject({ coef: new Float64Array(6), converged: true });
    expect(none.intercept).toBeCloseTo(data.y.reduce((a, b) => a + b) / 200, 12);
    const both = transposed(normals(2 * 200), 2, 200);
    const twice = {
      rows: 400,
      features: 6,
      y: new Float64Array([...data.y, ...data.y]),
      x: new Float64Array(2400),
    };
    for (let j = 0; j < 6; j++)
      for (let i = 0; i < 400; i++) twice.x[j * 400 + i] = data.x[j * 200 + (i % 200)]!;
    const weight = both.map(() => 2).subarray(0, 200);
    const a = await fitElasticNet(computeHere, { ...data, weight }, { alpha: 0.2 });
    const b = await fitElasticNet(computeHere, twice, { alpha: 0.2 });
    expect(largestDifference(a.coef, b.coef)).toBeLessThan(1e-9);
    expect(await fitElasticNet(computeHere, data, { alpha: 1e-4, maxIterations: 1 })).toMatchObject({
      converged: false,
    });
    await expect(fitElasticNet(computeHere, data, { alpha: -1 })).rejects.toMatchObject({
      code: 'bad-parameter',
    });
    await expect(fitElasticNet(computeHere, data, { alpha: 1, l1Ratio: 2 })).rejects.toMatchObject({
      code: 'bad-parameter',
    });
  });
});
