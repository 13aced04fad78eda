import { durationText, type Range, type Rule, rangeText, shareText } from './contract.js';
import type { ColumnSummary, Wanted } from './summary.js';

/** Rules over a whole column that its summary answers. */
export type SummaryRule = Extract<
  Rule,
  { kind: 'nulls' | 'mean' | 'sd' | 'quantile' | 'share' | 'balance' | 'distinct' | 'freshness' }
>;

const kinds: ReadonlySet<Rule['kind']> = new Set<SummaryRule['kind']>([
  'nulls',
  'mean',
  'sd',
  'quantile',
  'share',
  'balance',
  'distinct',
  'freshness',
]);
export const isSummaryRule = (rule: Rule): rule is SummaryRule => kinds.has(rule.kind);

/** What a summary must hold to answer these rules. */
export const wantedBy = (rules: readonly Rule[]): Wanted => ({
  quantiles: rules.some(({ kind }) => kind === 'quantile'),
  values: rules.some(
    (rule) =>
      rule.kind === 'share' ||
      rule.kind === 'balance' ||
      rule.kind === 'distinct' ||
      (rule.kind === 'drift' && rule.of === 'shares'),
  ),
});

/**
 * What is wrong with a column by a rule; undefined where nothing is. Where no value is there to judge by, the rule is
 * broken. `asOf`: milliseconds since 1970, for freshness. Throws InputError `rule` where the rule does not fit the type.
 */
export function summaryComplaint(
  rule: SummaryRule,
  summary: ColumnSummary,
  asOf: number | undefined,
): string | undefined {
  switch (rule.kind) {
    case 'nulls': {
      const { missing, rows } = summary;
      if (missing === 0 || missing / rows <= rule.share) return undefined;
      return `${missing} of ${rows} rows are null, more than ${shareText(rule.share)}`;
    }
    case 'mean':
      return outside('the mean', summary.mean, rule);
    case 'sd':
      return outside('the standard deviation', summary.sd, rule);
    case 'quantile':
      return outside(`the ${shareText(rule.at)} quantile`, summary.quantile(rule.at), rule);
    case 'share':
      return outside(`the share of ${JSON.stringify(rule.of)}`, summary.share(rule.of), rule, shareText);
    case 'balance':
      return outside('the balance of the classes', summary.balance, rule);
    case 'distinct':
      return outside('the number of different values', summary.counts.size, rule);
    case 'freshness': {
      const { newest } = summary;
      if (!newest) return 'there is no date, so nothing is fresh';
      const age = (asOf! - newest.ms) / 1000;
      if (age <= rule.within) return undefined;
      return `the newest value, ${newest.text}, is ${durationText(age)} old, expected at most ${durationText(rule.within)}`;
    }
  }
}

const numberText = (value: number): string => String(Number(value.toPrecision(6)));

function outside(
  what: string,
  value: number | undefined,
  range: Range,
  text: (value: number) => string = numberText,
): string | undefined {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  if (value === undefined) return `there is no value, so ${what} cannot be ${rangeText(range, text)}`;
  return value >= min && value <= max
    ? undefined
    : `${what} is ${text(value)}, expected ${rangeText(range, text)}`;
}
