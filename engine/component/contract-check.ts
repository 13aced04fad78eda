import { type Check, type Contract, rangeText } from '../../components/lib/contract/contract.js';
import { type ColumnProfile, type Profile, rowsDrift } from '../../components/lib/contract/drift.js';
import { isRowRule } from '../../components/lib/contract/rows.js';
import type { Finding } from '../../components/lib/contract/score.js';
import { isSummaryRule } from '../../components/lib/contract/table-rules.js';
import { InputError } from '../../components/lib/errors.js';
import { cell, isNull } from '../artifacts/column.js';
import { groupRows } from '../artifacts/groups.js';
import { fieldOf, type TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import { textsOf } from '../artifacts/values.js';
import { type HoldOptions, overColumn } from './contract-column.js';

export interface Held {
  /** In the order of the contract; none of a rule about an optional column that is not there. */
  readonly findings: readonly Finding[];
  /** 1 for each row that breaks a rule of high severity. */
  readonly bad: Uint8Array;
  /** What a later table is compared with. */
  readonly profile: Profile;
}

/**
 * Holds a table to a contract. Each column is read once, in batches.
 * Throws InputError `rule` where a rule does not fit the type of its column, or freshness has no time to be judged by.
 */
export async function holdTo(
  contract: Contract,
  data: Table,
  options: HoldOptions & { readonly name: string },
): Promise<Held> {
  const bad = new Uint8Array(data.rows);
  const findings = new Map<Check, Finding>();
  const profiles: { [name: string]: ColumnProfile } = {};
  const waiting = new Map<string, Check[]>();
  for (const check of contract.checks) {
    const { rule, columns } = check;
    const missing = columns.filter((name) => !fieldOf(data.schema, name));
    if (rule.kind === 'present' || rule.kind === 'only' || columns.length === 0)
      findings.set(check, overTable(check, data, options));
    else if (missing.some((name) => isRequired(contract, name))) findings.set(check, moot(check));
    else if (missing.length > 0) continue;
    else if (rule.kind === 'unique') findings.set(check, await uniqueness(check, data, bad));
    else if (rule.kind === 'type') findings.set(check, await typing(check, rule.is, data));
    else if (isRowRule(rule) || isSummaryRule(rule) || rule.kind === 'drift')
      waiting.set(columns[0]!, [...(waiting.get(columns[0]!) ?? []), check]);
    else findings.set(check, overTable(check, data, options));
  }
  const mistyped = new Set(
    [...findings.values()]
      .filter(({ check, broken }) => check.rule.kind === 'type' && broken > 0)
      .map(({ check }) => check.columns[0]!),
  );
  for (const [name, checks] of waiting) {
    const field = fieldOf(data.schema, name)!;
    try {
      const found = await overColumn(field, checks, data, bad, options);
      for (const finding of found.findings) findings.set(finding.check, finding);
      if (found.profile) profiles[name] = found.profile;
    } catch (error) {
      if (!(error instanceof InputError) || !mistyped.has(name)) throw error;
      for (const check of checks) findings.set(check, moot(check));
    }
  }
  return {
    findings: contract.checks.flatMap((check) => findings.get(check) ?? []),
    bad,
    profile: { contract: options.name, rows: data.rows, columns: profiles },
  };
}

const isRequired = ({ checks }: Contract, name: string): boolean =>
  checks.some(({ rule, columns }) => rule.kind === 'present' && columns[0] === name);

const moot = (check: Check): Finding => ({ check, of: 1, broken: 1, message: '', moot: true });

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

/** A column of text where numbers are due is told by the word that made text of it. */
async function typing(check: Check, wanted: string, data: Table): Promise<Finding> {
  const name = check.columns[0]!;
  const { type } = fieldOf(data.schema, name)!;
  if (fitsType(type, wanted)) return { check, of: 1, broken: 0, message: '' };
  const numbers = /^(number|integer|int|float)/.test(wanted);
  const texts = type === 'string' && numbers ? textsOf(await data.column(name)) : [];
  const { firstWord } = await import('../../components/lib/text/clean.js');
  const row = firstWord(texts);
  const word = row < 0 ? '' : `: row ${row + 1} has "${texts[row]}"`;
  const message = `column "${name}": the type is ${type}, expected ${wanted}${word}`;
  return { check, of: 1, broken: 1, message };
}

function overTable(check: Check, data: Table, { before }: HoldOptions): Finding {
  if (check.rule.kind === 'drift' && typeof before === 'string')
    return { check, of: 0, broken: 0, message: '', open: before };
  const complaint = tableComplaint(check, data, before);
  return { check, of: 1, broken: complaint === undefined ? 0 : 1, message: complaint ?? '' };
}

function tableComplaint(
  { rule, columns }: Check,
  data: Table,
  before: HoldOptions['before'],
): string | undefined {
  const name = columns[0]!;
  const field = name === undefined ? undefined : fieldOf(data.schema, name);
  const unlike = (what: string, found: unknown, expected: unknown) =>
    found === expected ? undefined : `column "${name}": ${what} is ${found ?? 'none'}, expected ${expected}`;
  switch (rule.kind) {
    case 'present':
      return field ? undefined : `column "${name}" is missing`;
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
    case 'drift':
      return typeof before === 'string' ? undefined : rowsDrift(rule, before.rows, data.rows);
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
