import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { primeFactors, smoothAtLeast } from '#dist/components/lib/spectra/factors.js';
import { planComplexFft } from '#dist/components/lib/spectra/fft-complex.js';
import { planRealFft } from '#dist/components/lib/spectra/fft-real.js';

const noise = (n: number, seed = n) => {
  const r = random(seed);
  return Float64Array.from({ length: n }, () => r.normal());
};

/** The definition itself, O(n²). */
function dft(re: Float64Array, im: Float64Array) {
  const n = re.length;
  const outRe = new Float64Array(n);
  const outIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      outRe[k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
      outIm[k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
    }
  }
  return { re: outRe, im: outIm };
}

const worst = (a: Float64Array, b: Float64Array) => a.reduce((m, x, i) => Math.max(m, Math.abs(x - b[i])), 0);

/** Every length to 130, each radix squared, primes on both sides of the Bluestein switch, and survey lengths. */
const lengths = [
  ...Array.from({ length: 130 }, (_, i) => i + 1),
  ...[169, 231, 251, 256, 343, 462, 512, 625, 721, 751, 1001, 1024, 1155, 1331],
];

test('the complex transform equals its definition at every kind of length', () => {
  for (const n of lengths) {
    const re = noise(n);
    const im = noise(n, n + 5000);
    const want = dft(re, im);
    const gotRe = re.slice();
    const gotIm = im.slice();
    const fft = planComplexFft(n);
    fft.forward(gotRe, gotIm);
    const bound = 4e-14 * Math.sqrt(n) * (1 + Math.log2(n));
    expect(worst(gotRe, want.re), `re ${n}`).toBeLessThan(bound);
    expect(worst(gotIm, want.im), `im ${n}`).toBeLessThan(bound);
    fft.backward(gotRe, gotIm);
    expect(
      worst(
        gotRe.map((v) => v / n),
        re,
      ),
      `back ${n}`,
    ).toBeLessThan(1e-13);
    expect(
      worst(
        gotIm.map((v) => v / n),
        im,
      ),
      `back ${n}`,
    ).toBeLessThan(1e-13);
  }
});

test('the real transform equals the first half of the complex one and inverts', () => {
  for (const n of lengths) {
    const x = noise(n);
    const fft = planRealFft(n);
    const re = new Float64Array(fft.bins);
    const im = new Float64Array(fft.bins);
    fft.forward(x, 0, re, im);
    const want = dft(x, new Float64Array(n));
    const bound = 4e-14 * Math.sqrt(n) * (1 + Math.log2(n));
    expect(worst(re, want.re), `re ${n}`).toBeLessThan(bound);
    expect(worst(im, want.im), `im ${n}`).toBeLessThan(bound);
    const back = new Float64Array(n + 2);
    fft.inverse(re, im, back, 1);
    expect(worst(back.slice(1, n + 1), x), `inverse ${n}`).toBeLessThan(1e-13);
    expect([back[0], back[n + 1]]).toEqual([0, 0]);
  }
});

describe('properties', () => {
  const signal = fc
    .integer({ min: 1, max: 400 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer(), fc.integer({ min: 0, max: n - 1 })));

  test('Parseval: energy in time is energy in frequency', () => {
    fc.assert(
      fc.property(signal, ([n, seed]) => {
        const re = noise(n, seed);
        const im = noise(n, seed + 1);
        const energy = (r: Float64Array, i: Float64Array) =>
          r.reduce((s, v, k) => s + v * v + i[k] * i[k], 0);
        const time = energy(re, im);
        planComplexFft(n).forward(re, im);
        expect(energy(re, im) / n / time).toBeCloseTo(1, 12);
      }),
    );
  });

  test('a circular shift changes the phase only', () => {
    fc.assert(
      fc.property(signal, ([n, seed, shift]) => {
        const x = noise(n, seed);
        const y = x.map((_, i) => x[(i + shift) % n]);
        const fft = planRealFft(n);
        const [ar, ai, br, bi] = Array.from({ length: 4 }, () => new Float64Array(fft.bins));
        fft.forward(x, 0, ar, ai);
        fft.forward(y, 0, br, bi);
        for (let k = 0; k < fft.bins; k++)
          expect(Math.hypot(ar[k], ai[k])).toBeCloseTo(Math.hypot(br[k], bi[k]), 9);
      }),
    );
  });
});

test('an impulse is flat, a constant only DC, to the last bit for lengths of 2 and 4', () => {
  for (const n of [1, 2, 4, 8, 64, 1024]) {
    const fft = planRealFft(n);
    const re = new Float64Array(fft.bins);
    const im = new Float64Array(fft.bins);
    fft.forward(
      Float64Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0)),
      0,
      re,
      im,
    );
    expect([...re].every((v) => v === 1)).toBe(true);
    fft.forward(new Float64Array(n).fill(3), 0, re, im);
    expect(re[0]).toBe(3 * n);
    expect([...re.subarray(1), ...im].every((v) => v === 0)).toBe(true);
  }
});

test('lengths that are none are refused', () => {
  for (const n of [0, -1, 2.5, Number.NaN]) {
    expect(() => planRealFft(n)).toThrow('length');
    expect(() => planComplexFft(n)).toThrow('length');
  }
});

test('factors and smooth lengths', () => {
  expect(primeFactors(1)).toEqual([]);
  expect(primeFactors(462)).toEqual([2, 3, 7, 11]);
  expect(primeFactors(1031)).toEqual([1031]);
  // scipy 1.17.1: [scipy.fft.next_fast_len(k, real=True) for k in (1, 7, 11, 461, 2053, 10007)] (5-smooth)
  expect([1, 7, 11, 461, 2053, 10007].map(smoothAtLeast)).toEqual([1, 8, 12, 480, 2160, 10125]);
});
