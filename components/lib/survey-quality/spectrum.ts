import { bandOf, type SpectrumSums } from '../spectra/mean-spectrum.js';
import { median } from './robust.js';
import { type Measured, moot, type RuleName } from './rules.js';

/** Where the axis of a spectrum stands: frequency of a bin, and what it is called. */
export interface FrequencyAxis {
  readonly step: number;
  readonly unit: string;
  /** Hz: mains hum is looked for. */
  readonly isTime: boolean;
}

/** A mean over fewer traces has peaks and dips by chance. */
const fewestTraces = 20;
const fewestBins = 24;
const decibels = (power: number): number => 10 * Math.log10(power);
const short = (value: number): string => String(Number(value.toPrecision(3)));

/** Rules over the mean power spectrum of the live traces. */
export function spectrumRules(
  { traces, amplitude, power }: SpectrumSums,
  axis: FrequencyAxis,
): readonly Measured[] {
  const names = ['mains', 'notch', 'band', 'nyquist'] as const satisfies readonly RuleName[];
  if (traces < fewestTraces) return names.map((name) => moot(name, `fewer than ${fewestTraces} live traces`));
  if (power.length < fewestBins)
    return names.map((name) => moot(name, 'the traces are too short for a spectrum'));
  const band = bandOf(amplitude, 20);
  if (!band) return names.map((name) => moot(name, 'nothing varies'));
  return [mains(power, axis), notch(power, axis), bandWidth(band.low, band.high, axis), nyquist(power)];
}

/** Distance from a line of the mains within which its surroundings are judged. */
const around = 8;

function mains(power: Float64Array, { step, isTime }: FrequencyAxis): Measured {
  if (!isTime) return moot('mains', 'the axis is not time');
  if (step > 2) return moot('mains', 'the traces are too short to tell 50 Hz from its surroundings');
  let found = { hertz: 50, level: Number.NEGATIVE_INFINITY };
  for (const hertz of [50, 60]) {
    const at = Math.round(hertz / step);
    const reach = Math.ceil(around / step);
    if (at + reach >= power.length) continue;
    const peak = Math.max(...power.subarray(at - 1, at + 2));
    // A Hann window spreads a line over three bins.
    const beside = Array.from(power.subarray(at - reach, at + reach + 1)).filter(
      (_, i) => Math.abs(i - reach) > 2,
    );
    const level = decibels(peak / median(beside));
    if (level > found.level) found = { hertz, level };
  }
  if (found.level === Number.NEGATIVE_INFINITY) return moot('mains', 'the sample interval cannot hold 50 Hz');
  return {
    rule: 'mains',
    value: found.level,
    issues: [],
    message: `at ${found.hertz} Hz the mean spectrum stands ${short(found.level)} dB above the frequencies about it`,
  };
}

/** The deepest dip between two shoulders within 20 dB of the peak, on the spectrum smoothed over three bins. */
function notch(power: Float64Array, { step, unit }: FrequencyAxis): Measured {
  const level = Float64Array.from(power, (_, k) => {
    const near = power.subarray(Math.max(1, k - 1), k + 2);
    return decibels(near.reduce((a, b) => a + b, 0) / Math.max(1, near.length));
  });
  const peak = level.subarray(1).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isShoulder = (k: number) => level[k]! >= peak - 20;
  let first = 1;
  while (!isShoulder(first)) first++;
  let last = level.length - 1;
  while (!isShoulder(last)) last--;
  const after = new Float64Array(level.length + 1).fill(Number.NEGATIVE_INFINITY);
  for (let k = last; k >= first; k--) after[k] = Math.max(after[k + 1]!, level[k]!);
  let before = Number.NEGATIVE_INFINITY;
  let deepest = { at: first, depth: 0 };
  for (let k = first; k <= last; k++) {
    const depth = Math.min(before, after[k + 1]!) - level[k]!;
    if (depth > deepest.depth) deepest = { at: k, depth };
    before = Math.max(before, level[k]!);
  }
  return {
    rule: 'notch',
    value: deepest.depth,
    issues: [],
    message: `the deepest notch, at ${short(deepest.at * step)} ${unit}, lies ${short(deepest.depth)} dB below the lower of its shoulders`,
  };
}

function bandWidth(low: number, high: number, { step, unit }: FrequencyAxis): Measured {
  // A band that reaches down to 0 has no lowest octave; half a bin stands for it.
  const octaves = Math.log2(high / Math.max(low, 0.5));
  return {
    rule: 'band',
    value: octaves,
    issues: [],
    message: `the band within 20 dB of the peak, ${short(low * step)} to ${short(high * step)} ${unit}, is ${short(octaves)} octaves wide`,
  };
}

/** The highest twentieth of the frequencies: noise there has been folded from above, or was never filtered. */
function nyquist(power: Float64Array): Measured {
  const top = power.subarray(Math.floor(power.length * 0.95));
  const level = decibels(
    top.reduce((a, b) => a + b, 0) / top.length / power.reduce((a, b) => Math.max(a, b)),
  );
  return {
    rule: 'nyquist',
    value: level,
    issues: [],
    message: `close below the Nyquist frequency the spectrum lies ${short(-level)} dB below its peak`,
  };
}
