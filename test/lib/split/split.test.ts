import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import {
  groupSplit,
  largestRemainder,
  randomSplit,
  sides,
  stratifiedSplit,
  testCount,
  timeSplit,
} from '#dist/components/lib/split/split.js';

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const held = (mask: Uint8Array) => mask.reduce((n, m) => n + m, 0);

describe('splits', () => {
  it('hold out as many rows as scikit-learn does', () => {
    // scikit-learn 1.9.1: len(train_test_split(range(n), test_size=s)[1])
    const expected = [
      [10, 0.2, 2],
      [11, 0.2, 3],
      [100, 0.07, 7],
      [7, 0.5, 4],
      [3232, 0.15, 485],
      [2, 0.01, 1],
    ] as const;
    for (const [rows, s, count] of expected) expect(testCount(rows, s)).toBe(count);
  });

  it('put every row on exactly one side, none of them empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), share, fc.nat(), (rows, s, seed) => {
        const { train, test } = sides(randomSplit(rows, s, random(seed)));
        expect(test.length).toBe(testCount(rows, s));
        expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
      }),
    );
  });

  it('hold out the same share of every class to within a row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 8, maxLength: 300 }),
        share,
        fc.nat(),
        (classes, s, seed) => {
          const codes = Int32Array.from(classes);
          const mask = stratifiedSplit(codes, 4, s, random(seed));
          const total = testCount(classes.length, s);
          let single = 0;
          for (let c = 0; c < 4; c++) {
            const size = classes.filter((k) => k === c).length;
            const out = classes.filter((k, i) => k === c && mask[i] === 1).length;
            if (size > 0) expect(out).toBeLessThan(size);
            if (size === 1) single++;
            if (size > 1 && out < size - 1)
              expect(out).toBeGreaterThan((size * total) / classes.length - 1 - 1e-9);
          }
          expect(held(mask)).toBeLessThanOrEqual(total);
          if (single === 0 && s < 0.5) expect(held(mask)).toBe(total);
        },
      ),
    );
  });

  it('share out by largest remainder', () => {
    expect([...largestRemainder([60, 30, 10], 20, 1, random(1))]).toEqual([12, 6, 2]);
    expect([...largestRemainder([50, 50, 1], 20, 1, random(1))].slice(2)).toEqual([0]);
  });

  it('never cut a group, and come near the share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 5, maxLength: 300 }),
        share,
        fc.nat(),
        (labels, s, seed) => {
          const names = [...new Set(labels)];
          fc.pre(names.length > 1);
          const codes = Int32Array.from(labels, (label) => names.indexOf(label));
          const mask = groupSplit(codes, names.length, s, random(seed));
          const sides = names.map(
            (_, g) => new Set(labels.flatMap((_label, i) => (codes[i] === g ? [mask[i]] : []))),
          );
          for (const side of sides) expect(side.size).toBe(1);
          expect(held(mask)).toBeGreaterThan(0);
          expect(held(mask)).toBeLessThan(labels.length);
          const largest = Math.max(...names.map((_, g) => codes.filter((c) => c === g).length));
          expect(Math.abs(held(mask) - s * labels.length)).toBeLessThanOrEqual(largest);
        },
      ),
    );
  });

  it('hold out only what is later than all that is learned from', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 2, maxLength: 200 }), share, (times, s) => {
        fc.pre(new Set(times).size > 1);
        const { train, test } = sides(timeSplit(times, s).mask);
        expect(train.length).toBeGreaterThan(0);
        expect(test.length).toBeGreaterThan(0);
        expect(Math.max(...[...train].map((i) => times[i]!))).toBeLessThan(
          Math.min(...[...test].map((i) => times[i]!)),
        );
      }),
    );
    expect(() => timeSplit([1, 1, 1], 0.5)).toThrow('one time');
  });
});
