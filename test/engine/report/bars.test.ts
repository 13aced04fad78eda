import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barsOf, binsOf } from '#dist/engine/report/bars.js';

const bins = (values: readonly number[]) => {
  const there = values.filter((value) => !Number.isNaN(value));
  return binsOf(Float64Array.from(values), {
    least: Math.min(...there),
    most: Math.max(...there),
    whole: there.every(Number.isInteger),
  });
};
const column = { name: 'a', type: 'float64', role: 'feature', missing: 0, values: '' };

describe('bins', () => {
  test('of fractions are those of numpy', () => {
    // numpy 2.4: v = numpy.sqrt(numpy.arange(1, 201)); numpy.histogram(v, 20)[0]
    const values = Array.from({ length: 200 }, (_, i) => Math.sqrt(i + 1));
    expect(bins(values)).toEqual([2, 3, 3, 5, 5, 6, 7, 8, 8, 10, 10, 11, 13, 13, 13, 15, 16, 16, 17, 19]);
  });

  test('of whole numbers hold equally many of them', () => {
    expect(bins([0, 1, 1, 2, 5, Number.NaN])).toEqual([1, 2, 1, 0, 0, 1]);
    expect(bins(Array.from({ length: 100 }, (_, i) => i - 50))).toEqual(new Array(20).fill(5));
  });

  test('hold every number once', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (values) => {
        const there = values.filter((value) => !Number.isNaN(value));
        const counts = bins(values);
        expect(counts.length).toBeLessThanOrEqual(20);
        if (new Set(there).size > 1) expect(counts.reduce((a, b) => a + b, 0)).toBe(there.length);
      }),
    );
  });

  test('are none of one value, or of a range without end', () => {
    expect(bins([2.5, 2.5])).toEqual([]);
    expect(bins([0.5, Number.POSITIVE_INFINITY])).toEqual([]);
  });
});

describe('bars', () => {
  test('reach from the least to the most; the tallest fills the height, and one row is seen beside a million', () => {
    const { bars, text } = barsOf({ ...column, bins: [1e6, 0, 1, 500_000] })!;
    expect(bars.path).toBe('M0 22v-22h25V22zM50 22v-1h25V22zM75 22v-11h25V22z');
    expect(bars.words).toBe('4 bins, the tallest with 1,000,000 rows');
    expect(text).toBe('█▁▂▅');
  });

  test('of texts stand apart, and texts that stand once each have none', () => {
    const { bars } = barsOf({
      ...column,
      counts: [
        ['x', 4],
        ['y', 2],
      ],
    })!;
    expect(bars.path).toBe('M0 22v-22h11V22zM12.5 22v-11h11V22z');
    expect(
      barsOf({
        ...column,
        counts: [
          ['x', 1],
          ['y', 1],
        ],
      }),
    ).toBeUndefined();
    expect(barsOf({ ...column, counts: [['x', 9]] })).toBeUndefined();
  });
});
