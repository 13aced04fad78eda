import type { Severity } from '../contract/contract.js';

/** What a seismic survey is held against; `limit` is the largest value that passes (for `band` the least). */
export interface Rule {
  readonly summary: string;
  readonly severity: Severity;
  readonly limit: number;
  readonly unit: 'share' | 'bins' | 'dB' | 'octaves' | 'times';
}

const rule = (severity: Severity, limit: number, unit: Rule['unit'], summary: string): Rule => ({
  severity,
  limit,
  unit,
  summary,
});

/** Rules by name, in the order in which they are told. The first that a trace breaks is what a map shows of it. */
export const rules = {
  missing_samples: rule('high', 0, 'share', 'traces with a sample that is NaN or infinite'),
  dead: rule('medium', 0, 'share', 'traces whose samples are all equal'),
  duplicate_position: rule('high', 0, 'share', 'traces with line numbers and offset of an earlier one'),
  duplicate_samples: rule('medium', 0, 'share', 'live traces with the very samples of an earlier one'),
  grid_fit: rule(
    'high',
    0.5,
    'bins',
    'largest distance of coordinates from the plane grid through all of them',
  ),
  missing_coordinates: rule('medium', 0, 'share', 'traces without coordinates (0, 0)'),
  interval: rule('high', 0, 'share', 'traces whose header states another sample interval than the file'),
  sample_count: rule(
    'medium',
    0,
    'share',
    'traces whose header states another number of samples than they have',
  ),
  clipped: rule('medium', 0, 'share', 'traces with a pile of samples at their largest or least value'),
  noisy: rule(
    'medium',
    0,
    'share',
    'traces far louder, or with far more high frequencies, than their neighbours',
  ),
  amplitude: rule(
    'medium',
    0,
    'share',
    'traces with a peak far above, or a loudness far below, their neighbours',
  ),
  missing_traces: rule('medium', 0, 'share', 'bins without a trace between others of their line'),
  sample_rate: rule(
    'medium',
    1,
    'times',
    'sample interval in time, as many times beyond the range of `sample_rates`',
  ),
  mains: rule('medium', 10, 'dB', 'peak at 50 or 60 Hz above the frequencies about it'),
  notch: rule('low', 12, 'dB', 'deepest notch within the band, below the lower of its two shoulders'),
  band: rule('low', 1, 'octaves', 'width of the band within 20 dB of the peak'),
  nyquist: rule('low', -20, 'dB', 'amplitude close below the Nyquist frequency, relative to the peak'),
} as const satisfies { readonly [name: string]: Rule };

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as RuleName[];

/** A trace, or a bin without one, that breaks a rule. */
export interface Issue {
  /** Row of the trace; absent for a bin without one. */
  readonly row?: number;
  readonly inline?: number;
  readonly crossline?: number;
  readonly measured: number;
  readonly note?: string;
}

/** What came of one rule, before severity and limit are looked at. */
export interface Measured {
  readonly rule: RuleName;
  /** In the unit of the rule; NaN where it cannot be judged. */
  readonly value: number;
  readonly issues: readonly Issue[];
  /** What was found, for people: "21 of 12288 traces are dead". */
  readonly message: string;
  /** Why it cannot be judged. */
  readonly moot?: string;
}

export const moot = (name: RuleName, why: string): Measured => ({
  rule: name,
  value: Number.NaN,
  issues: [],
  message: '',
  moot: why,
});

/** A rule that counts traces. */
export const counted = (name: RuleName, issues: readonly Issue[], of: number, words: string): Measured => ({
  rule: name,
  value: of === 0 ? 0 : issues.length / of,
  issues,
  message: `${issues.length === of && of > 1 ? 'all ' : `${issues.length} of `}${of} ${words}`,
});

/** A rule over headers: one that all traces break says something of the file, not of its traces, and names none. */
export const countedHeaders = (...given: Parameters<typeof counted>): Measured => {
  const found = counted(...given);
  return found.value === 1 && given[2] > 1 ? { ...found, issues: [] } : found;
};
