import { butterfly, loadPoint, point, storePoint, timesTable } from './butterfly.js';
import { radices, smoothAtLeast } from './factors.js';
import { unitRoot } from './roots.js';
import { type Body, f64x2, type ModuleBuilder } from './wasm.js';

/** A complex transform written into a module: fill `from`, call `run`, find the result at `to`. `from` is used up. */
export interface ComplexTransform {
  readonly from: number;
  readonly to: number;
  /** Function index. */
  readonly run: number;
  /** To be called once after the module is made, before the first `run`. */
  prepare(memory: ArrayBuffer, exports: Record<string, () => void>): void;
}

/** Past this prime factor the O(p²) butterfly costs about as much as Bluestein's two longer transforms. */
const largestButterfly = 23;

/**
 * Writes a complex FFT of length n, X_k = Σ x_j e^(−2πi jk/n), of two signals side by side, one a lane. Stockham's
 * self-sorting passes of radix 4, 2 and odd primes; Bluestein's chirp where a prime above 23 divides n.
 */
export function emitComplexFft(module: ModuleBuilder, n: number): ComplexTransform {
  const factors = radices(n);
  return factors.some((radix) => radix > largestButterfly)
    ? bluestein(module, n)
    : stockham(module, n, factors);
}

/**
 * Stockham's FFT, decimation in frequency (Van Loan 1992, section 1.7). A pass turns s interleaved transforms of
 * length l into r·s of length m = l/r:
 *
 *   y[q + s(rp + j)] = e^(−2πi pj/l) Σ_k x[q + s(p + mk)] e^(−2πi jk/r),   0 ≤ p < m, 0 ≤ q < s.
 */
function stockham(module: ModuleBuilder, n: number, factors: readonly number[]): ComplexTransform {
  const from = module.reserve(n * point);
  let x = from;
  let y = module.reserve(n * point);
  const passes: number[] = [];
  let length = n;
  for (const radix of factors) {
    const stride = n / length;
    const m = length / radix;
    const [source, target, last] = [x, y, m === 1];
    const compute = butterfly(module, radix);
    const twiddles = last ? 0 : module.table(twiddleTable(length, radix));
    passes.push(
      module.define((body) => {
        const px = body.pointer(source);
        const py = body.pointer(target);
        const pw = body.pointer(twiddles);
        body.repeat(m, () => {
          body.repeat(stride, () => {
            const inputs = Array.from({ length: radix }, (_, k) =>
              loadPoint(body, px.get, k * m * stride * point),
            );
            compute(body, inputs).forEach((z, j) => {
              const turned = last || j === 0 ? z : timesTable(body, z, pw.get, (j - 1) * 16);
              storePoint(body, py.get, j * stride * point, turned);
            });
            px.move(point);
            py.move(point);
          });
          py.move((radix - 1) * stride * point);
          pw.move((radix - 1) * 16);
        });
      }),
    );
    [x, y] = [y, x];
    length = m;
  }
  const run = module.define((body) => {
    for (const pass of passes) body.call(pass);
  });
  return { from, to: x, run, prepare: () => {} };
}

/** e^(−2πi pj/l) for j = 1 … r−1 of each p, in the order of use. */
function twiddleTable(length: number, radix: number): Float64Array {
  const m = length / radix;
  const table = new Float64Array(2 * m * (radix - 1));
  for (let p = 0, at = 0; p < m; p++) {
    for (let j = 1; j < radix; j++, at += 2) table.set(unitRoot(p * j, length), at);
  }
  return table;
}

/**
 * Any length n as a convolution with a chirp (Bluestein 1970), jk = (j² + k² − (k−j)²)/2, done by transforms of a
 * smooth length m ≥ 2n−1. The backward transform is a forward one between two conjugations.
 */
function bluestein(module: ModuleBuilder, n: number): ComplexTransform {
  const m = smoothAtLeast(2 * n - 1);
  const inner = emitComplexFft(module, m);
  const chirp = new Float64Array(2 * n);
  const conjugate = new Float64Array(2 * n);
  // j² modulo 2n stays exact by steps: (j+1)² = j² + 2j + 1.
  for (let j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), j++) {
    const [re, im] = unitRoot(square, 2 * n);
    chirp.set([re, im], 2 * j);
    conjugate.set([re, -im], 2 * j);
  }
  const from = module.reserve(n * point);
  const to = module.reserve(n * point);
  const chirpAt = module.table(chirp);
  const conjugateAt = module.table(conjugate);
  const filterAt = module.reserve(m * 16);
  const times = (body: Body, count: number, x: number, w: number, y: number, conjugated: boolean) => {
    const px = body.pointer(x);
    const pw = body.pointer(w);
    const py = body.pointer(y);
    body.repeat(count, () => {
      const z = timesTable(body, loadPoint(body, px.get, 0), pw.get, 0);
      storePoint(body, py.get, 0, conjugated ? { re: z.re, im: f64x2.neg(z.im) } : z);
      px.move(point);
      pw.move(16);
      py.move(point);
    });
  };
  const zero = f64x2.const(0);
  const run = module.define((body) => {
    times(body, n, from, chirpAt, inner.from, false);
    const rest = body.pointer(inner.from + n * point);
    body.repeat(m - n, () => {
      storePoint(body, rest.get, 0, { re: zero, im: zero });
      rest.move(point);
    });
    body.call(inner.run);
    times(body, m, inner.to, filterAt, inner.from, true);
    body.call(inner.run);
    times(body, n, inner.to, conjugateAt, to, true);
  });
  const runInner = `filter${n}`;
  module.define((body) => body.call(inner.run), runInner);
  return {
    from,
    to,
    run,
    prepare(memory, exports) {
      inner.prepare(memory, exports);
      const input = new Float64Array(memory, inner.from, 4 * m).fill(0);
      for (let j = 0; j < n; j++) {
        for (const at of j === 0 ? [0] : [j, m - j]) {
          input[4 * at] = conjugate[2 * j] / m;
          input[4 * at + 2] = conjugate[2 * j + 1] / m;
        }
      }
      exports[runInner]();
      const spectrum = new Float64Array(memory, inner.to, 4 * m);
      const filter = new Float64Array(memory, filterAt, 2 * m);
      for (let k = 0; k < m; k++) {
        filter[2 * k] = spectrum[4 * k];
        filter[2 * k + 1] = spectrum[4 * k + 2];
      }
    },
  };
}
