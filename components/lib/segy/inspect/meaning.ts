import type { Layout } from '../layout.js';
import { formatName, isFormat } from '../samples.js';

/** Words for the codes of SEG-Y revision 2.1, by field name. */
const words: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  SortingCode: {
    [-1]: 'other',
    0: 'unknown',
    1: 'as recorded',
    2: 'CDP gathers',
    3: 'single fold continuous profile',
    4: 'horizontally stacked',
    5: 'common source point',
    6: 'common receiver point',
    7: 'common offset point',
    8: 'common mid-point',
    9: 'common conversion point',
  },
  MeasurementSystem: { 1: 'metres', 2: 'feet' },
  ImpulseSignalPolarity: {
    1: 'pressure up or movement up is negative',
    2: 'pressure up or movement up is positive',
  },
  TraceFlag: { 0: 'traces may differ in length', 1: 'all traces have this length' },
  CorrelatedTraces: { 1: 'no', 2: 'yes' },
  BinaryGainRecovery: { 1: 'yes', 2: 'no' },
  AmplitudeRecovery: { 1: 'none', 2: 'spherical divergence', 3: 'automatic gain', 4: 'other' },
  Sweep: { 1: 'linear', 2: 'parabolic', 3: 'exponential', 4: 'other' },
  Taper: { 1: 'linear', 2: 'cosine squared', 3: 'other' },
  IntegerConstant: { 16909060: 'byte order as stated' },
  TimeBasisCode: { 1: 'local', 2: 'GMT', 3: 'other', 4: 'UTC', 5: 'GPS' },
  TraceIdentificationCode: {
    [-1]: 'other',
    0: 'unknown',
    1: 'time domain seismic',
    2: 'dead',
    3: 'dummy',
    4: 'time break',
    5: 'uphole',
    6: 'sweep',
    7: 'timing',
    8: 'waterbreak',
    27: 'depth domain seismic',
  },
  CoordinateUnits: {
    1: 'metres or feet',
    2: 'seconds of arc',
    3: 'decimal degrees',
    4: 'degrees, minutes, seconds',
  },
  DataUse: { 1: 'production', 2: 'test' },
};

/** What a value of a binary or trace header means in words; empty where the number says it all. */
export function meaningOf(name: string, value: number): string {
  if (name === 'Format') return isFormat(value) ? formatName(value) : 'no format of the standard';
  if (/^(Interval|IntervalOriginal|TRACE_SAMPLE_INTERVAL)$/.test(name))
    return value > 0 ? `${value / 1000} ms` : '';
  if (name === 'ExtendedHeaders' && value === -1) return 'as many as there are';
  if (/Scalar$/.test(name)) return value < 0 ? `divide by ${-value}` : value > 1 ? `times ${value}` : '';
  return words[name]?.[value] ?? '';
}

export interface HeaderRow {
  readonly field: string;
  readonly byte: number;
  readonly type: string;
  readonly value: number;
  readonly meaning: string;
}

/** The fields of the binary header by byte; empty for SU. */
export const binaryRows = ({ binary, binaryFields }: Layout): HeaderRow[] =>
  Object.values(binaryFields)
    .map(({ name, byte, type }) => {
      const value = binary[name] ?? 0;
      return { field: name, byte, type, value, meaning: meaningOf(name, value) };
    })
    .sort((a, b) => a.byte - b.byte);
