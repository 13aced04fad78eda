import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundHalfUp } from '#dist/components/lib/cost/round.js';

test('a half goes away from zero, of the digits that people see', () => {
  // Excel 365 and LibreOffice 7.4, ROUND(x, d); the doubles of 1.005, 2.675 and 1.015 lie below the half.
  expect(roundHalfUp(1.005, 2)).toBe(1.01);
  expect(roundHalfUp(2.675, 2)).toBe(2.68);
  expect(roundHalfUp(1.015, 2)).toBe(1.02);
  expect(roundHalfUp(-1.005, 2)).toBe(-1.01);
  expect(roundHalfUp(0.5, 0)).toBe(1);
  expect(roundHalfUp(2.5, 0)).toBe(3);
  expect(roundHalfUp(1.2349999999999999, 3)).toBe(1.235);
  expect(roundHalfUp(0.004, 2)).toBe(0);
  expect(Object.is(roundHalfUp(-0.004, 2), 0)).toBe(true);
  expect(roundHalfUp(123456789012.345, 2)).toBe(123456789012.35);
  expect(roundHalfUp(1e22, 2)).toBe(1e22);
  expect(roundHalfUp(Number.NaN, 2)).toBeNaN();
});

test('equals rounding in decimals, by whole numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 4 }), (n, decimals) => {
      // n / 1000 to so many decimals, with integers alone.
      const value = n / 1000;
      const unit = 10 ** (3 - Math.min(3, decimals));
      const expected = (Math.sign(n) * Math.floor((Math.abs(n) * 2 + unit) / (2 * unit)) * unit) / 1000;
      expect(roundHalfUp(value, decimals)).toBe(decimals >= 3 ? value : expected + 0);
    }),
  );
});
