import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { bytesOf } from '../wasm/bytes.js';
import { f64x2, i32, i64x2, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Variable } from '../wasm/module.js';
import { lanes } from './butterfly.js';
import { emitRealFft, type RealTransform, writeLoad } from './emit-real.js';
import { checkLength, writePower } from './fft-real.js';
import { traceFeatureNames } from './trace-feature-names.js';

/** One column a feature, in the order of `traceFeatureNames`, each with a place for every trace. */
export type FeatureColumns = readonly (Float32Array | Float64Array)[];

/**
 * The eight features of each trace of `samples` (row-major, traces × n, float32), written to rows
 * `row … row+traces` of `out`. Sums are taken in float64 in sample order.
 *
 * - mean_amplitude, min_amplitude, max_amplitude; std_amplitude: population (ddof 0), two-pass
 * - rms_amplitude: √(mean x²); energy: Σx²
 * - zero_crossings: adjacent pairs whose sign bit differs, so +0 is positive and −0 negative
 * - dominant_frequency: cycles per sample (Hz = value / sample interval in s): the first largest bin of |rfft|²
 *   over bins 1 … ⌊n/2⌋−1, without window or detrending. 1/n for a dead trace, 0 where n < 4 leaves no bin
 *   to choose from.
 *
 * A NaN among the samples makes all but zero_crossings NaN; an infinity makes the dominant frequency NaN and the rest
 * what IEEE arithmetic gives. A trace's values never depend on its neighbours. O(n log n) a trace; the work space of
 * one transform. Throws `fft-length` for n < 1 and `ragged-traces` where samples are no multiple of n.
 */
export function traceFeatures(samples: Float32Array, n: number, out: FeatureColumns, row = 0): void {
  const extract = traceFeatureExtractor(n);
  if (samples.length % n !== 0) {
    throw new InputError('ragged-traces', `${samples.length} samples are no whole number of traces of ${n}`);
  }
  extract(samples, 0, samples.length / n, out, row);
}

/** `traceFeatures` of traces `first … first+traces` with the plan made once: for readers that hand on block after block. */
export type TraceFeatureExtractor = (
  samples: Float32Array,
  first: number,
  traces: number,
  out: FeatureColumns,
  row: number,
) => void;

/** Plans the features of traces of n samples: one module that loads two traces, adds up, transforms and compares. */
export function traceFeatureExtractor(n: number): TraceFeatureExtractor {
  checkLength(n);
  const module = new ModuleBuilder();
  const real = emitRealFft(module, n);
  const rows = module.reserve(2 * n * 4);
  const results = module.reserve(traceFeatureNames.length * lanes);
  const powers = module.reserve((Math.floor(n / 2) + 1) * lanes);
  const statistics = module.define((body) => writeStatistics(body, n, real.samples, results));
  const dominant = module.define((body) => writeDominant(body, n, real, powers, results + 7 * lanes));
  module.define((body) => {
    writeLoad(body, n, 4, rows, real.samples);
    body.call(statistics);
    body.call(dominant);
  }, 'features');
  const { memory, exports } = module.instantiate();
  const { features } = exports;
  const stage = bytesOf(new Float32Array(memory.buffer, rows, 2 * n), 0, 2 * n);
  const values = new Float64Array(memory.buffer, results, 16);
  const crossings = new Int32Array(memory.buffer, results + 6 * lanes, 4);
  return (samples, first, traces, out, row) => {
    for (let trace = 0; trace < traces; trace += 2) {
      const count = Math.min(2, traces - trace);
      stage.fill(bytesOf(samples, (first + trace) * n, count * n));
      features();
      for (let lane = 0; lane < count; lane++) {
        const at = row + trace + lane;
        const broken = Number.isNaN(values[lane]) && Number.isNaN(values[10 + lane]);
        for (let f = 0; f < 6; f++) out[f][at] = broken ? Number.NaN : values[2 * f + lane];
        out[6][at] = crossings[2 * lane];
        out[7][at] = Number.isFinite(values[10 + lane]) ? values[14 + lane] : Number.NaN;
      }
    }
  };
}

