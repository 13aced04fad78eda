import type { Endian } from '../fields.js';
import { viewOf } from '../fields.js';
import type { Score } from './verdict.js';

/** What decoded samples look like, over the traces that hold more than zeros. */
export interface SampleFacts {
  readonly traces: number;
  /** Share of samples that are NaN or infinite. */
  readonly broken: number;
  /** Range of log2 |x| of what is not 0, without the smallest and the largest tenth. */
  readonly spread: number;
  /** Share of the rarer sign. */
  readonly otherSign: number;
  /** log2 of the largest over the median |x|. */
  readonly peak: number;
  /** log2 of the median |x|. */
  readonly level: number;
  /** Correlation of neighbouring samples, signs and ranks of size only; NaN where there is nothing to tell. */
  readonly smooth: number;
}

/** O(samples · log samples). */
export function sampleFacts(traces: readonly Float32Array[]): SampleFacts {
  const live = traces.filter((trace) => trace.some((value) => value !== 0));
  const sizes = new Float64Array(live.reduce((count, trace) => count + trace.length, 0));
  let [broken, all, below, count] = [0, 0, 0, 0];
  for (const trace of live)
    for (const value of trace) {
      all++;
      if (!Number.isFinite(value)) broken++;
      else if (value !== 0) {
        sizes[count++] = Math.log2(Math.abs(value));
        below += Number(value < 0);
      }
    }
  const sorted = sizes.subarray(0, count).sort();
  const at = (share: number) => sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0;
  return {
    traces: live.length,
    broken: all > 0 ? broken / all : 0,
    spread: at(0.9) - at(0.1),
    otherSign: Math.min(below, count - below) / (count || 1),
    peak: at(1) - at(0.5),
    level: at(0.5),
    smooth: smoothness(live),
  };
}

/** Lag-one correlation of each trace about its mean, sizes cut at twice the median so that one spike does not decide. */
function smoothness(traces: readonly Float32Array[]): number {
  let [both, one] = [0, 0];
  for (const trace of traces) {
    const values = Float64Array.from(trace, (value) => (Number.isFinite(value) ? value : 0));
    const sizes = values
      .filter((value) => value !== 0)
      .map(Math.abs)
      .sort();
    const cut = 2 * (sizes[sizes.length >> 1] ?? 0);
    const kept = values.map((value) => Math.max(-cut, Math.min(cut, value)));
    const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
    const unit = cut > 0 ? cut : 1;
    for (let i = 1; i < kept.length; i++) {
      const [a, b] = [(kept[i - 1]! - mean) / unit, (kept[i]! - mean) / unit];
      both += a * b;
      one += (a * a + b * b) / 2;
    }
  }
  return one > 0 ? both / one : Number.NaN;
}

/**
 * How likely samples are amplitudes, in units of log odds. Amplitudes of seismic data mostly stay within a dozen
 * powers of two, some of them near 0, are never NaN, and change little from one sample to the next; what is read in a wrong format
 * or byte order does not.
 */
export function plausibility(facts: SampleFacts): Score {
  const { traces, broken, spread, otherSign, peak, level, smooth } = facts;
  if (traces === 0) return { score: 0, evidence: ['all samples looked at are 0'] };
  const wild = Math.max(0, spread - 13) * 0.4 + Math.max(0, peak - 20) * 0.15;
  const far = Math.max(0, Math.abs(level) - 45) * 0.15;
  const rough = Number.isNaN(smooth) ? 0 : 5 * Math.min(0.8, smooth) - 1;
  // Floats that are read as integers: large, either sign, and nothing near 0.
  const hollow = spread < 1 && (otherSign > 0.05 || level > 28) ? 6 : 0;
  const score = Math.max(-14, 2 - 40 * broken - wild - far - hollow + rough);
  return {
    score,
    evidence: [
      ...(broken > 0 ? [`${(100 * broken).toPrecision(2)} % of the samples are NaN or infinite`] : []),
      `most sizes lie within ${spread.toFixed(1)} powers of two, neighbouring samples correlate by ${Number.isNaN(smooth) ? '(constant)' : smooth.toFixed(2)}`,
    ],
  };
}

/** Shares of the leading hex digit of an IBM fraction (Benford, base 16); none is 0. */
const ibmDigit = (digit: number): number => (digit === 0 ? 1 / 32 : Math.log2(1 + 1 / digit) / 4);
/** The same four bits of an IEEE float: the last bit of the exponent and three of the mantissa. */
const ieeeDigit = (digit: number): number => Math.log2(1 + 1 / (8 + (digit & 7))) / 2;

/**
 * Log odds of IBM against IEEE floats, from the four bits after the first byte: an IBM fraction begins with a hex
 * digit other than 0, and with 1 more often than with 15; in an IEEE float these bits are nearly even. Neighbouring
 * samples resemble one another, so what counts is how many different beginnings there are, not how many samples.
 */
export function ibmAgainstIeee(samples: readonly Uint8Array[], endian: Endian): Score {
  const seen = new Set<number>();
  const beginnings = new Set<number>();
  let [sum, zeros] = [0, 0];
  for (const bytes of samples) {
    const view = viewOf(bytes);
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const word = view.getUint32(at, endian === 'little') & 0x7fffffff;
      if (word === 0 || seen.has(word)) continue;
      seen.add(word);
      beginnings.add(word >>> 20);
      const digit = (word >>> 20) & 15;
      zeros += Number(digit === 0);
      sum += Math.log(ibmDigit(digit) / ieeeDigit(digit));
    }
  }
  const words = seen.size;
  if (words === 0) return { score: 0, evidence: [] };
  const share = zeros / words;
  const mean = Math.max(-3, Math.min(5, (sum / words) * Math.min(30, beginnings.size)));
  const score =
    zeros >= 3 && share > 0.005 ? -Math.min(15, 4 + zeros / 4) : Math.min(8, beginnings.size / 10) + mean;
  return {
    score,
    evidence: [
      `${(100 * share).toFixed(1)} % of ${words} different samples would be IBM floats that nobody normalised; of IEEE floats about 6 % look so, of IBM floats none`,
    ],
  };
}
