import type { Check, Contract, Rule } from '../../components/lib/contract/contract.js';
import { rangeText } from '../../components/lib/contract/contract.js';
import { isRowRule, type RowRule, rowTest } from '../../components/lib/contract/rows.js';
import type { Finding } from '../../components/lib/contract/score.js';
import { ColumnSummary } from '../../components/lib/contract/summary.js';
import { isSummaryRule, summaryComplaint, wantedBy } from '../../components/lib/contract/table-rules.js';
import { InputError } from '../../components/lib/errors.js';
import { type Column, cell, isNull } from '../artifacts/column.js';
import { groupRows } from '../artifacts/groups.js';
import { type Field, fieldOf, type TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';

export interface HoldOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; freshness is judged as of then. */
  readonly asOf?: number;
}

export interface Held {
  /** In the order of the contract; none of a rule about an optional column that is not there. */
  readonly findings: readonly Finding[];
  /** 1 for each row that breaks a rule of high severity. */
  readonly bad: Uint8Array;
}

/**
 * Holds a table to a contract. Each column is read once, in batches.
 * Throws InputError `rule` where a rule does not fit the type of its column, or freshness has no time to be judged by.
 */
export async function holdTo(contract: Contract, data: Table, options: HoldOptions): Promise<Held> {
  const bad = new Uint8Array(data.rows);
  const findings = new Map<Check, Finding>();
  const waiting = new Map<string, Check[]>();
  for (const check of contract.checks) {
    const { rule, columns } = check;
    if (rule.kind === 'present' || rule.kind === 'only') findings.set(check, overTable(check, data));
    else if (!columns.every((name) => fieldOf(data.schema, name))) {
      if (columns.some((name) => isRequired(contract, name) && !fieldOf(data.schema, name)))
        findings.set(check, moot(check));
    } else if (rule.kind === 'unique') findings.set(check, await uniqueness(check, data, bad));
    else if (isRowRule(rule) || isSummaryRule(rule))
      waiting.set(columns[0]!, [...(waiting.get(columns[0]!) ?? []), check]);
    else findings.set(check, overTable(check, data));
  }
  const mistyped = new Set(
    [...findings.values()]
      .filter(({ check, broken }) => check.rule.kind === 'type' && broken > 0)
      .map(({ check }) => check.columns[0]!),
  );
  for (const [name, checks] of waiting) {
    const field = fieldOf(data.schema, name)!;
    try {
      for (const finding of await overColumn(field, checks, data, bad, options))
        findings.set(finding.check, finding);
    } catch (error) {
      if (!(error instanceof InputError) || !mistyped.has(name)) throw error;
      for (const check of checks) findings.set(check, moot(check));
    }
  }
  return { findings: contract.checks.flatMap((check) => findings.get(check) ?? []), bad };
}

const isRequired = ({ checks }: Contract, name: string): boolean =>
  checks.some(({ rule, columns }) => rule.kind === 'present' && columns[0] === name);

const moot = (check: Check): Finding => ({ check, of: 1, broken: 1, message: '', moot: true });

const shownExamples = 3;

interface RowCount {
  readonly check: Check;
  readonly rule: RowRule;
  readonly test: ReturnType<typeof rowTest>;
  readonly examples: string[];
  broken: number;
}

