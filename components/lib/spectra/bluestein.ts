import { smoothAtLeast } from './factors.js';
import type { ComplexFft } from './fft-complex.js';
import { unitRoot } from './passes.js';

/**
 * A transform of any length n as a convolution with a chirp (Bluestein 1970), jk = (j² + k² − (k−j)²)/2, done by
 * transforms of a smooth length of at least 2n−1. O(n log n).
 */
export function bluestein(n: number, plan: (length: number) => ComplexFft): ComplexFft {
  const m = smoothAtLeast(2 * n - 1);
  const inner = plan(m);
  const chirpRe = new Float64Array(n);
  const chirpIm = new Float64Array(n);
  const filterRe = new Float64Array(m);
  const filterIm = new Float64Array(m);
  // j² modulo 2n kept exact by stepping (j+1)² = j² + 2j + 1.
  for (let j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), j++) {
    [chirpRe[j], chirpIm[j]] = unitRoot(square, 2 * n);
    filterRe[j] = chirpRe[j] / m;
    filterIm[j] = -chirpIm[j] / m;
    if (j > 0) {
      filterRe[m - j] = filterRe[j];
      filterIm[m - j] = filterIm[j];
    }
  }
  inner.forward(filterRe, filterIm);
  const ar = new Float64Array(m);
  const ai = new Float64Array(m);
  const forward = (re: Float64Array, im: Float64Array) => {
    ar.fill(0, n);
    ai.fill(0, n);
    for (let j = 0; j < n; j++) {
      ar[j] = re[j] * chirpRe[j] - im[j] * chirpIm[j];
      ai[j] = re[j] * chirpIm[j] + im[j] * chirpRe[j];
    }
    inner.forward(ar, ai);
    for (let k = 0; k < m; k++) {
      const r = ar[k] * filterRe[k] - ai[k] * filterIm[k];
      ai[k] = ar[k] * filterIm[k] + ai[k] * filterRe[k];
      ar[k] = r;
    }
    inner.backward(ar, ai);
    for (let k = 0; k < n; k++) {
      re[k] = ar[k] * chirpRe[k] - ai[k] * chirpIm[k];
      im[k] = ar[k] * chirpIm[k] + ai[k] * chirpRe[k];
    }
  };
  return { n, forward, backward: (re, im) => forward(im, re) };
}
