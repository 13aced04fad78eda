import { type Code, f64x2, v128 } from '../wasm/code.js';
import type { Body, ModuleBuilder } from '../wasm/module.js';
import { emitBluestein } from './bluestein.js';
import { type Complex, lanes, loadPoint, point, storePoint } from './butterfly.js';
import { emitComplexFft, largestButterfly } from './emit-fft.js';
import { primeFactors } from './factors.js';
import { emitEvenReal } from './real-even.js';
import { emitOddReal } from './real-odd.js';

/** What to do with a bin; its place is a pointer and an offset from it. */
export type Sink = (at: Code, offset: number, z: Complex) => void;

/** A real transform of two traces, one a lane, written into a module. */
export interface RealTransform {
  /** Where n samples of both lanes go, one vector each; `run` uses them up. */
  readonly samples: number;
  /** Function index. */
  readonly run: number;
  /** Room of n + 2 float64 for each lane that is free until `run`, and such room that is free again after it. */
  readonly before: number;
  readonly after: number;
  /** Writes: every bin k = 0 … ⌊n/2⌋ to its sink, at `to` + k·`bytes`, once `run` has been called. */
  unravel(body: Body, to: number, bytes: number, sink: Sink): void;
}

/**
 * Writes a real FFT of length n. Since lanes never mix, a trace's bins do not depend on the trace beside it. Odd lengths,
 * and twice an odd length, begin with a pass of real butterflies; multiples of four, and lengths without a small odd
 * factor, run as one complex transform of half the length; odd lengths without a small factor are Bluestein's.
 */
export function emitRealFft(module: ModuleBuilder, n: number): RealTransform {
  const samples = module.reserve((n + 2) * lanes);
  if (n % 4 === 0) return emitEvenReal(module, n, samples);
  const radix = primeFactors(n)
    .filter((p) => p > 2 && p <= largestButterfly)
    .at(-1);
  if (radix !== undefined) return emitOddReal(module, n, radix, samples);
  return n % 2 === 0 ? emitEvenReal(module, n, samples) : emitPrimeReal(module, n, samples);
}

function emitPrimeReal(module: ModuleBuilder, n: number, samples: number): RealTransform {
  const bins = (n + 1) / 2;
  const complex = emitBluestein(module, n, emitComplexFft, bins);
  const zero = f64x2.const(0);
  const run = module.define((body) => {
    const [from, to] = [body.pointer(samples), body.pointer(complex.from)];
    body.repeat(n, () => {
      storePoint(body, to.get, 0, { re: v128.load(from.get, 0), im: zero });
      from.move(lanes);
      to.move(point);
    });
    body.call(complex.run);
  });
  return {
    samples,
    run,
    before: complex.from,
    after: samples,
    unravel(body, to, bytes, sink) {
      const [from, out] = [body.pointer(complex.to), body.pointer(to)];
      body.repeat(bins, () => {
        sink(out.get, 0, loadPoint(body, from.get, 0));
        from.move(point);
        out.move(bytes);
      });
    },
  };
}

/** Writes: two rows of n numbers of `width` bytes, as they lie in files and arrays, to vectors of both lanes. */
export function writeLoad(body: Body, n: number, width: 4 | 8, from: number, to: number): void {
  const one = width === 8 ? v128.load64 : (p: Code, at: number) => f64x2.promote(v128.load32(p, at));
  const two = width === 8 ? v128.load : (p: Code, at: number) => f64x2.promote(v128.load64(p, at));
  const [rows, out] = [body.pointer(from), body.pointer(to)];
  body.repeat(n >> 1, () => {
    const a = body.value(two(rows.get, 0));
    const b = body.value(two(rows.get, n * width));
    body.store(out.get, 0, v128.lows(a, b));
    body.store(out.get, lanes, v128.highs(a, b));
    rows.move(2 * width);
    out.move(2 * lanes);
  });
  if (n % 2 === 1) body.store(out.get, 0, v128.lows(one(rows.get, 0), one(rows.get, n * width)));
}
