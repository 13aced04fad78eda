import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import {
  columnVerdict,
  compareCounts,
  compareNumbers,
  referenceEdges,
} from '#dist/components/lib/statistics/compare.js';
import { benjaminiHochberg } from '#dist/components/lib/statistics/many-tests.js';

const normals = (seed: number, stream: number, n: number, shift = 0) => {
  const rng = random(seed, stream);
  return Float64Array.from({ length: n }, () => rng.normal() + shift);
};

describe('two samples compared', () => {
  // Twenty columns of 200 rows, of which the first may be shifted.
  const shifted = (seed: number, shift: number) => {
    const found = Array.from({ length: 20 }, (_, j) =>
      compareNumbers(normals(seed, 2 * j, 200), normals(seed, 2 * j + 1, 200, j === 0 ? shift : 0)),
    );
    const adjusted = benjaminiHochberg(found.map(({ p }) => p));
    return found.map(({ psi }, j) => columnVerdict(psi, adjusted[j]!, 0.05));
  };
  it('finds one planted shift among twenty columns, and raises few alarms without one', () => {
    let alarms = 0;
    let found = 0;
    for (let seed = 0; seed < 25; seed++) {
      if (shifted(seed, 0).some((verdict) => verdict !== 'stable')) alarms++;
      if (shifted(seed, 0.8)[0] !== 'stable') found++;
    }
    // One run in twenty is what alpha allows.
    expect(alarms).toBeLessThanOrEqual(2);
    expect(found).toBe(25);
  });

  it('is 0 of a sample with itself, bounded, and the same however the values are ordered', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 }),
        (a, b) => {
          const own = compareNumbers(a, a.toReversed());
          expect([own.psi, own.distance, own.wasserstein]).toEqual([0, 0, 0]);
          expect(own.p).toBe(1);
          const found = compareNumbers(a, b);
          const { psi, distance, p } = compareNumbers(a.toSorted(), b.toReversed());
          expect({ psi, distance, p }).toEqual({ psi: found.psi, distance: found.distance, p: found.p });
          for (const value of [found.jensenShannon, found.distance, found.p])
            expect(value >= 0 && value <= 1).toBe(true);
          expect(found.psi >= 0 && Number.isFinite(found.psi)).toBe(true);
          expect(found.wassersteinScaled! >= 0 && Number.isFinite(found.wassersteinScaled!)).toBe(true);
        },
      ),
    );
  });

  it('sees constant values move, whichever way', () => {
    for (const moved of [
      [5.001, 5.001, 5.001],
      [4, 4, 4],
      [5, 5, 9],
    ]) {
      const { psi, distance, wassersteinScaled } = compareNumbers([5, 5, 5], moved);
      expect(psi).toBeGreaterThan(0.25);
      expect(distance).toBeGreaterThan(0.3);
      expect(wassersteinScaled).toBeGreaterThan(0);
    }
    expect(compareNumbers([5, 5], [5]).psi).toBe(0);
    const zeros = [...Array.from({ length: 90 }, () => 0), ...Array.from({ length: 30 }, (_, i) => i + 1)];
    expect([...referenceEdges(zeros, zeros)].slice(0, 2)).toEqual([0, 1]);
  });

  it('classes that one side lacks count a bounded amount; one class alone is no difference', () => {
    expect(compareCounts([10, 0], [0, 10]).jensenShannon).toBe(1);
    expect(compareCounts([10, 0], [0, 10]).psi).toBeLessThan(20);
    expect(compareCounts([10], [3])).toMatchObject({ psi: 0, distance: 0, p: 1 });
  });
});
