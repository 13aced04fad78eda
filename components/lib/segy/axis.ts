import type { Overrides } from './overrides.js';

/** The vertical axis: value of sample i = start + i · step. */
export interface Axis {
  readonly domain: 'time' | 'depth';
  /** `samples` where the file states no interval and none was given. */
  readonly unit: 'ms' | 'm' | 'ft' | 'samples';
  readonly start: number;
  readonly step: number;
}

/** Trace identification code 27 of revision 2: depth-domain seismic data. */
const depthDomain = 27;

type Header = Readonly<Record<string, number>>;

/**
 * Step: given, or bytes 3273 (revision 2), 3217, trace header 117, the first that is positive; µs for time. Files in
 * depth store the step in thousandths of a metre or foot, as they would a time in thousandths of a millisecond; a
 * number below 250 is taken as whole units, as revision 1 words it. Start: given, or the delay of the first trace
 * (bytes 109–110, ms) with its scalar (215–216). Depth only if asked for, or by trace identification code 27.
 */
export function axisOf(binary: Header, trace: Header, revision: number, given: Overrides): Axis {
  const isDepth = revision >= 2 && trace.TraceIdentificationCode === depthDomain;
  const domain = given.domain ?? (isDepth || given.unit === 'm' || given.unit === 'ft' ? 'depth' : 'time');
  const extended = revision >= 2 ? binary.ExtInterval : 0;
  const stored = [extended, binary.Interval, trace.TRACE_SAMPLE_INTERVAL].find(
    (value) => value > 0 && value < 1e9,
  );
  const step = given.interval ?? (stored === undefined ? undefined : scaledStep(domain, stored));
  const unit = given.unit ?? (domain === 'time' ? 'ms' : binary.MeasurementSystem === 2 ? 'ft' : 'm');
  const start = given.start ?? scaled(trace.DelayRecordingTime ?? 0, trace.ScalarTraceHeader ?? 0);
  return step === undefined ? { domain, unit: 'samples', start: 0, step: 1 } : { domain, unit, start, step };
}

const scaledStep = (domain: 'time' | 'depth', stored: number): number =>
  domain === 'time' || stored >= 250 ? stored / 1000 : stored;

/** A header value with its SEG-Y scalar: positive multiplies, negative divides, 0 leaves alone. */
export const scaled = (value: number, scalar: number): number =>
  scalar > 0 ? value * scalar : scalar < 0 ? value / -scalar : value;

/** The opposite of {@link scaled}. */
export const unscaled = (value: number, scalar: number): number =>
  scalar > 0 ? value / scalar : scalar < 0 ? value * -scalar : value;

/**
 * The samples of a trace between two values of the axis, both included: [first, last], 0-based; undefined where
 * none lies between them. A value within a thousandth of a step of a sample counts as that sample.
 */
export function windowOf(
  axis: Axis,
  samples: number,
  [from, to]: readonly [number, number],
): readonly [number, number] | undefined {
  const slack = 1e-3;
  const first = Math.max(0, Math.ceil((from - axis.start) / axis.step - slack));
  const last = Math.min(samples - 1, Math.floor((to - axis.start) / axis.step + slack));
  return first <= last ? [first, last] : undefined;
}
