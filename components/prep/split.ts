import { type Column, cell } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { type Groups, groupRows } from '../../engine/artifacts/groups.js';
import {
  type Field,
  fieldOf,
  type PlannedSchema,
  type Role,
  type Split,
} from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { warnOfLeaks } from '../../engine/component/leak-checks.js';
import { type Context, defineComponent, type Planning, table } from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { ColumnName, Config, OneOf, Quantity, type Static, Type } from '../../engine/schema.js';
import { InputError } from '../lib/errors.js';
import { blocksOf } from '../lib/split/blocks.js';
import { groupSplit, type Mask, randomSplit, sides, stratifiedSplit, timeSplit } from '../lib/split/split.js';

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const config = Config({
  target: Type.Optional(ColumnName({ description: 'column to be learned: it gets the role target' })),
  test: Quantity('share', {
    default: 0.2,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of the rows to hold out',
  }),
  hold_out: Type.Optional(
    Type.Record(Type.String(), Type.Union([scalar, Type.Array(scalar, { minItems: 1 })]), {
      description: 'hold out the rows with these values instead of a share: { well: SHANKLE }',
    }),
  ),
  by: Type.Optional(
    OneOf(['random', 'stratified', 'group', 'block', 'time'], {
      description:
        'random: any rows; stratified: the same share of each class; group: whole groups; block: whole squares of a survey; time: the latest rows. If absent, what the other keys ask for, else random',
    }),
  ),
  groups: Type.Optional(
    Type.Array(ColumnName(), { minItems: 1, description: 'columns whose equal values belong together' }),
  ),
  block: Type.Optional(
    Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }), {
      minProperties: 1,
      description: 'size of a block by column, in that column’s own numbers: { inline: 8, crossline: 8 }',
    }),
  ),
  time: Type.Optional(ColumnName({ description: 'column that orders the rows in time' })),
  from: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'by time: hold out the rows from this day on instead of a share: 2024-07-01',
    }),
  ),
});
type Settings = Static<typeof config>;

/** The name of the column that block splits add, so that later folds keep blocks together too. */
const blockColumn = 'block';

/**
 * The one place that names the target and says how rows are held out; folds, baselines and scores downstream inherit
 * it. Both outputs keep the order of the rows.
 */
export default defineComponent({
  name: 'prep.split',
  version: '1',
  summary: 'Hold out test rows: at random, by class, group, block of a survey, or time',
  config,
  inputs: { in: table('all rows') },
  outputs: { train: table('rows to learn from'), test: table('rows held out') },
  metrics: {
    rows_train: { description: 'rows to learn from', type: 'integer' },
    rows_test: { description: 'rows held out', type: 'integer' },
    share_test: { description: 'share held out, from the counts' },
    groups_train: { description: 'groups or blocks to learn from', type: 'integer' },
    groups_test: { description: 'groups or blocks held out', type: 'integer' },
  },
  determinism: 'seeded',
  example: 'use: prep.split\nin: rows\nwith: { target: facies, test: 20%, by: group, groups: [well] }',
  columns(config, inputs, planning) {
    const by = wayOf(config);
    const schema = inputs['in'] ?? { fields: [], open: true };
    checkColumns(config, schema, planning);
    const roles = rolesOf(config, by);
    const fields = schema.fields
      .filter((f) => by !== 'block' || f.name !== blockColumn)
      .map((field) => ({ ...field, ...(roles.has(field.name) && { role: roles.get(field.name)! }) }));
    if (by === 'block') fields.push({ ...blockField });
    // The seed is the run's; before it only the side is told.
    const side = (part: Split['part']) => ({
      ...schema,
      fields,
      split: { by, part, columns: columnsOf(config, by), seed: 0 },
    });
    return { train: side('train'), test: side('test') };
  },
  async run(ctx) {
    const { config } = ctx;
    const by = wayOf(config);
    const all = await assigned(ctx, ctx.in.in, by);
    if (all.rows < 2)
      ctx.fail('data/rows', `${all.rows === 1 ? 'one row' : `${all.rows} rows`} cannot be split`, {
        path: ['in'],
      });
    const groups =
      by === 'group' || by === 'block' ? await groupsOf(ctx, all, columnsOf(config, by)) : undefined;
    const mask = await held(ctx, all, by, groups);
    const { train, test } = sides(mask);
    await warnOfLeaks(ctx, all, train, test);
    ctx.metric('rows_train', train.length);
    ctx.metric('rows_test', test.length);
    ctx.metric('share_test', test.length / all.rows);
    if (groups) {
      ctx.metric('groups_train', countGroups(groups, train));
      ctx.metric('groups_test', countGroups(groups, test));
    }
    const split = (part: Split['part']): Split => ({
      by,
      part,
      columns: columnsOf(config, by),
      seed: ctx.seed,
    });
    const side = async (rows: Uint32Array, part: Split['part']) =>
      ctx.tables.retype(await ctx.tables.pick(all, rows), all.schema.fields, split(part));
    return { train: await side(train, 'train'), test: await side(test, 'test') };
  },
});

