import type { Check, Contract, Range, Rule, Severity } from './contract.js';
import { isMap, type MapOf } from './values.js';

type Writable = { [key: string]: unknown };

/** A contract as plain data in the form that `readContract` reads; reading it gives the same rules. */
export function writtenContract(contract: Contract): MapOf {
  const { name, description, checks } = contract;
  const columns: { [name: string]: Writable } = {};
  const whole: Writable = {};
  const keys: string[][] = [];
  // What has no severity of its own in the written form takes that of the contract.
  const around =
    checks.find(({ rule, columns: of }) => rule.kind === 'only' || of.length > 1)?.severity ?? 'high';
  for (const { rule, columns: of, severity } of checks)
    if (rule.kind === 'unique' && of.length > 1) keys.push([...of]);
    else if (rule.kind === 'only') continue;
    else if (of.length === 1) {
      const [column] = of as [string];
      columns[column] ??= columnStart(checks, column, around);
      if (rule.kind !== 'present')
        merge(columns[column], fragmentOf(rule, severity, columns[column]['severity'] ?? around));
    } else merge(whole, fragmentOf(rule, severity, around));
  const only = checks.some(({ rule }) => rule.kind === 'only');
  return {
    version: 1,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    severity: around,
    ...whole,
    columns,
    ...(keys.length > 0 && { unique: keys }),
    ...(only && { other_columns: 'fail' }),
  };
}

/** That a column be there has the severity of the column. */
function columnStart(checks: readonly Check[], name: string, around: Severity): Writable {
  const present = checks.find(({ rule, columns }) => rule.kind === 'present' && columns[0] === name);
  if (!present) return { required: false };
  return present.severity === around ? {} : { severity: present.severity };
}

/** A rule as keys of its column, or of the contract; its severity only where it is another than the one around it. */
export function fragmentOf(rule: Rule, severity: Severity, around: unknown): MapOf {
  const own = severity === around ? {} : { severity };
  const plain = (key: string, is: unknown) => ({ [key]: severity === around ? is : { is, severity } });
  const range = ({ min, max }: Range) => ({
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...own,
  });
  switch (rule.kind) {
    case 'nulls':
      return plain('nulls', rule.share === 0 ? 'none' : rule.share);
    case 'finite':
    case 'unique':
      return plain(rule.kind, true);
    case 'freshness':
      return plain('freshness', durationWritten(rule.within));
    case 'quantile':
      return { quantiles: { [String(rule.at)]: range(rule) } };
    case 'share':
      return { shares: { [rule.of]: range(rule) } };
    case 'drift': {
      const { of, by, per, chance } = rule;
      const size = of !== 'mean' || per === 'own' ? by : per === 'sd' ? `${by} sd` : `${100 * by}%`;
      return { drift: { [of]: size, ...(chance !== undefined && { beyond_chance: chance }), ...own } };
    }
    case 'rows':
    case 'mean':
    case 'sd':
    case 'balance':
    case 'distinct':
      return { [rule.kind]: range(rule) };
    case 'only':
      return { other_columns: 'fail' };
    case 'present':
      return {};
    default:
      return plain(rule.kind, rule.is);
  }
}

/** In the largest unit that it is a whole number of. */
function durationWritten(seconds: number): string {
  const [unit, size] = (
    [
      ['days', 86_400],
      ['h', 3600],
      ['min', 60],
    ] as const
  ).find(([, s]) => seconds % s === 0) ?? ['s', 1];
  return `${seconds / size} ${unit}`;
}

function merge(into: Writable, from: MapOf): void {
  for (const [key, value] of Object.entries(from)) {
    const there = into[key];
    if (isMap(there) && isMap(value)) merge(there as Writable, value);
    else into[key] = value;
  }
}
