import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { sharedF32, sharedF64 } from '#dist/components/lib/compute/shared.js';
import { random } from '#dist/components/lib/random.js';
import { type AttributeName, attributeNames } from '#dist/components/lib/spectra/attribute-names.js';
import { traceAttributes, traceAttributesKernel } from '#dist/components/lib/spectra/attributes.js';
import { planRealFft } from '#dist/components/lib/spectra/fft-real.js';
import { planHilbert } from '#dist/components/lib/spectra/hilbert.js';
import { gridNeighbourhood, semblance, semblanceKernel } from '#dist/components/lib/spectra/semblance.js';
import { TraceAnalysis } from '#dist/components/lib/spectra/trace-analysis.js';
import { traceFeatureNames } from '#dist/components/lib/spectra/trace-feature-names.js';
import { traceFeatures } from '#dist/components/lib/spectra/trace-features.js';
import { windowFeatures, windowStarts } from '#dist/components/lib/spectra/windows.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { readTrace } from './segy-traces.js';

function attributesOf(trace: Float32Array, interval = 1) {
  const out = attributeNames.map(() => new Float64Array(1));
  traceAttributes(attributeNames, trace.length, interval)(trace, 0, 1, out, 0);
  return Object.fromEntries(attributeNames.map((name, i) => [name, out[i][0]])) as Record<
    AttributeName,
    number
  >;
}

const noise = (count: number, seed: number) => {
  const r = random(seed);
  return Float32Array.from({ length: count }, () => r.normal());
};

/** Names in trace_features.json. */
const stored: Partial<Record<AttributeName, string>> = {
  spectral_centroid: 'spectral_centroid_power_hz',
  spectral_bandwidth: 'spectral_bandwidth_power_hz',
  spectral_rolloff: 'rolloff85_power_hz',
  spectral_flatness: 'spectral_flatness_power',
  envelope_mean: 'envelope_mean',
  envelope_max: 'envelope_max',
  envelope_std: 'envelope_std_pop',
  instantaneous_frequency_mean: 'instantaneous_frequency_mean_hz',
  instantaneous_frequency_median: 'instantaneous_frequency_median_hz',
  median: 'median',
  percentile_5: 'p05',
  percentile_25: 'p25',
  percentile_75: 'p75',
  percentile_95: 'p95',
  skewness: 'skew_pop',
  kurtosis: 'kurtosis_excess_pop',
  autocorrelation_lag1: 'autocorr_lag1',
};

describe.skipIf(!hasSharedData)('attributes of real traces (numpy 1.24, scipy 1.10.1)', () => {
  const { traces } = hasSharedData
    ? JSON.parse(readFileSync(`${sharedData}segy/trace_features.json`, 'utf8'))
    : { traces: [] };
  for (const { file, trace, dt_s, features } of traces) {
    test(`${file} trace ${trace}`, () => {
      const samples = readTrace(file, trace, features.n);
      const got = attributesOf(samples, dt_s);
      const analysis = new TraceAnalysis(features.n, dt_s);
      analysis.load(samples, 0);
      // Where a sample is exactly 0 the phase may step by exactly half a turn, and rounding picks the way round.
      const undecided = analysis.frequency.some((f) => Math.abs(Math.abs(f) * dt_s - 0.5) < 1e-9);
      for (const [name, key] of Object.entries(stored)) {
        const want = features[key];
        const instantaneous = name.startsWith('instantaneous');
        if (instantaneous && undecided) continue;
        const off = Math.abs(got[name as AttributeName] - want);
        expect(off, name).toBeLessThanOrEqual(1e-9 * (instantaneous ? 1 / dt_s : Math.abs(want)));
      }
      const middle = Math.floor(features.n / 2);
      const close = (got: Float64Array, want: number[], at: number) =>
        want.forEach((value, i) => {
          expect(Math.abs(got[at + i] - value)).toBeLessThan(1e-9 * (1 + features.envelope_max));
        });
      close(analysis.envelope, features.envelope_first8, 0);
      close(analysis.envelope, features.envelope_mid8, middle);
      close(analysis.phase, features.instantaneous_phase_mid8, middle);
    });
  }
});

test('a pure tone has its own centroid, frequency and envelope, no bandwidth and no entropy', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 300 }), fc.nat(), (n, pick) => {
      const k = 1 + (pick % (Math.floor(n / 2) - 2));
      const tone = Float32Array.from({ length: n }, (_, i) => 3 * Math.cos((2 * Math.PI * k * i) / n));
      const got = attributesOf(tone, 0.004);
      const hertz = k / n / 0.004;
      expect(got.spectral_centroid).toBeCloseTo(hertz, 4);
      expect(got.spectral_bandwidth).toBeLessThan(0.01);
      expect(got.spectral_rolloff).toBe(hertz);
      expect(got.spectral_flatness).toBeLessThan(1e-6);
      expect(got.spectral_entropy).toBeLessThan(1e-6);
      expect(got.envelope_mean).toBeCloseTo(3, 4);
      expect(got.envelope_std).toBeLessThan(1e-4);
      expect(got.instantaneous_frequency_mean).toBeCloseTo(hertz, 3);
      expect(got.sweetness).toBeCloseTo(3 / Math.sqrt(hertz), 4);
    }),
    { numRuns: 50 },
  );
});

test('an impulse has a white spectrum', () => {
  const got = attributesOf(Float32Array.from({ length: 64 }, (_, i) => (i === 10 ? 2 : 0)));
  expect(got.spectral_flatness).toBeCloseTo(1, 12);
  expect(got.spectral_entropy).toBeCloseTo(1, 12);
  expect(got.spectral_centroid).toBeCloseTo(0.25, 12);
  expect(got.response_phase).toBeCloseTo(0, 12);
});

