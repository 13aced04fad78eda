import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { columnMoments, standardizeKernel, standardScale } from '#dist/components/lib/linalg/columns.js';
import type { Dense } from '#dist/components/lib/linalg/dense.js';
import { fitLogistic, type LogisticParams } from '#dist/components/lib/linear/logistic.js';
import { predictLogistic } from '#dist/components/lib/linear/logistic-predict.js';
import { random } from '#dist/components/lib/random.js';
import { largestDifference, normals, shared } from '../../support/numbers.js';
import { hasSharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';

const pools = [1, 3].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** Classes drawn from a softmax of a linear function, so that they overlap. */
function problem(rows: number, features: number, classes: number, seed = 1) {
  const x = normals(rows * features, seed);
  const truth = normals(features * classes, seed + 1);
  const { uniform } = random(seed + 2);
  const y = Int32Array.from({ length: rows }, (_, i) => {
    const score = Array.from({ length: classes }, (_, k) => {
      let sum = -Math.log(-Math.log(uniform() + 1e-300));
      for (let j = 0; j < features; j++) sum += truth[k * features + j]! * x[j * rows + i]!;
      return sum;
    });
    return score.indexOf(Math.max(...score));
  });
  return { x, y, rows, features, classes };
}
type Problem = ReturnType<typeof problem>;

const rowsOf = (data: Problem, index: ArrayLike<number>): Problem => {
  const rows = index.length;
  const x = Float64Array.from({ length: rows * data.features }, (_, at) => {
    return data.x[Math.floor(at / rows) * data.rows + index[at % rows]!]!;
  });
  return { ...data, rows, x, y: Int32Array.from(index, (i) => data.y[i]!) };
};

describe.skipIf(!hasSharedData)('logistic regression of the stored data sets', () => {
  it.each([
    ['iris', 1e-4],
    ['wine', 1e-4],
    ['breast_cancer', 1e-4],
    ['digits', 1e-3],
  ])('%s equals scikit-learn to the tolerance that it stopped at', async (name, tolerance) => {
    const { train, test, reference } = tabular(name);
    const view = (part: typeof train): Dense => ({
      data: part.data,
      rows: part.rows,
      width: part.features,
      order: 'columns',
    });
    const moments = await columnMoments(computeHere, { x: view(train) });
    const scale = standardScale(moments);
    for (const part of [train, test]) {
      await computeHere(standardizeKernel, { x: view(part), mean: moments.mean, scale, out: part.data });
    }
    const expected = reference.logistic_l2_C1_on_standardized;
    const classes = reference.classes.length;
    const model = await fitLogistic(computeHere, {
      x: train.data,
      rows: train.rows,
      features: train.features,
      y: train.y,
      classes,
    });
    expect(model.converged).toBe(true);
    expect(largestDifference(model.coef, expected.coef.flat())).toBeLessThan(tolerance);
    expect(largestDifference(model.intercept, expected.intercept)).toBeLessThan(2 * tolerance);
    const p = await predictLogistic(computeHere, model, {
      x: test.data,
      rows: test.rows,
      features: test.features,
    });
    expect(largestDifference(p.subarray(0, 10 * classes), expected.proba_first10.flat())).toBeLessThan(
      tolerance,
    );
    const hits = test.y.reduce((sum, truth, i) => {
      const row = p.subarray(i * classes, (i + 1) * classes);
      return sum + (row.indexOf(Math.max(...row)) === truth ? 1 : 0);
    }, 0);
    expect(hits / test.rows).toBeCloseTo(expected.accuracy, 12);
  });
});

/** Largest miss of the optimality conditions of scikit-learn's objective divided by the total weight. */
async function fault(data: Problem, params: LogisticParams) {
  const { c = 1, l1Ratio = 0 } = params;
  const model = await fitLogistic(computeHere, data, params);
  const { rows, features, classes, x, y } = data;
  const p = await predictLogistic(computeHere, model, data);
  const strength = 1 / (c * rows);
  let worst = 0;
  const outputs = model.intercept.length;
  for (let k = 0; k < outputs; k++) {
    const truth = outputs === 1 ? 1 : k;
    const residual = Float64Array.from(
      { length: rows },
      (_, i) => p[i * classes + truth]! - (y[i] === truth ? 1 : 0),
    );
    worst = Math.max(worst, Math.abs(residual.reduce((a, b) => a + b)) / rows);
    for (let j = 0; j < features; j++) {
      const b = model.coef[k * features + j]!;
      const slope =
        residual.reduce((sum, r, i) => sum + r * x[j * rows + i]!, 0) / rows + (1 - l1Ratio) * strength * b;
      const l1 = l1Ratio * strength;
      worst = Math.max(worst, b === 0 ? Math.abs(slope) - l1 : Math.abs(slope + Math.sign(b) * l1));
    }
  }
  return { worst, model };
}

describe('logistic regression', () => {
  it('meets its optimality conditions for any classes and penalty', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 80, max: 250 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom(0.01, 1, 30),
        fc.constantFrom(0, 0.4, 1),
        async (rows, features, classes, c, l1Ratio) => {
          const { worst, model } = await fault(problem(rows, features, classes, rows), { c, l1Ratio });
          expect(model.converged).toBe(true);
          expect(worst).toBeLessThan(1e-7);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('agrees between second-order and limited-memory solvers', async () => {
    // 519 parameters go to L-BFGS; without the columns of zeros Newton takes over.
    const wide = problem(150, 172, 3);
    wide.x.fill(0, 150 * 5);
    const narrow = { ...wide, features: 5, x: wide.x.subarray(0, 150 * 5) };
    for (const l1Ratio of [0, 0.5, 1]) {
      const params = { l1Ratio, tolerance: 1e-7 };
      const a = await fitLogistic(computeHere, wide, params);
      const b = await fitLogistic(computeHere, narrow, params);
      expect(a.converged).toBe(true);
      for (let k = 0; k < 3; k++) {
        const own = a.coef.subarray(k * 172, (k + 1) * 172);
        expect(largestDifference(own.subarray(0, 5), b.coef.subarray(k * 5, (k + 1) * 5))).toBeLessThan(1e-4);
        expect(own.subarray(5).every((v) => v === 0)).toBe(true);
      }
    }
  });

  it('gives the same bytes on any number of workers', async () => {
    const own = problem(20_000, 4, 3);
    const data = { ...own, x: shared(own.x) };
    for (const l1Ratio of [0, 1]) {
      const expected = await fitLogistic(computeHere, data, { l1Ratio, c: 0.01 });
      for (const pool of pools)
        expect(await fitLogistic(pool.compute, data, { l1Ratio, c: 0.01 })).toEqual(expected);
    }
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'an l1 penalty converges where rounding hides what a step gains (%i)',
    async (seed) => {
      for (const c of [0.001, 0.01, 0.1, 100])
        for (const l1Ratio of [0.5, 1]) {
          const { worst, model } = await fault(problem(248, 9, 3, seed), { c, l1Ratio });
          expect(model.converged, `c ${c}, ρ ${l1Ratio}`).toBe(true);
          expect(worst).toBeLessThan(1e-7);
        }
    },
  );

  it('knows what row order, weights, class weights, constants and offsets change', async () => {
    const data = problem(240, 4, 3);
    const plain = await fitLogistic(computeHere, data);
    const order = random(5).permutation(240);
    const shuffled = await fitLogistic(computeHere, rowsOf(data, order));
    expect(largestDifference(shuffled.coef, plain.coef)).toBeLessThan(1e-9);
    const weight = Float64Array.from({ length: 240 }, (_, i) => i % 3);
    const index = Array.from(weight, (w, i) => new Array<number>(w).fill(i)).flat();
    for (const params of [{}, { classWeight: 'balanced' as const }, { l1Ratio: 1 }]) {
      const weighted = await fitLogistic(computeHere, { ...data, weight }, params);
      const repeated = await fitLogistic(computeHere, rowsOf(data, index), params);
      expect(largestDifference(weighted.coef, repeated.coef)).toBeLessThan(1e-6);
      expect(largestDifference(weighted.intercept, repeated.intercept)).toBeLessThan(1e-6);
    }
    const byClass = await fitLogistic(computeHere, data, { classWeight: Float64Array.of(1, 2, 3) });
    const byRow = await fitLogistic(computeHere, {
      ...data,
      weight: Float64Array.from(data.y, (c) => c + 1),
    });
    expect(largestDifference(byClass.coef, byRow.coef)).toBeLessThan(1e-12);
    const constant = {
      ...data,
      features: 5,
      x: new Float64Array([...data.x, ...new Float64Array(240).fill(3)]),
    };
    const beside = await fitLogistic(computeHere, constant);
    for (let k = 0; k < 3; k++) expect(beside.coef[k * 5 + 4]).toBeCloseTo(0, 12);
    const moved = await fitLogistic(computeHere, { ...data, x: data.x.map((v) => v + 1000) });
    expect(largestDifference(moved.coef, plain.coef)).toBeLessThan(1e-8);
    const scaled = await fitLogistic(
      computeHere,
      { ...data, x: data.x.map((v) => 10 * v) },
      { c: Number.POSITIVE_INFINITY },
    );
    const free = await fitLogistic(computeHere, data, { c: Number.POSITIVE_INFINITY });
    expect(
      largestDifference(
        scaled.coef.map((v) => 10 * v),
        free.coef,
      ),
    ).toBeLessThan(1e-5);
  });

  it('without an intercept, goes through the origin', async () => {
    const data = problem(200, 3, 2);
    const model = await fitLogistic(computeHere, data, { intercept: false });
    expect([...model.intercept]).toEqual([0]);
    const p = await predictLogistic(computeHere, model, { x: new Float64Array(3), rows: 1, features: 3 });
    expect([...p]).toEqual([0.5, 0.5]);
  });

  it('gives classes that were not seen the probability 0', async () => {
    const data = { ...problem(100, 3, 2), classes: 4 };
    const y = data.y.map((c) => 2 * c + 1);
    const model = await fitLogistic(computeHere, { ...data, y });
    expect([...model.present]).toEqual([1, 3]);
    const p = await predictLogistic(computeHere, model, data);
    for (let i = 0; i < 100; i++) {
      expect([p[i * 4], p[i * 4 + 2]]).toEqual([0, 0]);
      expect(p[i * 4 + 1]! + p[i * 4 + 3]!).toBeCloseTo(1, 14);
    }
  });

  it('stays finite on separable classes and says that it did not converge', async () => {
    const x = Float64Array.of(-2, -1, 1, 2);
    const data = { x, y: [0, 0, 1, 1], rows: 4, features: 1, classes: 2 };
    const model = await fitLogistic(computeHere, data, {
      c: Number.POSITIVE_INFINITY,
      tolerance: 1e-300,
      maxIterations: 20,
    });
    expect(Number.isFinite(model.coef[0])).toBe(true);
    expect(model.coef[0]).toBeGreaterThan(5);
    const p = await predictLogistic(computeHere, model, {
      x: Float64Array.of(-1e300, 1e300),
      rows: 2,
      features: 1,
    });
    expect([...p]).toEqual([1, 0, 0, 1]);
  });

  it('refuses what it cannot work on', async () => {
    const data = problem(20, 2, 2);
    const learn = (more: object, params = {}) => fitLogistic(computeHere, { ...data, ...more }, params);
    await expect(learn({ y: new Int32Array(20) })).rejects.toMatchObject({ code: 'one-class' });
    await expect(learn({ rows: 0, x: new Float64Array(0), y: [] })).rejects.toMatchObject({
      code: 'one-class',
    });
    await expect(learn({ y: data.y.map(() => 7) })).rejects.toMatchObject({ code: 'bad-class' });
    await expect(learn({ y: data.y.subarray(1) })).rejects.toMatchObject({ code: 'wrong-shape' });
    await expect(learn({ features: 3 })).rejects.toMatchObject({ code: 'wrong-shape' });
    await expect(learn({ weight: new Float64Array(20).fill(Number.NaN) })).rejects.toMatchObject({
      code: 'bad-weight',
    });
    await expect(learn({ x: data.x.map(() => Number.NaN) })).rejects.toMatchObject({ code: 'not-finite' });
    await expect(learn({}, { c: 0 })).rejects.toMatchObject({ code: 'bad-parameter' });
    await expect(learn({}, { l1Ratio: -1 })).rejects.toMatchObject({ code: 'bad-parameter' });
    const model = await learn({});
    const infinite = { x: Float64Array.of(1, Number.NaN), rows: 1, features: 2 };
    await expect(predictLogistic(computeHere, model, infinite)).rejects.toMatchObject({ code: 'not-finite' });
    await expect(predictLogistic(computeHere, model, { ...infinite, features: 1 })).rejects.toMatchObject({
      code: 'wrong-shape',
    });
  });
});
