import type { Body, ModuleBuilder } from '../wasm/module.js';
import { type Bluestein, emitBluestein } from './bluestein.js';
import { butterfly, loadPoint, point, storePoint, timesTable } from './butterfly.js';
import { radices } from './factors.js';
import { unitRoot } from './roots.js';

/** A complex transform written into a module: fill `from`, call `run`, find the result at `to`. `from` is used up. */
export interface ComplexTransform {
  readonly from: number;
  readonly to: number;
  /** A place besides `from` with room for all points and one more, which is free until `run`, and after it if it is not `to`. */
  readonly other: number;
  /** Function index. */
  readonly run: number;
}

/** Past this prime factor the O(p²) butterfly costs about as much as Bluestein's two longer transforms. */
export const largestButterfly = 31;

/**
 * Writes `batch` interleaved complex FFTs of length n, X_k = Σ x_j e^(−2πi jk/n), of two signals side by side, one a
 * lane. Stockham's self-sorting FFT, decimation in frequency (Van Loan 1992, section 1.7): a pass turns s interleaved
 * transforms of length l into r·s of length m = l/r,
 *
 *   y[q + s(rp + j)] = e^(−2πi pj/l) Σ_k x[q + s(p + mk)] e^(−2πi jk/r),   0 ≤ p < m, 0 ≤ q < s.
 */
export function emitComplexFft(
  module: ModuleBuilder,
  n: number,
  batch = 1,
  from = module.reserve((batch * n + 1) * point),
): ComplexTransform {
  let x = from;
  const other = module.reserve((batch * n + 1) * point);
  let y = other;
  const passes: number[] = [];
  let length = n;
  for (const radix of radices(n)) {
    const place: Place = { x, y, radix, m: length / radix, stride: (batch * n) / length };
    const twiddles = place.m === 1 ? 0 : module.table(twiddleTable(length, radix));
    const long = radix > largestButterfly ? emitBluestein(module, radix, emitComplexFft) : undefined;
    passes.push(
      module.define((body) =>
        long ? writeLongPass(body, place, twiddles, long) : writePass(body, place, twiddles),
      ),
    );
    [x, y] = [y, x];
    length = place.m;
  }
  const run = module.define((body) => {
    for (const pass of passes) body.call(pass);
  });
  return { from, to: x, other, run };
}

/** From x to y: `stride` interleaved transforms of radix·m points each. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly radix: number;
  readonly m: number;
  readonly stride: number;
}

function writePass(body: Body, { x, y, radix, m, stride }: Place, twiddles: number): void {
  const transform = butterfly(body, radix);
  const [px, py, pw] = [body.pointer(x), body.pointer(y), body.pointer(twiddles)];
  const rows = (count: number, turned: boolean) =>
    body.repeat(count, () => {
      body.repeat(stride, () => {
        const inputs = Array.from({ length: radix }, (_, k) =>
          loadPoint(body, px.get, k * m * stride * point),
        );
        transform(inputs, (j, z) => {
          const out = turned && j > 0 ? timesTable(body, z, pw.get, (j - 1) * 16) : z;
          storePoint(body, py.get, j * stride * point, out);
        });
        px.move(point);
        py.move(point);
      });
      py.move((radix - 1) * stride * point);
      pw.move((radix - 1) * 16);
    });
  // The twiddles of p = 0 are all 1.
  rows(1, false);
  rows(m - 1, true);
}

/** A pass whose butterflies are transforms of a large prime length, each gathered, run and put in its place. */
function writeLongPass(
  body: Body,
  { x, y, radix, m, stride }: Place,
  twiddles: number,
  inner: Bluestein,
): void {
  const [px, py, pw] = [body.pointer(x), body.pointer(y), body.pointer(twiddles)];
  body.repeat(m, () => {
    body.repeat(stride, () => {
      const source = body.pointer(px.get);
      const gathered = body.pointer(inner.from);
      body.repeat(radix, () => {
        storePoint(body, gathered.get, 0, loadPoint(body, source.get, 0));
        source.move(m * stride * point);
        gathered.move(point);
      });
      body.call(inner.run);
      const result = body.pointer(inner.to);
      const target = body.pointer(py.get);
      const roots = body.pointer(pw.get);
      const put = (turned: boolean) => {
        const z = loadPoint(body, result.get, 0);
        storePoint(body, target.get, 0, turned ? timesTable(body, z, roots.get, 0) : z);
        result.move(point);
        target.move(stride * point);
      };
      put(false);
      body.repeat(radix - 1, () => {
        put(m > 1);
        roots.move(16);
      });
      px.move(point);
      py.move(point);
    });
    py.move((radix - 1) * stride * point);
    pw.move((radix - 1) * 16);
  });
}

/** e^(−2πi pj/l) for j = 1 … r−1 of each p, in the order of use. */
export function twiddleTable(length: number, radix: number, bins = radix): Float64Array {
  const m = length / radix;
  const table = new Float64Array(2 * m * (bins - 1));
  for (let p = 0, at = 0; p < m; p++) {
    for (let j = 1; j < bins; j++, at += 2) table.set(unitRoot(p * j, length), at);
  }
  return table;
}
