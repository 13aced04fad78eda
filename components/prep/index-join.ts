import { type Column, cell, isNumber } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import type { Field, PlannedField, PlannedSchema } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { readTimes, type Times, timeText } from '../../engine/artifacts/times.js';
import { numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, type Planning, table, type Where } from '../../engine/component.js';
import { ColumnName, Config, OneOf, PeriodOf, type Static, Type } from '../../engine/schema.js';
import { sharedF64 } from '../lib/compute/shared.js';

const config = Config({
  time: Type.Optional(
    ColumnName({ description: 'time of each row; the column with the role order where absent' }),
  ),
  index_time: ColumnName({ port: 'index', description: 'time that each value of the index is of' }),
  columns: Type.Array(ColumnName({ port: 'index', types: ['float64', 'float32', 'int64', 'int32'] }), {
    minItems: 1,
    description: 'columns to take from the index',
  }),
  keys: Type.Array(ColumnName(), {
    default: [],
    description: 'columns that must be equal on both sides: the material, the currency',
  }),
  dated: Type.Optional(
    OneOf(['start', 'end', 'moment'], {
      description:
        'what the time of the index stands for: the start of its period, its end, or one moment. Months as text and first days of months are starts, last days are ends, all else are moments where absent',
    }),
  ),
  publication_lag: Type.Optional(
    PeriodOf({ description: 'how long after the end of its period a value is published: 45 days, 1 month' }),
  ),
  published: Type.Optional(
    ColumnName({
      port: 'index',
      description: 'column with the day on which each value was published, instead',
    }),
  ),
  prefix: Type.String({
    default: '',
    maxLength: 60,
    description: 'put before the names of the columns taken',
  }),
});
type Settings = Static<typeof config>;
type Door = Context<typeof config>;

/** Values of an index, of exchange rates or other series as they were known at the time of each row, never later ones. */
export default defineComponent({
  name: 'prep.index-join',
  version: '1',
  summary: 'Add to each row the latest value of an index that was published by then',
  config,
  inputs: { in: table('rows with a time'), index: table('values over time, of one or several keys') },
  outputs: { out: table('the same rows with the columns of the index') },
  metrics: {
    matched: { description: 'rows with a value', type: 'integer' },
    unmatched: { description: 'rows before the first publication, or without their key', type: 'integer' },
    age_days: { description: 'mean days from the time of the index to the time of the row' },
  },
  determinism: 'pure',
  example:
    'use: prep.index-join\nin: { in: orders, index: steel }\nwith: { time: ordered, index_time: month, columns: [steel], publication_lag: 45 days }',
  columns(config, inputs, planning) {
    const rows: PlannedSchema = inputs['in'] ?? { fields: [], open: true };
    checkPlan(config, inputs['index'], planning);
    const taken = new Set(config.columns.map((name) => config.prefix + name));
    const fields: PlannedField[] = config.columns.map((name) => ({
      ...inputs['index']?.fields.find((f) => f.name === name),
      ...fieldOf(config, name),
    }));
    return {
      out: {
        ...rows,
        fields: [...rows.fields.filter((f) => !taken.has(f.name)), ...fields, asOfField(config)],
      },
    };
  },
  async run(ctx) {
    const { config } = ctx;
    const { in: rows, index } = ctx.in;
    const clash = [...config.columns.map((name) => config.prefix + name), asOfField(config).name].find(
      (name) => rows.schema.fields.some((f) => f.name === name),
    );
    if (clash)
      ctx.fail('data/column', `the rows have a column "${clash}" already`, {
        path: ['with'],
        hint: 'give the columns of the index a prefix: prefix: index_',
      });
    const time = config.time ?? rows.schema.fields.find((f) => f.role === 'order')?.name;
    if (time === undefined)
      return ctx.fail('data/column', 'no column has the role order', {
        path: ['with'],
        hint: 'name it: time: ordered',
      });
    const rowTimes = await timesIn(ctx, rows, time, ['with', 'time']);
    const indexTimes = await timesIn(ctx, index, config.index_time, ['with', 'index_time']);
    if ((rowTimes.kind === 'number') !== (indexTimes.kind === 'number'))
      ctx.fail('data/column', `"${time}" and "${config.index_time}" are not both dates`, {
        path: ['with', 'index_time'],
      });
    const { knownFrom, daysOf } = await import('../lib/forecast/publication.js');
    const { asOfKernel } = await import('../lib/forecast/as-of.js');
    const of = daysOf(indexTimes);
    const { indexKey, rowKey } = await keysOf(ctx, rows, index);
    const ends = knownFrom(indexTimes, indexKey, config.dated, config.publication_lag);
    if ('refused' in ends)
      return ctx.fail('spec/leakage', ends.refused, { path: ['with', 'dated'], hint: ends.hint });
    const known =
      config.published === undefined ? ends.known : await publishedDays(ctx, index, indexTimes, ends.known);
    const [found] = await ctx.compute(asOfKernel, { known, of, indexKey, rowKey, time: daysOf(rowTimes) });
    tell(ctx, found!, daysOf(rowTimes), of);
    return { out: await joined(ctx, rows, index, indexTimes, found!) };
  },
});

const fieldOf = ({ prefix }: Settings, name: string) => ({
  name: prefix + name,
  type: 'float64' as const,
  role: 'feature' as const,
  nullable: true,
});

