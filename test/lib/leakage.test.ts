import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Feature, type Truth, telling } from '#dist/components/lib/leakage/telling.js';
import { random } from '#dist/components/lib/random.js';

const n = 400;
const rng = random(7, 0);
const noise = Float64Array.from({ length: n }, () => rng.normal());
const number = (of: (i: number) => number): Feature => ({
  kind: 'number',
  values: Float64Array.from(noise, (_, i) => of(i)),
});
const classes = (k: number): Truth => ({
  kind: 'class',
  codes: Int32Array.from(noise, (_, i) => (i * 7) % k),
  classes: k,
});
const codeOf = (truth: Truth, i: number) => (truth.kind === 'class' ? truth.codes[i]! : truth.values[i]!);

describe('a feature that gives the target away', () => {
  it.each([2, 3, 5])('by its order, of %i classes', (k) => {
    const truth = classes(k);
    expect(
      telling(
        number((i) => -codeOf(truth, i)),
        truth,
      ),
    ).toEqual({ measure: 'AUC', value: 1 });
    expect(
      telling(
        number((i) => 10 * codeOf(truth, i) + noise[i]!),
        truth,
      )!.value,
    ).toBeGreaterThan(0.99);
    expect(
      telling(
        number((i) => noise[i]!),
        truth,
      )!.value,
    ).toBeLessThan(0.7);
  });
  it('a copy, another unit, a logarithm of numbers, with gaps', () => {
    const truth: Truth = { kind: 'number', values: noise };
    const gappy = number((i) =>
      i % 9 === 0 ? Number.NaN : i % 11 === 0 ? Infinity : Math.exp(noise[i]! / 3),
    );
    expect(telling(gappy, truth)!.value).toBeCloseTo(1, 12);
    expect(
      telling(
        number((i) => 2 * noise[i]! + 0.5 * Math.sin(i * i)),
        truth,
      )!.value,
    ).toBeLessThan(0.99);
    expect(
      telling(
        number(() => 3),
        truth,
      ),
    ).toEqual({ measure: 'R² of the ranks', value: 0 });
  });
  it('a category that means the target, not one that names each row', () => {
    const truth = classes(3);
    const of = (code: (i: number) => number): Feature => ({
      kind: 'category',
      codes: Int32Array.from(noise, (_, i) => code(i)),
    });
    expect(
      telling(
        of((i) => 5 - codeOf(truth, i)),
        truth,
      ),
    ).toEqual({ measure: 'accuracy', value: 1 });
    expect(
      telling(
        of((i) => i),
        truth,
      )!.value,
    ).toBe(0);
    const numbers: Truth = { kind: 'number', values: Float64Array.from(noise, (_, i) => i % 4) };
    expect(
      telling(
        of((i) => i % 4),
        numbers,
      ),
    ).toEqual({ measure: 'R²', value: 1 });
    expect(
      telling(
        of((i) => i),
        numbers,
      )!.value,
    ).toBe(0);
  });
  it('nothing is said of few rows, or where nearly all are of one class', () => {
    const few: Truth = { kind: 'number', values: noise.slice(0, 49) };
    expect(telling({ kind: 'number', values: noise.slice(0, 49) }, few)).toBeUndefined();
    const rare: Truth = {
      kind: 'class',
      codes: Int32Array.from(noise, (_, i) => (i < 9 ? 1 : 0)),
      classes: 2,
    };
    expect(
      telling(
        number((i) => i),
        rare,
      ),
    ).toBeUndefined();
  });
  it('noise alone is never taken for it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, k) => {
        const draw = random(seed, 1);
        const codes = Int32Array.from({ length: 60 }, () => draw.int(k));
        const values = Float64Array.from({ length: 60 }, () => draw.normal());
        const found = telling({ kind: 'number', values }, { kind: 'class', codes, classes: k });
        expect(found === undefined || found.value < 0.99).toBe(true);
      }),
    );
  });
});
