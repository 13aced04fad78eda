import { f64x2, v128 } from '../wasm/code.js';
import type { ModuleBuilder } from '../wasm/module.js';
import { type Complex, lanes, loadPoint, point, realButterfly, storePoint, timesTable } from './butterfly.js';
import { emitComplexFft, twiddleTable } from './emit-fft.js';
import type { RealTransform } from './emit-real.js';

const { add, sub, neg } = f64x2;

/**
 * A real FFT of an odd length n = r·m, or of twice that. The first pass has real butterflies, whose bins j and r−j are
 * conjugates; the transforms of length m that follow give X_{j + rt}, of which those of r−j are again conjugates of those
 * of j. So (r+1)/2 of the r transforms are enough.
 *
 * Twice an odd length h is two such transforms without twiddles between, by the prime factor algorithm (Good 1958): of
 * s_p = x_2p + x_{2p+h} and of d_p = x_2p − x_{2p+h}, indices modulo n, which give X_k = S_{k mod h} for even k, and
 * D_{k mod h} for odd k.
 */
export function emitOddReal(module: ModuleBuilder, n: number, radix: number, samples: number): RealTransform {
  const parts = n % 2 === 0 ? 2 : 1;
  const h = n / parts;
  const m = h / radix;
  const half = (radix - 1) / 2;
  const kept = half + 1;
  const complex = emitComplexFft(module, m, parts * kept);
  const twiddles = module.table(twiddleTable(h, radix, kept));
  const run = module.define((body) => {
    const transform = realButterfly(body, radix);
    const [py, pw] = [body.pointer(complex.from), body.pointer(twiddles)];
    // A step takes samples q, q + m, q + 2m …; of two parts the first steps have an even q = 2p, the others q = 2p − m.
    for (let start = 0; start < parts; start++) {
      const px = body.pointer(samples + start * lanes);
      body.repeat(parts === 1 ? m : (m + 1) / 2 - start, () => {
        const sample = (i: number) => v128.load(px.get, (i % (parts * radix)) * m * lanes);
        const [a, b] = [start, start + radix];
        const inputs =
          parts === 1
            ? [sample]
            : [add, sub].map((op) => (k: number) => op(sample(2 * k + a), sample(2 * k + b)));
        inputs.forEach((input, part) => {
          const x = Array.from({ length: radix }, (_, k) => body.value(input(k)));
          transform(x, (j, z) => {
            const turned = j === 0 ? z : timesTable(body, z, pw.get, (j - 1) * 16);
            storePoint(body, py.get, (part * kept + j) * point, turned);
          });
        });
        px.move(parts * lanes);
        py.move(parts * kept * point);
        pw.move(half * 16);
      });
    }
    body.call(complex.run);
  });
  return {
    samples,
    run,
    before: complex.from,
    after: samples,
    unravel(body, to, bytes, sink) {
      const row = parts * kept * point;
      const [low, high] = [body.pointer(complex.to), body.pointer(complex.to + (parts - 1) * kept * point)];
      const [up, down] = [body.pointer(to), body.pointer(to + (h - half) * bytes)];
      /** Rows t of bins k = j + rt: k itself and, conjugated, h−k. The parts change places as k goes by one. */
      const rows = (count: number, from: number, straight: boolean, mirrored: boolean) =>
        body.repeat(count, () => {
          for (let j = from; j <= half; j++) {
            const [own, other] = j % 2 === 0 ? [low, high] : [high, low];
            if (straight) sink(up.get, j * bytes, loadPoint(body, own.get, j * point));
            if (mirrored)
              sink(down.get, (half - j) * bytes, conjugate(loadPoint(body, other.get, j * point)));
          }
          const before = body.pointer(low.get);
          low.set(high.get);
          low.move(row);
          high.set(before.get);
          high.move(row);
          up.move(radix * bytes);
          down.move(-radix * bytes);
        });
      rows((m + 1) / 2, 0, true, parts === 2);
      rows((m - 1) / 2, 1, parts === 2, true);
    },
  };
}

const conjugate = ({ re, im }: Complex): Complex => ({ re, im: neg(im) });
