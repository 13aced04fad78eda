import { describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { fitBoosting } from '#dist/components/lib/trees/boosting.js';
import type { Ensemble } from '#dist/components/lib/trees/ensemble.js';
import { fitForest } from '#dist/components/lib/trees/forest.js';
import { predictRaw } from '#dist/components/lib/trees/predict.js';
import { fewRows, isWalked } from '#dist/components/lib/trees/walk.js';
import { classification } from './support.js';

/** Rows predicted one by one, and many at once, which goes another way. */
async function bothWays(ensemble: Ensemble, x: Float32Array, rows: number, features: number) {
  expect(isWalked(ensemble)).toBe(true);
  expect(rows).toBeGreaterThan(fewRows);
  const single = [];
  for (let i = 0; i < rows; i++) {
    const row = Float32Array.from({ length: features }, (_, j) => x[j * rows + i]!);
    single.push(...(await predictRaw(computeHere, ensemble, row, 1)));
  }
  return { single, many: [...(await predictRaw(computeHere, ensemble, x, rows))] };
}

// Counts of trees around the number that is walked side by side.
describe.each([1, 7, 8, 11])(
  '%i trees walked for single rows give the bits of all rows together',
  (trees) => {
    const data = classification(300, 5, 3, trees, 4);
    for (let i = 0; i < data.x.length; i += 17) data.x[i] = Number.NaN;
    test('forests, whose leaves hold every class', async () => {
      const model = await fitForest(computeHere, data, { trees }, 1);
      const { single, many } = await bothWays(model, data.x, data.rows, data.features);
      expect(single).toEqual(many);
    });
    test('boosting, whose trees belong to one class each', async () => {
      const { ensemble } = await fitBoosting(computeHere, data, { trees, min_leaf: 3 }, 1);
      const { single, many } = await bothWays(ensemble, data.x, data.rows, data.features);
      expect(single).toEqual(many);
    });
  },
);
