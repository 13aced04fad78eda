import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '#dist/components/lib/errors.js';
import { classificationReport } from '#dist/components/lib/metrics/classification.js';
import { adjustedRandIndex, normalizedMutualInformation } from '#dist/components/lib/metrics/clustering.js';
import type { Classification } from '#dist/components/lib/metrics/confusion.js';
import { expectedCalibrationError, multiclassBrier } from '#dist/components/lib/metrics/probability.js';
import { averagePrecision, rocAuc, rocCurve } from '#dist/components/lib/metrics/ranking.js';
import {
  intervalCoverage,
  mape,
  mase,
  r2,
  regressionMetrics,
  rmse,
  smape,
  wape,
} from '#dist/components/lib/metrics/regression.js';
import { expectClose } from '../../support/close.js';
import { expectParity } from './parity.js';

const code = (expected: string) => (error: unknown) => error instanceof InputError && error.code === expected;
const throwsCode = (action: () => unknown, expected: string) => {
  try {
    action();
  } catch (error) {
    expect(code(expected)(error), String(error)).toBe(true);
    return;
  }
  expect.fail(`no error where ${expected} is due`);
};

test('the stored results of scikit-learn', async () => {
  await expectParity(JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')));
});

/** Codes, and for each row of `classes` weights a distribution. */
const classification: fc.Arbitrary<Classification & { probabilities: Float64Array }> = fc
  .record({ classes: fc.integer({ min: 2, max: 5 }), n: fc.integer({ min: 2, max: 40 }) })
  .chain(({ classes, n }) => {
    const codes = fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: n, maxLength: n });
    const parts = fc.array(fc.integer({ min: 1, max: 9 }), {
      minLength: n * classes,
      maxLength: n * classes,
    });
    return fc.record({ truth: codes, predicted: codes, parts }).map(({ truth, predicted, parts }) => ({
      truth: Int32Array.from(truth),
      predicted: Int32Array.from(predicted),
      classes,
      probabilities: Float64Array.from(parts, (p, i) => {
        const row = Math.floor(i / classes) * classes;
        return p / parts.slice(row, row + classes).reduce((a, b) => a + b);
      }),
    }));
  });

const allNumbers = (input: Classification) => {
  const { metrics, perClass } = classificationReport(input);
  return {
    ...metrics,
    ...Object.fromEntries(perClass.flatMap((c, k) => Object.entries(c).map(([n, v]) => [n + k, v]))),
  };
};

const expectEqualReports = (a: Record<string, number>, b: Record<string, number>) => {
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  for (const name of Object.keys(a)) expectClose(a[name], b[name]!, 1e-12, name);
};

describe('properties of classification', () => {
  test('every number is finite; shares lie in their range', () => {
    fc.assert(
      fc.property(classification, fc.double({ min: 1e-3, max: 1, noNaN: true }), (unweighted, w) => {
        const weight = Float64Array.from(unweighted.truth, (_, i) => w * (1 + (i % 3)));
        const input = { ...unweighted, weight };
        for (const [name, value] of Object.entries(allNumbers(input))) {
          expect(Number.isFinite(value), `${name} = ${value}`).toBe(true);
          if (/precision|recall|f1|accuracy|roc|ece/.test(name)) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1 + 1e-12);
          }
        }
      }),
    );
  });

  test('a weight of two equals a row twice', () => {
    fc.assert(
      fc.property(classification, fc.nat(), (input, pick) => {
        const n = input.truth.length;
        const row = pick % n;
        const weight = new Float64Array(n).fill(1);
        weight[row] = 2;
        const again = (codes: Int32Array) => Int32Array.of(...codes, codes[row]!);
        const twice = {
          truth: again(input.truth),
          predicted: again(input.predicted),
          classes: input.classes,
          probabilities: Float64Array.of(
            ...input.probabilities,
            ...input.probabilities.slice(row * input.classes, (row + 1) * input.classes),
          ),
        };
        expectEqualReports(allNumbers({ ...input, weight }), allNumbers(twice));
      }),
    );
  });

  test('renaming classes changes only their order', () => {
    fc.assert(
      fc.property(classification, (input) => {
        const { classes } = input;
        const flip = (codes: Int32Array) => codes.map((c) => classes - 1 - c);
        const probabilities = input.probabilities.map(
          (_, i, p) => p[Math.floor(i / classes) * classes + (classes - 1 - (i % classes))]!,
        );
        const flipped = {
          classes,
          truth: flip(input.truth),
          predicted: flip(input.predicted),
          probabilities,
        };
        const { ece: _a, ...a } = classificationReport(input).metrics;
        const { ece: _b, ...b } = classificationReport(flipped).metrics;
        expectEqualReports(a, b);
      }),
    );
  });

  test('ROC-AUC is the share of pairs in the right order, ties a half', () => {
    const scored = fc.array(fc.record({ t: fc.boolean(), s: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 2,
    });
    fc.assert(
      fc.property(scored, (rows) => {
        const yes = rows.filter((r) => r.t);
        const no = rows.filter((r) => !r.t);
        fc.pre(yes.length > 0 && no.length > 0);
        let won = 0;
        for (const y of yes) for (const n of no) won += y.s > n.s ? 1 : y.s === n.s ? 0.5 : 0;
        const input = { truth: rows.map((r) => Number(r.t)), score: rows.map((r) => r.s) };
        expectClose(rocAuc(input), won / (yes.length * no.length), 1e-12);
      }),
    );
  });
});

