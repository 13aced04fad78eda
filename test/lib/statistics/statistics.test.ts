import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { chiSquare } from '#dist/components/lib/statistics/chi-square.js';
import { pearson, spearman } from '#dist/components/lib/statistics/correlation.js';
import { cramerVonMises } from '#dist/components/lib/statistics/cramer-von-mises.js';
import { energyDistance, wasserstein } from '#dist/components/lib/statistics/distance.js';
import {
  countsBetween,
  hellinger,
  jensenShannon,
  psi,
  psiOfSamples,
  quantileEdges,
  totalVariation,
} from '#dist/components/lib/statistics/divergence.js';
import { ksExact, ksTwoSample } from '#dist/components/lib/statistics/kolmogorov-smirnov.js';
import { levene, welchT } from '#dist/components/lib/statistics/location-scale.js';
import { mannWhitney } from '#dist/components/lib/statistics/mann-whitney.js';
import { benjaminiHochberg, bonferroni } from '#dist/components/lib/statistics/many-tests.js';
import { besselKScaled, betaI, erf, erfc, gammaQ } from '#dist/components/lib/statistics/special.js';
import { expectClose, expectRelative } from '../../support/close.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { readColumns } from '../../support/tables.js';
import { expectParity } from './parity.js';

const stored = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

interface Categorical {
  counts_a: number[];
  counts_b: number[];
  chi2_contingency_no_correction: { statistic: number; p: number; dof: number; cramers_v: number };
  'psi_floor_1e-4': number;
  jensen_shannon_distance_base2: number;
}

test('special functions to 1e-12, relative', () => {
  const special = stored('./special.json') as Record<string, number[][]>;
  const functions: Record<string, (...args: number[]) => number> = {
    gammaQ,
    betaI: (a, b, x) => betaI(a!, b!, x!, 1 - x!),
    erf,
    erfc,
    besselKScaled,
  };
  for (const [name, cases] of Object.entries(special))
    for (const row of cases) {
      const expected = row.at(-1)!;
      if (expected > 1e-290)
        expectRelative(functions[name]!(...row.slice(0, -1)), expected, 1e-12, `${name}(${row})`);
    }
});

test('the stored results of scipy', () => expectParity(stored('./golden.json')));

test('the golden values of the reference system', () => {
  // Two-sample KS by sizes and D, and χ² on class counts with one added to every cell.
  expectClose(ksExact(250, 250, 0.112), 0.086881101393824, 1e-12);
  expectClose(ksExact(320, 100, 0.15375), 0.048652542041174, 1e-12);
  expectClose(ksExact(320, 100, 0.095), 0.467272146851205, 1e-12);
  const { statistic, p } = chiSquare(
    [
      [188, 60, 2],
      [193, 53, 4],
    ],
    1,
  );
  expectClose(statistic, 0.99136110795777, 1e-12);
  expectClose(p, 0.609156202520435, 1e-12); // scipy 1.17.1, and exp(−statistic / 2)
});

