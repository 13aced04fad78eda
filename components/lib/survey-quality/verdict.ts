import type { Severity } from '../contract/contract.js';
import type { Verdict } from '../contract/score.js';
import { type Measured, type RuleName, rules } from './rules.js';

/** A rule as a person may change it; `off` keeps it from being judged. */
export interface RuleSetting {
  readonly severity?: Severity | 'off';
  readonly limit?: number;
}
export type RuleSettings = { readonly [name in RuleName]?: RuleSetting };

/** What was measured, beside what it was held against. */
export interface Finding extends Measured {
  readonly severity: Severity;
  readonly limit: number;
  readonly broken: boolean;
}

export const limitOf = (name: RuleName, settings: RuleSettings): number =>
  settings[name]?.limit ?? rules[name].limit;

/** In the order of the rules; those that are off are left out. */
export function judged(measured: readonly Measured[], settings: RuleSettings): readonly Finding[] {
  const order = Object.keys(rules);
  return measured
    .toSorted((a, b) => order.indexOf(a.rule) - order.indexOf(b.rule))
    .flatMap((found): Finding[] => {
      const severity = settings[found.rule]?.severity ?? rules[found.rule].severity;
      if (severity === 'off') return [];
      const limit = limitOf(found.rule, settings);
      const beyond = found.rule === 'band' ? found.value < limit : found.value > limit;
      return [{ ...found, severity, limit, broken: found.moot === undefined && beyond }];
    });
}

/** A broken rule of high severity fails, one of medium warns, low ones are told and pass. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const broken = new Set(findings.filter((f) => f.broken).map(({ severity }) => severity));
  return broken.has('high') ? 'fail' : broken.has('medium') ? 'warn' : 'pass';
}

/** For each trace the first rule that it breaks, as a place in `findings`; −1 for none. */
export function worstOf(findings: readonly Finding[], traces: number): Int32Array {
  const worst = new Int32Array(traces).fill(-1);
  findings.forEach(({ issues }, i) => {
    for (const { row } of issues) if (row !== undefined && worst[row] === -1) worst[row] = i;
  });
  return worst;
}
