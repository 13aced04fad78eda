/**
 * What theory says of the families of kernels that have no such properties beside their own tests: the order of rows and
 * of columns, the scale of a feature, a row twice, a constant column, the number of workers; and what becomes of one
 * row, none, no columns, nothing but missing values, an infinity, huge and small numbers, dependent columns.
 *
 * Held elsewhere: trees (order of columns, weights, workers: trees/forest, trees/boosting, trees/shap), logistic
 * regression (linear/logistic), least squares (linear/regression), transforms of every length from 1 to 130 and of
 * primes on both sides of the change of algorithm (spectra/fft), two-sample tests (statistics/statistics), metrics
 * (metrics/metrics), cuts (split), Gram matrices and factors (linalg), bootstrap (metrics/bootstrap).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitIsolationForest, scoreIsolationForest } from '#dist/components/lib/anomaly/isolation-forest.js';
import { fitGaussianMixture, scoreGaussianMixture } from '#dist/components/lib/cluster/gaussian-mixture.js';
import { fitKMeans, predictKMeans } from '#dist/components/lib/cluster/kmeans.js';
import { type Compute, computeHere } from '#dist/components/lib/compute/kernel.js';
import { InputError } from '#dist/components/lib/errors.js';
import { fitElasticNet } from '#dist/components/lib/linear/elastic-net.js';
import { fitLeastSquares } from '#dist/components/lib/linear/least-squares.js';
import { fitLogistic } from '#dist/components/lib/linear/logistic.js';
import { predictLogistic } from '#dist/components/lib/linear/logistic-predict.js';
import { predictLinear } from '#dist/components/lib/linear/predict.js';
import { daviesBouldin, silhouette } from '#dist/components/lib/metrics/clustering.js';
import { fitKnnImputer, imputeKnn } from '#dist/components/lib/neighbours/knn-impute.js';
import { nearestNeighbours } from '#dist/components/lib/neighbours/nearest.js';
import { fitPca } from '#dist/components/lib/pca/fit.js';
import { random } from '#dist/components/lib/random.js';
import { fitBoosting } from '#dist/components/lib/trees/boosting.js';
import { extraTrees, fitForest } from '#dist/components/lib/trees/forest.js';
import { impurityImportance } from '#dist/components/lib/trees/importance.js';
import { predictEnsemble } from '#dist/components/lib/trees/predict.js';
import { shapTree } from '#dist/components/lib/trees/shap.js';
import { shapInterventional } from '#dist/components/lib/trees/shap-interventional.js';
import { largestDifference, normals } from '../support/numbers.js';
import { computeAs } from './trees/support.js';

interface Table {
  readonly x: Float32Array;
  readonly rows: number;
  readonly features: number;
}

/** Three clouds far apart, so that nothing hangs on a tie; cloud of row i is i % 3. */
function clouds(seed: number, rows = 60, features = 3): Table & { start: Int32Array; y: Float64Array } {
  const noise = normals(rows * features, seed);
  const x = Float32Array.from(
    noise,
    (v, at) => v + 12 * ((at % rows) % 3) * (Math.floor(at / rows) % 2 ? 1 : -1),
  );
  const start = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const y = Float64Array.from(
    { length: rows },
    (_, i) => 2 * noise[i]! - noise[rows + i]! + 0.3 * noise[2 * rows + i]!,
  );
  return { x, rows, features, start, y };
}

/** Rows and columns picked, in the order given. */
function pick<T extends Table>(table: T, order: ArrayLike<number>, columns: ArrayLike<number>): Table {
  const [rows, features] = [order.length, columns.length];
  const x = new Float32Array(rows * features);
  for (let j = 0; j < features; j++)
    for (let i = 0; i < rows; i++) x[j * rows + i] = table.x[columns[j]! * table.rows + order[i]!]!;
  return { x, rows, features };
}
const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const whole = ({ rows }: Table) => count(rows);
const all = ({ features }: Table) => count(features);
const withConstant = (table: Table): Table => ({
  ...table,
  features: table.features + 1,
  x: Float32Array.from([...table.x, ...new Float32Array(table.rows).fill(4)]),
});
const scaled = (table: Table, by: number): Table => ({ ...table, x: table.x.map((v) => v * by) });

const seeds = fc.integer({ min: 1, max: 1e6 });
const each = (property: (seed: number) => Promise<void>) =>
  fc.assert(fc.asyncProperty(seeds, property), { numRuns: 12 });
const shuffled = (n: number, seed: number) => Array.from(random(seed).permutation(n));

