import { type Complex, lanes, loadPoint, point, storePoint } from './butterfly.js';
import { type ComplexTransform, emitComplexFft } from './emit-fft.js';
import { unitRoot } from './roots.js';
import { type Body, type Code, f64x2, i32, type ModuleBuilder, v128 } from './wasm.js';

const { add, sub, mul } = f64x2;

/**
 * A real transform of two traces at a time, one a lane, written into a module. Even lengths run as one complex
 * transform of half the length over even and odd samples (Sorensen et al. 1987), odd ones as a complex transform.
 * Since lanes never mix, a trace's bins do not depend on the trace beside it.
 */
export class RealTransform {
  /** Two rows of n samples, float64 or float32, as they come. */
  readonly stage: number;
  readonly complex: ComplexTransform;
  readonly bins: number;
  /** Bytes from one sample to the next in the complex input. */
  readonly sampleStride: number;

  constructor(
    readonly module: ModuleBuilder,
    readonly n: number,
  ) {
    this.stage = module.reserve(2 * n * 8);
    this.complex = emitComplexFft(module, n % 2 === 0 ? n / 2 : n);
    this.bins = Math.floor(n / 2) + 1;
    this.sampleStride = n % 2 === 0 ? lanes : point;
  }

  /** Writes: two staged rows of numbers of `width` bytes into the complex input. */
  load(body: Body, width: 4 | 8): void {
    const { n, sampleStride } = this;
    const one = width === 8 ? v128.load64 : (p: Code, at: number) => f64x2.promote(v128.load32(p, at));
    const two = width === 8 ? v128.load : (p: Code, at: number) => f64x2.promote(v128.load64(p, at));
    const rows = body.pointer(this.stage);
    const to = body.pointer(this.complex.from);
    const zero = f64x2.const(0);
    const put = (slot: number, value: Code) => {
      body.store(to.get, slot * sampleStride, value);
      if (n % 2 === 1) body.store(to.get, slot * sampleStride + lanes, zero);
    };
    body.repeat(n >> 1, () => {
      const a = body.value(two(rows.get, 0));
      const b = body.value(two(rows.get, n * width));
      put(0, v128.lows(a, b));
      put(1, v128.highs(a, b));
      rows.move(2 * width);
      to.move(2 * sampleStride);
    });
    if (n % 2 === 1) put(0, v128.lows(one(rows.get, 0), one(rows.get, n * width)));
  }

  /**
   * Writes: every bin, after the complex transform has run. `sink` is called with code for a bin; its place is a
   * pointer that moves by `bytes` a bin, starting at `to`, and an offset from it.
   */
  unravel(body: Body, to: number, bytes: number, sink: (at: Code, offset: number, z: Complex) => void): void {
    const { bins } = this;
    const result = this.complex.to;
    const start = i32.const(0);
    if (this.n % 2 === 1) {
      const from = body.pointer(result);
      const out = body.pointer(to);
      body.repeat(bins, () => {
        sink(out.get, 0, loadPoint(body, from.get, 0));
        from.move(point);
        out.move(bytes);
      });
      return;
    }
    const h = bins - 1;
    const half = this.#halfRoots();
    const z0 = loadPoint(body, start, result);
    const zero = f64x2.const(0);
    sink(start, to, { re: add(z0.re, z0.im), im: zero });
    sink(start, to + h * bytes, { re: sub(z0.re, z0.im), im: zero });
    const low = body.pointer(result + point);
    const high = body.pointer(result + (h - 1) * point);
    const lowOut = body.pointer(to + bytes);
    const highOut = body.pointer(to + (h - 1) * bytes);
    const roots = body.pointer(half + 16);
    const scale = body.value(f64x2.const(0.5));
    body.repeat(h >> 1, () => {
      const k = loadPoint(body, low.get, 0);
      const l = loadPoint(body, high.get, 0);
      // E = (Z_k + Z*_{h−k})/2 and O = (Z_k − Z*_{h−k})/2i; X_k = E + wO, X_{h−k} = (E − wO)*, with w/2 in the table.
      const er = body.value(mul(scale, add(k.re, l.re)));
      const ei = body.value(mul(scale, sub(k.im, l.im)));
      const or = body.value(add(k.im, l.im));
      const oi = body.value(sub(l.re, k.re));
      const wr = body.value(v128.loadSplat(roots.get, 0));
      const wi = body.value(v128.loadSplat(roots.get, 8));
      const tr = body.value(sub(mul(or, wr), mul(oi, wi)));
      const ti = body.value(add(mul(or, wi), mul(oi, wr)));
      sink(lowOut.get, 0, { re: body.value(add(er, tr)), im: body.value(add(ei, ti)) });
      sink(highOut.get, 0, { re: body.value(sub(er, tr)), im: body.value(sub(ti, ei)) });
      low.move(point);
      high.move(-point);
      lowOut.move(bytes);
      highOut.move(-bytes);
      roots.move(16);
    });
  }

