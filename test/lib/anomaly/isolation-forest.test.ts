import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  anomalyThreshold,
  averagePath,
  fitIsolationForest,
  scoreIsolationForest,
} from '#dist/components/lib/anomaly/isolation-forest.js';
import type { Matrix } from '#dist/components/lib/cluster/points.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { expectClose } from '../../support/close.js';
import { blobs } from '../../support/tables.js';
import { expectParity } from './isolation-parity.js';

const pool = createPool({ workers: 2 });
afterAll(() => pool.close());

test('scores over 30 seeds are distributed as those of scikit-learn', async () => {
  await expectParity(JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')));
});

test('two workers give the bytes of none; scaling a feature changes nothing', async () => {
  const data = blobs({ rows: 1500, features: 4, clusters: 2, spread: 1, seed: 1 });
  const run = async (compute: typeof computeHere, matrix: Matrix) => {
    const forest = await fitIsolationForest(compute, matrix, { trees: 20 }, 3);
    return { forest, scores: await scoreIsolationForest(compute, forest, matrix) };
  };
  const here = await run(computeHere, data);
  expect(await run(pool.compute, data)).toEqual(here);
  // By a power of two, so that no cut is rounded otherwise.
  const scaled = await run(computeHere, { ...data, x: data.x.map((v) => v * 8) });
  expect(scaled.scores).toEqual(here.scores);
});

test('the odd row scores lowest, and the threshold takes its share', async () => {
  const { x, rows, features } = blobs({ rows: 200, features: 2, clusters: 1, spread: 1, seed: 2 });
  x[7] = 30;
  const forest = await fitIsolationForest(computeHere, { x, rows, features }, {}, 1);
  const scores = await scoreIsolationForest(computeHere, forest, { x, rows, features });
  expect(scores.indexOf(Math.min(...scores))).toBe(7);
  const threshold = anomalyThreshold(scores, 0.1);
  expect(scores.filter((s) => s < threshold).length).toBe(20);
  for (const score of scores) {
    expect(score).toBeLessThan(0);
    expect(score).toBeGreaterThanOrEqual(-1);
  }
});

describe('edges', () => {
  test('average path of small searches', () => {
    expect([0, 1, 2].map(averagePath)).toEqual([0, 0, 1]);
    expectClose(averagePath(256), 10.244770920116851, 1e-12); // scikit-learn's _average_path_length
  });

  test('one row, and rows all alike, are no odder than each other', async () => {
    for (const rows of [1, 5]) {
      const matrix = { x: new Float32Array(rows * 2).fill(3), rows, features: 2 };
      const forest = await fitIsolationForest(computeHere, matrix, { trees: 3 }, 1);
      const scores = await scoreIsolationForest(computeHere, forest, matrix);
      expect(new Set(scores).size).toBe(1);
      expectClose(scores[0], -0.5, 1e-12);
    }
  });

  test('what cannot be used is named', async () => {
    const matrix = { x: Float32Array.of(1, Number.NaN), rows: 2, features: 1 };
    const grow = (options: object, x = Float32Array.of(1, 2)) =>
      fitIsolationForest(computeHere, { ...matrix, x }, options, 1);
    await expect(grow({}, matrix.x)).rejects.toMatchObject({ code: 'not-finite' });
    await expect(grow({ trees: 0 })).rejects.toMatchObject({ code: 'trees' });
    await expect(grow({ sample: 0 })).rejects.toMatchObject({ code: 'sample' });
    const wide = { x: new Float32Array(4), rows: 2, features: 2 };
    await expect(scoreIsolationForest(computeHere, await grow({}), wide)).rejects.toMatchObject({
      code: 'length',
    });
    expect(() => anomalyThreshold(new Float64Array(0), 0.1)).toThrow('no training scores');
  });
});
