import {
  type Check,
  type Contract,
  driftText,
  durationText,
  type Range,
  type Rule,
  rangeText,
  shareText,
} from './contract.js';

export interface Change {
  /** Columns that the rule is about; none for the table. */
  readonly columns: readonly string[];
  readonly rule: Rule['kind'];
  /**
   * `tighter`: data that kept the old contract may break the new one, so who makes them must look. `looser`: data may now
   * come that readers never met. `other`: both, or not to be told.
   */
  readonly effect: 'tighter' | 'looser' | 'other';
  readonly before?: string;
  readonly after?: string;
}

/** What changed from one contract to the next, rule by rule, by column. Severities are no change of what data may be. */
export function diffContracts(before: Contract, after: Contract): readonly Change[] {
  const [old, now] = [byRule(before), byRule(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [a, b] = [old.get(key), now.get(key)];
    if (a && b && told(a.rule) === told(b.rule)) return [];
    const { columns, rule } = (a ?? b)!;
    const effect = !a ? 'tighter' : !b ? 'looser' : compare(a.rule, b.rule);
    return [
      {
        columns,
        rule: rule.kind,
        effect,
        ...(a && { before: told(a.rule) }),
        ...(b && { after: told(b.rule) }),
      },
    ];
  });
}

const byRule = ({ checks }: Contract): ReadonlyMap<string, Check> =>
  new Map(
    checks.map((check) => [JSON.stringify([check.columns, check.rule.kind, partOf(check.rule)]), check]),
  );

type Ranged = Extract<Rule, Range>;
const isRanged = (rule: Rule): rule is Ranged =>
  ['rows', 'mean', 'sd', 'balance', 'distinct', 'quantile', 'share'].includes(rule.kind);

/** Which of several rules of a kind: the class or the quantile that it is about. */
const partOf = (rule: Rule): string | number | undefined =>
  rule.kind === 'share' || rule.kind === 'drift' ? rule.of : rule.kind === 'quantile' ? rule.at : undefined;

function told(rule: Rule): string {
  if (rule.kind === 'nulls') return shareText(rule.share);
  if (rule.kind === 'freshness') return durationText(rule.within);
  if (rule.kind === 'drift') return `${rule.of} by ${driftText(rule)}`;
  if (isRanged(rule)) {
    const range = rangeText(rule, rule.kind === 'share' ? shareText : String);
    const part = rule.kind === 'quantile' ? shareText(rule.at) : partOf(rule);
    return part === undefined ? range : `${part}: ${range}`;
  }
  return 'is' in rule ? (Array.isArray(rule.is) ? rule.is.join(', ') : String(rule.is)) : 'yes';
}

function compare(before: Rule, after: Rule): Change['effect'] {
  switch (before.kind) {
    case 'nulls':
      return after.kind === 'nulls' && after.share < before.share ? 'tighter' : 'looser';
    case 'min':
    case 'max': {
      const [a, b] = [before.is, (after as typeof before).is];
      if (typeof a !== typeof b) return 'other';
      return b > a === (before.kind === 'min') ? 'tighter' : 'looser';
    }
    case 'values': {
      const { is } = after as typeof before;
      const gone = before.is.some((value) => !is.includes(value));
      const fresh = is.some((value) => !before.is.includes(value));
      return gone && fresh ? 'other' : gone ? 'tighter' : 'looser';
    }
    case 'type': {
      const order = [before.is, (after as typeof before).is].join(' ');
      return order === 'integer number' ? 'looser' : order === 'number integer' ? 'tighter' : 'other';
    }
    case 'drift': {
      const { by, per, chance = 1 } = after as typeof before;
      if (per !== before.per || chance !== (before.chance ?? 1)) return 'other';
      return by < before.by ? 'tighter' : 'looser';
    }
    case 'freshness':
      return (after as typeof before).within < before.within ? 'tighter' : 'looser';
    default:
      return isRanged(before) ? ranges(before, after as typeof before) : 'other';
  }
}

function ranges(before: Range, after: Range): Change['effect'] {
  const low = (after.min ?? -Infinity) - (before.min ?? -Infinity) || 0;
  const high = (before.max ?? Infinity) - (after.max ?? Infinity) || 0;
  if (low >= 0 && high >= 0) return 'tighter';
  return low <= 0 && high <= 0 ? 'looser' : 'other';
}