  /**
   * Writes: bins of two lanes (a point each, from `from`) into the complex input, so that the forward transform
   * gives the inverse with real and imaginary parts exchanged: F⁻¹(x) = swap F(swap x).
   */
  ravel(body: Body, from: number): void {
    const { n, bins } = this;
    const input = this.complex.from;
    const start = i32.const(0);
    const zero = f64x2.const(0);
    const at = body.pointer(from + point);
    if (n % 2 === 1) {
      storePoint(body, start, input, { re: zero, im: v128.load(start, from) });
      const low = body.pointer(input + point);
      const high = body.pointer(input + (n - 1) * point);
      body.repeat(bins - 1, () => {
        const z = loadPoint(body, at.get, 0);
        storePoint(body, low.get, 0, { re: z.im, im: z.re });
        storePoint(body, high.get, 0, { re: f64x2.neg(z.im), im: z.re });
        at.move(point);
        low.move(point);
        high.move(-point);
      });
      return;
    }
    const h = bins - 1;
    const first = body.value(v128.load(start, from));
    const last = body.value(v128.load(start, from + h * point));
    storePoint(body, start, input, { re: sub(first, last), im: add(first, last) });
    const mirror = body.pointer(from + (h - 1) * point);
    const out = body.pointer(input + point);
    const roots = body.pointer(this.#halfRoots() + 16);
    const two = body.value(f64x2.const(2));
    body.repeat(h - 1, () => {
      const k = loadPoint(body, at.get, 0);
      const l = loadPoint(body, mirror.get, 0);
      const dr = body.value(sub(k.re, l.re));
      const di = body.value(add(k.im, l.im));
      // Z = (X_k + X*_{h−k}) + i(X_k − X*_{h−k}) w*, twice the half-length spectrum.
      const wr = body.value(mul(two, v128.loadSplat(roots.get, 0)));
      const wi = body.value(mul(two, v128.loadSplat(roots.get, 8)));
      const zr = sub(add(k.re, l.re), sub(mul(di, wr), mul(dr, wi)));
      const zi = add(sub(k.im, l.im), add(mul(dr, wr), mul(di, wi)));
      storePoint(body, out.get, 0, { re: zi, im: zr });
      at.move(point);
      mirror.move(-point);
      out.move(point);
      roots.move(16);
    });
  }

  #roots: number | undefined;
  /** w^k/2 = e^(−2πi k/n)/2 for k = 0 … n/4. */
  #halfRoots(): number {
    if (this.#roots === undefined) {
      const table = new Float64Array(2 * this.bins);
      for (let k = 0; k < this.bins; k++) {
        const [re, im] = unitRoot(k, this.n);
        table.set([re / 2, im / 2], 2 * k);
      }
      this.#roots = this.module.table(table);
    }
    return this.#roots;
  }
}
