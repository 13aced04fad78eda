import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { Reservoir } from '#dist/components/lib/sample/reservoir.js';
import { blocksOf } from '#dist/components/lib/split/blocks.js';

const draw = (rows: number, size: number, seed: number) => {
  const reservoir = new Reservoir(size, random(seed));
  for (let row = 0; row < rows; row++) reservoir.add(row);
  return reservoir.sample;
};

describe('reservoir', () => {
  it('draws that many different rows, or all', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(50), fc.nat(), (rows, size, seed) => {
        const sample = draw(rows, size, seed);
        expect(sample.length).toBe(Math.min(rows, size));
        expect(new Set(sample).size).toBe(sample.length);
        expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
        for (const row of sample) expect(row).toBeLessThan(rows);
      }),
    );
  });

  it('draws every row equally often, and every pair', () => {
    const rows = 20;
    const size = 5;
    const times = 20_000;
    const single = new Float64Array(rows);
    let pairs = 0;
    for (let seed = 0; seed < times; seed++) {
      const sample = draw(rows, size, seed);
      for (const row of sample) single[row]!++;
      if (sample.includes(0) && sample.includes(19)) pairs++;
    }
    const expected = (times * size) / rows;
    const chi = single.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0) / (1 - size / rows);
    // 99.9th percentile of chi-square with 19 degrees of freedom: scipy.stats.chi2.ppf(.999, 19)
    expect(chi).toBeLessThan(43.82);
    const share = (size * (size - 1)) / (rows * (rows - 1));
    expect(Math.abs(pairs / times - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / times));
  });
});

describe('blocks', () => {
  it('are counted from 0 of each axis, below it too', () => {
    const { codes, labels } = blocksOf(
      [
        [0, 7, 8, -1],
        [0, 0, 3, 4],
      ],
      [8, 2],
      4,
    );
    expect(labels).toEqual(['0/0', '1/1', '-1/2']);
    expect([...codes]).toEqual([0, 0, 1, 2]);
  });
});
