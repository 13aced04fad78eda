import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { random } from '#dist/components/lib/random.js';
import {
  layeredEarth,
  layeredEarthKernel,
  type Section,
  traceState,
} from '#dist/components/lib/survey/layered-earth.js';
import { bandNoise } from '#dist/components/lib/survey/noise.js';
import { demoSurvey, type LayeredEarthParams } from '#dist/components/lib/survey/params.js';
import { RandomField } from '#dist/components/lib/survey/random-field.js';

/** Flat beds without noise, faults or variation; the target is the last. */
const flat: LayeredEarthParams = {
  ...demoSurvey,
  grid: { ...demoSurvey.grid, inlines: 6, crosslines: 40 },
  window: [200, 1000],
  beds: [
    { name: 'cover', thickness: 401.7, impedance: 5000, sd: 0 },
    { name: 'target', thickness: 0, impedance: 0, sd: 0, target: true },
  ],
  structure: { dipInline: 0, dipCrossline: 0, folds: [], thickness: 0, correlation: 10 },
  faults: [],
  facies: [{ name: 'rock', share: 1, impedance: 7000, sd: 0, layering: 0 }],
  noise: { ...demoSurvey.noise, snr: 1e12 },
  damage: { dead: 0, clipped: 0, clipAt: 1 },
};

function digest(sections: readonly Section[]): string {
  const hash = createHash('sha256');
  for (const section of sections) {
    for (const [name, value] of Object.entries(section))
      hash.update(name).update(value instanceof Object ? new Uint8Array(value.buffer) : String(value));
  }
  return hash.digest('hex');
}

test('one interface gives the Ricker wavelet at its time with amplitude R', () => {
  const { samples } = layeredEarth(flat, 1).section(3);
  const r = (7000 - 5000) / (7000 + 5000);
  let worst = 0;
  for (let i = 0; i < samples.length; i++) {
    const a = (Math.PI * 30 * ((i % 500) * 4 - 401.7)) / 1000;
    const want = 10_000 * r * (1 - 2 * a ** 2) * Math.exp(-(a ** 2));
    worst = Math.max(worst, Math.abs(samples[i] - want));
  }
  expect(worst).toBeLessThan(1e-3);
});

test('a thin bed is the difference of two wavelets', () => {
  const thin = {
    ...flat,
    beds: [flat.beds[0], { name: 'thin', thickness: 10, impedance: 6000, sd: 0 }, flat.beds[1]],
  };
  const { samples } = layeredEarth(thin, 1).section(0);
  const wavelet = (t: number) => {
    const a = (Math.PI * 30 * t) / 1000;
    return (1 - 2 * a ** 2) * Math.exp(-(a ** 2));
  };
  for (let i = 0; i < 500; i++) {
    const want = (10_000 / 11) * wavelet(i * 4 - 401.7) + (10_000 / 13) * wavelet(i * 4 - 411.7);
    expect(samples[i]).toBeCloseTo(want, 3);
  }
});

test('a fault moves the hanging wall by its throw and leaves the foot wall', () => {
  const fault = { inline: 0, crossline: 20, time: 401.7, azimuth: 90, lean: 2, throw: 24, tip: 50 };
  const { horizons, samples } = layeredEarth({ ...flat, faults: [fault] }, 1).section(0);
  const times = Array.from({ length: 40 }, (_, j) => horizons[j * 2 + 1]);
  // The plane passes the horizon at crossline 20 and its moved twin, 24 ms deeper, half a trace further on.
  expect(times.slice(0, 20)).toEqual(new Array(20).fill(401.7));
  expect(times[20]).toBeNaN();
  for (const time of times.slice(21)) expect(time).toBeCloseTo(425.7, 9);
  const peak = (j: number) =>
    samples.subarray(j * 500, (j + 1) * 500).indexOf(Math.max(...samples.subarray(j * 500, (j + 1) * 500)));
  expect(peak(5) * 4).toBe(400);
  expect(peak(35) * 4).toBe(424);
  const above = layeredEarth({ ...flat, faults: [{ ...fault, tip: 500 }] }, 1).section(0);
  expect(Array.from({ length: 40 }, (_, j) => above.horizons[j * 2 + 1])).toEqual(new Array(40).fill(401.7));
});

