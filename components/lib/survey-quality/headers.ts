import { countedHeaders, type Issue, type Measured, moot } from './rules.js';

/** What trace headers say of the samples; columns that were not read are absent. */
export interface HeaderNumbers {
  /** Microseconds, or thousandths of a metre or foot, or whole metres or feet; 0 where not stated. */
  readonly interval?: Float64Array;
  readonly count?: Float64Array;
}

/** How the samples are read. */
export interface Sampling {
  readonly step: number;
  readonly unit: string;
  /** Samples of a trace in its file, before any window. */
  readonly samples: number;
}

const foot = 0.3048;

/** Rules over the headers that state interval and length of traces. */
export function headerRules(
  { interval, count }: HeaderNumbers,
  { step, unit, samples }: Sampling,
  range: readonly [least: number, most: number],
): readonly Measured[] {
  const same = (value: number) => Math.abs(value - step) <= 1e-3 * step;
  const fits = (stated: number) =>
    stated === 0 ||
    (unit === 's' ? same(stated * 1e-6) : [1e-3, 1, 1e-3 * foot, foot].some((scale) => same(stated * scale)));
  return [
    interval && unit !== 'samples'
      ? stated(
          'interval',
          interval,
          (value) => !fits(value),
          `traces state another sample interval than ${unit === 's' ? `${shown(step * 1000)} ms` : `${shown(step)} m`}, with which the file is read`,
        )
      : moot('interval', interval ? 'the file states no interval' : notRead('TRACE_SAMPLE_INTERVAL')),
    count
      ? stated(
          'sample_count',
          count,
          (value) => value !== 0 && value !== samples,
          `traces state another number of samples than the ${samples} that they have`,
        )
      : moot('sample_count', notRead('TRACE_SAMPLE_COUNT')),
    sampleRate(step, unit, range),
  ];
}

const notRead = (name: string) => `the header is not read; ingest.segy reads it with headers: [${name}]`;
const shown = (value: number): string => String(Number(value.toPrecision(6)));

function stated(
  name: 'interval' | 'sample_count',
  values: Float64Array,
  isWrong: (value: number) => boolean,
  words: string,
): Measured {
  const issues: Issue[] = [];
  values.forEach((value, row) => {
    if (isWrong(value)) issues.push({ row, measured: value });
  });
  return countedHeaders(name, issues, values.length, words);
}

function sampleRate(step: number, unit: string, [least, most]: readonly [number, number]): Measured {
  if (unit !== 's')
    return moot('sample_rate', unit === 'm' ? 'the axis is depth' : 'the file states no interval');
  return {
    rule: 'sample_rate',
    value: Math.max(step / most, least / step),
    issues: [],
    message: `the sample interval is ${shown(step * 1000)} ms, expected ${shown(least * 1000)} to ${shown(most * 1000)} ms${step >= 0.005 ? '; is this depth? then read it with domain: depth' : ''}`,
  };
}
