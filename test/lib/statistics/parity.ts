import { chiSquare } from '#dist/components/lib/statistics/chi-square.js';
import { type Correlation, pearson, spearman } from '#dist/components/lib/statistics/correlation.js';
import { cramerVonMises } from '#dist/components/lib/statistics/cramer-von-mises.js';
import { energyDistance, wasserstein } from '#dist/components/lib/statistics/distance.js';
import {
  hellinger,
  jensenShannon,
  psi,
  psiOfSamples,
  totalVariation,
} from '#dist/components/lib/statistics/divergence.js';
import { kolmogorovSurvival, ksTwoSample } from '#dist/components/lib/statistics/kolmogorov-smirnov.js';
import { levene, welchT } from '#dist/components/lib/statistics/location-scale.js';
import { mannWhitney } from '#dist/components/lib/statistics/mann-whitney.js';
import { benjaminiHochberg } from '#dist/components/lib/statistics/many-tests.js';
import { expectClose, expectRelative } from '../../support/close.js';

type Pair = [number, number];

/** What golden.py prints, one a case. */
export interface Golden {
  a: number[];
  b: number[];
  c: number[];
  ks: Pair;
  mannWhitney: Pair;
  mannWhitneyExact: Pair | null;
  welch: [number, number, number];
  levene: Pair;
  leveneMean: Pair;
  cramer: Pair;
  cramerExact: Pair;
  wasserstein: number;
  energy: number;
  pearson: Pair;
  spearman: Pair;
  table: number[][];
  chiSquare: [number, number, number];
  counts: [number[], number[]];
  jensenShannon: number;
  hellinger: number;
  totalVariation: number;
  psi: number;
  psiOfSamples: number;
  cramersV: number;
  p: number[];
  benjaminiHochberg: number[];
  kolmogorov: Pair[];
}

function expectTest(actual: { statistic: number; p: number }, [statistic, p]: Pair, what: string) {
  expectClose(actual.statistic, statistic, 1e-12, what);
  expectRelative(actual.p, p, 1e-10, `p of ${what}`);
}

function expectCorrelation({ r, p }: Correlation, expected: Pair, what: string) {
  expectTest({ statistic: r, p }, expected, what);
}

export function expectParity(golden: Golden[]): void {
  for (const g of golden) {
    const { a, b, c } = g;
    expectTest(ksTwoSample(a, b, 'exact'), g.ks, 'ks');
    expectTest(mannWhitney(a, b, 'asymptotic'), g.mannWhitney, 'mann–whitney');
    if (g.mannWhitneyExact) expectTest(mannWhitney(a, b, 'exact'), g.mannWhitneyExact, 'exact mann–whitney');
    const welch = welchT(a, b);
    expectTest(welch, [g.welch[0], g.welch[1]], 'welch');
    expectClose(welch.degrees, g.welch[2], 1e-12, 'degrees of welch');
    expectTest(levene([a, b, c]), g.levene, 'levene');
    expectTest(levene([a, b, c], 'mean'), g.leveneMean, 'levene, mean');
    const few = cramerVonMises(a.slice(0, 15), b.slice(0, 12), 'exact');
    expectTest(few, g.cramerExact, 'exact cramér–von mises');
    const cramer = cramerVonMises(a, b, 'asymptotic');
    expectClose(cramer.statistic, g.cramer[0], 1e-12, 'cramér–von mises');
    expectClose(cramer.p, g.cramer[1], 2e-7, 'p of cramér–von mises'); // scipy stops its series at 1e-7
    expectClose(wasserstein(a, b), g.wasserstein, 1e-12, 'wasserstein');
    expectClose(energyDistance(a, b), g.energy, 1e-12, 'energy');
    const least = Math.min(a.length, b.length);
    expectCorrelation(pearson(a.slice(0, least), b.slice(0, least)), g.pearson, 'pearson');
    expectCorrelation(spearman(a.slice(0, least), b.slice(0, least)), g.spearman, 'spearman');
    const x2 = chiSquare(g.table);
    expectTest(x2, [g.chiSquare[0], g.chiSquare[1]], 'χ²');
    expectClose(x2.degrees, g.chiSquare[2], 0, 'degrees of χ²');
    expectClose(jensenShannon(g.counts[0], g.counts[1]), g.jensenShannon, 1e-12, 'jensen–shannon');
    expectClose(hellinger(...g.counts), g.hellinger, 1e-12, 'hellinger');
    expectClose(totalVariation(...g.counts), g.totalVariation, 1e-12, 'total variation');
    expectClose(psi(...g.counts), g.psi, 1e-12, 'psi of counts');
    expectClose(psiOfSamples(a, b), g.psiOfSamples, 1e-12, 'psi of samples');
    expectClose(x2.cramersV, g.cramersV, 1e-12, 'cramér’s V');
    expectClose(benjaminiHochberg(g.p), g.benjaminiHochberg, 1e-14, 'benjamini–hochberg');
    for (const [x, p] of g.kolmogorov)
      expectRelative(kolmogorovSurvival(x), p, 1e-10, 'p of kolmogorov’s limit');
  }
}
