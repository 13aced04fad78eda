import { expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { oracle, oracleKernel, oracleReport } from '#dist/components/lib/survey/oracle.js';
import { demoSurvey, type LayeredEarthParams } from '#dist/components/lib/survey/params.js';

const contrast = 0.1;

/** Two facies of equal share that differ by `contrast` in ln impedance, with an impedance of its own at every trace. */
const twoFacies = (sd: number, common: number): LayeredEarthParams => ({
  ...demoSurvey,
  grid: { ...demoSurvey.grid, inlines: 20, crosslines: 80 },
  window: [200, 600],
  time: { samples: 200, intervalMs: 4 },
  beds: [
    { name: 'cover', thickness: 400, impedance: 6000, sd: 0 },
    { name: 'upper target', thickness: 40, impedance: 0, sd: 0, target: true },
    { name: 'lower target', thickness: 40, impedance: 0, sd: 0, target: true },
    { name: 'base', thickness: 0, impedance: 6000, sd: 0 },
  ],
  structure: { dipInline: 0, dipCrossline: 0, folds: [], thickness: 0, correlation: 10 },
  faults: [],
  facies: [
    { name: 'soft', share: 0.5, impedance: 6000, sd, layering: 0 },
    { name: 'hard', share: 0.5, impedance: 6000 * Math.exp(contrast), sd, layering: 0 },
  ],
  lateral: { facies: 6, impedance: 0.1, common },
  damage: { dead: 0, clipped: 0, clipAt: 1 },
});

test('two normal classes: the oracle reaches Φ(d′/2), and the trace tells as much where there is no noise', () => {
  const sd = 0.07;
  for (const common of [0, 0.6]) {
    const params = twoFacies(sd, common);
    const { impedance, trace } = oracle({ ...params, noise: { ...params.noise, snr: 1e5 } }, 3);
    // Two beds that correlate by ρ: d′² = 2 contrast² / (sd² (1 + ρ)). 1,600 traces: standard error 0.01.
    const separation = (contrast / sd) * Math.sqrt(2 / (1 + common));
    expect(Math.abs(impedance.metrics.accuracy - normalCdf(separation / 2))).toBeLessThan(0.03);
    expect(Math.abs(trace.metrics.accuracy - impedance.metrics.accuracy)).toBeLessThan(0.005);
  }
});

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalCdf(x: number) {
  const t = 1 / (1 + (0.3275911 * x) / Math.SQRT2);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - (poly * Math.exp(-(x ** 2) / 2)) / 2;
}

test('noise takes the trace oracle down to chance, and leaves the impedance oracle', () => {
  const params = twoFacies(0.07, 0.5);
  const at = (snr: number) => oracle({ ...params, noise: { ...params.noise, snr } }, 3);
  const [good, poor, none] = [at(10), at(1), at(0.001)];
  expect(good.impedance.metrics).toEqual(none.impedance.metrics);
  expect(good.trace.metrics.accuracy).toBeGreaterThan(poor.trace.metrics.accuracy);
  expect(poor.trace.metrics.accuracy).toBeGreaterThan(none.trace.metrics.accuracy + 0.02);
  expect(Math.abs(none.trace.metrics.accuracy - 0.5)).toBeLessThan(0.05);
});

test('the demonstration cannot be told perfectly, nor is it hopeless', async () => {
  const params = { ...demoSurvey, grid: { ...demoSurvey.grid, inlines: 24, crosslines: 48 } };
  const parts = await computeHere(oracleKernel, { params, seed: 42 });
  const report = oracleReport(params, parts);
  expect(report).toEqual(oracle(params, 42));
  for (const { metrics } of [report.impedance, report.trace]) {
    expect(metrics.f1_weighted).toBeGreaterThan(0.85);
    expect(metrics.f1_weighted).toBeLessThan(0.99);
  }
});
