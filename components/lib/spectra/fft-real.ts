import { InputError } from '../errors.js';
import { planComplexFft } from './fft-complex.js';
import { unitRoot } from './passes.js';

/** A real transform of one length with its work space. One plan serves one thread; nothing is allocated per call. */
export interface RealFft {
  readonly n: number;
  /** ⌊n/2⌋ + 1, the non-negative frequencies k/n cycles per sample. */
  readonly bins: number;
  /** X_k = Σ x_j e^(−2πi jk/n) of x[offset … offset+n) into re and im (length ≥ bins); numpy.fft.rfft. */
  forward(x: Float32Array | Float64Array, offset: number, re: Float64Array, im: Float64Array): void;
  /** The real signal with these bins, scaled by 1/n, into x[offset …); the imaginary part of bin 0 (and of n/2) is ignored; numpy.fft.irfft. */
  inverse(re: Float64Array, im: Float64Array, x: Float32Array | Float64Array, offset: number): void;
}

/**
 * Plans a real FFT of any length ≥ 1 in float64. Even lengths run as one complex transform of half the length
 * (Sorensen et al. 1987), odd ones as a complex transform of the whole. Throws `fft-length` for other lengths.
 */
export function planRealFft(n: number): RealFft {
  if (!Number.isInteger(n) || n < 1)
    throw new InputError('fft-length', `an FFT needs a length of 1 or more, not ${n}`);
  return n % 2 === 0 ? evenLength(n) : oddLength(n);
}

function evenLength(n: number): RealFft {
  const h = n / 2;
  const fft = planComplexFft(h);
  const zr = new Float64Array(h);
  const zi = new Float64Array(h);
  const wr = new Float64Array(h + 1);
  const wi = new Float64Array(h + 1);
  for (let k = 0; k <= h; k++) [wr[k], wi[k]] = unitRoot(k, n);
  return {
    n,
    bins: h + 1,
    forward(x, offset, re, im) {
      for (let j = 0, at = offset; j < h; j++, at += 2) {
        zr[j] = x[at];
        zi[j] = x[at + 1];
      }
      fft.forward(zr, zi);
      re[0] = zr[0] + zi[0];
      re[h] = zr[0] - zi[0];
      im[0] = 0;
      im[h] = 0;
      // Even part E = (Z_k + Z*_{h−k})/2, odd part O = (Z_k − Z*_{h−k})/2i; X_k = E + w^k O, X_{h−k} = (E − w^k O)*.
      for (let k = 1, l = h - 1; k <= l; k++, l--) {
        const er = 0.5 * (zr[k] + zr[l]);
        const ei = 0.5 * (zi[k] - zi[l]);
        const or = 0.5 * (zi[k] + zi[l]);
        const oi = 0.5 * (zr[l] - zr[k]);
        const tr = or * wr[k] - oi * wi[k];
        const ti = or * wi[k] + oi * wr[k];
        re[k] = er + tr;
        im[k] = ei + ti;
        re[l] = er - tr;
        im[l] = ti - ei;
      }
    },
    inverse(re, im, x, offset) {
      for (let k = 0; k < h; k++) {
        const l = h - k;
        const il = k === 0 ? 0 : im[l];
        const ik = k === 0 ? 0 : im[k];
        const er = re[k] + re[l];
        const ei = ik - il;
        const dr = re[k] - re[l];
        const di = ik + il;
        // O = (X_k − X*_{h−k}) w^−k; Z = E + iO.
        zr[k] = er - (di * wr[k] - dr * wi[k]);
        zi[k] = ei + (dr * wr[k] + di * wi[k]);
      }
      fft.backward(zr, zi);
      for (let j = 0, at = offset; j < h; j++, at += 2) {
        x[at] = zr[j] / n;
        x[at + 1] = zi[j] / n;
      }
    },
  };
}

function oddLength(n: number): RealFft {
  const bins = (n + 1) / 2;
  const fft = planComplexFft(n);
  const zr = new Float64Array(n);
  const zi = new Float64Array(n);
  return {
    n,
    bins,
    forward(x, offset, re, im) {
      for (let j = 0; j < n; j++) zr[j] = x[offset + j];
      zi.fill(0);
      fft.forward(zr, zi);
      for (let k = 0; k < bins; k++) {
        re[k] = zr[k];
        im[k] = zi[k];
      }
      im[0] = 0;
    },
    inverse(re, im, x, offset) {
      zr[0] = re[0];
      zi[0] = 0;
      for (let k = 1; k < bins; k++) {
        zr[k] = re[k];
        zi[k] = im[k];
        zr[n - k] = re[k];
        zi[n - k] = -im[k];
      }
      fft.backward(zr, zi);
      for (let j = 0; j < n; j++) x[offset + j] = zr[j] / n;
    },
  };
}
