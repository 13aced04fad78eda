import { InputError } from '../errors.js';
import { type FeatureColumns, traceFeatureExtractor } from './trace-features.js';

/** Stretches of a trace: `length` samples each, beginning every `step` samples. */
export interface Windows {
  readonly length: number;
  readonly step: number;
}

/** First samples of the whole windows in a trace of n samples; what is left over at the end is in none. */
export function windowStarts(n: number, { length, step }: Windows): number[] {
  if (!Number.isInteger(length) || !Number.isInteger(step) || length < 1 || step < 1 || length > n) {
    throw new InputError('windows', `windows of ${length} samples every ${step} do not fit a trace of ${n}`);
  }
  return Array.from({ length: Math.floor((n - length) / step) + 1 }, (_, w) => w * step);
}

/**
 * The eight trace features of every window: row = trace · windows + window, in `out` from row 0 on. `samples` is row-major,
 * traces × n. Throws `windows` where none fits, `ragged-traces` where samples are no multiple of n.
 */
export function windowFeatures(
  samples: Float32Array,
  n: number,
  windows: Windows,
  out: FeatureColumns,
): void {
  const starts = windowStarts(n, windows);
  if (samples.length % n !== 0) {
    throw new InputError('ragged-traces', `${samples.length} samples are no whole number of traces of ${n}`);
  }
  const { length } = windows;
  const extract = traceFeatureExtractor(length);
  const cut = new Float32Array(starts.length * length);
  for (let trace = 0; trace < samples.length / n; trace++) {
    starts.forEach((start, w) => {
      const from = trace * n + start;
      cut.set(samples.subarray(from, from + length), w * length);
    });
    extract(cut, 0, starts.length, out, trace * starts.length);
  }
}
