import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchKeys } from '#dist/components/lib/join/match.js';

const value = fc.oneof(
  { weight: 9, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const rows = fc.array(fc.tuple(value, value), { maxLength: 25 });

it('finds what comparing every pair finds', () => {
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      const keys = (side: [number, number][]) => [side.map((r) => r[0]), side.map((r) => r[1])];
      const found = matchKeys(keys(left), keys(right), left.length, right.length);
      const pairs = left.flatMap((a, i) =>
        right.flatMap((b, j) => (a[0] === b[0] && a[1] === b[1] ? [[i, j]] : [])),
      );
      expect([...found.left].map((i, k) => [i, found.right[k]])).toEqual(pairs);
      expect([...found.unmatched]).toEqual(
        left.flatMap((_, i) => (pairs.some((p) => p[0] === i) ? [] : [i])),
      );
      expect(found.unmatchedRight).toBe(right.filter((_, j) => !pairs.some((p) => p[1] === j)).length);
      const twice = (side: number) => new Set(pairs.map((p) => p[side])).size;
      expect(found.repeatedRight === undefined || right.length > 1).toBe(true);
      if (!found.repeatedRight) expect(pairs.length).toBe(twice(0));
      if (!found.repeatedLeft) expect(pairs.length).toBe(twice(1));
    }),
  );
});
