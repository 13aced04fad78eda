import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Column, cell, isNull } from '../../engine/artifacts/column.js';
import { groupRows } from '../../engine/artifacts/groups.js';
import { type Field, fieldOf, type TableSchema } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import type { Json } from '../../engine/canonical.js';
import { type Context, defineComponent, metrics, table } from '../../engine/component.js';
import { Config, OneOf, Path } from '../../engine/schema.js';
import {
  type Check,
  type Contract,
  type Rule,
  readContract,
  type Severity,
} from '../lib/contract/contract.js';
import { isRowRule, rowTest } from '../lib/contract/rows.js';
import { InputError } from '../lib/errors.js';

const config = Config({
  contract: Path({ description: 'YAML file with what the data must be: see docs/data.md' }),
  on_breach: OneOf(['stop', 'warn', 'set_aside'], {
    default: 'stop',
    description:
      'what to do when a rule of high severity is broken: stop ends the step, warn goes on, set_aside goes on without the rows that break it (a rule over the whole table still stops)',
  }),
});

/**
 * Holds a table to its contract: columns, types, units, nulls, ranges, values, patterns, keys, row counts. Rules decide,
 * each with a severity of its own.
 */
export default defineComponent({
  name: 'prep.contract',
  version: '1',
  summary: 'Check rows against a data contract; stop, warn or set the bad rows aside',
  config,
  inputs: { in: table('rows to check') },
  outputs: {
    out: table('the rows that go on'),
    set_aside: table('rows that broke a rule of high severity'),
    checks: metrics('every rule with what was found'),
  },
  metrics: {
    verdict: { description: 'pass, warn or fail', type: 'string' },
    score: {
      description:
        'share of rows that keep each rule, mean over the rules weighted 3 (high), 2 (medium), 1 (low), times 100',
      better: 'higher',
    },
    rules: { description: 'rules checked', type: 'integer' },
    breaches: { description: 'rules broken', type: 'integer', better: 'lower' },
    rows_breached: {
      description: 'rows that break a rule of high severity',
      type: 'integer',
      better: 'lower',
    },
  },
  needs: ['files'],
  determinism: 'pure',
  example: 'use: prep.contract\nin: rows\nwith: { contract: contracts/rows.yaml, on_breach: set_aside }',
  columns: (_config, inputs) => {
    const schema = inputs['in'] ?? { fields: [], open: true };
    return { out: schema, set_aside: schema };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const contract = await load(ctx);
    const bad = new Uint8Array(data.rows);
    const findings = await checkAll(ctx, contract, data, bad);
    const broken = findings.filter((finding) => finding.broken > 0);
    const verdict = broken.some((f) => f.check.severity === 'high')
      ? 'fail'
      : broken.some((f) => f.check.severity === 'medium')
        ? 'warn'
        : 'pass';
    const rowsBreached = bad.reduce((n, b) => n + b, 0);
    const values = {
      verdict,
      score: scoreOf(findings),
      rules: findings.length,
      breaches: broken.length,
      rows_breached: rowsBreached,
    };
    for (const [name, value] of Object.entries(values)) ctx.metric(name, value);
    decide(ctx, broken, verdict);
    const aside = ctx.config.on_breach === 'set_aside';
    const rowsWhere = (flag: number) => Uint32Array.from(bad.keys()).filter((row) => bad[row] === flag);
    return {
      out: aside ? await ctx.tables.pick(data, rowsWhere(0)) : data,
      set_aside: await ctx.tables.pick(data, aside ? rowsWhere(1) : new Uint32Array(0)),
      checks: { kind: 'metrics', values, details: { rules: findings.map(told) as unknown as Json } },
    };
  },
});

interface Finding {
  readonly check: Check;
  /** Rows, or 1 for the table, that the rule was held against, and how many of them break it. */
  readonly of: number;
  readonly broken: number;
  readonly message: string;
}

const told = ({ check, of, broken, message }: Finding) => ({
  rule: check.rule.kind,
  columns: check.columns,
  severity: check.severity,
  checked: of,
  broken,
  ...(broken > 0 && { message }),
});

const weights: { readonly [severity in Severity]: number } = { high: 3, medium: 2, low: 1 };

function scoreOf(findings: readonly Finding[]): number {
  let kept = 0;
  let all = 0;
  for (const { check, of, broken } of findings) {
    const weight = weights[check.severity];
    kept += weight * (of === 0 ? 1 : 1 - broken / of);
    all += weight;
  }
  return all === 0 ? 100 : (100 * kept) / all;
}

async function load(
  ctx: Context<typeof config> & { files: { input(path: string): Promise<{ path: string }> } },
) {
  const at = { path: ['with', 'contract'] };
  const { path } = await ctx.files.input(ctx.config.contract);
  const { contract, faults } = await readContract(await readFile(path, 'utf8'));
  if (faults.length > 0)
    ctx.fail(
      'spec/value',
      faults.map(({ line, message }) => `${basename(path)}:${line}: ${message}`).join('\n'),
      at,
    );
  return contract;
}

function decide(ctx: Context<typeof config>, broken: readonly Finding[], verdict: string): void {
  const { on_breach } = ctx.config;
  const high = broken.filter((f) => f.check.severity === 'high');
  const stops = on_breach === 'set_aside' ? high.filter((f) => !setsAside(f.check.rule)) : high;
  if (verdict === 'fail' && on_breach !== 'warn' && stops.length > 0)
    ctx.fail('data/contract', `the data break their contract:\n${stops.map((f) => f.message).join('\n')}`, {
      path: ['with', 'contract'],
      hint:
        on_breach === 'stop'
          ? 'on_breach: set_aside goes on without the rows that break it, warn with them'
          : 'these rules are about the whole table, so no rows can be set aside for them',
    });
  for (const { check, message } of broken)
    if (check.severity !== 'low') ctx.warn(message, { path: ['with', 'contract'] });
}

