import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Table } from '../../engine/artifacts/table.js';
import type { Json } from '../../engine/canonical.js';
import { holdTo } from '../../engine/component/contract-check.js';
import {
  type Capabilities,
  type Context,
  defineComponent,
  metrics,
  report,
  table,
} from '../../engine/component.js';
import { Config, OneOf, Path, Type } from '../../engine/schema.js';
import type { Contract, Rule } from '../lib/contract/contract.js';
import { type Profile, profileOf } from '../lib/contract/drift.js';
import { readContract } from '../lib/contract/read.js';
import { breachTexts, outcomeSections, scoreText } from '../lib/contract/report.js';
import { isRowRule } from '../lib/contract/rows.js';
import { broken, type Finding, scoreOf, verdictOf } from '../lib/contract/score.js';
import { utcTime } from '../lib/contract/values.js';
import { InputError } from '../lib/errors.js';

const config = Config({
  contract: Path({ description: 'YAML file with what the data must be: see docs/contracts.md' }),
  on_breach: OneOf(['stop', 'warn', 'set_aside'], {
    default: 'stop',
    description:
      'what to do when a rule of high severity is broken: stop ends the step, warn goes on, set_aside goes on without the rows that break it (a rule over the whole table still stops)',
  }),
  as_of: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?Z?)?$',
      description:
        'day, or time in UTC, by which freshness is judged: 2024-01-31, or ${{ run.date }} for the day of the run',
    }),
  ),
  history: Type.Boolean({
    default: false,
    description: 'measure drift from the last run of this step in the project whose verdict was pass',
  }),
  since: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?Z?)?$',
      description:
        'runs before this day, or time in UTC, are no history: how a change that is meant is accepted',
    }),
  ),
  reference: Type.Optional(
    Path({
      description: 'JSON file that the output profile was saved to: drift is measured from it instead',
    }),
  ),
});
type Checking = Context<typeof config> & Pick<Capabilities, 'files' | 'history'>;
type TableIn = { readonly in: { readonly in: Table } };

/**
 * Holds a table to its contract: columns, types, units, nulls, ranges, values, patterns, keys, row counts, distributions,
 * classes, freshness. Rules decide, each with a severity of its own.
 */
