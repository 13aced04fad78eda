import type { Check, Severity } from './contract.js';

/** What came of holding a table to one rule. */
export interface Finding {
  readonly check: Check;
  /** Rows, or 1 for the table, that the rule was held against, and how many of them break it. */
  readonly of: number;
  readonly broken: number;
  /** What is wrong, where something is. */
  readonly message: string;
  /** Another rule that is broken keeps this one from being judged: a column that is not there has no values. */
  readonly moot?: true;
  /** Why it could not be judged, which is nobody's fault: a first run has none before it. Counts as kept. */
  readonly open?: string;
}

export type Verdict = 'pass' | 'warn' | 'fail';

const weights: { readonly [severity in Severity]: number } = { high: 3, medium: 2, low: 1 };

/**
 * 100 Σ w k / Σ w over the rules: k is the share of rows that keep the rule (of a rule over the table 1 or 0), w is 3, 2, 1
 * for a severity of high, medium, low. A rule that cannot be judged because another is broken has k = 0. So breaking a
 * rule, or one on more rows, never raises the score. 100 without rules.
 */
export function scoreOf(findings: readonly Finding[]): number {
  let kept = 0;
  let all = 0;
  for (const { check, of, broken } of findings) {
    const weight = weights[check.severity];
    kept += weight * (of === 0 ? 1 : 1 - broken / of);
    all += weight;
  }
  return all === 0 ? 100 : (100 * kept) / all;
}

export const broken = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((finding) => finding.broken > 0 && !finding.moot);

/** A broken rule of high severity makes it fail, one of medium warn; low ones are counted. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const worst = new Set(broken(findings).map(({ check }) => check.severity));
  return worst.has('high') ? 'fail' : worst.has('medium') ? 'warn' : 'pass';
}