test('scaling a trace scales amplitudes and leaves ratios and frequencies', () => {
  const trace = noise(200, 4);
  const [one, four] = [attributesOf(trace), attributesOf(trace.map((x) => 4 * x))];
  const scaled = ['envelope_mean', 'envelope_max', 'envelope_std', 'sweetness', 'median', 'percentile_95'];
  for (const name of attributeNames) {
    expect(four[name], name).toBeCloseTo(
      one[name] * (scaled.includes(name) || name.startsWith('perc') ? 4 : 1),
      9,
    );
  }
});

test('dead and constant traces and single samples have values, and broken ones NaN', () => {
  for (const trace of [
    new Float32Array(50),
    new Float32Array(50).fill(7),
    new Float32Array(7).fill(0.1),
    Float32Array.of(5),
    Float32Array.of(0, 1),
  ]) {
    for (const [name, value] of Object.entries(attributesOf(trace)))
      expect(value, name).toSatisfy(Number.isFinite);
    if (trace.length > 2) expect(attributesOf(trace).sweetness).toBe(0);
  }
  const broken = noise(50, 1);
  broken[7] = Number.POSITIVE_INFINITY;
  for (const value of Object.values(attributesOf(broken))) expect(value).toBeNaN();
});

test('the kernel gives the same bytes as one call, for the names asked for', async () => {
  const [n, traces] = [300, 700];
  const samples = sharedF32(n * traces);
  samples.set(noise(n * traces, 1));
  const names: AttributeName[] = ['sweetness', 'kurtosis', 'spectral_rolloff'];
  const out = names.map(() => sharedF64(traces));
  await computeHere(traceAttributesKernel, { names, samples, n, interval: 0.002, out });
  const once = names.map(() => new Float64Array(traces));
  traceAttributes(names, n, 0.002)(samples, 0, traces, once, 0);
  out.forEach((column, i) => {
    expect(Buffer.from(column.buffer).equals(Buffer.from(once[i].buffer))).toBe(true);
  });
  expect(() => traceAttributes(['charm' as AttributeName], n, 1)).toThrow('charm');
});

test('the Hilbert transform turns a cosine into a sine, and twice is minus the trace without DC', () => {
  for (const n of [7, 12, 60, 101]) {
    const hilbert = planHilbert(planRealFft(n));
    const cosine = Float64Array.from({ length: n }, (_, i) => Math.cos((4 * Math.PI * i) / n));
    const once = new Float64Array(n);
    hilbert(cosine, 0, once);
    once.forEach((v, i) => {
      expect(v).toBeCloseTo(Math.sin((4 * Math.PI * i) / n), 12);
    });
    const twice = new Float64Array(n);
    hilbert(once, 0, twice);
    twice.forEach((v, i) => {
      expect(v).toBeCloseTo(-cosine[i], 12);
    });
  }
});

describe('semblance', () => {
  const n = 400;
  const inlines = Int32Array.from({ length: 12 }, (_, i) => 100 + Math.floor(i / 4));
  const crosslines = Int32Array.from({ length: 12 }, (_, i) => 7 + (i % 4));

  test('neighbours are found by their numbers', () => {
    const { rows, size } = gridNeighbourhood(inlines, crosslines);
    expect(size).toBe(9);
    expect([...rows.subarray(5 * 9, 6 * 9)]).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
    expect([...rows.subarray(0, 9)]).toEqual([-1, -1, -1, -1, 0, 1, -1, 4, 5]);
  });

  test('equal traces have 1, independent ones 1/K, dead ones 0', async () => {
    const neighbourhood = gridNeighbourhood(inlines, crosslines);
    const run = async (samples: Float32Array) => {
      const out = new Float64Array(12);
      await computeHere(semblanceKernel, { samples, n, neighbourhood, out });
      return out;
    };
    const trace = noise(n, 2);
    for (const v of await run(Float32Array.from({ length: 12 * n }, (_, i) => trace[i % n]))) {
      expect(v).toBeCloseTo(1, 12);
    }
    const independent = await run(noise(12 * n, 3));
    expect(independent[5]).toBeGreaterThan(0.07);
    expect(independent[5]).toBeLessThan(0.16);
    expect([...(await run(new Float32Array(12 * n)))]).toEqual(new Array(12).fill(0));
    expect(semblance(trace, n, { rows: Int32Array.of(-1, 0, -1), size: 3 }, 0)).toBeCloseTo(1, 12);
  });
});

describe('windows', () => {
  test('whole windows only', () => {
    expect(windowStarts(10, { length: 4, step: 3 })).toEqual([0, 3, 6]);
    expect(windowStarts(4, { length: 4, step: 9 })).toEqual([0]);
    for (const windows of [
      { length: 5, step: 1 },
      { length: 0, step: 1 },
      { length: 2, step: 0 },
    ]) {
      expect(() => windowStarts(4, windows)).toThrow('windows');
    }
  });

  test('each window has the features of its samples cut out', () => {
    const samples = noise(3 * 100, 9);
    const windows = { length: 31, step: 20 };
    const starts = windowStarts(100, windows);
    const out = traceFeatureNames.map(() => new Float64Array(3 * starts.length));
    windowFeatures(samples, 100, windows, out);
    for (let trace = 0; trace < 3; trace++) {
      starts.forEach((start, w) => {
        const alone = traceFeatureNames.map(() => new Float64Array(1));
        const from = trace * 100 + start;
        traceFeatures(samples.slice(from, from + 31), 31, alone);
        expect(out.map((column) => column[trace * starts.length + w])).toEqual(alone.map(([v]) => v));
      });
    }
  });
});
