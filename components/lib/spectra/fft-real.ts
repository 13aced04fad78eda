import { InputError } from '../errors.js';
import { bytesOf } from '../wasm/bytes.js';
import { f64x2, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder } from '../wasm/module.js';
import { lanes } from './butterfly.js';
import { emitRealFft, type RealTransform, writeLoad } from './emit-real.js';

export type Samples = Float32Array | Float64Array;

/** A real transform of one length with its work space. One plan serves one thread; no call allocates a buffer. */
export interface RealFft {
  readonly n: number;
  /** ⌊n/2⌋ + 1, the frequencies k/n cycles per sample from 0 to at most ½. */
  readonly bins: number;
  /**
   * X_k = Σ x_j e^(−2πi jk/n) of `traces` rows of n samples, which lie one after the other in x from `offset` on,
   * into `out` from `at` on: bins × (re, im) a row. Equals numpy.fft.rfft in float64.
   */
  forward(x: Samples, offset: number, traces: number, out: Float64Array, at: number): void;
  /** |X_k|² likewise: one number a bin. */
  power(x: Samples, offset: number, traces: number, out: Float64Array, at: number): void;
  /**
   * The n samples with these bins, scaled by 1/n, of one trace; the imaginary parts of bin 0, and of bin n/2 where n
   * is even, count as 0. Equals numpy.fft.irfft(…, n).
   */
  inverse(spectrum: Float64Array, from: number, x: Samples, offset: number): void;
}

/** The longest transform: its work space is a gigabyte. */
export const longestFft = 4194304;

export function checkLength(n: number): void {
  if (!Number.isInteger(n) || n < 1 || n > longestFft) {
    throw new InputError('fft-length', `an FFT takes a length from 1 to ${longestFft}, not ${n}`);
  }
}

/**
 * Plans a real FFT of any length in float64: O(n log n) time and O(n) memory, primes included. The plan is a
 * WebAssembly module written for this length, which works on two traces at a time in the lanes of 128-bit SIMD; each
 * trace's numbers are the same to the bit whatever is beside it. Throws `fft-length` outside 1 … 4,194,304.
 */
export function planRealFft(n: number): RealFft {
  checkLength(n);
  const module = new ModuleBuilder();
  const real = emitRealFft(module, n);
  const bins = Math.floor(n / 2) + 1;
  // Traces come and go by way of what the transform does not need at that time: the fewer bytes, the more fit a cache.
  const { before: stage, after: output } = real;
  for (const [name, width] of [
    ['load32', 4],
    ['load64', 8],
  ] as const) {
    module.define((body) => writeLoad(body, n, width, stage, real.samples), name);
  }
  module.define((body) => {
    body.call(real.run);
    real.unravel(body, output, lanes, (at, offset, { re, im }) => {
      const [a, b] = [body.value(re), body.value(im)];
      body.store(at, offset, v128.lows(a, b));
      body.store(at, offset + bins * lanes, v128.highs(a, b));
    });
  }, 'forward');
  module.define((body) => {
    body.call(real.run);
    writePower(body, real, output);
  }, 'power');
  const { memory, exports } = module.instantiate();
  const { load32, load64, forward, power } = exports;
  const staged32 = new Float32Array(memory.buffer, stage, 2 * n);
  const staged64 = new Float64Array(memory.buffer, stage, 2 * n);
  const results = new Float64Array(memory.buffer, output, 4 * bins);
  const [bytes32, bytes64] = [bytesOf(staged32, 0, 2 * n), bytesOf(staged64, 0, 2 * n)];
  const resultBytes = bytesOf(results, 0, 4 * bins);

  /** Brings one or two rows in; a row alone is beside itself. */
  const load = (x: Samples, from: number, rows: number) => {
    const single = x instanceof Float32Array;
    (single ? bytes32 : bytes64).fill(bytesOf(x, from, rows * n));
    if (single) load32();
    else load64();
  };
  return {
    n,
    bins,
    forward(x, offset, traces, out, at) {
      for (let row = 0; row < traces; row += 2) {
        const rows = Math.min(2, traces - row);
        load(x, offset + row * n, rows);
        forward();
        bytesOf(out, at + row * 2 * bins, rows * 2 * bins).fill(resultBytes);
      }
    },
    power(x, offset, traces, out, at) {
      for (let row = 0; row < traces; row += 2) {
        const rows = Math.min(2, traces - row);
        load(x, offset + row * n, rows);
        power();
        for (let lane = 0; lane < rows; lane++) {
          const to = at + (row + lane) * bins;
          for (let k = 0; k < bins; k++) out[to + k] = results[2 * k + lane];
        }
      }
    },
    /**
     * By the Hartley transform, Re − Im of the Fourier transform of a real row, which is its own inverse but for 1/n
     * (Bracewell 1983): the forward transform serves both ways.
     */
    inverse(spectrum, from, x, offset) {
      staged64[0] = spectrum[from];
      for (let k = 1; k < bins; k++) {
        const re = spectrum[from + 2 * k];
        const im = 2 * k === n ? 0 : spectrum[from + 2 * k + 1];
        staged64[n - k] = re + im;
        staged64[k] = re - im;
      }
      load64();
      forward();
      x[offset] = results[0] / n;
      for (let j = 1; j < bins; j++) {
        const re = results[2 * j];
        const im = results[2 * j + 1];
        x[offset + n - j] = (re + im) / n;
        x[offset + j] = (re - im) / n;
      }
    },
  };
}

/** Writes: |X_k|² of both lanes, a vector a bin. */
export function writePower(body: Body, real: RealTransform, to: number): void {
  real.unravel(body, to, lanes, (at, offset, { re, im }) => {
    const [a, b] = [body.value(re), body.value(im)];
    body.store(at, offset, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
  });
}
