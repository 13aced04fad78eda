import { expect } from 'vitest';

/** How near something came to what it was compared with, and how near it had to: the largest of all comparisons. */
export interface Measure {
  readonly what: string;
  largest: number;
  tolerance: number;
  count: number;
}

const measures = new Map<string, Measure>();

/** What was compared since the last call, for docs/parity.md; empties the list. */
export function takeMeasures(): Measure[] {
  const taken = [...measures.values()];
  measures.clear();
  return taken;
}

/** difference ≤ tolerance. `what` names the comparison for the reader of a failure, and in the table of parity. */
export function expectWithin(difference: number, tolerance: number, what: string, detail = ''): void {
  expect(difference, what + detail).toBeLessThanOrEqual(tolerance);
  const known = measures.get(what);
  if (!known) measures.set(what, { what, largest: difference, tolerance, count: 1 });
  else {
    known.largest = Math.max(known.largest, difference);
    known.tolerance = Math.max(known.tolerance, tolerance);
    known.count++;
  }
}

/** |actual − expected| ≤ tolerance · max(1, |expected|), element by element for lists. */
export function expectClose(
  actual: ArrayLike<number> | number | undefined,
  expected: ArrayLike<number> | number,
  tolerance: number,
  what = 'value',
): void {
  const gap = (found: number | undefined, due: number) =>
    Math.abs(Number(found) - due) / Math.max(1, Math.abs(due));
  if (typeof expected === 'number') {
    expectWithin(gap(Number(actual), expected), tolerance, what, `: ${actual}, expected ${expected}`);
    return;
  }
  const list = actual as ArrayLike<number>;
  expect(list.length, `${what}: length`).toBe(expected.length);
  let [worst, at] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const own = gap(list[i], expected[i]!);
    if (!(own <= worst)) [worst, at] = [own, i];
    if (Number.isNaN(own)) break;
  }
  expectWithin(worst, tolerance, what, `[${at}]: ${list[at]}, expected ${expected[at]}`);
}

/** |actual / expected − 1| ≤ tolerance. */
export function expectRelative(actual: number, expected: number, tolerance: number, what = 'value'): void {
  const gap = actual === expected ? 0 : Math.abs(actual / expected - 1);
  expectWithin(gap, tolerance, what, `: ${actual}, expected ${expected}`);
}