/** Features 0 … 6 of the loaded traces; the crossings as 64-bit integers. */
function writeStatistics(body: Body, n: number, samples: number, results: number): void {
  const zero = f64x2.const(0);
  const count = body.value(f64x2.const(n));
  const first = v128.load(i32.const(0), samples);
  const variable = (code = zero): Variable => body.variable(code);
  const [sum, squares, changes, deviations] = [variable(), variable(), variable(), variable()];
  const [low, high, before] = [variable(first), variable(first), variable(first)];
  const at = body.pointer(samples);
  body.repeat(n, () => {
    const x = body.value(v128.load(at.get, 0));
    sum.set(f64x2.add(sum.get, x));
    squares.set(f64x2.add(squares.get, f64x2.mul(x, x)));
    low.set(f64x2.min(low.get, x));
    high.set(f64x2.max(high.get, x));
    changes.set(i64x2.add(changes.get, i64x2.signs(v128.xor(x, before.get))));
    before.set(x);
    at.move(lanes);
  });
  const mean = body.value(f64x2.div(sum.get, count));
  const again = body.pointer(samples);
  body.repeat(n, () => {
    const d = body.value(f64x2.sub(v128.load(again.get, 0), mean));
    deviations.set(f64x2.add(deviations.get, f64x2.mul(d, d)));
    again.move(lanes);
  });
  const root = (total: Variable) => f64x2.sqrt(f64x2.div(total.get, count));
  [mean, root(deviations), low.get, high.get, root(squares), squares.get, changes.get].forEach((value, i) => {
    body.store(i32.const(0), results + i * lanes, value);
  });
}

/** Feature 7: the first largest bin among 1 … ⌊n/2⌋−1 over n; 0 where there is none. */
function writeDominant(body: Body, n: number, real: RealTransform, powers: number, result: number): void {
  const last = Math.floor(n / 2) - 1;
  if (last < 1) return;
  body.call(real.run);
  writePower(body, real, powers);
  const one = body.value(f64x2.const(1));
  const bin = body.variable(one);
  const best = body.variable(one);
  const highest = body.variable(f64x2.const(-1));
  const at = body.pointer(powers + lanes);
  body.repeat(last, () => {
    const power = body.value(v128.load(at.get, 0));
    const more = body.value(f64x2.greater(power, highest.get));
    best.set(v128.select(bin.get, best.get, more));
    highest.set(v128.select(power, highest.get, more));
    bin.set(f64x2.add(bin.get, one));
    at.move(lanes);
  });
  body.store(i32.const(0), result, f64x2.div(best.get, f64x2.const(n)));
}

export interface TraceFeaturesArgs {
  /** Row-major, traces × n. On SharedArrayBuffer, as are the columns, so that workers see and do not copy them. */
  readonly samples: Float32Array;
  readonly n: number;
  readonly out: FeatureColumns;
}

/** Half a million samples, at most 1,024 traces: some 5 ms of work, and a size that the data alone sets. */
const blockTraces = (n: number) => Math.max(1, Math.min(1024, Math.floor(524288 / n)));

let planned: { n: number; extract: TraceFeatureExtractor } | undefined;

/** `traceFeatures` in parallel over blocks of traces; each block writes its own rows of `out`. */
export const traceFeaturesKernel: Kernel<TraceFeaturesArgs> = {
  name: 'traceFeaturesKernel',
  url: import.meta.url,
  blocks: ({ samples, n }) => Math.ceil(samples.length / n / blockTraces(n)),
  run({ samples, n, out }, block) {
    if (planned?.n !== n) planned = { n, extract: traceFeatureExtractor(n) };
    const size = blockTraces(n);
    const first = block * size;
    planned.extract(samples, first, Math.min(size, samples.length / n - first), out, first);
  },
};
