import type { Kernel } from '../compute/kernel.js';
import { planRealFft, type RealFft } from './fft-real.js';

/** Sums over traces: divide by `traces` for means. */
export interface SpectrumSums {
  /** Traces that counted: all but those with NaN, infinities or no variance. */
  traces: number;
  /** Σ|X_k|, one a bin. */
  readonly amplitude: Float64Array;
  /** Σ|X_k|². */
  readonly power: Float64Array;
}

export interface SpectrumArgs {
  /** Row-major traces × n; on shared memory, so that workers see it and do not copy it. */
  readonly samples: Float32Array;
  readonly n: number;
  /** The stretch of each trace that is looked at. */
  readonly first: number;
  readonly length: number;
  /** Hann window, which keeps strong frequencies from leaking into their neighbours. */
  readonly taper: boolean;
  /** Takes the share of each trace's power above half the Nyquist frequency, from row `to` on. */
  readonly high?: Float64Array;
  readonly to?: number;
}

export const emptySums = (length: number): SpectrumSums => ({
  traces: 0,
  amplitude: new Float64Array(Math.floor(length / 2) + 1),
  power: new Float64Array(Math.floor(length / 2) + 1),
});

export function addSums(into: SpectrumSums, { traces, amplitude, power }: SpectrumSums): void {
  into.traces += traces;
  for (let k = 0; k < amplitude.length; k++) {
    into.amplitude[k]! += amplitude[k]!;
    into.power[k]! += power[k]!;
  }
}

/** Periodic Hann window: scipy.signal.get_window('hann', n). */
export const hann = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n));

interface Plan {
  readonly key: string;
  readonly fft: RealFft;
  readonly weights: Float64Array;
  readonly scale: number;
}
let planned: Plan | undefined;

function planFor({ length, taper }: SpectrumArgs): Plan {
  const key = `${length} ${taper}`;
  if (planned?.key !== key) {
    const weights = taper && length > 2 ? hann(length) : new Float64Array(length).fill(1);
    planned = { key, fft: planRealFft(length), weights, scale: 2 / weights.reduce((a, b) => a + b, 0) };
  }
  return planned;
}

/** A million samples: some 10 ms, and a size that the data alone sets. */
const blockTraces = ({ length }: SpectrumArgs) => Math.max(1, Math.floor(1_000_000 / length));

/**
 * Spectra of a stretch of every trace, summed a block: mean taken out, Hann window where asked for, |rfft| scaled so that
 * a sine of amplitude a has a peak of a (scipy.signal.spectrum's `scaling="spectrum"`, as an amplitude).
 */
export const spectrumKernel: Kernel<SpectrumArgs, SpectrumSums> = {
  name: 'spectrumKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.samples.length / args.n / blockTraces(args)),
  run(args, block) {
    const { samples, n, first, length } = args;
    const { fft, weights, scale } = planFor(args);
    const sums = emptySums(length);
    const x = new Float64Array(length);
    const power = new Float64Array(fft.bins);
    const size = blockTraces(args);
    const last = Math.min((block + 1) * size, samples.length / n);
    for (let trace = block * size; trace < last; trace++) {
      const from = trace * n + first;
      let total = 0;
      for (let i = 0; i < length; i++) total += samples[from + i]!;
      const mean = total / length;
      let isFlat = true;
      for (let i = 0; i < length; i++) {
        isFlat &&= samples[from + i] === samples[from];
        x[i] = (samples[from + i]! - mean) * weights[i]!;
      }
      if (isFlat || !Number.isFinite(mean)) continue;
      fft.power(x, 0, 1, power, 0);
      sums.traces++;
      for (let k = 0; k < fft.bins; k++) {
        sums.amplitude[k]! += scale * Math.sqrt(power[k]!);
        sums.power[k]! += scale * scale * power[k]!;
      }
      if (args.high) args.high[(args.to ?? 0) + trace] = upperShare(power);
    }
    return sums;
  },
};

function upperShare(power: Float64Array): number {
  let total = 0;
  let upper = 0;
  for (let k = 0; k < power.length; k++) {
    total += power[k]!;
    if (2 * k >= power.length) upper += power[k]!;
  }
  return total > 0 ? upper / total : 0;
}

/** What a geoscientist reads off an amplitude spectrum; frequencies in bins of the transform, as fractions. */
export interface Band {
  /** Bin of the largest amplitude, DC left out. */
  readonly dominant: number;
  /** Where the amplitude falls to a share of its peak, on the way down and up from the dominant bin. */
  readonly low: number;
  readonly high: number;
}

/** Band in which the amplitude is above `decibel` below its peak, linear in amplitude between bins; undefined where all is 0. */
export function bandOf(amplitude: Float64Array, decibel: number): Band | undefined {
  let dominant = 1;
  for (let k = 2; k < amplitude.length; k++) if (amplitude[k]! > amplitude[dominant]!) dominant = k;
  const peak = amplitude[dominant];
  if (peak === undefined || !(peak > 0)) return undefined;
  const level = peak * 10 ** (-decibel / 20);
  /** Crossing of the level between bin `k`, above it, and the next one `toward`, below it. */
  const cross = (k: number, toward: 1 | -1) =>
    k + (toward * (amplitude[k]! - level)) / (amplitude[k]! - amplitude[k + toward]!);
  let low = dominant;
  while (low > 0 && amplitude[low - 1]! >= level) low--;
  let high = dominant;
  while (high + 1 < amplitude.length && amplitude[high + 1]! >= level) high++;
  return {
    dominant,
    low: low === 0 ? 0 : cross(low, -1),
    high: high + 1 === amplitude.length ? high : cross(high, 1),
  };
}
