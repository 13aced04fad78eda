import { normalSurvival } from '../statistics/special.js';
import { type Rule, shareText } from './contract.js';
import type { ColumnSummary } from './summary.js';

export type DriftRule = Extract<Rule, { kind: 'drift' }>;

/** What later tables are compared with, as plain data. */
export interface Profile {
  /** Name of the contract that it was taken by. */
  readonly contract: string;
  readonly rows: number;
  /** Columns that the contract follows. */
  readonly columns: { readonly [name: string]: ColumnProfile };
}

export interface ColumnProfile {
  /** Rows with a value. */
  readonly values: number;
  readonly mean?: number;
  readonly sd?: number;
  /** Of each value; absent where there are more than 100 different ones, which are no classes. */
  readonly shares?: { readonly [value: string]: number };
}

const mostClasses = 100;

export function columnProfile(summary: ColumnSummary, rules: readonly DriftRule[]): ColumnProfile {
  const follows = (of: DriftRule['of']) => rules.some((rule) => rule.of === of);
  const values = summary.rows - summary.missing;
  const { mean, sd } = follows('mean') ? summary : { mean: undefined, sd: undefined };
  const counts = follows('shares') && summary.counts.size <= mostClasses ? [...summary.counts] : undefined;
  return {
    values,
    ...(mean !== undefined && sd !== undefined && { mean, sd }),
    ...(counts && {
      shares: Object.fromEntries(
        counts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => [value, count / values]),
      ),
    }),
  };
}

/** Volume: |n − n₀| / n₀ against the limit. */
export function rowsDrift({ by }: DriftRule, before: number, now: number): string | undefined {
  const change = now === before ? 0 : Math.abs(now - before) / before;
  if (change <= by) return undefined;
  return `${now} rows after ${before}, a change of ${shareText(change)}, more than ${shareText(by)}`;
}

/**
 * What changed in a column by more than the rule allows: the share of any class, or the mean. With `chance` only what
 * chance alone would show with a smaller probability: of shares by a z-test a class, Bonferroni over the classes; of
 * means by Welch's test in its normal limit, with rows as the number of values where a row holds many.
 */
export function columnDrift(rule: DriftRule, before: ColumnProfile, now: ColumnProfile): string | undefined {
  return rule.of === 'mean' ? meanDrift(rule, before, now) : sharesDrift(rule, before, now);
}

function sharesDrift(
  { by, chance }: DriftRule,
  before: ColumnProfile,
  now: ColumnProfile,
): string | undefined {
  if (!before.shares || !now.shares)
    return before.shares
      ? `there are more than ${mostClasses} different values, which are no classes`
      : undefined;
  const classes = [...new Set([...Object.keys(before.shares), ...Object.keys(now.shares)])].sort();
  const moved = classes
    .map((name) => {
      const [was, is] = [before.shares![name] ?? 0, now.shares![name] ?? 0];
      const pooled = (was * before.values + is * now.values) / (before.values + now.values);
      const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.values + 1 / now.values));
      return { name, was, is, p: Math.min(1, classes.length * twoSided(is - was, error)) };
    })
    .filter(({ was, is, p }) => Math.abs(is - was) > by && !(chance !== undefined && p > chance))
    .sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was));
  const [most] = moved;
  if (!most) return undefined;
  const others = moved.length > 1 ? `, and of ${moved.length - 1} more` : '';
  return `the share of ${JSON.stringify(most.name)} went from ${shareText(most.was)} to ${shareText(most.is)}${others}, by more than ${shareText(by)} (p = ${Number(most.p.toPrecision(2))})`;
}

function meanDrift(
  { by, per, chance }: DriftRule,
  before: ColumnProfile,
  now: ColumnProfile,
): string | undefined {
  const { mean: was, sd: spread } = before;
  if (was === undefined || spread === undefined) return undefined;
  const { mean: is, sd } = now;
  if (is === undefined || sd === undefined) return 'there is no value any more, so no mean';
  const limit = by * (per === 'before' ? Math.abs(was) : per === 'sd' ? spread : 1);
  const p = twoSided(is - was, Math.sqrt(spread ** 2 / before.values + sd ** 2 / now.values));
  if (Math.abs(is - was) <= limit || (chance !== undefined && p > chance)) return undefined;
  const text = (value: number) => String(Number(value.toPrecision(6)));
  return `the mean went from ${text(was)} to ${text(is)}, by more than ${text(limit)} (p = ${Number(p.toPrecision(2))})`;
}

/** Of a normal gap with this standard error; a gap without any error is no chance. */
const twoSided = (gap: number, error: number): number =>
  gap === 0 ? 1 : error === 0 ? 0 : 2 * normalSurvival(Math.abs(gap) / error);

/** A profile of a file; undefined where it is none. */
export function profileOf(value: unknown): Profile | undefined {
  const details = (value as { details?: { profile?: Profile } } | null)?.details;
  const found = details?.profile;
  return found && typeof found.contract === 'string' && typeof found.rows === 'number' && found.columns
    ? found
    : undefined;
}
