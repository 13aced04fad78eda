import {
  type Check,
  driftText,
  durationText,
  type Range,
  rangeText,
  type Severity,
  shareText,
} from './contract.js';
import { broken, type Finding, type Verdict } from './score.js';

export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict;
  readonly score: number;
  readonly rows: number;
  /** Rows that break a rule of high severity. */
  readonly rowsBreached: number;
  readonly findings: readonly Finding[];
}

export interface Section {
  readonly heading: string;
  readonly text: string;
}

const order: readonly Severity[] = ['high', 'medium', 'low'];

/** What came of holding a table to a contract, in plain words: the verdict first, then what is broken, then every rule. */
export function outcomeSections(outcome: Outcome): Section[] {
  const { findings } = outcome;
  const wrong = broken(findings);
  const told = breachTexts(wrong, findings).toSorted(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
  );
  return [
    { heading: 'Verdict', text: verdictText(outcome, wrong.length) },
    ...(told.length > 0
      ? [{ heading: 'Broken', text: listed(told.map(({ severity, message }) => `${severity}: ${message}`)) }]
      : []),
    { heading: 'Rules', text: listed(ruleLines(findings)) },
  ];
}

const mostNames = 12;

/**
 * What is broken, in words. Several columns that are missing are one cause, a file of another kind for instance: they
 * are told first and together, those of each severity. `all` is what the table was held to.
 */
export function breachTexts(
  wrong: readonly Finding[],
  all: readonly Finding[],
): readonly { readonly severity: Severity; readonly message: string }[] {
  const required = all.filter(isPresence);
  const grouped = new Set<Finding>();
  const groups = order.flatMap((severity) => {
    const missing = wrong.filter((f) => isPresence(f) && f.check.severity === severity);
    if (missing.length < 2) return [];
    for (const finding of missing) grouped.add(finding);
    const names = missing.map(({ check }) => check.columns[0]!);
    const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : '';
    const what =
      missing.length === required.length
        ? `all ${missing.length} columns that the contract requires are missing`
        : `${missing.length} columns are missing`;
    return [{ severity, message: `${what}: ${names.slice(0, mostNames).join(', ')}${more}` }];
  });
  const others = wrong.filter((finding) => !grouped.has(finding));
  return [...groups, ...others.map(({ check, message }) => ({ severity: check.severity, message }))];
}

const isPresence = ({ check }: Finding): boolean => check.rule.kind === 'present';

const listed = (lines: readonly string[]): string => lines.map((text) => `- ${text}`).join('\n');

function verdictText({ verdict, score, rows, rowsBreached, findings }: Outcome, wrong: number): string {
  const why = {
    pass: 'no rule of high or medium severity is broken',
    warn: 'a rule of medium severity is broken, none of high',
    fail: 'a rule of high severity is broken',
  }[verdict];
  return [
    `${verdict.toUpperCase()}: ${why}.`,
    `Score ${scoreText(score)} of 100: the share of rows that keep each rule, the mean over the rules weighted 3 (high), 2 (medium), 1 (low).`,
    `${wrong} of ${findings.length} rules are broken. ${rowsBreached} of ${rows} rows break a rule of high severity.`,
  ].join('\n\n');
}

/** Rounded down, so that 100 says that nothing is broken. */
export const scoreText = (score: number): string => (Math.floor(score * 10) / 10).toFixed(1);

/** A line a rule; those that a broken one of their column keeps from being judged share one. */
function ruleLines(findings: readonly Finding[]): readonly string[] {
  const moot = new Map<string, string[]>();
  for (const { check } of findings.filter((finding) => finding.moot)) {
    const rules = moot.get(aboutText(check)) ?? [];
    moot.set(aboutText(check), [...rules, `${ruleText(check.rule)} (${check.severity})`]);
  }
  return findings.flatMap((finding) => {
    if (!finding.moot) return [line(finding)];
    const about = aboutText(finding.check);
    const rules = moot.get(about);
    if (!rules) return [];
    moot.delete(about);
    return [`${about}: ${rules.join(', ')}: not judged, since another rule of its column is broken`];
  });
}

function line({ check, of, broken: count, open }: Finding): string {
  const state = open
    ? `not judged, since ${open}`
    : count === 0
      ? 'kept'
      : of > 1
        ? `broken by ${count} of ${of} rows`
        : 'broken';
  return `${checkText(check)} (${check.severity}): ${state}`;
}

/** A rule as a line of text: `depth: max 5000`. */
export const checkText = (check: Check): string => `${aboutText(check)}: ${ruleText(check.rule)}`;

const aboutText = ({ rule, columns }: Check): string =>
  columns.length === 0 || rule.kind === 'only' ? 'table' : columns.join(', ');

function ruleText(rule: Check['rule']): string {
  const ranged = (what: string, range: Range, text?: (value: number) => string) =>
    `${what} ${rangeText(range, text)}`;
  switch (rule.kind) {
    case 'present':
      return 'is there';
    case 'only':
      return 'no other columns';
    case 'finite':
    case 'unique':
      return rule.kind;
    case 'nulls':
      return rule.share === 0 ? 'no nulls' : `nulls at most ${shareText(rule.share)}`;
    case 'values':
      return `values ${rule.is.join(', ')}`;
    case 'quantile':
      return ranged(`${shareText(rule.at)} quantile`, rule);
    case 'share':
      return ranged(`share of ${rule.of}`, rule, shareText);
    case 'freshness':
      return `newest value at most ${durationText(rule.within)} old`;
    case 'drift':
      return `${rule.of} within ${driftText(rule)} of the earlier run`;
    case 'rows':
    case 'mean':
    case 'sd':
    case 'balance':
    case 'distinct':
      return ranged(rule.kind === 'distinct' ? 'different values' : rule.kind, rule);
    default:
      return `${rule.kind} ${rule.is}`;
  }
}