/** All rules about the values of one column, in one reading of it. */
async function overColumn(
  field: Field,
  checks: readonly Check[],
  data: Table,
  bad: Uint8Array,
  { signal, asOf }: HoldOptions,
): Promise<Finding[]> {
  const { name, type } = field;
  const naming = <T>({ kind }: Rule, of: () => T): T => {
    try {
      return of();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.code, `the rule "${kind}" of column "${name}": ${error.message}`);
    }
  };
  const summarised = checks.filter(({ rule }) => isSummaryRule(rule) && !isRowRule(rule));
  const counts = checks.flatMap((check): RowCount[] => {
    const { rule } = check;
    if (!isRowRule(rule)) return [];
    return [{ check, rule, test: naming(rule, () => rowTest(rule, type)), examples: [], broken: 0 }];
  });
  const summary = new ColumnSummary(type, wantedBy(summarised.map(({ rule }) => rule)));
  let start = 0;
  for await (const batch of data.batches({ columns: [name] })) {
    signal.throwIfAborted();
    const column = batch.column(name);
    for (const count of counts) countRows(count, column, batch.rows, start, bad);
    if (summarised.length > 0) summary.add(column);
    start += batch.rows;
  }
  return [
    ...counts.map(({ check, rule, broken, examples }) => ({
      check,
      of: data.rows,
      broken,
      message: `column "${name}": ${broken} of ${data.rows} rows ${rowComplaint(rule)} (${examples.join(', ')})`,
    })),
    ...summarised.map((check): Finding => {
      const { rule } = check;
      if (rule.kind === 'freshness' && asOf === undefined)
        throw new InputError('as-of', `the rule "freshness" of column "${name}" needs a day to be judged by`);
      const complaint = naming(rule, () =>
        isSummaryRule(rule) ? summaryComplaint(rule, summary, asOf) : undefined,
      );
      return {
        check,
        of: 1,
        broken: complaint === undefined ? 0 : 1,
        message: complaint ? `column "${name}": ${complaint}` : '',
      };
    }),
  ];
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

/** Rows whose key stood before; a key with a null in it is none. */
async function uniqueness(check: Check, data: Table, bad: Uint8Array): Promise<Finding> {
  const columns = await Promise.all(check.columns.map((name) => data.column(name)));
  let broken = 0;
  let example = '';
  if (data.rows > 0) {
    const { codes, first } = groupRows(columns);
    for (let row = 0; row < data.rows; row++) {
      const before = first[codes[row]!]!;
      if (before === row || columns.some((column) => isNull(column, row))) continue;
      broken++;
      if (check.severity === 'high') bad[row] = 1;
      example ||= `row ${row + 1} is as row ${before + 1}: ${columns.map((c) => cell(c, row)).join(', ')}`;
    }
  }
  const names = check.columns.map((name) => `"${name}"`).join(', ');
  const message = `${check.columns.length > 1 ? 'columns' : 'column'} ${names}: ${broken} of ${data.rows} rows repeat a key (${example})`;
  return { check, of: data.rows, broken, message };
}

function overTable(check: Check, data: Table): Finding {
  const complaint = tableComplaint(check, data);
  return { check, of: 1, broken: complaint === undefined ? 0 : 1, message: complaint ?? '' };
}

function tableComplaint({ rule, columns }: Check, data: Table): string | undefined {
  const name = columns[0]!;
  const field = name === undefined ? undefined : fieldOf(data.schema, name);
  const unlike = (what: string, found: unknown, expected: unknown) =>
    found === expected ? undefined : `column "${name}": ${what} is ${found ?? 'none'}, expected ${expected}`;
  switch (rule.kind) {
    case 'present':
      return field ? undefined : `column "${name}" is missing`;
    case 'type':
      return fitsType(field!.type, rule.is) ? undefined : unlike('the type', field!.type, rule.is);
    case 'unit':
      return unlike('the unit', field!.unit, rule.is);
    case 'width':
      return unlike('the width', field!.width, rule.is);
    case 'rows': {
      const { min = 0, max = Number.POSITIVE_INFINITY } = rule;
      return data.rows >= min && data.rows <= max
        ? undefined
        : `${data.rows} rows, expected ${rangeText(rule)}`;
    }
    case 'only':
      return extraColumns(data.schema, columns);
    default:
      throw new Error(`rule "${rule.kind}" is not over the table`);
  }
}

const fitsType = (type: string, wanted: string): boolean =>
  type === wanted ||
  (wanted === 'integer' && /^int/.test(type)) ||
  (wanted === 'number' && /^(int|float)/.test(type));

function extraColumns(schema: TableSchema, known: readonly string[]): string | undefined {
  const extra = schema.fields.map((field) => field.name).filter((name) => !known.includes(name));
  return extra.length === 0 ? undefined : `columns that the contract does not know: ${extra.join(', ')}`;
}
