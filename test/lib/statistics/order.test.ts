import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { argsort, midranks, quantileSorted } from '#dist/components/lib/statistics/order.js';

test('argsort of few and many values is the stable order', () => {
  const draw = random(1);
  const special = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324, 1e308, -1e308];
  for (const n of [0, 1, 50, 5000]) {
    const values = Float64Array.from({ length: n }, () =>
      draw.int(3) ? Math.round(draw.normal() * 100) / 8 : special[draw.int(special.length)]!,
    );
    const expected = [...values.keys()].sort((a, b) => {
      const [x, y] = [values[a]!, values[b]!];
      return x < y ? -1 : x > y ? 1 : a - b;
    });
    expect([...argsort(values)]).toEqual(expected);
  }
});

test('midranks: sum is n(n+1)/2, ties share', () => {
  expect([...midranks([3, 1, 3, 2]).ranks]).toEqual([3.5, 1, 3.5, 2]);
  expect(midranks([3, 1, 3, 2]).ties).toBe(6);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), (values) => {
      const sum = midranks(values).ranks.reduce((a, b) => a + b, 0);
      expect(sum).toBe((values.length * (values.length + 1)) / 2);
    }),
  );
});

// numpy.quantile([1, 2, 4, 8], [0, .1, .5, .9, 1])
test('quantiles as numpy', () => {
  const q = [0, 0.1, 0.5, 0.9, 1].map((p) => quantileSorted([1, 2, 4, 8], p));
  [1, 1.3, 3, 6.8, 8].forEach((v, i) => {
    expect(q[i]).toBeCloseTo(v, 12);
  });
});
