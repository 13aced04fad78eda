import { f64x2, i32, v128 } from '../wasm/code.js';
import type { ModuleBuilder } from '../wasm/module.js';
import { lanes, loadPoint, point } from './butterfly.js';
import { emitComplexFft } from './emit-fft.js';
import type { RealTransform } from './emit-real.js';
import { unitRoot } from './roots.js';

const { add, sub, mul } = f64x2;

/** A real FFT of even length as a complex one of half the length, over even and odd samples (Sorensen et al. 1987). */
export function emitEvenReal(module: ModuleBuilder, n: number, samples: number): RealTransform {
  const h = n / 2;
  const complex = emitComplexFft(module, h, 1, samples);
  // w/2 = e^(−2πi k/n)/2 for k = 1 … h/2.
  const roots = module.table(
    Float64Array.from({ length: 2 * ((h >> 1) + 1) }, (_, i) => unitRoot(i >> 1, n)[i & 1] / 2),
  );
  return {
    samples,
    run: complex.run,
    before: complex.other,
    after: complex.to === samples ? complex.other : samples,
    unravel(body, to, bytes, sink) {
      const start = i32.const(0);
      const zero = f64x2.const(0);
      const z0 = loadPoint(body, start, complex.to);
      sink(start, to, { re: add(z0.re, z0.im), im: zero });
      sink(start, to + h * bytes, { re: sub(z0.re, z0.im), im: zero });
      const [low, high] = [body.pointer(complex.to + point), body.pointer(complex.to + (h - 1) * point)];
      const [lowOut, highOut] = [body.pointer(to + bytes), body.pointer(to + (h - 1) * bytes)];
      const root = body.pointer(roots + lanes);
      const half = body.value(f64x2.const(0.5));
      body.repeat(h >> 1, () => {
        const k = loadPoint(body, low.get, 0);
        const l = loadPoint(body, high.get, 0);
        // E = (Z_k + Z*_{h−k})/2 and O = (Z_k − Z*_{h−k})/2i; X_k = E + wO, X_{h−k} = (E − wO)*.
        const er = body.value(mul(half, add(k.re, l.re)));
        const ei = body.value(mul(half, sub(k.im, l.im)));
        const or = body.value(add(k.im, l.im));
        const oi = body.value(sub(l.re, k.re));
        const wr = body.value(v128.loadSplat(root.get, 0));
        const wi = body.value(v128.loadSplat(root.get, 8));
        const tr = body.value(sub(mul(or, wr), mul(oi, wi)));
        const ti = body.value(add(mul(or, wi), mul(oi, wr)));
        sink(lowOut.get, 0, { re: body.value(add(er, tr)), im: body.value(add(ei, ti)) });
        sink(highOut.get, 0, { re: body.value(sub(er, tr)), im: body.value(sub(ti, ei)) });
        low.move(point);
        high.move(-point);
        lowOut.move(bytes);
        highOut.move(-bytes);
        root.move(16);
      });
    },
  };
}