describe('k-means', () => {
  const learn = (table: Table, compute: Compute = computeHere) =>
    fitKMeans(compute, table, { clusters: 3, starts: 8 }, 1);

  it('order of rows and columns and a constant column leave the clusters; a scale squares into the inertia', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const { inertia } = await learn(table);
      const rows = pick(table, shuffled(table.rows, seed), all(table));
      const columns = pick(table, whole(table), [2, 0, 1]);
      for (const other of [rows, columns, withConstant(table)])
        expect((await learn(other)).inertia / inertia).toBeCloseTo(1, 6);
      expect((await learn(scaled(table, 8))).inertia).toBe(64 * inertia);
      // Squares of these are past float32.
      for (const size of [2 ** 100, 2 ** -100]) {
        const large = await learn(scaled(table, size));
        expect(large.inertia).toBe(size ** 2 * inertia);
        expect(await predictKMeans(computeHere, large, scaled(table, size))).toEqual(
          Int32Array.from(large.labels),
        );
      }
      const twice = pick(table, [...whole(table), ...whole(table)], all(table));
      expect((await learn(twice)).inertia / inertia).toBeCloseTo(2, 6);
    }));
});

describe('Gaussian mixture', () => {
  const learn = (table: Table, start: Int32Array) =>
    fitGaussianMixture(computeHere, table, { components: 3, start, regularisation: 0 }, 1);

  it('order of rows and columns, a scale and a table twice change what they must', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const plain = await learn(table, table.start);
      const order = shuffled(table.rows, seed);
      const rows = await learn(
        pick(table, order, all(table)),
        Int32Array.from(order, (row) => table.start[row]!),
      );
      expect(largestDifference(rows.means, plain.means)).toBeLessThan(1e-6);
      const columns = await learn(pick(table, whole(table), [2, 0, 1]), table.start);
      expect(columns.logDensity).toBeCloseTo(plain.logDensity, 8);
      const large = await learn(scaled(table, 4), table.start);
      expect(large.logDensity).toBeCloseTo(plain.logDensity - 3 * Math.log(4), 8);
      expect(largestDifference(large.weights, plain.weights)).toBeLessThan(1e-9);
      const twice = pick(table, [...whole(table), ...whole(table)], all(table));
      const double = await learn(twice, Int32Array.from([...table.start, ...table.start]));
      expect(double.logDensity).toBeCloseTo(plain.logDensity, 8);
      expect(largestDifference(double.covariances, plain.covariances)).toBeLessThan(1e-6);
    }));
});

describe('isolation forest', () => {
  it('scores a row alike in any order of rows and whatever the scale of each feature', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const learn = (t: Table) => fitIsolationForest(computeHere, t, { trees: 10 }, seed);
      const forest = await learn(table);
      const scores = await scoreIsolationForest(computeHere, forest, table);
      const order = shuffled(table.rows, seed);
      const reordered = await scoreIsolationForest(computeHere, forest, pick(table, order, all(table)));
      expect(Array.from(reordered)).toEqual(order.map((row) => scores[row]!));
      const stretched = { ...table, x: table.x.map((v, at) => v * 2 ** Math.floor(at / table.rows)) };
      expect(await scoreIsolationForest(computeHere, await learn(stretched), stretched)).toEqual(scores);
    }));
});

describe('neighbours', () => {
  it('order of columns, a scale and a constant column keep the neighbours; order of rows renames them', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const near = (t: Table) => nearestNeighbours(computeHere, t, t, 4);
      const plain = await near(table);
      for (const other of [pick(table, whole(table), [2, 0, 1]), withConstant(table), scaled(table, 16)])
        expect((await near(other)).rows).toEqual(plain.rows);
      const order = shuffled(table.rows, seed);
      const moved = await near(pick(table, order, all(table)));
      for (const [i, row] of order.entries())
        expect(Array.from(moved.rows.subarray(4 * i, 4 * i + 4), (at) => order[at]!)).toEqual(
          Array.from(plain.rows.subarray(4 * row, 4 * row + 4)),
        );
    }));

  it('imputes the same whatever the order of columns', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const holes = { ...table, x: table.x.map((v, at) => (at % 11 === seed % 11 ? Number.NaN : v)) };
      const filled = async (t: Table) => ({
        ...t,
        x: (await imputeKnn(computeHere, fitKnnImputer(t, 3), t)) as Float32Array,
      });
      const columns = [2, 0, 1];
      const one = pick(await filled(holes), whole(table), columns);
      expect(largestDifference((await filled(pick(holes, whole(table), columns))).x, one.x)).toBeLessThan(
        1e-4,
      );
    }));
});

