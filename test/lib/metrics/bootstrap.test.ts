import { expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { bootstrap, bootstrapClassification } from '#dist/components/lib/metrics/bootstrap.js';
import { CONFUSION_METRICS, classificationReport } from '#dist/components/lib/metrics/classification.js';
import { random } from '#dist/components/lib/random.js';

const n = 400;
const draw = random(5);
const truth = Int32Array.from({ length: n }, () => draw.int(3));
const predicted = truth.map((t) => (draw.uniform() < 0.7 ? t : draw.int(3)));
const weight = Float64Array.from({ length: n }, () => 1 + draw.int(2));
const pick = (codes: Int32Array, rows: Int32Array) => Int32Array.from(rows, (i) => codes[i]!);

test.each([
  ['plain', {}],
  ['stratified', { strata: truth }],
])('the fast path equals the general one (%s)', async (_, extra) => {
  const options = { seed: 9, replicates: 60, confidence: 0.9, ...extra };
  const fast = await bootstrapClassification(computeHere, { truth, predicted, classes: 3, weight }, options);
  const slow = bootstrap(
    n,
    (rows) => {
      const { metrics } = classificationReport({
        truth: pick(truth, rows),
        predicted: pick(predicted, rows),
        weight: Float64Array.from(rows, (i) => weight[i]!),
        classes: 3,
      });
      return Object.fromEntries(CONFUSION_METRICS.map((name) => [name, metrics[name]!]));
    },
    options,
  );
  for (const name of CONFUSION_METRICS)
    for (const key of ['lower', 'upper', 'standardError'] as const)
      expect(fast[name]![key]).toBeCloseTo(slow[name]![key], 12);
});

test('the standard error of accuracy is the binomial one, and the interval holds the estimate', async () => {
  const input = { truth, predicted, classes: 3 };
  const { accuracy } = classificationReport(input).metrics;
  const { accuracy: interval } = await bootstrapClassification(computeHere, input, {
    seed: 1,
    replicates: 4000,
  });
  const expected = Math.sqrt((accuracy! * (1 - accuracy!)) / n);
  expect(Math.abs(interval!.standardError / expected - 1)).toBeLessThan(0.05);
  expect(Math.abs(interval!.upper - interval!.lower - 3.92 * expected)).toBeLessThan(0.005);
  expect(interval!.lower).toBeLessThan(accuracy!);
  expect(interval!.upper).toBeGreaterThan(accuracy!);
});

test('strata keep their sizes', () => {
  const sizes = [0, 1, 2].map((k) => truth.filter((t) => t === k).length);
  bootstrap(
    n,
    (rows) => {
      expect([0, 1, 2].map((k) => pick(truth, rows).filter((t) => t === k).length)).toEqual(sizes);
      return {};
    },
    { seed: 2, replicates: 5, strata: truth },
  );
});

test('what cannot be resampled is named', () => {
  const statistic = () => ({ x: 1 });
  expect(() => bootstrap(0, statistic, { seed: 1 })).toThrow('no rows');
  expect(() => bootstrap(3, statistic, { seed: 1, confidence: 1 })).toThrow('not between');
  expect(() => bootstrap(3, statistic, { seed: 1, replicates: 0 })).toThrow('replicates');
  expect(() => bootstrap(3, statistic, { seed: 1, strata: Int32Array.of(0) })).toThrow('1 strata for 3 rows');
});
