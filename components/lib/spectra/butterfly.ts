import { unitRoot } from './roots.js';
import { type Body, type Code, f64x2, i32, type ModuleBuilder, v128 } from './wasm.js';

/** A complex number of which each lane belongs to a signal of its own. In memory: re of both lanes, then im. */
export interface Complex {
  readonly re: Code;
  readonly im: Code;
}

/** Bytes of one complex point of two lanes, and of one real value of two lanes. */
export const point = 32;
export const lanes = 16;

const { add, sub, mul } = f64x2;

export const loadPoint = (body: Body, pointer: Code, offset: number): Complex => ({
  re: body.value(v128.load(pointer, offset)),
  im: body.value(v128.load(pointer, offset + lanes)),
});

export function storePoint(body: Body, pointer: Code, offset: number, z: Complex): void {
  body.store(pointer, offset, z.re);
  body.store(pointer, offset + lanes, z.im);
}

/** z·w, with w one complex number of a table for both lanes. */
export function timesTable(body: Body, z: Complex, pointer: Code, offset: number): Complex {
  const re = body.value(z.re);
  const im = body.value(z.im);
  const wr = body.value(v128.loadSplat(pointer, offset));
  const wi = body.value(v128.loadSplat(pointer, offset + 8));
  return { re: sub(mul(re, wr), mul(im, wi)), im: add(mul(re, wi), mul(im, wr)) };
}

const plus = (body: Body, a: Complex, b: Complex): Complex => ({
  re: body.value(add(a.re, b.re)),
  im: body.value(add(a.im, b.im)),
});
const minus = (body: Body, a: Complex, b: Complex): Complex => ({
  re: body.value(sub(a.re, b.re)),
  im: body.value(sub(a.im, b.im)),
});
/** a − ib and a + ib. */
const minusI = (a: Complex, b: Complex): Complex => ({ re: add(a.re, b.im), im: sub(a.im, b.re) });
const plusI = (a: Complex, b: Complex): Complex => ({ re: sub(a.re, b.im), im: add(a.im, b.re) });

/** The discrete Fourier transform of a few points, Σ_k x_k e^(−2πi jk/r), written out. */
export type Butterfly = (body: Body, x: readonly Complex[]) => Complex[];

/** The butterfly for radix 2, 4 or any odd number; the constants it needs go into the module's memory. */
export function butterfly(module: ModuleBuilder, radix: number): Butterfly {
  if (radix === 2) return (body, [a, b]) => [plus(body, a, b), minus(body, a, b)];
  if (radix === 4) return radix4;
  return oddRadix(module, radix);
}

const radix4: Butterfly = (body, [a, b, c, d]) => {
  const ac = plus(body, a, c);
  const bd = plus(body, b, d);
  const p = minus(body, a, c);
  const q = minus(body, b, d);
  return [plus(body, ac, bd), minusI(p, q), minus(body, ac, bd), plusI(p, q)];
};

/** O(r²): inputs k and r−k are added and subtracted once, which halves the products. */
function oddRadix(module: ModuleBuilder, radix: number): Butterfly {
  const half = (radix - 1) / 2;
  const roots = module.table(
    Float64Array.from({ length: radix * 2 }, (_, i) => unitRoot(i >> 1, radix)[i & 1] * (i & 1 ? -1 : 1)),
  );
  const cos = (k: number) => v128.loadSplat(i32.const(0), roots + 16 * (k % radix));
  const sin = (k: number) => v128.loadSplat(i32.const(0), roots + 16 * (k % radix) + 8);
  return (body, x) => {
    const sums = Array.from({ length: half }, (_, k) => plus(body, x[k + 1], x[radix - 1 - k]));
    const differences = Array.from({ length: half }, (_, k) => minus(body, x[k + 1], x[radix - 1 - k]));
    const out: Complex[] = new Array(radix);
    out[0] = sums.reduce((total, s) => plus(body, total, s), x[0]);
    for (let j = 1; j <= half; j++) {
      let even = x[0];
      let odd: Complex | undefined;
      for (let k = 1; k <= half; k++) {
        const s = sums[k - 1];
        const d = differences[k - 1];
        const c = body.value(cos(j * k));
        even = { re: body.value(add(even.re, mul(c, s.re))), im: body.value(add(even.im, mul(c, s.im))) };
        const v = body.value(sin(j * k));
        odd = {
          re: body.value(odd ? add(odd.re, mul(v, d.re)) : mul(v, d.re)),
          im: body.value(odd ? add(odd.im, mul(v, d.im)) : mul(v, d.im)),
        };
      }
      out[j] = minusI(even, odd!);
      out[radix - j] = plusI(even, odd!);
    }
    return out;
  };
}
