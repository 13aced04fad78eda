import { describe, expect, it } from 'vitest';
import { conformalFactors, normalFactor } from '#dist/components/lib/forecast/conformal.js';
import { fitEts, fitForm } from '#dist/components/lib/forecast/ets.js';
import { type EtsForm, type EtsStates, etsPass } from '#dist/components/lib/forecast/ets-filter.js';
import { forecastEts } from '#dist/components/lib/forecast/ets-forecast.js';
import { forecastSeries, type Method, until } from '#dist/components/lib/forecast/method.js';
import { nelderMead } from '#dist/components/lib/forecast/nelder-mead.js';
import { random } from '#dist/components/lib/random.js';
import { normalQuantile } from '#dist/components/lib/statistics/normal.js';
import { expectClose } from '../../support/close.js';

/** A season of twelve on a line, with noise. */
function monthly(n: number, seed: number, noise = 2): Float64Array {
  const r = random(seed);
  return Float64Array.from(
    { length: n },
    (_, t) => 100 + 0.5 * t + 10 * Math.sin((2 * Math.PI * t) / 12) + noise * r.normal(),
  );
}

describe('the simplex', () => {
  it('finds the minimum of Rosenbrock’s valley', () => {
    const { x } = nelderMead(([a, b]) => (1 - a!) ** 2 + 100 * (b! - a! ** 2) ** 2, Float64Array.of(-1.2, 1));
    // R 4.2: optim(c(-1.2, 1), fr)$par is 1.000260 1.000506.
    expectClose(x, [1.00026, 1.000506], 1e-5);
  });
});

it('normal quantiles equal scipy’s', () => {
  // scipy 1.17.1: norm.ppf([1e-300, 1e-20, 1e-10, 0.025, 0.1, 0.5, 0.95, 0.999999])
  const chances = [1e-300, 1e-20, 1e-10, 0.025, 0.1, 0.5, 0.95, 0.999999];
  const quantiles = [
    -37.0470962993612, -9.262340089798409, -6.361340902404056, -1.9599639845400545, -1.2815515655446004, 0,
    1.6448536269514722, 4.753424308817087,
  ];
  expectClose(chances.map(normalQuantile), quantiles, 1e-12);
  expectClose(normalFactor(0.95), 1.959963984540054, 1e-12);
});

describe('intervals of exponential smoothing', () => {
  const forms: readonly EtsForm[] = [
    { error: 'A', trend: 'A', damped: true, season: 'A' },
    { error: 'M', trend: 'A', damped: false, season: 'N' },
    { error: 'M', trend: 'A', damped: true, season: 'A' },
    { error: 'M', trend: 'A', damped: false, season: 'M' },
  ];
  it.each(forms)('are as wide as simulated paths are: %o', (form) => {
    const model = fitForm(monthly(120, 1), 12, form)!;
    const horizon = 15;
    const { mean, sd } = forecastEts(model, horizon);
    const r = random(2);
    const paths = 20_000;
    const sums = new Float64Array(horizon);
    const squares = new Float64Array(horizon);
    for (let p = 0; p < paths; p++) {
      let at: EtsStates = { ...model.end, season: model.end.season.slice() };
      for (let h = 0; h < horizon; h++) {
        const [ahead] = forecastEts({ ...model, end: at }, 1).mean;
        const e = Math.sqrt(model.variance) * r.normal();
        const y = form.error === 'A' ? ahead! + e : ahead! * (1 + e);
        at = etsPass([y], form, model.params, at).end;
        sums[h]! += y / paths;
        squares[h]! += (y - mean[h]!) ** 2 / paths;
      }
    }
    for (let h = 0; h < horizon; h++) {
      expect(Math.abs(sums[h]! - mean[h]!), `mean ${h + 1}`).toBeLessThan(0.03 * sd[h]!); // four standard errors
      expect(Math.abs(Math.sqrt(squares[h]!) / sd[h]! - 1), `sd ${h + 1}`).toBeLessThan(0.04);
    }
  });
});

