import type { Check, Rule } from '../../components/lib/contract/contract.js';
import {
  type ColumnProfile,
  columnDrift,
  columnProfile,
  type DriftRule,
  type Profile,
} from '../../components/lib/contract/drift.js';
import { isRowRule, type RowRule, rowTest } from '../../components/lib/contract/rows.js';
import type { Finding } from '../../components/lib/contract/score.js';
import { ColumnSummary } from '../../components/lib/contract/summary.js';
import { type SummaryRule, summaryComplaint, wantedBy } from '../../components/lib/contract/table-rules.js';
import { InputError } from '../../components/lib/errors.js';
import { type Column, cell, isNull } from '../artifacts/column.js';
import type { Field } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';

export interface HoldOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; freshness is judged as of then. */
  readonly asOf?: number;
  /** The earlier table that drift is measured from, or why there is none. */
  readonly before: Profile | string;
}

const shownExamples = 3;

interface RowCount {
  readonly check: Check;
  readonly rule: RowRule;
  readonly test: ReturnType<typeof rowTest>;
  readonly examples: string[];
  broken: number;
}

interface OfColumn {
  readonly findings: readonly Finding[];
  /** Where drift of the column is followed. */
  readonly profile?: ColumnProfile;
}

/** All rules about the values of one column, in one reading of it. */
export async function overColumn(
  field: Field,
  checks: readonly Check[],
  data: Table,
  bad: Uint8Array,
  options: HoldOptions,
): Promise<OfColumn> {
  const { name, type } = field;
  const counts = checks.flatMap((check): RowCount[] => {
    const { rule } = check;
    if (!isRowRule(rule)) return [];
    return [{ check, rule, test: naming(name, rule, () => rowTest(rule, type)), examples: [], broken: 0 }];
  });
  const others = checks.filter(({ rule }) => !isRowRule(rule));
  const summary = new ColumnSummary(type, wantedBy(others.map(({ rule }) => rule)));
  let start = 0;
  for await (const batch of data.batches({ columns: [name] })) {
    options.signal.throwIfAborted();
    const column = batch.column(name);
    for (const count of counts) countRows(count, column, batch.rows, start, bad);
    if (others.length > 0) summary.add(column);
    start += batch.rows;
  }
  const drifts = others.flatMap(({ rule }) => (rule.kind === 'drift' ? [rule] : []));
  const profile =
    drifts.length > 0 ? naming(name, drifts[0]!, () => columnProfile(summary, drifts)) : undefined;
  return {
    findings: [
      ...counts.map(({ check, rule, broken, examples }) => ({
        check,
        of: data.rows,
        broken,
        message: `column "${name}": ${broken} of ${data.rows} rows ${rowComplaint(rule)} (${examples.join(', ')})`,
      })),
      ...others.map((check) =>
        check.rule.kind === 'drift'
          ? drifted(check, check.rule, profile!, options)
          : summarised(check, summary, options),
      ),
    ],
    ...(profile && { profile }),
  };
}

/** What a rule throws for a type that it does not fit, with the name of both. */
function naming<T>(name: string, { kind }: Rule, of: () => T): T {
  try {
    return of();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.code, `the rule "${kind}" of column "${name}": ${error.message}`);
  }
}

const overWhole = (check: Check, complaint: string | undefined): Finding => ({
  check,
  of: 1,
  broken: complaint === undefined ? 0 : 1,
  message: complaint === undefined ? '' : `column "${check.columns[0]}": ${complaint}`,
});

function summarised(check: Check, summary: ColumnSummary, { asOf }: HoldOptions): Finding {
  const { rule, columns } = check;
  if (rule.kind === 'freshness' && asOf === undefined)
    throw new InputError(
      'as-of',
      `the rule "freshness" of column "${columns[0]}" needs a day to be judged by`,
    );
  return overWhole(
    check,
    naming(columns[0]!, rule, () => summaryComplaint(rule as SummaryRule, summary, asOf)),
  );
}

function drifted(check: Check, rule: DriftRule, now: ColumnProfile, { before }: HoldOptions): Finding {
  const earlier = typeof before === 'string' ? undefined : before.columns[check.columns[0]!];
  if (earlier?.[rule.of === 'mean' ? 'mean' : 'shares'] !== undefined)
    return overWhole(check, columnDrift(rule, earlier, now));
  const open = typeof before === 'string' ? before : 'the earlier run did not measure it';
  return { check, of: 0, broken: 0, message: '', open };
}

function countRows(count: RowCount, column: Column, rows: number, start: number, bad: Uint8Array): void {
  const breaks = count.test(column);
  for (let row = 0; row < rows; row++) {
    if (!breaks(row)) continue;
    count.broken++;
    if (count.check.severity === 'high') bad[start + row] = 1;
    if (count.examples.length < shownExamples)
      count.examples.push(`row ${start + row + 1}${valueText(column, row)}`);
  }
}

const valueText = (column: Column, row: number): string =>
  column.type === 'vector' || isNull(column, row) ? '' : `: ${cell(column, row)}`;

function rowComplaint(rule: RowRule): string {
  switch (rule.kind) {
    case 'nulls':
      return 'are null';
    case 'min':
      return `are below ${rule.is}`;
    case 'max':
      return `are above ${rule.is}`;
    case 'values':
      return 'are none of the values allowed';
    case 'pattern':
      return `do not match ${rule.is}`;
    case 'finite':
      return 'hold a value that is not finite';
  }
}