describe('edges', () => {
  test('one class in truth and prediction', () => {
    const ones = Int32Array.of(1, 1, 1);
    const probabilities = Float64Array.of(0, 1, 0, 1, 0, 1);
    const { metrics } = classificationReport({ truth: ones, predicted: ones, classes: 2, probabilities });
    expect(metrics.accuracy).toBe(1);
    expect(metrics.f1_macro).toBe(1);
    expect(metrics.cohen_kappa).toBe(0);
    expect(metrics.mcc).toBe(0);
    expect(metrics.brier).toBe(0);
    expect(metrics.ece).toBe(0);
    expect(metrics).not.toHaveProperty('roc_auc_macro');
    throwsCode(() => rocAuc({ truth: [1, 1], score: [0, 1] }), 'one-class');
    throwsCode(() => rocCurve({ truth: [0, 0], score: [0, 1] }), 'one-class');
    throwsCode(() => averagePrecision({ truth: [0, 0], score: [0, 1] }), 'one-class');
  });

  test('what does not fit is named', () => {
    const truth = Int32Array.of(0, 1);
    const empty = new Int32Array(0);
    const report = (extra: Partial<Classification>) =>
      classificationReport({ truth, predicted: truth, classes: 2, ...extra });
    throwsCode(() => report({ truth: empty, predicted: empty }), 'empty');
    throwsCode(() => report({ predicted: Int32Array.of(0) }), 'length');
    throwsCode(() => report({ predicted: Int32Array.of(0, 2) }), 'class-code');
    throwsCode(() => report({ weight: Float64Array.of(0, 0) }), 'weight');
    throwsCode(() => report({ weight: Float64Array.of(1, Number.NaN) }), 'weight');
    throwsCode(() => report({ probabilities: Float64Array.of(0, 1, 1, Number.NaN) }), 'probabilities');
    throwsCode(() => rocAuc({ truth: [0, 1], score: [0, Number.NaN] }), 'score');
  });

  test('calibration error of a known table', () => {
    // Two bins: confidence 0.6 right half the time, 0.9 always right: 0.5·0.1 + 0.5·0.1.
    const input = {
      truth: Int32Array.of(0, 1, 0, 1),
      predicted: Int32Array.of(0, 0, 0, 1),
      classes: 2,
      probabilities: Float64Array.of(0.6, 0.4, 0.6, 0.4, 0.9, 0.1, 0.1, 0.9),
    };
    expectClose(expectedCalibrationError(input), 0.1, 1e-12);
    expectClose(multiclassBrier(input), (0.16 + 0.36 + 0.01 + 0.01) / 4, 1e-12);
  });

  test('regression', () => {
    const truth = [0, 1, 2];
    const predicted = [0, 1, 3];
    expect(regressionMetrics({ truth, predicted })).not.toHaveProperty('mape');
    expectClose(wape({ truth, predicted }), 1 / 3, 1e-12);
    expectClose(smape({ truth, predicted }), 0.4 / 3, 1e-12);
    throwsCode(() => mape({ truth, predicted }), 'zero-truth');
    throwsCode(() => r2({ truth: [1], predicted: [1] }), 'too-few-rows');
    expect(r2({ truth: [0.1, 0.1, 0.1], predicted: [0.1, 0.1, 0.1] })).toBe(1);
    expect(r2({ truth: [0.1, 0.1, 0.1], predicted: [0.1, 0.1, 0.2] })).toBe(0);
    throwsCode(() => r2({ truth: [1, 2], predicted: [1, Number.POSITIVE_INFINITY] }), 'not-finite');
    throwsCode(() => mase({ truth, predicted }, [1, 1, 1]), 'constant');
    throwsCode(() => mase({ truth, predicted }, [1, 2], 2), 'too-few-rows');
    expect(intervalCoverage([1, 2, 3, 4], [1, 0, 4, 0], [1, 1, 5, 9])).toBe(0.5);
  });

  test('numbers whose squares pass float64 are refused, those below it have an R²', () => {
    const truth = [1e200, -1e200];
    throwsCode(() => rmse({ truth, predicted: [0, 0] }), 'overflow');
    throwsCode(() => r2({ truth, predicted: [0, 0] }), 'overflow');
    expect(r2({ truth: [1e-200, 2e-200], predicted: [0, 0] })).toBe(1);
  });

  test('as many points and labels as there are rows', () => {
    const rows = 200_000;
    const score = Float64Array.from({ length: rows }, (_, i) => i);
    const truth = Uint8Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? 0 : 1));
    const { falsePositiveRate, threshold } = rocCurve({ truth, score });
    expect([threshold.length, falsePositiveRate[0], falsePositiveRate[rows]]).toEqual([rows + 1, 0, 1]);
    const own = Int32Array.from({ length: rows }, (_, i) => i);
    const turned = own.toReversed();
    expect(adjustedRandIndex(own, turned)).toBe(1);
    expectClose(normalizedMutualInformation(own, turned), 1, 1e-12);
  });

  test('labelings that are equal up to names agree fully', () => {
    const labels = fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(labels, (list) => {
        const a = Int32Array.from(list);
        const b = a.map((x) => 7 - 2 * x);
        expectClose(adjustedRandIndex(a, b), 1, 1e-12);
        expectClose(normalizedMutualInformation(a, b), 1, 1e-12);
      }),
    );
  });
});