const blockField: Field = {
  name: blockColumn,
  type: 'string',
  role: 'group',
  nullable: false,
  description: 'block of the survey that the row lies in',
};

const wayOf = (config: Settings): Split['by'] =>
  config.by ??
  (config.block ? 'block' : config.groups || config.hold_out ? 'group' : config.time ? 'time' : 'random');

/** Columns that the way of cutting depends on. */
function columnsOf(config: Settings, by: Split['by']): readonly string[] {
  if (by === 'block') return [blockColumn];
  if (by === 'group') return config.groups ?? Object.keys(config.hold_out ?? {});
  if (by === 'time') return config.time === undefined ? [] : [config.time];
  return by === 'stratified' && config.target !== undefined ? [config.target] : [];
}

function rolesOf(config: Settings, by: Split['by']): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  if (by === 'group') for (const name of columnsOf(config, by)) roles.set(name, 'group');
  if (by === 'time' && config.time !== undefined) roles.set(config.time, 'order');
  if (config.target !== undefined) roles.set(config.target, 'target');
  return roles;
}

/** Keys of maps name columns too, which the schema of the configuration cannot say. */
function checkColumns(config: Settings, schema: PlannedSchema, planning: Planning): void {
  if (schema.open) return;
  const names = schema.fields.map((field) => field.name);
  for (const key of ['hold_out', 'block'] as const)
    for (const name of Object.keys(config[key] ?? {}))
      if (!names.includes(name)) {
        const near = nearest(name, names);
        planning.report('spec/column', `there is no column "${name}"`, {
          path: ['with', key, name],
          hint: near ? `did you mean "${near}"?` : `there are: ${names.join(', ')}`,
        });
      }
}

/** The table with the roles that the configuration gives, and its blocks. */
async function assigned(ctx: Context<typeof config>, data: Table, by: Split['by']): Promise<Table> {
  const { config } = ctx;
  const roles = rolesOf(config, by);
  for (const [name, path] of named(config))
    if (!fieldOf(data.schema, name))
      ctx.fail('data/column', `there is no column "${name}"`, {
        path: ['with', ...path],
        hint: `there are: ${data.schema.fields.map((f) => f.name).join(', ')}`,
      });
  const other = data.schema.fields.find((f) => f.role === 'target' && f.name !== config.target);
  if (other && config.target !== undefined)
    ctx.fail('data/column', `"${other.name}" is the target already, so "${config.target}" cannot be`, {
      path: ['with', 'target'],
      hint: `give "${other.name}" another role where it comes in`,
    });
  const fields = data.schema.fields.map((f) => ({
    ...f,
    ...(roles.has(f.name) && { role: roles.get(f.name)! }),
  }));
  const renamed = await ctx.tables.retype(data, fields);
  return by === 'block' ? ctx.tables.with(renamed, await blocksIn(ctx, data)) : renamed;
}

/** Columns that the configuration names, with their places in it. */
function named(config: Settings): [string, (string | number)[]][] {
  return [
    ...(config.target === undefined ? [] : [[config.target, ['target']] as [string, string[]]]),
    ...(config.time === undefined ? [] : [[config.time, ['time']] as [string, string[]]]),
    ...(config.groups ?? []).map((name, i): [string, (string | number)[]] => [name, ['groups', i]]),
    ...(['hold_out', 'block'] as const).flatMap((key) =>
      Object.keys(config[key] ?? {}).map((name): [string, string[]] => [name, [key, name]]),
    ),
  ];
}

async function blocksIn(ctx: Context<typeof config>, data: Table): Promise<Frame> {
  const { block } = ctx.config;
  if (!block)
    return ctx.fail('spec/missing-key', 'by: block needs the size of a block', {
      path: ['with'],
      hint: 'block: { inline: 8, crossline: 8 }',
    });
  const axes: ArrayLike<number>[] = [];
  for (const name of Object.keys(block)) {
    const { values, valid } = await numbersOf(ctx, data, name, ['block', name]);
    const gap = valid?.indexOf(0) ?? -1;
    if (gap >= 0)
      ctx.fail('data/values', `row ${gap + 1} has no "${name}", so it lies in no block`, {
        path: ['with', 'block', name],
      });
    axes.push(values);
  }
  const { codes, labels } = blocksOf(axes, Object.values(block), data.rows);
  const column: Column = { type: 'string', values: codes, dictionary: labels };
  return new Frame({ fields: [blockField] }, new Map([[blockColumn, column]]));
}

async function numbersOf(ctx: Context, data: Table, name: string, path: readonly string[]) {
  const column = await data.column(name);
  if (column.type === 'string' || column.type === 'vector' || column.type === 'bool')
    return ctx.fail('data/column', `"${name}" is ${column.type}, where numbers or dates are due`, {
      path: ['with', ...path],
    });
  return column;
}