describe('elastic net', () => {
  const learn = (table: Table, y: Float64Array, weight?: Float64Array) =>
    fitElasticNet(
      computeHere,
      { ...table, y, ...(weight && { weight }) },
      { alpha: 0.05, l1Ratio: 0.5, standardize: true },
    );

  it('order of rows and columns, scale, weights and a constant column change what they must', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const { y } = table;
      const plain = await learn(table, y);
      const order = shuffled(table.rows, seed);
      const rows = await learn(
        pick(table, order, all(table)),
        Float64Array.from(order, (row) => y[row]!),
      );
      expect(largestDifference(rows.coef, plain.coef)).toBeLessThan(1e-6);
      const columns = await learn(pick(table, whole(table), [2, 0, 1]), y);
      expect(
        largestDifference(
          columns.coef,
          [2, 0, 1].map((j) => plain.coef[j]!),
        ),
      ).toBeLessThan(1e-6);
      // Standardised inside, so a scale goes into its own coefficient alone.
      const large = await learn(scaled(table, 8), y);
      expect(
        largestDifference(
          large.coef.map((b) => 8 * b),
          plain.coef,
        ),
      ).toBeLessThan(1e-6);
      const constant = await learn(withConstant(table), y);
      expect(largestDifference(constant.coef, [...plain.coef, 0])).toBeLessThan(1e-6);
      const weight = Float64Array.from(y, (_, i) => 1 + (i % 2));
      const index = whole(table).flatMap((i) => new Array<number>(weight[i]!).fill(i));
      const repeated = await learn(
        pick(table, index, all(table)),
        Float64Array.from(index, (i) => y[i]!),
      );
      expect(largestDifference((await learn(table, y, weight)).coef, repeated.coef)).toBeLessThan(1e-6);
    }));
});

describe('principal components', () => {
  it('columns take their loadings with them; a table twice has the same shares', () =>
    each(async (seed) => {
      const table = clouds(seed);
      const learn = ({ x, rows, features }: Table) => {
        const data = Float32Array.from(x, (_, at) => x[(at % features) * rows + Math.floor(at / features)]!);
        return fitPca(computeHere, { data, width: features }, { components: 2 });
      };
      const plain = await learn(table);
      const columns = await learn(pick(table, whole(table), [2, 0, 1]));
      const moved = [0, 1].flatMap((k) => [2, 0, 1].map((j) => plain.components[3 * k + j]!));
      expect(largestDifference(columns.components, moved)).toBeLessThan(1e-6);
      const twice = await learn(pick(table, [...whole(table), ...whole(table)], all(table)));
      expect(largestDifference(twice.ratio, plain.ratio)).toBeLessThan(1e-9);
    }));
});

/** Every family on one table, as one would call it. */
const families: {
  readonly [name: string]: (compute: Compute, table: Table, y: Float64Array) => Promise<ArrayLike<number>>;
} = {
  'k-means': async (compute, t) => (await fitKMeans(compute, t, { clusters: 2, starts: 2 }, 1)).centres,
  mixture: async (compute, t) => {
    const model = await fitGaussianMixture(compute, t, { components: 2, iterations: 4 }, 1);
    return (await scoreGaussianMixture(compute, model, t)).logDensity;
  },
  'isolation forest': async (compute, t) =>
    scoreIsolationForest(compute, await fitIsolationForest(compute, t, { trees: 5 }, 1), t),
  neighbours: async (compute, t) => (await nearestNeighbours(compute, t, t, 1)).rows,
  imputation: async (compute, t) => imputeKnn(compute, fitKnnImputer(t, 2), t),
  'elastic net': async (compute, t, y) => (await fitElasticNet(compute, { ...t, y }, { alpha: 0.1 })).coef,
  logistic: async (compute, t, y) =>
    (await fitLogistic(compute, { ...t, y: Int32Array.from(y, (v) => (v > 0 ? 1 : 0)), classes: 2 })).coef,
  'principal components': async (compute, { x, features }) =>
    (await fitPca(compute, { data: x, width: features }, { components: 1 })).components,
  forest: async (compute, t, y) => {
    const forest = await fitForest(compute, { ...t, y }, { trees: 3 }, 1);
    return predictEnsemble(compute, forest, t.x, t.rows);
  },
  'a forest of classes': async (compute, t, y) => {
    const codes = Int32Array.from(y, (v) => (v > 0 ? 1 : 0));
    const forest = await fitForest(compute, { ...t, y: codes, classes: 2 }, { trees: 3 }, 1);
    return predictEnsemble(compute, forest, t.x, t.rows);
  },
  'extra trees': async (compute, t, y) => {
    const forest = await fitForest(compute, { ...t, y }, { ...extraTrees, trees: 3 }, 1);
    return [...impurityImportance(forest), ...(await predictEnsemble(compute, forest, t.x, t.rows))];
  },
  'TreeSHAP, both kinds': async (compute, t, y) => {
    const forest = await fitForest(compute, { ...t, y }, { trees: 3, max_depth: 4 }, 1);
    const path = await shapTree(compute, forest, t.x, t.rows);
    const few = pick(t, count(Math.min(5, t.rows)), all(t));
    const other = await shapInterventional(compute, forest, t.x, t.rows, few.x, few.rows);
    return [...path.values, ...path.expected, ...other.values, ...other.expected];
  },
  'least squares': async (compute, t, y) => {
    const model = await fitLeastSquares(compute, { ...t, y });
    return [...model.coef, model.intercept, ...(await predictLinear(compute, model, t))];
  },
  'logistic with l1': async (compute, t, y) => {
    const codes = Int32Array.from(y, (_, i) => i % 3);
    const model = await fitLogistic(compute, { ...t, y: codes, classes: 3 }, { l1Ratio: 1 });
    return [...model.coef, ...(await predictLogistic(compute, model, t))];
  },
  'components in batches': async (compute, { x, features }) =>
    (await fitPca(compute, { data: x, width: features }, { components: 1, solver: 'incremental' }))
      .components,
  'components at random': async (compute, { x, features }) =>
    (await fitPca(compute, { data: x, width: features }, { components: 1, solver: 'randomized' })).components,
  silhouette: async (compute, t) => {
    const clustered = { ...t, labels: Int32Array.from({ length: t.rows }, (_, i) => i % 2) };
    return [await silhouette(compute, clustered), daviesBouldin(clustered)];
  },
  boosting: async (compute, t, y) => {
    const { ensemble } = await fitBoosting(compute, { ...t, y }, { trees: 3, min_leaf: 1 }, 1);
    return predictEnsemble(compute, ensemble, t.x, t.rows);
  },
};

