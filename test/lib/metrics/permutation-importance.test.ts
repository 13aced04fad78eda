import { describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { fitLogistic } from '#dist/components/lib/linear/logistic.js';
import { predictLogistic } from '#dist/components/lib/linear/logistic-predict.js';
import { additivityGap } from '#dist/components/lib/metrics/additivity.js';
import { permutationImportance } from '#dist/components/lib/metrics/permutation-importance.js';
import { random } from '#dist/components/lib/random.js';
import { tQuantile } from '#dist/components/lib/statistics/special.js';
import { hasSharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';

const options = { repeats: 30, confidence: 0.95, seed: 1 };

describe('permutation importance', () => {
  it.skipIf(!hasSharedData).each(['iris', 'wine'])('of %s is that of scikit-learn', async (name) => {
    const { train, test, reference } = tabular(name);
    const { features } = train;
    const scaled = ({ data, rows }: typeof train) =>
      data.map((value, at) => {
        const own = train.data.subarray(Math.floor(at / rows) * train.rows).subarray(0, train.rows);
        const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
        const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length;
        return (value - mean) / Math.sqrt(variance);
      });
    const classes = reference.classes.length;
    const data = { x: scaled(train), rows: train.rows, features, y: Int32Array.from(train.y), classes };
    const model = await fitLogistic(computeHere, data);
    const found = await permutationImportance(
      { x: Float32Array.from(scaled(test)), rows: test.rows, features },
      (x) => predictLogistic(computeHere, model, { x, rows: test.rows, features }),
      (p, rows = Uint32Array.from(test.y.keys())) =>
        rows.filter((i) => {
          const own = p.subarray(i * classes, (i + 1) * classes);
          return own.indexOf(Math.max(...own)) === test.y[i];
        }).length / rows.length,
      options,
    );
    const { mean, sd } = reference.permutation_importance_logistic_accuracy_30;
    for (const [j, { mean: own, sd: spread, lower, upper }] of found.features.entries()) {
      // Two means of 30 shuffles each, and a hundredth for a shuffle that tells nothing.
      expect(Math.abs(own - mean[j])).toBeLessThan(4 * sd[j] * Math.sqrt(2 / 30) + 0.005);
      expect(spread).toBeLessThan(2 * sd[j] + 0.01);
      expect(lower).toBeLessThanOrEqual(own);
      expect(upper).toBeGreaterThanOrEqual(own);
    }
  });

  it('is 0 for a feature that nothing looks at, and its interval holds the truth of one that counts', async () => {
    const rows = 500;
    const draw = random(2);
    const x = Float32Array.from({ length: 2 * rows }, () => draw.uniform() - 0.5);
    const y = Float64Array.from({ length: rows }, (_, i) => x[i]! + 0.1 * (draw.uniform() - 0.5));
    const found = await permutationImportance(
      { x, rows, features: 2 },
      async (changed) => changed.slice(0, rows),
      (p, some = Uint32Array.from(y.keys())) =>
        -some.reduce((sum, i) => sum + (y[i]! - p[i]!) ** 2, 0) / some.length,
      options,
    );
    expect(found.features[1]).toEqual({ mean: 0, sd: 0, lower: 0, upper: 0 });
    // Shuffled, the feature is independent: the squared error grows by twice its variance.
    const { lower, upper } = found.features[0]!;
    expect(lower).toBeLessThan(2 / 12);
    expect(upper).toBeGreaterThan(2 / 12);
  });

  it('refuses one row and one repeat', async () => {
    const x = new Float32Array(1);
    const one = { x, rows: 1, features: 1 };
    await expect(
      permutationImportance(
        one,
        async () => 0,
        () => 0,
        options,
      ),
    ).rejects.toMatchObject({
      code: 'too-few-rows',
    });
    const two = { x: new Float32Array(2), rows: 2, features: 1 };
    await expect(
      permutationImportance(
        two,
        async () => 0,
        () => 0,
        { ...options, repeats: 1 },
      ),
    ).rejects.toMatchObject({ code: 'bad-parameter' });
  });
});

it('Student’s quantiles are those of scipy', () => {
  // scipy 1.18, stats.t.ppf(0.975, d) and ppf(0.95, 9)
  expect(tQuantile(0.95, 1)).toBeCloseTo(12.706204736174694, 8);
  expect(tQuantile(0.95, 4)).toBeCloseTo(2.7764451051977934, 10);
  expect(tQuantile(0.95, 29)).toBeCloseTo(2.045229642132703, 10);
  expect(tQuantile(0.9, 9)).toBeCloseTo(1.833112932656237, 10);
});

it('contributions that do not add up are found, through every link', () => {
  const values = Float64Array.of(1, -0.5, 0.25, 0.25);
  const expected = Float64Array.of(0.5);
  for (const [link, answer] of [
    ['identity', (s: number) => s],
    ['exp', Math.exp],
    ['logistic', (s: number) => 1 / (1 + Math.exp(-s))],
  ] as const) {
    const predicted = Float64Array.of(answer(1), answer(1));
    expect(additivityGap({ values, expected, link }, predicted, 2)).toBeLessThan(1e-15);
    expect(
      additivityGap(
        { values, expected, link },
        predicted.map((p) => p + 0.01),
        2,
      ),
    ).toBeGreaterThan(0.003);
  }
  const both = { values: Float64Array.of(1, 2), expected: Float64Array.of(0, 1), link: 'softmax' as const };
  const share = 1 / (1 + Math.exp(2));
  expect(additivityGap(both, Float64Array.of(share, 1 - share), 1)).toBeLessThan(1e-15);
});
