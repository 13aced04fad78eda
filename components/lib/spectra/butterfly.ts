import { type Code, f64x2, v128 } from '../wasm/code.js';
import type { Body } from '../wasm/module.js';
import { unitRoot } from './roots.js';

/** A complex number of which each lane belongs to a signal of its own. In memory: re of both lanes, then im. */
export interface Complex {
  readonly re: Code;
  readonly im: Code;
}

/** Bytes of one complex point of two lanes, and of one real value of two lanes. */
export const point = 32;
export const lanes = 16;

const { add, sub, mul } = f64x2;
const zero = f64x2.const(0);

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

/** Writes the discrete Fourier transform of a few points, Σ_k x_k e^(−2πi jk/r), and hands on each bin j once it is done. */
export type Butterfly = (x: readonly Complex[], put: (j: number, z: Complex) => void) => void;

/** The butterfly for radix 2, 4, 8 or any odd number. To be asked for ahead of loops: it sets its constants there. */
export function butterfly(body: Body, radix: number): Butterfly {
  if (radix === 2) {
    return ([a, b], put) => {
      put(0, plus(body, a, b));
      put(1, minus(body, a, b));
    };
  }
  if (radix === 4) return radix4(body);
  return radix === 8 ? radix8(body) : oddRadix(body, radix);
}

function radix4(body: Body): Butterfly {
  return ([a, b, c, d], put) => {
    const ac = plus(body, a, c);
    const bd = plus(body, b, d);
    const p = minus(body, a, c);
    const q = minus(body, b, d);
    put(0, plus(body, ac, bd));
    put(1, minusI(p, q));
    put(2, minus(body, ac, bd));
    put(3, plusI(p, q));
  };
}

/** 52 additions and 4 multiplications: two of radix 4, of even and of odd inputs, of which the latter are turned by eighths. */
function radix8(body: Body): Butterfly {
  const half = body.value(f64x2.const(Math.SQRT1_2));
  const four = radix4(body);
  return (x, put) => {
    const parts = [0, 1].map((start) => {
      const bins: Complex[] = [];
      four(
        [0, 2, 4, 6].map((k) => x[start + k]),
        (j, { re, im }) => {
          bins[j] = { re: body.value(re), im: body.value(im) };
        },
      );
      return bins;
    });
    const [even, odd] = parts;
    const turned: Complex[] = [
      odd[0],
      { re: mul(half, add(odd[1].re, odd[1].im)), im: mul(half, sub(odd[1].im, odd[1].re)) },
      { re: odd[2].im, im: f64x2.neg(odd[2].re) },
      { re: mul(half, sub(odd[3].im, odd[3].re)), im: mul(half, f64x2.neg(add(odd[3].im, odd[3].re))) },
    ];
    turned.forEach((z, j) => {
      const w = { re: body.value(z.re), im: body.value(z.im) };
      put(j, plus(body, even[j], w));
      put(j + 4, minus(body, even[j], w));
    });
  };
}

/** cos and sin of 2πk/r for k = 0 … (r−1)/2, as variables; the rest of the turn has the same up to sign. */
function halfTurn(body: Body, radix: number) {
  const roots = Array.from({ length: (radix + 1) / 2 }, (_, k) => {
    const [cos, minusSin] = unitRoot(k, radix);
    return { cos: body.value(f64x2.const(cos)), sin: body.value(f64x2.const(-minusSin)) };
  });
  return (k: number) => {
    const turn = k % radix;
    return { ...roots[Math.min(turn, radix - turn)], sign: turn < radix / 2 ? add : sub };
  };
}

/** O(r²): inputs k and r−k are added and subtracted once, which halves the products; bins j and r−j share theirs. */
function oddRadix(body: Body, radix: number): Butterfly {
  const half = (radix - 1) / 2;
  const root = halfTurn(body, radix);
  return (x, put) => {
    const sums = Array.from({ length: half }, (_, k) => plus(body, x[k + 1], x[radix - 1 - k]));
    const differences = Array.from({ length: half }, (_, k) => minus(body, x[k + 1], x[radix - 1 - k]));
    put(
      0,
      sums.reduce((total, s) => plus(body, total, s), x[0]),
    );
    for (let j = 1; j <= half; j++) {
      let even = x[0];
      let odd: Complex | undefined;
      for (let k = 1; k <= half; k++) {
        const { cos, sin, sign } = root(j * k);
        const [s, d] = [sums[k - 1], differences[k - 1]];
        const turned = { re: mul(sin, d.re), im: mul(sin, d.im) };
        even = { re: body.value(add(even.re, mul(cos, s.re))), im: body.value(add(even.im, mul(cos, s.im))) };
        odd = {
          re: body.value(odd ? sign(odd.re, turned.re) : turned.re),
          im: body.value(odd ? sign(odd.im, turned.im) : turned.im),
        };
      }
      put(j, minusI(even, odd!));
      put(radix - j, plusI(even, odd!));
    }
  };
}

/** The butterfly of an odd number of real points: bins 0 … (r−1)/2, of which the others are conjugates. */
export function realButterfly(
  body: Body,
  radix: number,
): (x: readonly Code[], put: (j: number, z: Complex) => void) => void {
  const half = (radix - 1) / 2;
  const root = halfTurn(body, radix);
  return (x, put) => {
    const sums = Array.from({ length: half }, (_, k) => body.value(add(x[k + 1], x[radix - 1 - k])));
    const differences = Array.from({ length: half }, (_, k) => body.value(sub(x[radix - 1 - k], x[k + 1])));
    put(0, { re: sums.reduce((total, s) => body.value(add(total, s)), x[0]), im: zero });
    for (let j = 1; j <= half; j++) {
      let re = x[0];
      let im: Code | undefined;
      for (let k = 1; k <= half; k++) {
        const { cos, sin, sign } = root(j * k);
        const turned = mul(sin, differences[k - 1]);
        re = body.value(add(re, mul(cos, sums[k - 1])));
        im = body.value(im ? sign(im, turned) : turned);
      }
      put(j, { re, im: im! });
    }
  };
}
