import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { sharedF32 } from '#dist/components/lib/compute/shared.js';
import { confusionMatrix } from '#dist/components/lib/metrics/confusion.js';
import { fitKnnImputer, imputeKnn } from '#dist/components/lib/neighbours/knn-impute.js';
import { nanEuclidean, type Table } from '#dist/components/lib/neighbours/nan-euclidean.js';
import {
  nearestNeighbours,
  neighbourClasses,
  neighbourMeans,
} from '#dist/components/lib/neighbours/nearest.js';
import { random } from '#dist/components/lib/random.js';
import { expectClose } from '../../support/close.js';
import { hasSharedData } from '../../support/shared.js';
import { readColumns, readScaled } from '../../support/tables.js';
import { expectParity, tableOf } from './parity.js';

const pools = [2, 3].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

test('the stored results of scikit-learn', async () => {
  await expectParity(JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')));
});

describe.skipIf(!hasSharedData)('the reference tables', () => {
  test.each(['iris', 'wine', 'breast_cancer', 'digits'])('%s: five neighbours', async (set) => {
    const { reference, train, test } = readScaled(set);
    const near = await nearestNeighbours(computeHere, train, test, 5);
    const classes = reference.classes.length;
    const shares = neighbourClasses(near, train.target, classes);
    const predicted = test.target.map((_, i) => {
      const row = shares.subarray(i * classes, (i + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    const confusion = confusionMatrix({ truth: test.target, predicted, classes });
    expect([...confusion]).toEqual(reference.knn5_on_standardized.confusion.flat());
  });

  test('penguins: imputed with five neighbours', async () => {
    const read = (part: string) => {
      const columns = Object.values(readColumns(`tabular/impute_penguins_${part}.csv`));
      const cells = columns.flat().map((cell) => (cell === '' || cell === 'nan' ? null : Number(cell)));
      return tableOf(cells, columns.length);
    };
    const input = read('input');
    expectClose(await imputeKnn(computeHere, fitKnnImputer(input, 5), input), read('knn5_expected').x, 1e-9);
  });
});

/** Small integers, so that equal distances are common and exact, with a share of missing values. */
const tables = fc
  .record({
    features: fc.integer({ min: 1, max: 5 }),
    rows: fc.integer({ min: 1, max: 20 }),
    asked: fc.integer({ min: 1, max: 6 }),
    k: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ features, rows, asked, k }) => {
    const cells = (n: number) =>
      fc
        .array(fc.option(fc.integer({ min: -4, max: 4 }), { freq: 4 }), { minLength: n, maxLength: n })
        .map((values) => tableOf(values, features));
    return fc.record({ donors: cells(rows * features), queries: cells(asked * features), k: fc.constant(k) });
  });

/** By sorting all distances: rows of the donors that `has`, nearest first, of equals the first. */
function byHand(donors: Table, queries: Table, query: number, has: (row: number) => boolean) {
  return Array.from({ length: donors.rows }, (_, row) => ({
    row,
    d: nanEuclidean(queries, query, donors, row),
  }))
    .filter(({ row, d }) => !Number.isNaN(d) && has(row))
    .sort((a, b) => a.d - b.d || a.row - b.row);
}

test('the nearest are those that sorting finds, ties in order of row', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ donors, queries, k }) => {
      const near = await nearestNeighbours(computeHere, donors, queries, k);
      for (let q = 0; q < queries.rows; q++) {
        const expected = byHand(donors, queries, q, () => true).slice(0, k);
        const rows = [...near.rows.subarray(q * k, (q + 1) * k)];
        const distances = [...near.distances.subarray(q * k, (q + 1) * k)];
        while (expected.length < k) expected.push({ row: -1, d: Number.POSITIVE_INFINITY });
        expect(rows).toEqual(expected.map((e) => e.row));
        expect(distances).toEqual(expected.map((e) => e.d));
      }
    }),
  );
});

