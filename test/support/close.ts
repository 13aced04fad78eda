import { expect } from 'vitest';

/** |actual − expected| ≤ tolerance · max(1, |expected|), element by element for lists. */
export function expectClose(
  actual: ArrayLike<number> | number | undefined,
  expected: ArrayLike<number> | number,
  tolerance: number,
  what = 'value',
): void {
  if (typeof expected === 'number') {
    const gap = Math.abs(Number(actual) - expected) / Math.max(1, Math.abs(expected));
    expect(gap, `${what}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
    return;
  }
  const list = actual as ArrayLike<number>;
  expect(list.length, `${what}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expectClose(list[i], expected[i]!, tolerance, `${what}[${i}]`);
}

/** |actual / expected − 1| ≤ tolerance. */
export function expectRelative(actual: number, expected: number, tolerance: number, what = 'value'): void {
  const gap = actual === expected ? 0 : Math.abs(actual / expected - 1);
  expect(gap, `${what}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
}
