import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { primeFactors, smoothAtLeast } from '#dist/components/lib/spectra/factors.js';
import { planRealFft } from '#dist/components/lib/spectra/fft-real.js';

const noise = (n: number, seed = n) => {
  const r = random(seed);
  return Float64Array.from({ length: n }, () => r.normal());
};

/** The definition itself, O(n²), as (re, im) pairs of the non-negative frequencies. */
function dft(x: Float64Array) {
  const n = x.length;
  const out = new Float64Array(2 * (Math.floor(n / 2) + 1));
  const cos = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sin = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n));
  for (let k = 0; k < out.length / 2; k++) {
    for (let j = 0; j < n; j++) {
      out[2 * k] += x[j] * cos[(j * k) % n];
      out[2 * k + 1] -= x[j] * sin[(j * k) % n];
    }
  }
  return out;
}

function rfft(x: Float64Array | Float32Array) {
  const fft = planRealFft(x.length);
  const out = new Float64Array(2 * fft.bins);
  fft.forward(x, 0, 1, out, 0);
  return out;
}

const worst = (a: Float64Array, b: Float64Array) =>
  a.reduce((m, x, i) => Math.max(m, Math.abs(x - b[i])), a.length === b.length ? 0 : Number.NaN);

/** Every length to 130, each radix squared, primes on both sides of the Bluestein switch, and survey lengths. */
const lengths = [
  ...Array.from({ length: 130 }, (_, i) => i + 1),
  ...[169, 231, 251, 256, 289, 343, 462, 512, 625, 721, 751, 961, 1001, 1024, 1155, 1331, 1501, 2002],
];

test('the transform equals its definition at every kind of length, and inverts', () => {
  for (const n of lengths) {
    const x = noise(n);
    const bins = rfft(x);
    expect(worst(bins, dft(x)), `length ${n}`).toBeLessThan(4e-14 * Math.sqrt(n) * (1 + Math.log2(n)));
    const back = new Float64Array(n + 2);
    planRealFft(n).inverse(bins, 0, back, 1);
    expect(worst(back.slice(1, n + 1), x), `inverse ${n}`).toBeLessThan(1e-13);
    expect([back[0], back[n + 1]]).toEqual([0, 0]);
  }
});

test('rows come out the same alone and together, of float32 and of float64', () => {
  for (const n of [5, 12, 37, 462]) {
    const rows = 5;
    const x = Float64Array.from(noise(n * rows), Math.fround);
    x.fill(Number.NaN, n, 2 * n);
    const fft = planRealFft(n);
    const together = new Float64Array(rows * 2 * fft.bins + 1);
    const power = new Float64Array(rows * fft.bins + 1);
    fft.forward(Float32Array.from(x), 0, rows, together, 1);
    fft.power(x, 0, rows, power, 1);
    for (let row = 0; row < rows; row++) {
      const alone = new Float64Array(2 * fft.bins);
      fft.forward(x, row * n, 1, alone, 0);
      expect(together.slice(1 + row * 2 * fft.bins, 1 + (row + 1) * 2 * fft.bins)).toEqual(alone);
      const squared = Float64Array.from(
        { length: fft.bins },
        (_, k) => alone[2 * k] ** 2 + alone[2 * k + 1] ** 2,
      );
      expect(power.slice(1 + row * fft.bins, 1 + (row + 1) * fft.bins)).toEqual(squared);
    }
  }
});

describe('properties', () => {
  const signal = fc
    .integer({ min: 1, max: 400 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer(), fc.integer({ min: 0, max: n - 1 })));

  test('Parseval: energy in time is energy in frequency', () => {
    fc.assert(
      fc.property(signal, ([n, seed]) => {
        const x = noise(n, seed);
        const bins = rfft(x);
        let energy = 0;
        for (let k = 0; 2 * k < bins.length; k++) {
          const twice = k > 0 && 2 * k < n ? 2 : 1;
          energy += twice * (bins[2 * k] ** 2 + bins[2 * k + 1] ** 2);
        }
        expect(energy / n / x.reduce((s, v) => s + v * v, 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 40 },
    );
  });

  test('a circular shift changes the phase only', () => {
    fc.assert(
      fc.property(signal, ([n, seed, shift]) => {
        const x = noise(n, seed);
        const a = rfft(x);
        const b = rfft(x.map((_, i) => x[(i + shift) % n]));
        for (let k = 0; k < a.length; k += 2) {
          expect(Math.hypot(a[k], a[k + 1])).toBeCloseTo(Math.hypot(b[k], b[k + 1]), 9);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('an impulse is flat, a constant only DC, to the last bit for powers of two', () => {
  for (const n of [1, 2, 4, 8, 64, 1024]) {
    const flat = rfft(Float64Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0)));
    expect(flat.every((v, i) => v === (i % 2 === 0 ? 1 : 0))).toBe(true);
    const [dc, ...rest] = rfft(new Float64Array(n).fill(3));
    expect(dc).toBe(3 * n);
    expect(rest.every((v) => v === 0)).toBe(true);
  }
});

test('lengths that are none are refused', () => {
  for (const n of [0, -1, 2.5, Number.NaN, 5e6]) expect(() => planRealFft(n)).toThrow('length');
});

test('factors and smooth lengths', () => {
  expect(primeFactors(1)).toEqual([]);
  expect(primeFactors(462)).toEqual([2, 3, 7, 11]);
  expect(primeFactors(1031)).toEqual([1031]);
  // scipy 1.17.1: [scipy.fft.next_fast_len(k, real=True) for k in (1, 7, 11, 461, 2053, 10007)] (5-smooth)
  expect([1, 7, 11, 461, 2053, 10007].map(smoothAtLeast)).toEqual([1, 8, 12, 480, 2160, 10125]);
});