async function groupsOf(ctx: Context, data: Table, names: readonly string[]): Promise<Groups> {
  if (names.length === 0)
    ctx.fail('spec/missing-key', 'by: group needs the columns that make a group', {
      path: ['with'],
      hint: 'groups: [well]',
    });
  return groupRows(await Promise.all(names.map((name) => data.column(name))));
}

const countGroups = (groups: Groups, rows: Uint32Array): number =>
  new Set(Array.from(rows, (row) => groups.codes[row]!)).size;

async function held(
  ctx: Context<typeof config>,
  data: Table,
  by: Split['by'],
  groups: Groups | undefined,
): Promise<Mask> {
  const { config } = ctx;
  const { test: share } = config;
  const rng = ctx.random();
  if (config.hold_out) return namedRows(ctx, data);
  try {
    if (by === 'random') return randomSplit(data.rows, share, rng);
    if (by === 'stratified') return await byClass(ctx, data);
    if (by === 'time') return await byTime(ctx, data);
    return groupSplit(groups!.codes, groups!.count, share, rng);
  } catch (error) {
    if (error instanceof InputError)
      ctx.fail('data/values', `cannot split by ${by}: ${error.message}`, { path: ['with'] });
    throw error;
  }
}

async function byClass(ctx: Context<typeof config>, data: Table): Promise<Mask> {
  const target = data.schema.fields.find((f) => f.role === 'target');
  if (!target)
    return ctx.fail('spec/missing-key', 'by: stratified needs a target', {
      path: ['with'],
      hint: 'target: facies',
    });
  if (target.type === 'float64' || target.type === 'float32')
    ctx.fail('data/column', `"${target.name}" holds ${target.type} numbers, which make no classes`, {
      path: ['with', 'by'],
      hint: 'by: random, or group',
    });
  const { codes, count } = groupRows([await data.column(target.name)]);
  return stratifiedSplit(codes, count, ctx.config.test, ctx.random());
}

async function byTime(ctx: Context<typeof config>, data: Table): Promise<Mask> {
  const { time } = ctx.config;
  if (time === undefined)
    return ctx.fail('spec/missing-key', 'by: time needs the column with the times', {
      path: ['with'],
      hint: 'time: date',
    });
  const { type, values, valid } = await numbersOf(ctx, data, time, ['time']);
  const gap = valid?.indexOf(0) ?? -1;
  if (gap >= 0)
    ctx.fail('data/values', `row ${gap + 1} has no "${time}", so it cannot be ordered`, {
      path: ['with', 'time'],
    });
  return ctx.config.from === undefined
    ? timeSplit(values, ctx.config.test).mask
    : fromDay(ctx, type, values, ctx.config.from);
}

const dayMs = 86_400_000;

function fromDay(
  ctx: Context<typeof config>,
  type: Column['type'],
  values: ArrayLike<number>,
  from: string,
): Mask {
  const path = ['with', 'from'];
  const ms = Date.parse(`${from}T00:00:00Z`);
  // 31 February is read as a day in March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== from)
    return ctx.fail('spec/value', `${from} is no day of the calendar`, { path });
  if (type !== 'date' && type !== 'timestamp')
    return ctx.fail('data/column', `"${ctx.config.time}" is ${type}, where dates or times are due`, { path });
  const start = type === 'date' ? ms / dayMs : ms * 1000;
  const mask = Uint8Array.from(values, (value) => (value >= start ? 1 : 0));
  if (!mask.includes(0)) ctx.fail('data/rows', `no row lies before ${from}`, { path });
  if (!mask.includes(1)) ctx.fail('data/rows', `no row lies on ${from} or later`, { path });
  return mask;
}

/** Rows with the values that are to be held out; a value that no row has is a problem. */
async function namedRows(ctx: Context<typeof config>, data: Table): Promise<Mask> {
  const mask = new Uint8Array(data.rows).fill(1);
  for (const [name, wanted] of Object.entries(ctx.config.hold_out!)) {
    const column = await data.column(name);
    const values = new Set((Array.isArray(wanted) ? wanted : [wanted]).map(String));
    const { codes, first } = groupRows([column]);
    const found = first.map((row) => String(cell(column, row)));
    const missing = [...values].find((value) => !found.includes(value));
    if (missing !== undefined) {
      const near = nearest(missing, found);
      ctx.fail('data/values', `no row has "${missing}" in "${name}"`, {
        path: ['with', 'hold_out', name],
        hint: near ? `did you mean "${near}"?` : `there are: ${found.slice(0, 20).join(', ')}`,
      });
    }
    for (let row = 0; row < data.rows; row++) if (!values.has(found[codes[row]!]!)) mask[row] = 0;
  }
  if (!mask.includes(0)) ctx.fail('data/rows', 'every row would be held out', { path: ['with', 'hold_out'] });
  if (!mask.includes(1))
    ctx.fail('data/rows', 'no row has all of these values', { path: ['with', 'hold_out'] });
  return mask;
}