export default defineComponent({
  name: 'prep.contract',
  version: '3',
  summary: 'Check rows against a data contract; stop, warn or set the bad rows aside',
  config,
  inputs: { in: table('rows to check') },
  outputs: {
    out: table('the rows that go on'),
    set_aside: table('rows that broke a rule of high severity'),
    checks: metrics('every rule with what was found'),
    report: report('verdict, score and every rule, in words'),
    profile: metrics('what later runs measure drift from'),
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
  needs: ['files', 'history'],
  determinism: 'pure',
  example: 'use: prep.contract\nin: rows\nwith: { contract: contracts/rows.yaml, on_breach: set_aside }',
  columns: (_config, inputs) => {
    const schema = inputs['in'] ?? { fields: [], open: true };
    return { out: schema, set_aside: schema };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const contract = await load(ctx);
    const name = contract.name ?? basename(ctx.config.contract, extname(ctx.config.contract));
    const before = await earlier(ctx, contract, name);
    const { findings, bad, profile } = await held(ctx, contract, { before, name });
    const verdict = verdictOf(findings);
    const rowsBreached = bad.reduce((n, b) => n + b, 0);
    const score = scoreOf(findings);
    const values = {
      verdict,
      score,
      rules: findings.length,
      breaches: broken(findings).length,
      rows_breached: rowsBreached,
    };
    for (const [name, value] of Object.entries(values)) ctx.metric(name, value);
    decide(ctx, findings, score);
    const aside = ctx.config.on_breach === 'set_aside';
    const rowsWhere = (flag: number) => Uint32Array.from(bad.keys()).filter((row) => bad[row] === flag);
    return {
      out: aside ? await ctx.tables.pick(data, rowsWhere(0)) : data,
      set_aside: await ctx.tables.pick(data, aside ? rowsWhere(1) : new Uint32Array(0)),
      checks: { kind: 'metrics', values, details: { rules: findings.map(told) as unknown as Json } },
      report: {
        kind: 'report',
        title: `Contract ${name}`,
        sections: outcomeSections({ name, verdict, score, rows: data.rows, rowsBreached, findings }),
      },
      profile: {
        kind: 'metrics',
        values: { rows: data.rows },
        details: { profile: profile as unknown as Json },
      },
    };
  },
});

const told = ({ check, of, broken, message, moot, open }: Finding) => ({
  rule: check.rule.kind,
  columns: check.columns,
  severity: check.severity,
  checked: of,
  broken,
  ...(broken > 0 && !moot && { message }),
  ...(moot && { moot }),
  ...(open !== undefined && { open }),
});

async function load(ctx: Checking): Promise<Contract> {
  const { path } = await ctx.files.input(ctx.config.contract);
  const { contract, faults } = await readContract(await readFile(path, 'utf8'));
  if (faults.length > 0)
    ctx.fail(
      'spec/value',
      faults.map(({ line, message }) => `${basename(path)}:${line}: ${message}`).join('\n'),
      { path: ['with', 'contract'] },
    );
  return contract;
}

/** What drift is measured from, or why there is nothing. */
async function earlier(ctx: Checking, { checks }: Contract, name: string): Promise<Profile | string> {
  const { history, reference } = ctx.config;
  if (!checks.some(({ rule }) => rule.kind === 'drift')) return 'the contract follows no drift';
  if (reference === undefined && !history) {
    ctx.warn('the contract has rules about drift, and nothing says from what', {
      path: ['with'],
      hint: 'history: true measures it from the last run that passed, reference: FILE from a saved profile',
    });
    return 'the step says neither history nor reference';
  }
  const found = reference === undefined ? await ctx.history.earlier() : await saved(ctx, reference);
  const profile = profileOf(found);
  if (reference !== undefined && !profile)
    ctx.fail('data/format', `${basename(reference)} holds no profile`, {
      path: ['with', 'reference'],
      hint: 'save: { profile: contracts/profile.json } writes one',
    });
  if (!profile) return 'no earlier run of this step passed';
  return profile.contract === name ? profile : `the earlier run kept another contract, "${profile.contract}"`;
}

async function saved(ctx: Checking, reference: string): Promise<unknown> {
  const { path } = await ctx.files.input(reference);
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function held(
  ctx: Checking & TableIn,
  contract: Contract,
  from: { readonly before: Profile | string; readonly name: string },
) {
  const { as_of } = ctx.config;
  const asOf = as_of === undefined ? undefined : utcTime(as_of);
  if (Number.isNaN(asOf))
    ctx.fail('spec/value', `${as_of} is no time of the calendar`, { path: ['with', 'as_of'] });
  try {
    return await holdTo(contract, ctx.in.in, {
      ...from,
      signal: ctx.signal,
      ...(asOf !== undefined && { asOf }),
    });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return ctx.fail('spec/value', error.message, {
      path: ['with', 'contract'],
      ...(error.code === 'as-of' && {
        hint: 'as_of: "${{ run.date }}" judges it by the day of the run, as_of: 2024-01-31 by that day for ever',
      }),
    });
  }
}

function decide(ctx: Checking & TableIn, findings: readonly Finding[], score: number): void {
  const { on_breach } = ctx.config;
  const wrong = broken(findings);
  const high = wrong.filter(({ check }) => check.severity === 'high');
  const stops = on_breach === 'set_aside' ? high.filter(({ check }) => !setsAside(check.rule)) : high;
  if (on_breach !== 'warn' && stops.length > 0) {
    const lines = breachTexts(stops, findings).map(({ message }) => message);
    ctx.fail(
      'data/contract',
      `the data break their contract, score ${scoreText(score)} of 100:\n${lines.join('\n')}`,
      { path: ['with', 'contract'], hint: hintFor(ctx, findings) },
    );
  }
  for (const { severity, message } of breachTexts(wrong, findings))
    if (severity !== 'low') ctx.warn(message, { path: ['with', 'contract'], code: 'data/contract' });
}

function hintFor(ctx: Checking & TableIn, findings: readonly Finding[]): string {
  const required = findings.filter(({ check }) => check.rule.kind === 'present');
  if (required.length > 1 && required.every((finding) => finding.broken > 0)) {
    const names = ctx.in.in.schema.fields.map(({ name }) => name);
    const more = names.length > 12 ? `, and ${names.length - 12} more` : '';
    return `is it the right file, and the right contract? it has ${names.slice(0, 12).join(', ')}${more}`;
  }
  return ctx.config.on_breach === 'stop'
    ? 'on_breach: set_aside goes on without the rows that break it, warn with them'
    : 'these rules are about the whole table, so no rows can be set aside for them';
}

/** Rules that are broken by rows, which can be taken out. */
const setsAside = (rule: Rule) => isRowRule(rule) || rule.kind === 'unique';