test('dip and folds follow their formula, growing to full at 1,000 ms', () => {
  const dipping = {
    ...flat,
    structure: { ...flat.structure, dipInline: 2, dipCrossline: -0.5 },
    beds: [{ ...flat.beds[0], thickness: 1000 }, flat.beds[1]],
  };
  const { horizons } = layeredEarth(dipping, 1).section(5);
  for (let j = 0; j < 40; j++) expect(horizons[2 * j + 1]).toBeCloseTo(1000 + 2 * 2 - 0.5 * (j - 20), 9);
});

test('S/N, class shares and damage are as stated', () => {
  const earth = layeredEarth(demoSurvey, 42);
  let signal = 0;
  let noise = 0;
  const shares = demoSurvey.facies.map(() => 0);
  const states = [0, 0, 0];
  for (let inline = 0; inline < 96; inline += 4) {
    const { samples, clean, facies, state } = earth.section(inline, { clean: true });
    facies.forEach((code, j) => {
      shares[code] += 1 / (24 * 128);
      states[state[j]]++;
      const trace = samples.subarray(j * 500, (j + 1) * 500);
      if (state[j] === traceState.dead) expect(trace.every((v) => v === 0)).toBe(true);
      if (state[j] === traceState.clipped) {
        expect(trace.every((v) => Math.abs(v) <= Math.fround(1.5 * earth.signalRms))).toBe(true);
      }
      if (state[j] !== traceState.live) return;
      for (let i = 300; i < 400; i++) {
        signal += clean![j * 500 + i] ** 2;
        noise += (trace[i] - clean![j * 500 + i]) ** 2;
      }
    });
  }
  expect(Math.sqrt(signal / noise) / 4).toBeGreaterThan(0.96);
  expect(Math.sqrt(signal / noise) / 4).toBeLessThan(1.04);
  demoSurvey.facies.forEach(({ share }, k) => {
    expect(Math.abs(shares[k] - share)).toBeLessThan(0.02);
  });
  // Binomial, 3,072 traces at 0.2 and 0.3 %: means 6 and 9.
  expect(states[traceState.dead]).toBeGreaterThan(0);
  expect(states[traceState.dead]).toBeLessThan(17);
  expect(states[traceState.clipped]).toBeGreaterThan(0);
  expect(states[traceState.clipped]).toBeLessThan(22);
});

test('labels come in patches: neighbours agree, distant places hardly more than chance', () => {
  const earth = layeredEarth(demoSurvey, 7);
  const rows = Array.from({ length: 40 }, (_, i) => earth.geology.facies(2 * i));
  const agreement = (distance: number) => {
    let same = 0;
    let pairs = 0;
    for (const row of rows) {
      for (let j = 0; j + distance < row.length; j++, pairs++) if (row[j] === row[j + distance]) same++;
    }
    return same / pairs;
  };
  expect(agreement(1)).toBeGreaterThan(0.88);
  // Σ share² = 0.29.
  expect(agreement(60)).toBeLessThan(0.45);
});

test('a random field has unit variance and the Gaussian correlation asked for', () => {
  const products = [0, 4, 8, 16].map(() => 0);
  const fields = 2000;
  for (let seed = 0; seed < fields; seed++) {
    const row = new RandomField(random(seed), 8).row(5, 17);
    [0, 4, 8, 16].forEach((d, i) => {
      products[i] += (row[0] * row[d]) / fields;
    });
  }
  [0, 4, 8, 16].forEach((d, i) => {
    expect(Math.abs(products[i] - Math.exp(-(d ** 2) / (2 * 8 ** 2)))).toBeLessThan(0.09);
  });
});