/** Rules that are broken by rows, which can be taken out. */
const setsAside = (rule: Rule) => isRowRule(rule) || rule.kind === 'unique';

async function checkAll(ctx: Context, contract: Contract, data: Table, bad: Uint8Array): Promise<Finding[]> {
  const there = (check: Check) => check.columns.every((name) => fieldOf(data.schema, name));
  const findings: Finding[] = [];
  for (const check of contract.checks) {
    const { rule } = check;
    // A column that is not there breaks one rule, that it be present.
    if (rule.kind !== 'present' && rule.kind !== 'only' && !there(check)) continue;
    if (isRowRule(rule)) findings.push(await checkRows(ctx, check, rule, data, bad));
    else if (rule.kind === 'unique') findings.push(await checkUnique(check, data, bad));
    else findings.push(await checkTable(check, data));
  }
  return findings;
}

const shownExamples = 3;

async function checkRows(
  ctx: Context,
  check: Check,
  rule: Parameters<typeof rowTest>[0],
  data: Table,
  bad: Uint8Array,
): Promise<Finding> {
  const name = check.columns[0]!;
  const test = testFor(ctx, rule, fieldOf(data.schema, name)!);
  const examples: string[] = [];
  let broken = 0;
  let start = 0;
  for await (const batch of data.batches({ columns: [name] })) {
    ctx.signal.throwIfAborted();
    const column = batch.column(name);
    const breaks = test(column);
    for (let row = 0; row < batch.rows; row++) {
      if (!breaks(row)) continue;
      broken++;
      if (check.severity === 'high') bad[start + row] = 1;
      if (examples.length < shownExamples) examples.push(`row ${start + row + 1}${valueText(column, row)}`);
    }
    start += batch.rows;
  }
  const message = `column "${name}": ${broken} of ${data.rows} rows ${rowComplaint(rule)} (${examples.join(', ')})`;
  return { check, of: data.rows, broken, message };
}

function testFor(ctx: Context, rule: Parameters<typeof rowTest>[0], field: Field) {
  try {
    return rowTest(rule, field.type);
  } catch (error) {
    if (error instanceof InputError)
      ctx.fail('spec/value', `the rule "${rule.kind}" of column "${field.name}": ${error.message}`, {
        path: ['with', 'contract'],
      });
    throw error;
  }
}

const valueText = (column: Column, row: number): string =>
  column.type === 'vector' || isNull(column, row) ? '' : `: ${cell(column, row)}`;

function rowComplaint(rule: Parameters<typeof rowTest>[0]): string {
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
async function checkUnique(check: Check, data: Table, bad: Uint8Array): Promise<Finding> {
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
  return {
    check,
    of: data.rows,
    broken,
    message: `${check.columns.length > 1 ? 'columns' : 'column'} ${names}: ${broken} of ${data.rows} rows repeat a key (${example})`,
  };
}

async function checkTable(check: Check, data: Table): Promise<Finding> {
  const complaint = await tableComplaint(check, data);
  return { check, of: 1, broken: complaint === undefined ? 0 : 1, message: complaint ?? '' };
}

async function tableComplaint({ rule, columns }: Check, data: Table): Promise<string | undefined> {
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
    case 'rows':
      return outside(data.rows, rule, 'rows');
    case 'nulls':
      return tooManyNulls(data, name, rule.share);
    case 'mean': {
      const mean = await meanOf(data, name);
      const told = mean === undefined ? undefined : outside(mean, rule, 'as the mean');
      return told && `column "${name}": ${told}`;
    }
    case 'only':
      return extraColumns(data.schema, columns);
    default:
      throw new Error(`rule "${rule.kind}" is over rows`);
  }
}

const fitsType = (type: string, wanted: string): boolean =>
  type === wanted ||
  (wanted === 'integer' && /^int/.test(type)) ||
  (wanted === 'number' && /^(int|float)/.test(type));

function outside(
  value: number,
  { min, max }: { min?: number; max?: number },
  what: string,
): string | undefined {
  if (min !== undefined && value < min) return `${value} ${what}, expected at least ${min}`;
  if (max !== undefined && value > max) return `${value} ${what}, expected at most ${max}`;
  return undefined;
}

async function tooManyNulls(data: Table, name: string, share: number): Promise<string | undefined> {
  const missing = rowTest({ kind: 'nulls', share: 0 }, fieldOf(data.schema, name)!.type);
  let nulls = 0;
  for await (const batch of data.batches({ columns: [name] })) {
    const test = missing(batch.column(name));
    for (let row = 0; row < batch.rows; row++) if (test(row)) nulls++;
  }
  if (data.rows === 0 || nulls / data.rows <= share) return undefined;
  return `column "${name}": ${nulls} of ${data.rows} rows are null, more than ${+(100 * share).toFixed(6)}%`;
}

/** Mean of the values that are there; summed row by row, so that batches change nothing. */
async function meanOf(data: Table, name: string): Promise<number | undefined> {
  let sum = 0;
  let count = 0;
  for await (const batch of data.batches({ columns: [name] })) {
    const column = batch.column(name);
    if (column.type === 'string' || column.type === 'vector') return undefined;
    for (let row = 0; row < batch.rows; row++) {
      const value = column.values[row]!;
      if (isNull(column, row) || Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  }
  return count === 0 ? undefined : sum / count;
}

function extraColumns(schema: TableSchema, known: readonly string[]): string | undefined {
  const extra = schema.fields.map((field) => field.name).filter((name) => !known.includes(name));
  return extra.length === 0 ? undefined : `columns that the contract does not know: ${extra.join(', ')}`;
}
