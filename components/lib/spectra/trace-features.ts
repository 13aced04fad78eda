import type { Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { planRealFft, type RealFft } from './fft-real.js';

/** The eight trace features, in their fixed order. */
export const traceFeatureNames = [
  'mean_amplitude',
  'std_amplitude',
  'min_amplitude',
  'max_amplitude',
  'rms_amplitude',
  'energy',
  'zero_crossings',
  'dominant_frequency',
] as const;

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
 * A trace with a NaN or an infinity gets NaN as its dominant frequency; its other features are what IEEE
 * arithmetic gives. A trace's values never depend on its neighbours. O(n log n) a trace; the work space of one
 * transform. Throws `fft-length` for n < 1 and `ragged-traces` where samples are no multiple of n.
 */
export function traceFeatures(samples: Float32Array, n: number, out: FeatureColumns, row = 0): void {
  const extract = traceFeatureExtractor(n);
  if (samples.length % n !== 0) {
    throw new InputError('ragged-traces', `${samples.length} samples are no whole number of traces of ${n}`);
  }
  extract(samples, 0, samples.length / n, out, row);
}

/** `traceFeatures` with the plan made once: for readers that hand on one block of traces after the other. */
export type TraceFeatureExtractor = (
  samples: Float32Array,
  first: number,
  traces: number,
  out: FeatureColumns,
  row: number,
) => void;

export function traceFeatureExtractor(n: number): TraceFeatureExtractor {
  const fft = planRealFft(n);
  const re = new Float64Array(fft.bins);
  const im = new Float64Array(fft.bins);
  return (samples, first, traces, out, row) => {
    const bits = new Int32Array(samples.buffer, samples.byteOffset, samples.length);
    const [mean, std, min, max, rms, energy, crossings, dominant] = out;
    for (let trace = 0; trace < traces; trace++) {
      const from = (first + trace) * n;
      const to = from + n;
      const at = row + trace;
      let sum = 0;
      let squares = 0;
      let low = samples[from];
      let high = low;
      let changes = 0;
      for (let i = from, before = bits[from]; i < to; i++) {
        const x = samples[i];
        sum += x;
        squares += x * x;
        if (x < low) low = x;
        if (x > high) high = x;
        changes += (bits[i] ^ before) >>> 31;
        before = bits[i];
      }
      const centre = sum / n;
      let deviations = 0;
      for (let i = from; i < to; i++) {
        const d = samples[i] - centre;
        deviations += d * d;
      }
      const broken = Number.isNaN(sum);
      mean[at] = centre;
      std[at] = Math.sqrt(deviations / n);
      min[at] = broken ? sum : low;
      max[at] = broken ? sum : high;
      rms[at] = Math.sqrt(squares / n);
      energy[at] = squares;
      crossings[at] = changes;
      dominant[at] = Number.isFinite(squares) ? dominantFrequency(fft, samples, from, re, im) : Number.NaN;
    }
  };
}

/** First bin of largest power among 1 … ⌊n/2⌋−1, in cycles per sample; 0 where there is none. */
function dominantFrequency(
  fft: RealFft,
  x: Float32Array,
  offset: number,
  re: Float64Array,
  im: Float64Array,
) {
  const { n } = fft;
  const last = Math.floor(n / 2) - 1;
  if (last < 1) return 0;
  fft.forward(x, offset, re, im);
  let best = 1;
  let power = -1;
  for (let k = 1; k <= last; k++) {
    const p = re[k] * re[k] + im[k] * im[k];
    if (p > power) {
      power = p;
      best = k;
    }
  }
  return best / n;
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