describe.skipIf(!hasSharedData)('the reference pairs', () => {
  const reference = hasSharedData
    ? JSON.parse(readFileSync(`${sharedData}stats/reference.json`, 'utf8'))
    : {};
  const numbers = (column: string[]) => column.filter((cell) => cell !== '').map(Number);

  test.each(Object.keys(reference.numeric ?? {}))('%s', (name) => {
    const expected = reference.numeric[name];
    const columns = readColumns(`stats/pair_${name}.csv`);
    const a = numbers(columns.a!);
    const b = numbers(columns.b!);
    expect([a.length, b.length]).toEqual([expected.n_a, expected.n_b]);
    const ks = ksTwoSample(a, b);
    expectClose(ks.statistic, expected.ks_2samp_asymp.statistic, 1e-12);
    if (expected.ks_2samp_exact) expectRelative(ks.p, expected.ks_2samp_exact.p, 1e-10, 'ks');
    // The limit distribution is near scipy's finite-size one where p is not extreme.
    if (expected.ks_2samp_asymp.p > 0.01)
      expectClose(ksTwoSample(a, b, 'asymptotic').p, expected.ks_2samp_asymp.p, 0.05, 'limit');
    expectClose(welchT(a, b).statistic, expected.welch_t.statistic, 1e-10);
    expectRelative(welchT(a, b).p, expected.welch_t.p, 1e-9, 'welch');
    const u = mannWhitney(a, b, 'asymptotic');
    expectClose(u.statistic, expected.mann_whitney_u_asymptotic_continuity.u_a, 0);
    expectRelative(u.p, expected.mann_whitney_u_asymptotic_continuity.p, 1e-10, 'mann–whitney');
    expectClose(wasserstein(a, b), expected.wasserstein_1, 1e-12);
    expectClose(energyDistance(a, b), expected.energy_distance, 1e-12);
    const cramer = cramerVonMises(a, b, 'asymptotic');
    expectClose(cramer.statistic, expected.cramer_von_mises_2samp_asymptotic.statistic, 1e-10);
    expectClose(cramer.p, expected.cramer_von_mises_2samp_asymptotic.p, 2e-7);
    expectClose(levene([a, b]).statistic, expected.levene_median.statistic, 1e-10);
    expectRelative(levene([a, b]).p, expected.levene_median.p, 1e-10, 'levene');

    const { inner_edges, counts_a, counts_b, value } = expected.psi_10;
    const edges = quantileEdges(a, 10);
    expectClose(edges, inner_edges, 1e-12, 'edges');
    expect([...countsBetween(a, edges)]).toEqual(counts_a);
    expect([...countsBetween(b, edges)]).toEqual(counts_b);
    expectClose(psiOfSamples(a, b), value, 1e-12, 'psi');
    const h = expected.hist20_equal_width;
    expectClose(jensenShannon(h.counts_a, h.counts_b), h.jensen_shannon_distance_base2, 1e-12);
    expectClose(jensenShannon(h.counts_a, h.counts_b, Math.E), h.jensen_shannon_distance_nat, 1e-12);
    expectClose(hellinger(h.counts_a, h.counts_b), h.hellinger, 1e-12);
    expectClose(totalVariation(h.counts_a, h.counts_b), h.total_variation, 1e-12);
  });

  test('categories and correlations', () => {
    for (const expected of Object.values<Categorical>(reference.categorical)) {
      const { counts_a, counts_b } = expected;
      const x2 = chiSquare([counts_a, counts_b]);
      const { statistic, p, dof, cramers_v } = expected.chi2_contingency_no_correction;
      expectClose([x2.statistic, x2.degrees, x2.cramersV], [statistic, dof, cramers_v], 1e-12);
      expectRelative(x2.p, p, 1e-10);
      expectClose(psi(counts_a, counts_b), expected['psi_floor_1e-4'], 1e-12);
      expectClose(jensenShannon(counts_a, counts_b), expected.jensen_shannon_distance_base2, 1e-12);
    }
    for (const name of Object.keys(reference.correlation)) {
      const { x, y } = readColumns(`stats/corr_${name}.csv`);
      for (const [correlation, key] of [
        [pearson, 'pearson'],
        [spearman, 'spearman'],
      ] as const) {
        const [r, p] = reference.correlation[name][key];
        const found = correlation(numbers(x!), numbers(y!));
        expectClose(found.r, r, 1e-12);
        expectRelative(found.p, p, 1e-9, key);
      }
    }
  });
});

