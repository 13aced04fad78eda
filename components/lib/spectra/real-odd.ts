import { f64x2, v128 } from '../wasm/code.js';
import type { ModuleBuilder } from '../wasm/module.js';
import { lanes, loadPoint, point, realButterfly, storePoint, timesTable } from './butterfly.js';
import { emitComplexFft, twiddleTable } from './emit-fft.js';
import type { RealTransform } from './emit-real.js';

/**
 * A real FFT of an odd length n = r·m. The first pass has real butterflies, whose bins j and r−j are conjugates; the
 * transforms of length m that follow give X_{j + rt}, of which those of r−j are again conjugates of those of j. So
 * (r+1)/2 of the r transforms are enough.
 */
export function emitOddReal(module: ModuleBuilder, n: number, radix: number): RealTransform {
  const m = n / radix;
  const kept = (radix + 1) / 2;
  const samples = module.reserve(n * lanes);
  const complex = emitComplexFft(module, m, kept);
  const twiddles = module.table(twiddleTable(n, radix, kept));
  const first = module.define((body) => {
    const transform = realButterfly(body, radix);
    const [px, py, pw] = [body.pointer(samples), body.pointer(complex.from), body.pointer(twiddles)];
    body.repeat(m, () => {
      const inputs = Array.from({ length: radix }, (_, k) => body.value(v128.load(px.get, k * m * lanes)));
      transform(inputs, (j, z) => {
        storePoint(body, py.get, j * point, j === 0 ? z : timesTable(body, z, pw.get, (j - 1) * 16));
      });
      px.move(lanes);
      py.move(kept * point);
      pw.move((kept - 1) * 16);
    });
  });
  const run = module.define((body) => {
    body.call(first);
    body.call(complex.run);
  });
  return {
    samples,
    run,
    unravel(body, to, bytes, sink) {
      const row = kept * point;
      const [up, down, out] = [
        body.pointer(complex.to),
        body.pointer(complex.to + (m - 1) * row),
        body.pointer(to),
      ];
      const straight = (j: number) => sink(out.get, j * bytes, loadPoint(body, up.get, j * point));
      const mirrored = (j: number) => {
        const z = loadPoint(body, down.get, (radix - j) * point);
        sink(out.get, j * bytes, { re: z.re, im: f64x2.neg(z.im) });
      };
      body.repeat((m - 1) / 2, () => {
        for (let j = 0; j < radix; j++) j < kept ? straight(j) : mirrored(j);
        up.move(row);
        down.move(-row);
        out.move(radix * bytes);
      });
      for (let j = 0; j < kept; j++) straight(j);
    },
  };
}
