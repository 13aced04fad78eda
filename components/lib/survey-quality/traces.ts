import { median } from './robust.js';
import { counted, type Issue, type Measured, moot } from './rules.js';
import type { TraceNumbers } from './trace-numbers.js';

/** Rows to compare row i with. */
export type Neighbours = (row: number) => ArrayLike<number>;

const oneSign = 'all samples have one sign, so they are no amplitudes';

/** Rules that look at the samples of each trace. */
export function traceRules(numbers: TraceNumbers, neighbours: Neighbours): readonly Measured[] {
  const { notFinite, minimum, maximum, clipped } = numbers;
  const traces = notFinite.length;
  const isDead = (row: number) => notFinite[row] === 0 && minimum[row] === maximum[row];
  const isLive = Uint8Array.from(notFinite, (bad, row) => (bad === 0 && !isDead(row) ? 1 : 0));
  const list = (isIt: (row: number) => boolean, measured: (row: number) => number) => {
    const issues: Issue[] = [];
    for (let row = 0; row < traces; row++) if (isIt(row)) issues.push({ row, measured: measured(row) });
    return issues;
  };
  const always = [
    counted(
      'missing_samples',
      list(
        (row) => notFinite[row]! > 0,
        (row) => notFinite[row]!,
      ),
      traces,
      'traces hold samples that are NaN or infinite',
    ),
    counted(
      'dead',
      list(isDead, (row) => minimum[row]!),
      traces,
      'traces are dead: all samples are equal',
    ),
  ];
  const [least, most] = [
    minimum.reduce((a, b) => Math.min(a, b), 0),
    maximum.reduce((a, b) => Math.max(a, b), 0),
  ];
  if (!(least < 0 && most > 0))
    return [
      ...always,
      ...(['duplicate_samples', 'clipped', 'noisy', 'amplitude'] as const).map((name) => moot(name, oneSign)),
    ];
  return [
    ...always,
    duplicates(numbers, isLive),
    counted(
      'clipped',
      list(
        (row) => clipped[row]! > 0,
        (row) => clipped[row]!,
      ),
      traces,
      'traces are clipped',
    ),
    ...outliers(numbers, isLive, neighbours),
  ];
}

function duplicates({ hashLow, hashHigh }: TraceNumbers, isLive: Uint8Array): Measured {
  const first = new Map<number, number>();
  const issues: Issue[] = [];
  for (let row = 0; row < isLive.length; row++) {
    if (isLive[row] === 0) continue;
    // 53 of the 64 bits: two different traces of ten million agree by chance once in 180 surveys.
    const key = (hashHigh[row]! >>> 0) * 2 ** 21 + (hashLow[row]! >>> 11);
    const before = first.get(key);
    if (before === undefined) first.set(key, row);
    else issues.push({ row, measured: 1, note: `as trace ${before + 1}` });
  }
  return counted('duplicate_samples', issues, isLive.length, 'traces hold the samples of an earlier one');
}

/** A trace is far off where it is this many robust deviations of the survey from its neighbours, and so many times them. */
const deviations = 8;
const louder = 2;
const brighter = 4;
const spike = 3;
const weaker = 4;
/** Fewer traces say nothing of what is usual. */
const fewest = 12;

function outliers({ minimum, maximum, rms, high }: TraceNumbers, isLive: Uint8Array, neighbours: Neighbours) {
  if (isLive.reduce((n, live) => n + live, 0) < fewest)
    return (['noisy', 'amplitude'] as const).map((name) =>
      moot(name, `fewer than ${fewest} live traces to compare`),
    );
  const against = (of: (row: number) => number) => deviation(isLive, neighbours, of);
  const loudness = against((row) => Math.log(rms[row]!));
  const peak = against((row) => Math.log(Math.max(-minimum[row]!, maximum[row]!)));
  // A share below a hundredth is rounding and leakage.
  const treble = against((row) => Math.log(Math.max(high[row]!, 0.01)));
  const noisy: Issue[] = [];
  const odd: Issue[] = [];
  const times = (log: number) => Number(Math.exp(log).toPrecision(3));
  for (let row = 0; row < isLive.length; row++) {
    if (isLive[row] === 0) continue;
    if (loudness.isFar(row, Math.log(louder)))
      noisy.push({ row, measured: times(loudness.of[row]!), note: 'times as loud as its neighbours' });
    else if (treble.isFar(row, Math.log(brighter)))
      noisy.push({
        row,
        measured: times(treble.of[row]!),
        note: 'times the high frequencies of its neighbours',
      });
    if (peak.isFar(row, Math.log(spike)))
      odd.push({
        row,
        measured: times(peak.of[row]!),
        note: 'times the largest amplitude of its neighbours',
      });
    else if (-loudness.of[row]! > Math.max(Math.log(weaker), deviations * loudness.spread))
      odd.push({ row, measured: times(loudness.of[row]!), note: 'times as loud as its neighbours' });
  }
  return [
    counted('noisy', noisy, isLive.length, 'traces are far noisier than their neighbours'),
    counted('amplitude', odd, isLive.length, 'traces have amplitudes far from those of their neighbours'),
  ];
}

/** How far each live trace is from the median of its live neighbours, and how far that usually is. */
function deviation(isLive: Uint8Array, neighbours: Neighbours, value: (row: number) => number) {
  const values = Float64Array.from(isLive, (live, row) => (live ? value(row) : Number.NaN));
  const of = new Float64Array(isLive.length);
  const beside: number[] = [];
  for (let row = 0; row < of.length; row++) {
    if (isLive[row] === 0) continue;
    beside.length = 0;
    const rows = neighbours(row);
    for (let k = 0; k < rows.length; k++) if (isLive[rows[k]!] === 1) beside.push(values[rows[k]!]!);
    of[row] = beside.length < 3 ? 0 : values[row]! - median(beside);
  }
  const spread =
    1.4826 *
    median(
      Array.from(of.keys())
        .filter((row) => isLive[row] === 1)
        .map((row) => Math.abs(of[row]!)),
    );
  return {
    of,
    spread,
    isFar: (row: number, least: number) => of[row]! > Math.max(least, deviations * spread),
  };
}
