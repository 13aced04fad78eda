import { describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { InputError } from '#dist/components/lib/errors.js';
import { random } from '#dist/components/lib/random.js';
import { fitForest } from '#dist/components/lib/trees/forest.js';
import { outOfBag } from '#dist/components/lib/trees/out-of-bag.js';
import { hasSharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';
import { classification, computeAs } from './support.js';

describe('out of bag', () => {
  it('a row that only memory can tell is told right in the bag and by chance out of it', async () => {
    const rows = 400;
    const draw = random(4);
    const x = Float32Array.from({ length: rows }, (_, i) => i);
    const y = Int32Array.from({ length: rows }, () => draw.int(2));
    const table = { x, rows, features: 1, y, classes: 2 };
    const forest = await fitForest(computeHere, table, { trees: 30 }, 9);
    const { predicted, trees } = await outOfBag(computeHere, forest, table, { trees: 30 }, 9);
    const right = y.filter((c, i) => predicted[2 * i + c]! > 0.5).length / rows;
    expect(right).toBeGreaterThan(0.35);
    expect(right).toBeLessThan(0.65);
    // (1 − 1/n)ⁿ of the rows are left out of a tree.
    const share = trees.reduce((sum, count) => sum + count, 0) / (30 * rows);
    expect(Math.abs(share - Math.exp(-1))).toBeLessThan(0.02);
  });

  it('rows without weight are seen by no tree; a row that every tree saw has no prediction', async () => {
    const data = classification(60, 3, 2, 5);
    const weight = Float64Array.from({ length: 60 }, (_, i) => (i < 10 ? 0 : 1));
    const table = { ...data, weight };
    const forest = await fitForest(computeHere, table, { trees: 2 }, 1);
    const { predicted, trees } = await outOfBag(computeHere, forest, table, { trees: 2 }, 1);
    expect(Array.from(trees.subarray(0, 10))).toEqual(new Array(10).fill(2));
    for (const [i, count] of trees.entries()) expect(Number.isNaN(predicted[2 * i])).toBe(count === 0);
    expect(trees).toContain(0);
  });

  it('gives the same bytes whatever the number of workers, and refuses forests without bootstrap', async () => {
    const data = classification(300, 4, 3, 5);
    const forest = await fitForest(computeHere, data, { trees: 9 }, 3);
    const one = await outOfBag(computeHere, forest, data, { trees: 9 }, 3);
    for (const workers of [2, 7])
      expect(await outOfBag(computeAs(workers), forest, data, { trees: 9 }, 3)).toEqual(one);
    await expect(outOfBag(computeHere, forest, data, { bootstrap: false }, 3)).rejects.toThrow(InputError);
  });

  // scikit-learn 1.9.1: oob_score_ of RandomForestClassifier(100) on breast_cancer and RandomForestRegressor(100) on
  // diabetes, mean and standard deviation over 20 seeds.
  it.skipIf(!hasSharedData).each([
    ['breast_cancer', 2, 0.9545667447306789, 0.004257700870832395],
    ['diabetes', 0, 0.4608323236347271, 0.009772257479551913],
  ])('scores %s as scikit-learn does', async (name, classes, mean, sd) => {
    const { train } = tabular(name);
    const table = {
      ...train,
      x: Float32Array.from(train.data),
      ...(classes > 0 && { classes }),
    };
    const params = { trees: 100 };
    const scores: number[] = [];
    for (const seed of [1, 2, 3]) {
      const forest = await fitForest(computeHere, table, params, seed);
      const { predicted } = await outOfBag(computeHere, forest, table, params, seed);
      scores.push(classes > 0 ? shareRight(train.y, predicted) : rSquared(train.y, predicted));
    }
    const found = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(Math.abs(found - mean)).toBeLessThan(4 * sd * Math.sqrt(1 / 3 + 1 / 20));
  });
});

const shareRight = (y: Float64Array, predicted: Float64Array) =>
  y.filter((c, i) => predicted[2 * i + c]! > predicted[2 * i + 1 - c]!).length / y.length;

function rSquared(y: Float64Array, predicted: Float64Array): number {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const squares = (other: (i: number) => number) =>
    y.reduce((sum, value, i) => sum + (value - other(i)) ** 2, 0);
  return 1 - squares((i) => predicted[i]!) / squares(() => mean);
}
