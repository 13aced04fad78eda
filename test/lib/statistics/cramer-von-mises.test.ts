import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cramerVonMises } from '#dist/components/lib/statistics/cramer-von-mises.js';

// scipy 1.17.1, stats.cramervonmises_2samp(a, b): "auto" is exact up to 20 values a sample; the last with ties.
it.each([
  [[0.346, 0.822], [0.33, -1.303], 0.375, 0.3333333333333333],
  [
    [0.905, 0.446, -0.537, 0.581, 0.365],
    [0.694, 0.428, 0.947, -0.336, 0.237, -0.082, 0.999],
    0.07182539682539679,
    0.8383838383838383,
  ],
  [
    [0.04, -0.292, -0.782, -0.257, 0.008, -0.276, 1.294, 1.007],
    [-1.211, -0.389, 1.325, 1.078, 1.714, 1.717, 3.618, 0.388],
    0.375,
    0.09634809634809635,
  ],
  [
    [0.144, -0.191, 0.852],
    [
      1.034, 1.014, 0.285, 1.47, -0.034, 1.666, 2.524, -0.525, -1.466, 1.617, 3.548, -0.001, -0.251, 1.589,
      0.159, 0.494, 0.652, 1.532, 0.595, 1.278,
    ],
    0.18260869565217397,
    0.3404856013551666,
  ],
  [
    [
      -0.298, -0.811, 0.752, 0.253, 0.896, -0.345, -1.482, -0.11, -0.446, 0.775, 0.194, -1.631, -1.195, 0.884,
      0.68, -0.64, -0.001, 0.446, 0.468, 0.876,
    ],
    [
      2.456, 2.105, 1.941, 3.256, -0.051, 2.061, 2.233, 0.775, 2.533, 1.549, 3.062, 2.074, 2.869, 3.419,
      2.583, 1.324, 0.686, 3.953, 2.089, 1.511,
    ],
    2.614375000000001,
    3.24128582580002e-8,
  ],
  [[1, 2, 2, 3, 5], [2, 3, 3, 4, 6, 6], 0.2515151515151517, 0.22510822510822512],
])('exact p, case %#', (a, b, statistic, p) => {
  const found = cramerVonMises(a, b);
  expect(found.method).toBe('exact');
  expect(found.statistic).toBeCloseTo(statistic, 12);
  expect(Math.abs(found.p / p - 1)).toBeLessThan(1e-10);
});

it('the exact p counts the arrangements whose statistic is as large', () =>
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 4 }), fc.nat(), (m, n, pick) => {
      const places: number[][] = [];
      const choose = (from: number, chosen: number[]) => {
        if (chosen.length === m) places.push(chosen);
        else for (let k = from; k < m + n; k++) choose(k + 1, [...chosen, k]);
      };
      choose(0, []);
      const samples = places.map((a) => {
        const b = Array.from({ length: m + n }, (_, k) => k).filter((k) => !a.includes(k));
        return [a, b] as const;
      });
      const statistics = samples.map(([a, b]) => cramerVonMises(a, b, 'asymptotic').statistic);
      const at = pick % samples.length;
      const larger = statistics.filter((t) => t >= statistics[at]! - 1e-12).length;
      expect(cramerVonMises(...samples[at]!).p).toBeCloseTo(larger / samples.length, 12);
    }),
    { numRuns: 40 },
  ));

it('is near its limit for larger samples, and refuses what is out of reach', () => {
  const a = Array.from({ length: 21 }, (_, i) => i * 1.03);
  const b = Array.from({ length: 20 }, (_, i) => 1.5 + i * 1.1);
  expect(cramerVonMises(a, b).method).toBe('asymptotic');
  expect(Math.abs(cramerVonMises(a, b, 'exact').p - cramerVonMises(a, b).p)).toBeLessThan(0.02);
  const far = Array.from({ length: 997 }, (_, i) => i);
  expect(() =>
    cramerVonMises(
      far,
      Array.from({ length: 501 }, (_, i) => 400 + i),
      'exact',
    ),
  ).toThrow('out of reach');
});
