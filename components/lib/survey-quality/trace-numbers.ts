import type { Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';

/** A number a trace; on shared memory. */
export interface TraceNumbers {
  /** Samples that are NaN or infinite; the rest is 0 where there are any. */
  readonly notFinite: Int32Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly rms: Float64Array;
  /** Share of the samples that were cut off, 0 where none seem to be. */
  readonly clipped: Float64Array;
  /** 64 bits of a hash over the samples. */
  readonly hashLow: Int32Array;
  readonly hashHigh: Int32Array;
  /** Share of the power above half the Nyquist frequency; filled by the spectrum kernel. */
  readonly high: Float64Array;
}

export const traceNumbers = (traces: number): TraceNumbers => ({
  notFinite: sharedI32(traces),
  minimum: sharedF64(traces),
  maximum: sharedF64(traces),
  rms: sharedF64(traces),
  clipped: sharedF64(traces),
  hashLow: sharedI32(traces),
  hashHigh: sharedI32(traces),
  high: sharedF64(traces),
});

export interface TraceNumbersArgs {
  /** Row-major traces × n. */
  readonly samples: Float32Array;
  readonly n: number;
  readonly out: TraceNumbers;
  /** Row of `out` of the first trace. */
  readonly to: number;
}

const blockTraces = (n: number) => Math.max(1, Math.floor(1_000_000 / n));

/** O(samples), and O(n log n) for the few traces that may be clipped. */
export const traceNumbersKernel: Kernel<TraceNumbersArgs> = {
  name: 'traceNumbersKernel',
  url: import.meta.url,
  blocks: ({ samples, n }) => Math.ceil(samples.length / n / blockTraces(n)),
  run({ samples, n, out, to }, block) {
    const size = blockTraces(n);
    const last = Math.min((block + 1) * size, samples.length / n);
    for (let trace = block * size; trace < last; trace++)
      measure(samples.subarray(trace * n, (trace + 1) * n), out, to + trace);
  },
};

function measure(x: Float32Array, out: TraceNumbers, row: number): void {
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let squares = 0;
  let notFinite = 0;
  // Two multiplicative hashes of 32 bits with different constants (Knuth; Murmur3's mixer).
  let [low, high] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    low = Math.imul(low ^ bits[i]!, 0x9e3779b1) ^ (low >>> 15);
    high = Math.imul(high ^ bits[i]!, 0x85ebca6b) ^ (high >>> 13);
    if (!Number.isFinite(value)) notFinite++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    squares += value * value;
  }
  out.notFinite[row] = notFinite;
  out.hashLow[row] = low;
  out.hashHigh[row] = high;
  if (notFinite > 0 || x.length === 0) return;
  out.minimum[row] = minimum;
  out.maximum[row] = maximum;
  out.rms[row] = Math.sqrt(squares / x.length);
  out.clipped[row] = clippedShare(x, minimum, maximum);
}

/** Fewest samples at an extreme, and their least share of the trace, that are called clipping. */
const leastClipped = 3;
const leastShare = 0.002;

/**
 * Share of the samples at the extremes where these are cut off: at least three and 0.2 % stand at the very value, and
 * they are at least half of those within 5 % of it. Samples of a few whole numbers, whose largest comes up often by
 * chance, are not judged.
 */
function clippedShare(x: Float32Array, minimum: number, maximum: number): number {
  const side = (extreme: number) => {
    if (extreme === 0 || minimum === maximum) return 0;
    const near = Math.abs(extreme) * 0.05;
    let at = 0;
    let close = 0;
    for (const value of x) {
      if (value === extreme) at++;
      if (Math.abs(value - extreme) <= near) close++;
    }
    return at >= leastClipped && at >= leastShare * x.length && 2 * at >= close ? at : 0;
  };
  const cut = side(minimum) + side(maximum);
  return cut > 0 && distinct(x) >= Math.min(32, x.length / 4) ? cut / x.length : 0;
}

const distinct = (x: Float32Array): number => new Set(x).size;