describe.each(Object.entries(families))('%s', (name, run) => {
  it('gives the same bytes with 1, 2, 3 and 7 workers', async () => {
    const table = clouds(5, 300);
    const expected = Array.from(await run(computeHere, table, table.y));
    // These wait inside their kernels for the others, which only real threads can do; their own tests have them.
    const waits = ['boosting', 'k-means', 'mixture'].includes(name);
    for (const workers of waits ? [1] : [1, 2, 3, 7])
      expect(Array.from(await run(computeAs(workers), table, table.y))).toEqual(expected);
  });

  it.each([
    ['one row', pick(clouds(1), [0], [0, 1, 2])],
    ['no rows', pick(clouds(1), [], [0, 1, 2])],
    ['no columns', pick(clouds(1), count(60), [])],
    ['all missing', scaled(clouds(1), Number.NaN)],
    [
      'an infinity',
      { ...clouds(1), x: clouds(1).x.map((v, at) => (at === 7 ? Number.POSITIVE_INFINITY : v)) },
    ],
    ['all rows alike', pick(clouds(1), new Array(20).fill(3), [0, 1, 2])],
    ['a constant column', withConstant(clouds(1))],
    ['every third row missing', { ...clouds(1), x: clouds(1).x.map((v, at) => (at % 3 ? v : Number.NaN)) }],
    ['more columns than rows', pick(clouds(1, 60, 30), [0, 1, 2, 3, 4], count(30))],
    ['numbers of 1e30', scaled(clouds(1), 1e30)],
    ['numbers of 1e-30', scaled(clouds(1), 1e-30)],
    ['numbers about 1e8', { ...clouds(1), x: clouds(1).x.map((v) => 1e8 + 64 * v) }],
    ['columns that depend on each other', pick(clouds(1), whole(clouds(1)), [0, 1, 1, 0])],
  ] as const)('%s: a typed error, or numbers', async (_, table) => {
    const y = clouds(1).y.slice(0, table.rows);
    try {
      const out = Array.from(await run(computeHere, table, y));
      // Of a row without a neighbour the number is −1; never NaN.
      expect(out.filter(Number.isNaN)).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).code).not.toBe('');
    }
  });
});

it('ten thousand categories are learned from, one more is refused', async () => {
  const rows = 10_001;
  const x = Float32Array.from({ length: rows }, (_, i) => i);
  const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
  const table = (n: number) => ({
    x: x.slice(0, n),
    rows: n,
    features: 1,
    y: y.slice(0, n),
    categories: [n],
  });
  const forest = await fitForest(computeHere, table(10_000), { trees: 1 }, 1);
  const out = await predictEnsemble(computeHere, forest, x.slice(0, 10_000), 10_000);
  expect(out.every(Number.isFinite)).toBe(true);
  await expect(fitForest(computeHere, table(10_001), { trees: 1 }, 1)).rejects.toMatchObject({
    code: 'too-many-categories',
  });
});