describe('properties', () => {
  const sample = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 25 });

  test('exact KS counts every way to deal the pooled values out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(100),
        (m, n, pick) => {
          const distance = (bits: number) => {
            let x = 0;
            let y = 0;
            let most = 0;
            for (let i = 0; i < m + n; i++) {
              if ((bits >> i) & 1) x++;
              else y++;
              most = Math.max(most, Math.abs(x / m - y / n));
            }
            return x === m ? most : Number.NaN;
          };
          const all = Array.from({ length: 1 << (m + n) }, (_, bits) => distance(bits)).filter((d) => d >= 0);
          const d = all[pick % all.length]!;
          expectClose(ksExact(m, n, d), all.filter((e) => e >= d - 1e-9).length / all.length, 1e-12);
        },
      ),
    );
  });

  test('two-sample tests do not care which sample is first, nor for the order inside', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        const back = [...a].reverse();
        for (const compare of [ksTwoSample, mannWhitney, cramerVonMises])
          expectClose(compare(a, b).p, compare(b, back).p, 1e-12);
        expectClose(welchT(a, b).statistic, -welchT(b, back).statistic, 1e-12);
        for (const away of [wasserstein, energyDistance]) expectClose(away(a, b), away(b, back), 1e-12);
      }),
    );
  });

  test('distances: zero to oneself, moved by a shift, scaled by a factor', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -5, max: 5 }), (a, b, by) => {
        expect(wasserstein(a, a)).toBe(0);
        expect(energyDistance(a, a)).toBe(0);
        expectClose(
          wasserstein(
            a,
            a.map((v) => v + by),
          ),
          Math.abs(by),
          1e-12,
        );
        const thrice = (values: number[]) => values.map((v) => 3 * v);
        expectClose(wasserstein(thrice(a), thrice(b)), 3 * wasserstein(a, b), 1e-12);
        expectClose(energyDistance(thrice(a), thrice(b)), Math.sqrt(3) * energyDistance(a, b), 1e-12);
        expect(ksTwoSample(a, a)).toMatchObject({ statistic: 0, p: 1 });
      }),
    );
  });

  test('divergences lie in their range and are finite where bins are empty', () => {
    const counts = fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }).filter((c) => c.some((x) => x > 0));
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        for (const divergence of [jensenShannon, hellinger, totalVariation]) {
          expect(divergence(a, b)).toBeGreaterThanOrEqual(0);
          expect(divergence(a, b)).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(psi(a, b)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(psi(a, b))).toBe(true);
        expectClose(
          psi(
            a,
            a.map((c) => 10 * c),
          ),
          0,
          1e-12,
        );
      }),
    );
  });

  test('adjusted p-values: never below the raw ones, in the same order, never above Bonferroni', () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(p, (values) => {
        const fdr = benjaminiHochberg(values);
        const all = bonferroni(values);
        values.forEach((value, i) => {
          expect(fdr[i]!).toBeGreaterThanOrEqual(value);
          expect(fdr[i]!).toBeLessThanOrEqual(all[i]!);
          values.forEach((other, j) => {
            if (value < other) expect(fdr[i]!).toBeLessThanOrEqual(fdr[j]!);
          });
        });
      }),
    );
  });

  test('p-values of equal distributions are uniform enough', () => {
    // 400 pairs of normal samples: a share α of p below α, within four standard errors.
    const { normal: draw } = random(3);
    const p = Array.from({ length: 400 }, () => {
      const a = Array.from({ length: 30 }, draw);
      const b = Array.from({ length: 20 }, draw);
      return [welchT(a, b).p, mannWhitney(a, b).p, cramerVonMises(a, b).p, levene([a, b]).p];
    });
    for (let k = 0; k < 4; k++)
      for (const alpha of [0.05, 0.3]) {
        const share = p.filter((row) => row[k]! < alpha).length / p.length;
        expect(Math.abs(share - alpha)).toBeLessThan(4 * Math.sqrt((alpha * (1 - alpha)) / p.length));
      }
  });
});

