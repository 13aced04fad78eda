import { InputError } from '../errors.js';
import { bluestein } from './bluestein.js';
import { radices } from './factors.js';
import { type Pass, pass } from './passes.js';

/** A complex transform of one length, with its twiddles and work space. One plan serves one thread. */
export interface ComplexFft {
  readonly n: number;
  /** X_k = Σ x_j e^(−2πi jk/n), unscaled, in place over (re, im). */
  forward(re: Float64Array, im: Float64Array): void;
  /** Σ X_k e^(+2πi jk/n), unscaled (n times the inverse), in place. */
  backward(re: Float64Array, im: Float64Array): void;
}

/** Past this prime factor the O(p²) butterfly costs more than Bluestein's three longer transforms. */
const largestDirectPrime = 61;

/**
 * Plans a complex FFT of any length ≥ 1, float64. Stockham's self-sorting passes of radix 4, 2, 3, 5 and any
 * prime up to 61; Bluestein's chirp where a larger prime divides n. O(n log n) time for every n, O(n) memory;
 * equals numpy.fft.fft to rounding.
 */
export function planComplexFft(n: number): ComplexFft {
  if (!Number.isInteger(n) || n < 1)
    throw new InputError('fft-length', `an FFT needs a length of 1 or more, not ${n}`);
  const factors = radices(n);
  if (factors.some((r) => r > largestDirectPrime)) return bluestein(n, planComplexFft);
  const passes: Pass[] = [];
  let rest = n;
  for (const radix of factors) {
    passes.push(pass(radix, rest, n / rest));
    rest /= radix;
  }
  const workRe = new Float64Array(n);
  const workIm = new Float64Array(n);

  const forward = (re: Float64Array, im: Float64Array) => {
    let fromRe = re;
    let fromIm = im;
    let toRe: Float64Array = workRe;
    let toIm: Float64Array = workIm;
    for (const step of passes) {
      step(fromRe, fromIm, toRe, toIm);
      [fromRe, toRe] = [toRe, fromRe];
      [fromIm, toIm] = [toIm, fromIm];
    }
    if (fromRe !== re) {
      re.set(workRe);
      im.set(workIm);
    }
  };
  // Swapping real and imaginary parts before and after conjugates twice: F⁻¹(x) = swap F(swap x).
  return { n, forward, backward: (re, im) => forward(im, re) };
}