const asOfField = ({ prefix, index_time }: Settings): Field => ({
  name: `${prefix}${index_time}_known`,
  type: 'string',
  role: 'key',
  nullable: true,
  description: 'time of the index whose value was known',
});

function checkPlan(config: Settings, index: PlannedSchema | undefined, planning: Planning): void {
  if (config.published !== undefined && config.publication_lag)
    planning.report('spec/value', 'a publication lag and a column with days of publication are two answers', {
      path: ['with', 'publication_lag'],
      hint: 'give one of them',
    });
  const field = index?.fields.find((f) => f.name === config.index_time);
  if (field?.type === 'string' && config.dated === 'moment')
    planning.report(
      'spec/leakage',
      `"${config.index_time}" holds months, whose values are known only when they have ended`,
      {
        path: ['with', 'dated'],
        hint: 'dated: start',
      },
    );
}

async function timesIn(ctx: Door, data: Table, name: string, path: Where): Promise<Times> {
  if (!data.schema.fields.some((f) => f.name === name))
    ctx.fail('data/column', `there is no column "${name}"`, { path });
  const times = readTimes(await data.column(name));
  return (
    times ??
    ctx.fail('data/column', `"${name}" does not hold times`, { path, hint: 'dates, or months as 2024-01' })
  );
}

/** Days of publication as the index gives them. One before its period has ended is no such day. */
async function publishedDays(ctx: Door, index: Table, of: Times, ends: Float64Array): Promise<Float64Array> {
  const { daysOf } = await import('../lib/forecast/publication.js');
  const name = ctx.config.published!;
  const days = daysOf(await timesIn(ctx, index, name, ['with', 'published']));
  const early = days.findIndex((day, i) => day < ends[i]!);
  if (early >= 0)
    ctx.fail(
      'spec/leakage',
      `row ${early + 1} of the index, of ${timeText(of.form, of.values[early]!)}, would be published ${timeText('date', days[early]!)}, before its period has ended`,
      {
        path: ['with', 'published'],
        hint: `it ends ${timeText('date', ends[early]!)}; dated: says what "${ctx.config.index_time}" stands for`,
      },
    );
  return days;
}

/** The same number for equal keys on both sides, −1 where a key is missing. */
async function keysOf(ctx: Door, rows: Table, index: Table) {
  const numbers = new Map<string, number>();
  const read = async (data: Table, add: boolean) => {
    const columns: Column[] = [];
    for (const [i, name] of ctx.config.keys.entries()) {
      if (!data.schema.fields.some((f) => f.name === name))
        ctx.fail('data/column', `the ${add ? 'index has' : 'rows have'} no column "${name}"`, {
          path: ['with', 'keys', i],
        });
      columns.push(await data.column(name));
    }
    return Int32Array.from({ length: data.rows }, (_, row) => {
      const values = columns.map((column) => cell(column, row));
      if (values.includes(null)) return -1;
      const key = JSON.stringify(values);
      if (add && !numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key) ?? -1;
    });
  };
  const indexKey = await read(index, true);
  return { indexKey, rowKey: await read(rows, false) };
}

function tell(ctx: Door, found: Int32Array, time: Float64Array, of: Float64Array): void {
  const matched = found.reduce((sum, i) => sum + (i >= 0 ? 1 : 0), 0);
  ctx.metric('matched', matched);
  ctx.metric('unmatched', found.length - matched);
  const age = found.reduce((sum, i, row) => sum + (i >= 0 ? time[row]! - of[i]! : 0), 0);
  ctx.metric('age_days', matched > 0 ? age / matched : null);
  if (matched === 0 && found.length > 0)
    ctx.warn('no row has a value of the index: it was published later, or its keys are others', {
      path: ['in'],
    });
}

async function joined(ctx: Door, rows: Table, index: Table, times: Times, found: Int32Array): Promise<Table> {
  const { config } = ctx;
  const fields: Field[] = [];
  const columns = new Map();
  for (const [k, name] of config.columns.entries()) {
    const field = index.schema.fields.find((f) => f.name === name);
    if (!field || !isNumber(field.type))
      ctx.fail('data/column', `the index has no numbers in "${name}"`, { path: ['with', 'columns', k] });
    const from = numbersOf(await index.column(name));
    const values = sharedF64(rows.rows);
    for (const [row, i] of found.entries()) values[row] = from[i] ?? Number.NaN;
    const valid = Uint8Array.from(values, (v) => (Number.isNaN(v) ? 0 : 1));
    fields.push({ ...field, ...fieldOf(config, name) });
    columns.set(config.prefix + name, { type: 'float64', values, ...(valid.includes(0) && { valid }) });
  }
  const asOf = asOfField(config);
  const dictionary: string[] = [];
  const codes = new Map<number, number>();
  const seen = Int32Array.from(found, (i) => {
    if (i < 0) return -1;
    const value = times.values[i]!;
    if (!codes.has(value)) codes.set(value, dictionary.push(timeText(times.form, value)) - 1);
    return codes.get(value)!;
  });
  const valid = Uint8Array.from(seen, (code) => (code < 0 ? 0 : 1));
  columns.set(asOf.name, { type: 'string', values: seen, dictionary, ...(valid.includes(0) && { valid }) });
  return ctx.tables.with(rows, new Frame({ fields: [...fields, asOf] }, columns, rows.rows));
}