test('an imputed value is the mean over the nearest donors that have it', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ donors, queries, k }) => {
      const full = { ...donors, x: donors.x.slice() };
      for (let f = 0; f < full.features; f++) full.x[f * full.rows] = f; // no column is all missing
      const imputer = fitKnnImputer(full, k);
      const out = await imputeKnn(computeHere, imputer, queries);
      for (let f = 0; f < queries.features; f++)
        for (let q = 0; q < queries.rows; q++) {
          const at = f * queries.rows + q;
          const known = queries.x[at]!;
          const value = (row: number) => full.x[f * full.rows + row]!;
          const near = byHand(full, queries, q, (row) => !Number.isNaN(value(row))).slice(0, k);
          const mean = near.reduce((sum, { row }) => sum + value(row), 0) / near.length;
          expectClose(out[at], Number.isNaN(known) ? (near.length ? mean : imputer.means[f]!) : known, 1e-12);
        }
    }),
  );
});

test('2, 3 or no workers give the same bytes; the input stays as it is', async () => {
  const draw = random(4);
  const [rows, features] = [700, 30];
  const x = sharedF32(rows * features);
  for (let at = 0; at < x.length; at++) x[at] = draw.uniform() < 0.1 ? Number.NaN : draw.normal();
  const before = x.slice();
  const imputer = fitKnnImputer({ x, rows, features }, 3);
  const runs = [computeHere, ...pools.map((pool) => pool.compute)].map(async (compute) => ({
    filled: await imputeKnn(compute, imputer, { x, rows, features }),
    near: await nearestNeighbours(compute, { x, rows, features }, { x, rows, features }, 4),
  }));
  const [first, ...others] = await Promise.all(runs);
  for (const other of others) expect(other).toEqual(first);
  expect(x).toEqual(before);
  expect(first!.filled.every((value) => Number.isFinite(value))).toBe(true);
  for (let i = 0; i < rows; i++) expect(first!.near.rows[i * 4]).toBe(i);
});

test('means of neighbours, as KNeighborsRegressor', async () => {
  const donors = tableOf([0, 1, 2, 10], 1);
  const near = await nearestNeighbours(computeHere, donors, tableOf([0.4, 9, null], 1), 2);
  const means = neighbourMeans(near, [1, 3, 5, 7]);
  expect([...means]).toEqual([2, 6, Number.NaN]);
  expect([...neighbourClasses(near, Int32Array.of(0, 0, 1, 1), 2)]).toEqual([1, 0, 0, 1, 0.5, 0.5]);
});

describe('edges', () => {
  test('one donor; no donor with a distance', async () => {
    const imputer = fitKnnImputer(tableOf([1, 2], 2));
    expect([...(await imputeKnn(computeHere, imputer, tableOf([null, 7, null, null], 2)))]).toEqual([
      1, 7, 2, 2,
    ]);
  });

  test('more neighbours than there are donors are all donors', async () => {
    const donors = tableOf([1, 2, 3, 4], 2);
    const filled = async (neighbours: number) => [
      ...(await imputeKnn(computeHere, fitKnnImputer(donors, neighbours), tableOf([null, 2], 2))),
    ];
    expect(await filled(1e9)).toEqual(await filled(2));
  });

  test('what cannot be imputed is named', async () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => fitKnnImputer(tableOf([1, null, 2, null], 2))).not.toThrow();
    expect(() => fitKnnImputer(tableOf([1, 2, null, null], 2))).toThrow(code('all-missing'));
    expect(() => fitKnnImputer(tableOf([], 2))).toThrow(code('empty'));
    expect(() => fitKnnImputer(tableOf([Number.POSITIVE_INFINITY], 1))).toThrow(code('not-finite'));
    expect(() => fitKnnImputer(tableOf([1], 1), 0)).toThrow(code('neighbours'));
    const imputer = fitKnnImputer(tableOf([1, 2], 2));
    await expect(imputeKnn(computeHere, imputer, tableOf([1], 1))).rejects.toMatchObject({ code: 'length' });
  });
});