test('noise has variance 1, its stated autocovariance, and its power within the band', () => {
  const n = 250;
  const noise = bandNoise(n, 4, { snr: 1, band: [10, 20, 50, 60], floor: 0 });
  const trace = new Float64Array(n);
  const r = random(5);
  const covariance = [0, 0, 0, 0, 0];
  for (let k = 0; k < 400; k++) {
    noise.fill(r, trace);
    for (let lag = 0; lag < 5; lag++) {
      for (let i = 0; i < n; i++) covariance[lag] += (trace[i] * trace[(i + lag) % n]) / (400 * n);
    }
  }
  expect(noise.autocovariance[0]).toBeCloseTo(1, 12);
  covariance.forEach((value, lag) => {
    expect(Math.abs(value - noise.autocovariance[lag])).toBeLessThan(0.02);
  });
  // 10 samples of 4 ms at 25 Hz make a turn: a sine of 5 Hz or of 80 Hz is not in it.
  for (const hz of [5, 80]) {
    const part = trace.reduce((sum, v, i) => sum + v * Math.cos((2 * Math.PI * hz * i * 4) / 1000), 0);
    expect(Math.abs(part)).toBeLessThan(1e-9);
  }
});

test('equal seeds give equal bytes in any order and by the kernel; another seed, another survey', async () => {
  const params = { ...demoSurvey, grid: { ...demoSurvey.grid, inlines: 4, crosslines: 20 } };
  const options = { volumes: true, clean: true };
  const forwards = layeredEarth(params, 3);
  const first = [0, 1, 2, 3].map((i) => forwards.section(i, options));
  const backwards = layeredEarth(params, 3);
  const second = [3, 2, 1, 0].map((i) => backwards.section(i, options)).reverse();
  expect(digest(second)).toBe(digest(first));
  const parallel = await computeHere(layeredEarthKernel, { params, seed: 3, options });
  expect(digest(parallel)).toBe(digest(first));
  expect(digest([layeredEarth(params, 4).section(0, options)])).not.toBe(digest(first.slice(0, 1)));
});

test('volumes show the facies between the target horizons, and planes where the faults are', () => {
  const section = layeredEarth(demoSurvey, 42).section(40, { volumes: true });
  const [top, base] = [8, 12];
  for (let j = 0; j < 128; j++) {
    const [from, to] = [section.horizons[j * 16 + top], section.horizons[j * 16 + base]];
    if (Number.isNaN(from) || Number.isNaN(to)) continue;
    const want = Uint8Array.from({ length: 500 }, (_, i) =>
      i * 4 >= from && i * 4 < to ? section.facies[j] + 1 : 0,
    );
    expect(Buffer.compare(section.faciesVolume!.subarray(j * 500, (j + 1) * 500), want)).toBe(0);
  }
  const marked = section.faultMask!.reduce((sum, v) => sum + v, 0) / section.faultMask!.length;
  expect(marked).toBeGreaterThan(0.01);
  expect(marked).toBeLessThan(0.05);
});

test('the grid is rotated and keeps its spacing', () => {
  const earth = layeredEarth(demoSurvey, 1);
  const [a, b] = [earth.section(0), earth.section(1)];
  expect([a.inline, b.inline, a.crosslines[0], a.crosslines[127]]).toEqual([1001, 1002, 2001, 2128]);
  expect([a.x[0], a.y[0]]).toEqual([432_000, 6_481_000]);
  const along = [a.x[1] - a.x[0], a.y[1] - a.y[0]];
  const across = [b.x[0] - a.x[0], b.y[0] - a.y[0]];
  expect(Math.hypot(...along)).toBeCloseTo(25, 6);
  expect(Math.hypot(...across)).toBeCloseTo(25, 6);
  expect((Math.atan2(along[1], along[0]) * 180) / Math.PI).toBeCloseTo(27, 6);
  expect(along[0] * across[0] + along[1] * across[1]).toBeCloseTo(0, 6);
});

test('params that do not fit together are refused', () => {
  const bad: Partial<LayeredEarthParams>[] = [
    { window: [1200, 2600] },
    { facies: demoSurvey.facies.slice(1) },
    { beds: demoSurvey.beds.filter(({ target }) => !target) },
    { facies: [{ ...demoSurvey.facies[0], share: 1, within: 'nowhere' }] },
    { noise: { ...demoSurvey.noise, snr: 0 } },
    { lateral: { ...demoSurvey.lateral, common: 1 } },
  ];
  for (const change of bad) {
    expect(() => layeredEarth({ ...demoSurvey, ...change }, 1)).toThrow(
      expect.objectContaining({ code: 'survey-params' }),
    );
  }
});