describe('edges', () => {
  const code = (expected: string) => expect.objectContaining({ code: expected });

  test('what cannot be tested is named', () => {
    expect(() => ksTwoSample([], [1])).toThrow(code('too-few-rows'));
    expect(() => ksTwoSample([1], [Number.NaN])).toThrow(code('not-finite'));
    expect(() => ksTwoSample([1], [Number.POSITIVE_INFINITY])).toThrow(code('not-finite'));
    expect(() => welchT([1, 1], [2, 2])).toThrow(code('constant'));
    expect(() => welchT([1], [2, 2])).toThrow(code('too-few-rows'));
    expect(() => mannWhitney([1, 1], [1, 1], 'asymptotic')).toThrow(code('constant'));
    expect(() => mannWhitney([1, 1], [2], 'exact')).toThrow(code('ties'));
    expect(() =>
      levene([
        [1, 2],
        [1, 2],
      ]),
    ).toThrow(code('constant'));
    expect(() => pearson([1, 1, 1], [1, 2, 3])).toThrow(code('constant'));
    expect(() => pearson([1, 2], [1, 2])).toThrow(code('too-few-rows'));
    expect(() => spearman([1, 2, 3], [1, 2])).toThrow(code('length'));
    expect(() =>
      chiSquare([
        [1, 0],
        [2, 0],
      ]),
    ).toThrow(code('one-class'));
    expect(() =>
      chiSquare([
        [1, -1],
        [2, 0],
      ]),
    ).toThrow(code('counts'));
    expect(() => psi([0, 0], [1, 1])).toThrow(code('empty'));
    expect(() => bonferroni([2])).toThrow(code('probabilities'));
    // The mean of 0.1, 0.1, 0.1 is not 0.1, and still nothing varies.
    expect(() => welchT([0.1, 0.1, 0.1], [0.2, 0.2, 0.2])).toThrow(code('constant'));
    const tenths = new Array<number>(6).fill(0.1);
    expect(() => levene([tenths, [0.2, 0.2, 0.2]], 'mean')).toThrow(code('constant'));
  });

  test('large and small numbers give the same answer, or are refused where squares pass float64', () => {
    const [a, b] = [
      [1, 2, 4, 3],
      [2, 5, 9, 7],
    ];
    const times = (list: number[], by: number) => list.map((v) => v * by);
    for (const by of [1e-200, 1e-30, 1e30, 1e200]) {
      expectClose(pearson(times(a, by), b).r, pearson(a, b).r, 1e-14);
      expectClose(wasserstein(times(a, by), times(b, by)) / by, wasserstein(a, b), 1e-14);
      expect(mannWhitney(times(a, by), times(b, by))).toEqual(mannWhitney(a, b));
    }
    for (const by of [1e-30, 1e30]) {
      expectClose(welchT(times(a, by), times(b, by)).p, welchT(a, b).p, 1e-12);
      expectClose(levene([times(a, by), times(b, by)]).p, levene([a, b]).p, 1e-12);
    }
    const huge = [times(a, 1e200), times(b, 1e200)] as const;
    expect(() => welchT(...huge)).toThrow(expect.objectContaining({ code: 'overflow' }));
    expect(() => levene(huge)).toThrow(expect.objectContaining({ code: 'overflow' }));
    expect(() => wasserstein([-1.7e308], [1.7e308])).toThrow(expect.objectContaining({ code: 'overflow' }));
  });

  test('few values against many end soon; special functions of NaN are NaN', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i);
    const few = Array.from({ length: 8 }, (_, i) => i * 9000 + 0.5);
    const { method, p } = mannWhitney(few, many);
    expect(method).toBe('asymptotic');
    // scipy 1.17.1: mannwhitneyu(few, many, method='asymptotic').pvalue
    expectClose(p, 0.06991873895305481, 1e-12);
    for (const f of [erf, erfc, (x: number) => gammaQ(1, x), (x: number) => besselKScaled(0.25, x)])
      expect(f(Number.NaN)).toBeNaN();
    expect(betaI(1, 2, Number.NaN, Number.NaN)).toBeNaN();
  });

  test('one value a sample; a constant column', () => {
    expect(ksTwoSample([1], [2])).toEqual({ statistic: 1, p: 1, method: 'exact' });
    expect(wasserstein([1], [4])).toBe(3);
    expect(mannWhitney([1], [2]).p).toBe(1);
    expect(psiOfSamples([5, 5, 5], [5, 5, 5])).toBe(0);
    expectClose(cramerVonMises([1, 1], [1, 1]).p, 1, 1e-12);
    expect(pearson([1, 2, 3], [2, 4, 6])).toEqual({ r: 1, p: 0 });
  });
});
