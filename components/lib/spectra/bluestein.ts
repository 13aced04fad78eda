import { f64x2 } from '../wasm/code.js';
import type { Body, ModuleBuilder } from '../wasm/module.js';
import { loadPoint, point, storePoint, timesTable } from './butterfly.js';
import type { ComplexTransform } from './emit-fft.js';
import { smoothAtLeast } from './factors.js';
import { unitRoot } from './roots.js';

export type Bluestein = ComplexTransform;

/**
 * Writes a transform of any length n as a convolution with a chirp (Bluestein 1970), jk = (j² + k² − (k−j)²)/2, done by
 * two transforms of a smooth length m ≥ n + bins − 1, of which only the first `bins` results are right. The second,
 * backward, is a forward one between two conjugations. `smooth` writes a transform of a smooth length.
 */
export function emitBluestein(
  module: ModuleBuilder,
  n: number,
  smooth: (module: ModuleBuilder, length: number) => ComplexTransform,
  bins = n,
): Bluestein {
  const m = smoothAtLeast(n + bins - 1);
  const inner = smooth(module, m);
  const chirp = new Float64Array(2 * n);
  const conjugate = new Float64Array(2 * n);
  // j² modulo 2n stays exact by steps: (j+1)² = j² + 2j + 1.
  for (let j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), j++) {
    const [re, im] = unitRoot(square, 2 * n);
    chirp.set([re, im], 2 * j);
    conjugate.set([re, -im], 2 * j);
  }
  const from = module.reserve((n + 1) * point);
  const to = module.reserve(bins * point);
  const chirpAt = module.table(chirp);
  const conjugateAt = module.table(conjugate);
  const filterAt = module.reserve(m * 16);
  const zero = f64x2.const(0);
  const run = module.define((body) => {
    multiply(body, n, from, chirpAt, inner.from, false);
    const rest = body.pointer(inner.from + n * point);
    body.repeat(m - n, () => {
      storePoint(body, rest.get, 0, { re: zero, im: zero });
      rest.move(point);
    });
    body.call(inner.run);
    multiply(body, m, inner.to, filterAt, inner.from, true);
    body.call(inner.run);
    multiply(body, bins, inner.to, conjugateAt, to, true);
  });
  module.prepare(inner.run, (memory, runInner) => {
    const input = new Float64Array(memory, inner.from, 4 * m).fill(0);
    const place = (at: number, j: number) => {
      input[4 * at] = conjugate[2 * j] / m;
      input[4 * at + 2] = conjugate[2 * j + 1] / m;
    };
    // The filter at lag k−j, from 1−n to bins−1.
    for (let lag = 0; lag < bins; lag++) place(lag, lag);
    for (let lag = 1; lag < n; lag++) place(m - lag, lag);
    runInner();
    const spectrum = new Float64Array(memory, inner.to, 4 * m);
    const filter = new Float64Array(memory, filterAt, 2 * m);
    for (let k = 0; k < m; k++) {
      filter[2 * k] = spectrum[4 * k];
      filter[2 * k + 1] = spectrum[4 * k + 2];
    }
  });
  return { from, to, other: to, run };
}

/** y = x·w of `count` points, or its conjugate. */
function multiply(body: Body, count: number, x: number, w: number, y: number, conjugated: boolean): void {
  const [px, pw, py] = [body.pointer(x), body.pointer(w), body.pointer(y)];
  body.repeat(count, () => {
    const z = timesTable(body, loadPoint(body, px.get, 0), pw.get, 0);
    storePoint(body, py.get, 0, conjugated ? { re: z.re, im: f64x2.neg(z.im) } : z);
    px.move(point);
    pw.move(16);
    py.move(point);
  });
}