describe('every method', () => {
  const methods: readonly Method[] = [
    { name: 'naive' },
    { name: 'seasonal-naive' },
    { name: 'drift' },
    { name: 'theta' },
    { name: 'ets' },
    { name: 'lags', lags: 3 },
    { name: 'best', of: [{ name: 'naive' }, { name: 'theta' }], origins: 2 },
  ];
  it.each(methods)('$name sees nothing after the last known value', (method) => {
    const values = monthly(80, 3);
    const changed = values.map((v, t) => (t < 60 ? v : 1e6 + v));
    const [a, b] = [values, changed].map((v) =>
      forecastSeries(method, until({ values: v, period: 12 }, 60), 6),
    );
    expect(a).toEqual(b);
  });

  it.each(methods)('$name moves and stretches with the series', (method) => {
    if (method.name === 'theta' || method.name === 'ets' || method.name === 'best') return;
    const values = monthly(80, 4);
    const { mean, sd } = forecastSeries(method, { values, period: 12 }, 6);
    const other = forecastSeries(method, { values: values.map((v) => 3 * v + 7), period: 12 }, 6);
    expectClose(
      other.mean,
      mean.map((v) => 3 * v + 7),
      1e-9,
    );
    expectClose(
      other.sd,
      sd.map((v) => 3 * v),
      1e-9,
    );
  });

  it.each(methods)('$name says why a series is too short', (method) => {
    expect(() => forecastSeries(method, { values: new Float64Array(0), period: 12 }, 6)).toThrow(
      expect.objectContaining({ code: 'too-few-rows' }),
    );
  });

  it.each(methods)('$name keeps a series that never moves', (method) => {
    const { mean, sd } = forecastSeries(method, { values: new Float64Array(60).fill(5), period: 12 }, 6);
    expectClose(mean, new Array(6).fill(5), 1e-12);
    expectClose(sd, new Array(6).fill(0), 1e-12);
  });
});

it('lags find a dependence on another column two steps before', () => {
  const r = random(5);
  const x = Float64Array.from({ length: 200 }, () => r.normal());
  const values = new Float64Array(200);
  for (let t = 2; t < 200; t++)
    values[t] = values[t - 1]! + 3 * (x[t - 2]! - (x[t - 3] ?? 0)) + 0.1 * r.normal();
  const known = { values, period: 1, exogenous: [x] };
  let [own, blind] = [0, 0];
  for (let t = 150; t < 198; t++) {
    const at = until(known, t);
    own += Math.abs(forecastSeries({ name: 'lags', lags: 3 }, at, 1).mean[0]! - values[t]!);
    blind += Math.abs(
      forecastSeries({ name: 'lags', lags: 3 }, { values: at.values, period: 1 }, 1).mean[0]! - values[t]!,
    );
  }
  expect(own).toBeLessThan(0.2 * blind);
});

describe('conformal intervals', () => {
  const scores = (n: number, step = 1) => Array.from({ length: n }, (_, i) => ({ step, score: (i + 1) / n }));
  it('take the ⌈(n + 1) level⌉-th score of the same step', () => {
    expect(conformalFactors(scores(19), 1, [0.95])).toEqual([1]);
    expect(conformalFactors(scores(99), 1, [0.8, 0.5])).toEqual([80 / 99, 50 / 99]);
  });
  it('take all steps where one has too few for the highest level, and nothing where all have', () => {
    const both = [...scores(18), ...scores(10, 2).map(({ step, score }) => ({ step, score: 5 * score }))];
    expect(conformalFactors(both, 1, [0.8, 0.95])).toEqual([3, 5]);
    expect(conformalFactors(scores(18), 1, [0.95])).toBeUndefined();
  });
  it('hold their level on exchangeable errors', () => {
    const r = random(6);
    let inside = 0;
    const trials = 4000;
    for (let i = 0; i < trials; i++) {
      const past = Array.from({ length: 24 }, () => ({ step: 1, score: Math.abs(r.normal()) }));
      if (Math.abs(r.normal()) <= conformalFactors(past, 1, [0.8])![0]!) inside++;
    }
    expect(Math.abs(inside / trials - 0.8)).toBeLessThan(0.02);
  });
});

it('exponential smoothing of few values falls back to the simplest form', () => {
  expect(fitEts(Float64Array.of(3, 4, 3, 5, 4), 12).name).toBe('ETS(A,N,N)');
  expect(() => fitEts(Float64Array.of(3, 4), 12)).toThrow(expect.objectContaining({ code: 'too-few-rows' }));
});
