import type { Endian } from '../fields.js';
import { viewOf } from '../fields.js';
import { traceHeaderBytes } from '../headers.js';
import type { Probe } from './probe.js';
import type { Score } from './verdict.js';

/** Codes and scalars that the standard knows, by byte of an int16 field; 0 is always allowed. */
const known: Readonly<Record<number, (value: number) => boolean>> = {
  29: (v) => v >= -1 && v <= 60,
  35: (v) => v >= 0 && v <= 2,
  69: (v) => isScalar(v),
  71: (v) => isScalar(v),
  89: (v) => v >= 0 && v <= 4,
  109: (v) => Math.abs(v) <= 20_000,
  117: (v) => v >= 0,
  157: (v) => v < 100 || (v >= 1950 && v <= 2100),
  159: (v) => v >= 0 && v <= 366,
  161: (v) => v >= 0 && v <= 24,
};
const isScalar = (value: number): boolean => {
  const size = Math.abs(value);
  return size === 0 || size === 1 || size === 10 || size === 100 || size === 1000 || size === 10_000;
};

/** Where line, trace and sequence numbers stand. */
const counters = [1, 5, 9, 13, 17, 21, 25, 189, 193] as const;

/**
 * How much like trace headers the 240 bytes at supposed places look, in units of log odds: most bytes are the same in
 * all headers, codes are codes, numbers that count go up by small steps from a trace to the next. All of it depends on
 * the byte order too. O(headers).
 */
export function traceLikeness(probe: Probe, endian: Endian): Score {
  const headers = probe.headers.filter((header) => header.length === traceHeaderBytes);
  if (headers.length === 0) return { score: -8, evidence: ['no whole trace header was found'] };
  if (headers.every((header) => header.every((byte) => byte === 0)))
    return { score: -8, evidence: ['all bytes where trace headers should be are 0'] };
  const little = endian === 'little';
  const views = headers.map(viewOf);
  const int16 = (view: DataView, byte: number) => view.getInt16(byte - 1, little);
  let [good, bad] = [0, 0];
  for (const [byte, fits] of Object.entries(known))
    for (const view of views) {
      const value = int16(view, Number(byte));
      if (value !== 0) fits(value) ? good++ : bad++;
    }
  const codes = good + bad === 0 ? 0 : (6 * (good - 2 * bad)) / (good + bad);
  const constancy = headers.length > 1 ? constantShare(headers) : 0.6;
  const counting = countingFields(probe, views, little);
  const score = Math.max(-12, codes) + 10 * (constancy - 0.6) + 2 * Math.min(2, counting);
  return {
    score,
    evidence: [
      `${Math.round(100 * constancy)} % of the header bytes are the same in ${headers.length} traces`,
      ...(good + bad > 0
        ? [`${good} of ${good + bad} codes and scalars are such as the standard knows`]
        : []),
      ...(counting > 0 ? [`${counting} header fields count traces or lines in small steps`] : []),
    ],
  };
}

function constantShare(headers: readonly Uint8Array[]): number {
  let same = 0;
  for (let i = 0; i < traceHeaderBytes; i++)
    if (headers.every((header) => header[i] === headers[0]![i])) same++;
  return same / traceHeaderBytes;
}

/** Counters that never jump far and at least once step by 1 to 50 between neighbours. */
function countingFields({ traces }: Probe, views: readonly DataView[], little: boolean): number {
  return counters.filter((byte) => {
    const values = views.map((view) => view.getInt32(byte - 1, little));
    if (values.some((value) => Math.abs(value) > 100_000_000)) return false;
    let [steps, small] = [0, 0];
    for (let i = 1; i < values.length; i++) {
      const step = Math.abs(values[i]! - values[i - 1]!);
      if (traces[i] !== traces[i - 1]! + 1 || step === 0) continue;
      steps++;
      small += Number(step <= 50);
    }
    return small > 0 && small >= 0.6 * steps;
  }).length;
}
