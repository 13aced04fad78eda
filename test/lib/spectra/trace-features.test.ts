import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { sharedF32, sharedF64 } from '#dist/components/lib/compute/shared.js';
import { random } from '#dist/components/lib/random.js';
import { traceFeatureNames } from '#dist/components/lib/spectra/trace-feature-names.js';
import { traceFeatures, traceFeaturesKernel } from '#dist/components/lib/spectra/trace-features.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { readTrace } from './segy-traces.js';

const columns = (traces: number) => traceFeatureNames.map(() => new Float64Array(traces));

function featuresOf(samples: Float32Array | number[], n = samples.length) {
  const out = columns(samples.length / n);
  traceFeatures(Float32Array.from(samples), n, out);
  return Object.fromEntries(traceFeatureNames.map((name, i) => [name, out[i][0]]));
}

const noise = (count: number, seed: number) => {
  const r = random(seed);
  return Float32Array.from({ length: count }, () => r.normal());
};

describe.skipIf(!hasSharedData)('the eight features of real traces (numpy 1.24)', () => {
  const { traces } = hasSharedData
    ? JSON.parse(readFileSync(`${sharedData}segy/trace_features.json`, 'utf8'))
    : { traces: [] };
  for (const { file, trace, dt_s, features: want } of traces) {
    test(`${file} trace ${trace}`, () => {
      const got = featuresOf(readTrace(file, trace, want.n));
      const close = (a: number, b: number) =>
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(b) + 1e-300);
      close(got.mean_amplitude + want.rms, want.mean + want.rms);
      close(got.std_amplitude, want.std_pop);
      expect(got.min_amplitude).toBe(want.min);
      expect(got.max_amplitude).toBe(want.max);
      close(got.rms_amplitude, want.rms);
      close(got.energy, want.energy);
      expect(got.zero_crossings).toBe(want.zero_crossings_signbit);
      // The stored value may be at the Nyquist bin, which the definition leaves out; none of these traces has it there.
      close(got.dominant_frequency / dt_s, want.dominant_frequency_no_dc_hz);
    });
  }
});

test('small cases by hand', () => {
  expect(featuresOf([1, -1, 1, -1])).toEqual({
    mean_amplitude: 0,
    std_amplitude: 1,
    min_amplitude: -1,
    max_amplitude: 1,
    rms_amplitude: 1,
    energy: 4,
    zero_crossings: 3,
    dominant_frequency: 0.25,
  });
  expect(featuresOf([0, -0, 0, 5, -0]).zero_crossings).toBe(3);
  expect(featuresOf([3]).std_amplitude).toBe(0);
});

test('lengths too short for a bin have a dominant frequency of 0; a dead trace has the lowest', () => {
  for (const n of [1, 2, 3]) expect(featuresOf(noise(n, n)).dominant_frequency).toBe(0);
  expect(featuresOf(new Array(100).fill(0)).dominant_frequency).toBe(1 / 100);
});

test('a sine has its own frequency, whatever the length and offset', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 500 }),
      fc.nat(),
      fc.double({ min: -100, max: 100, noNaN: true }),
      (n, pick, dc) => {
        const k = 1 + (pick % (Math.floor(n / 2) - 1));
        const x = Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * k * i) / n + 0.3) + dc);
        expect(featuresOf(x).dominant_frequency).toBe(k / n);
      },
    ),
    { numRuns: 40 },
  );
});

test('a trace is the same alone as among others, whatever they hold', () => {
  const n = 77;
  const samples = noise(n * 5, 3);
  samples.fill(0, n, 2 * n);
  samples.fill(1e30, 2 * n, 3 * n);
  samples[4 * n] = Number.NaN;
  const out = columns(5);
  traceFeatures(samples, n, out);
  for (let t = 0; t < 5; t++) {
    const alone = featuresOf(samples.slice(t * n, (t + 1) * n));
    traceFeatureNames.forEach((name, i) => {
      expect(Object.is(out[i][t], alone[name]), `${name} of trace ${t}`).toBe(true);
    });
  }
});

test('NaN and infinity are told, not hidden', () => {
  const broken = featuresOf([1, Number.NaN, -2, 3]);
  expect(broken).toMatchObject({ zero_crossings: 2 });
  for (const name of ['mean_amplitude', 'min_amplitude', 'max_amplitude', 'energy', 'dominant_frequency']) {
    expect(broken[name], name).toBeNaN();
  }
  expect(featuresOf([1, Number.POSITIVE_INFINITY, 0, 0])).toMatchObject({
    max_amplitude: Infinity,
    energy: Infinity,
  });
  expect(featuresOf([1, Number.POSITIVE_INFINITY, 0, 0]).dominant_frequency).toBeNaN();
});

test('large offsets do not swallow the deviation', () => {
  const x = Array.from({ length: 1000 }, (_, i) => 1e6 + (i % 2));
  expect(featuresOf(x).std_amplitude).toBeCloseTo(0.5, 12);
});

test('the kernel over blocks gives the same bytes as one call', async () => {
  const n = 30;
  const traces = 2500;
  const samples = sharedF32(n * traces);
  samples.set(noise(n * traces, 1));
  const out = traceFeatureNames.map(() => sharedF64(traces));
  await computeHere(traceFeaturesKernel, { samples, n, out });
  const once = columns(traces);
  traceFeatures(samples, n, once);
  out.forEach((column, i) => {
    expect(Buffer.from(column.buffer).equals(Buffer.from(once[i].buffer))).toBe(true);
  });
});

test('samples that are no whole number of traces are refused', () => {
  expect(() => traceFeatures(new Float32Array(10), 3, columns(4))).toThrow('whole number');
  expect(() => traceFeatures(new Float32Array(10), 0, columns(4))).toThrow('length');
});
