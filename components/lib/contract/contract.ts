export type Severity = 'high' | 'medium' | 'low';

/** Limits, both included. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** What a column, or the table, must be. A rule over rows can tell which rows break it; one over the table cannot. */
export type Rule =
  | { readonly kind: 'present' }
  | { readonly kind: 'type'; readonly is: string }
  | { readonly kind: 'unit'; readonly is: string }
  | { readonly kind: 'width'; readonly is: number }
  | { readonly kind: 'nulls'; readonly share: number }
  | { readonly kind: 'min' | 'max'; readonly is: number | string }
  | { readonly kind: 'values'; readonly is: readonly (string | number | boolean)[] }
  | { readonly kind: 'pattern'; readonly is: string }
  | { readonly kind: 'finite' }
  | { readonly kind: 'unique' }
  | ({ readonly kind: 'mean' | 'sd' | 'balance' | 'distinct' } & Range)
  | ({ readonly kind: 'quantile'; readonly at: number } & Range)
  | ({ readonly kind: 'share'; readonly of: string } & Range)
  /** Seconds from the newest value to the time as of which the table is looked at. */
  | { readonly kind: 'freshness'; readonly within: number }
  | ({ readonly kind: 'rows' } & Range)
  /** Change against an earlier table. A mean in its own unit, in shares of the mean before, or in standard deviations before. */
  | {
      readonly kind: 'drift';
      readonly of: 'rows' | 'shares' | 'mean';
      readonly by: number;
      readonly per: 'own' | 'before' | 'sd';
      readonly chance?: number;
    }
  | { readonly kind: 'only' };

export interface Check {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Columns that it is about; none for the table as a whole. */
  readonly columns: readonly string[];
}

export interface Contract {
  readonly name?: string;
  readonly description?: string;
  readonly checks: readonly Check[];
}

export interface ContractFault {
  readonly line: number;
  readonly message: string;
}

/** Seconds as a person says them: `30 days`, `6 h`. */
export function durationText(seconds: number): string {
  for (const [unit, size] of [
    ['days', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const)
    if (Math.abs(seconds) >= size) return `${Number((seconds / size).toPrecision(4))} ${unit}`;
  return `${seconds} s`;
}

/** How much may change, as it is written. */
export const driftText = ({ by, per, of }: Extract<Rule, { kind: 'drift' }>): string =>
  of === 'mean' && per !== 'before' ? `${by}${per === 'sd' ? ' sd' : ''}` : shareText(by);

/** A share as a person says it. */
export const shareText = (share: number): string => `${Number((100 * share).toPrecision(6))}%`;

/** `at least 3`, `3 to 5`, in numbers or in shares. */
export function rangeText({ min, max }: Range, text: (value: number) => string = String): string {
  if (min !== undefined && max !== undefined) return `${text(min)} to ${text(max)}`;
  return min !== undefined ? `at least ${text(min)}` : `at most ${text(max!)}`;
}
