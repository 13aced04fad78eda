import { expect } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { fitKnnImputer, imputeKnn } from '#dist/components/lib/neighbours/knn-impute.js';
import { nanEuclidean, type Table } from '#dist/components/lib/neighbours/nan-euclidean.js';
import {
  nearestNeighbours,
  neighbourClasses,
  neighbourMeans,
} from '#dist/components/lib/neighbours/nearest.js';
import { expectClose } from '../../support/close.js';

/** What golden.py prints, one a case: tables column-major, null where a value is missing. */
export interface Golden {
  features: number;
  k: number;
  train: (number | null)[];
  test: (number | null)[];
  imputedTrain: number[];
  imputedTest: number[];
  distances: number[];
  nanDistances: (number | null)[];
  labels: number[];
  shares: number[];
  values: number[];
  means: number[];
}

export const tableOf = (values: readonly (number | null)[], features: number): Table => ({
  x: Float64Array.from(values, (v) => v ?? Number.NaN),
  rows: values.length / features,
  features,
});

export async function expectParity(golden: Golden[]): Promise<void> {
  for (const g of golden) {
    const train = tableOf(g.train, g.features);
    const test = tableOf(g.test, g.features);
    const imputer = fitKnnImputer(train, g.k);
    expectClose(await imputeKnn(computeHere, imputer, train), g.imputedTrain, 1e-10, 'imputed train');
    expectClose(await imputeKnn(computeHere, imputer, test), g.imputedTest, 1e-10, 'imputed test');

    const near = await nearestNeighbours(
      computeHere,
      tableOf(g.imputedTrain, g.features),
      tableOf(g.imputedTest, g.features),
      g.k,
    );
    expectClose(near.distances, g.distances, 1e-10, 'distances to neighbours');
    expectClose(neighbourClasses(near, Int32Array.from(g.labels), 3), g.shares, 1e-10, 'shares of classes');
    expectClose(neighbourMeans(near, g.values), g.means, 1e-10, 'means of neighbours');
    g.nanDistances.forEach((expected, at) => {
      const d = nanEuclidean(train, at % train.rows, test, Math.floor(at / train.rows));
      if (expected === null) expect(d).toBeNaN();
      else expectClose(d, expected, 1e-10, 'nan-euclidean distance');
    });
  }
}
