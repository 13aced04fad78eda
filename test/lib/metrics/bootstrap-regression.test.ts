import { expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { bootstrap } from '#dist/components/lib/metrics/bootstrap.js';
import { bootstrapRegression } from '#dist/components/lib/metrics/bootstrap-regression.js';
import { regressionMetrics } from '#dist/components/lib/metrics/regression.js';
import { random } from '#dist/components/lib/random.js';

const draw = random(3);
const truth = Float64Array.from({ length: 400 }, () => 50 + 10 * draw.normal());
const predicted = truth.map((value) => value + 3 * draw.normal());
const options = { seed: 9, replicates: 120, confidence: 0.9 };

test('sums over drawn rows give the intervals of the metrics themselves', async () => {
  const found = await bootstrapRegression(computeHere, { truth, predicted }, options);
  const expected = bootstrap(
    truth.length,
    (rows) =>
      regressionMetrics({
        truth: Float64Array.from(rows, (row) => truth[row]!),
        predicted: Float64Array.from(rows, (row) => predicted[row]!),
      }),
    options,
  );
  expect(Object.keys(found).sort()).toEqual(['mae', 'mape', 'r2', 'rmse', 'smape', 'wape']);
  for (const [name, { lower, upper, standardError }] of Object.entries(found)) {
    expect(lower).toBeCloseTo(expected[name]!.lower, 10);
    expect(upper).toBeCloseTo(expected[name]!.upper, 10);
    expect(standardError).toBeCloseTo(expected[name]!.standardError, 10);
  }
});

test('a metric that the rows do not define has no interval', async () => {
  const zero = await bootstrapRegression(computeHere, { truth: [0, 1, 2], predicted: [1, 1, 1] }, options);
  expect(Object.keys(zero)).not.toContain('mape');
  const constant = await bootstrapRegression(computeHere, { truth: [2, 2], predicted: [1, 3] }, options);
  expect(constant['mae']).toEqual({ lower: 1, upper: 1, standardError: 0 });
  expect(Object.keys(constant)).not.toContain('r2');
});
