import {
  type Column,
  cell,
  isNumber,
  rowsOf,
  type StringColumn,
  take,
} from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { type Field, fieldOf, type PlannedField, type PlannedSchema } from '../../engine/artifacts/schema.js';
import { concat, empty } from '../../engine/artifacts/slice.js';
import type { Table } from '../../engine/artifacts/table.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { ColumnName, Config, OneOf, type Static, Type } from '../../engine/schema.js';
import { type Key, type Matches, matchKernel } from '../lib/join/match.js';

const config = Config({
  keys: Type.Array(
    Type.Union([
      ColumnName({ port: 'left', description: 'called so on both sides' }),
      Type.Object(
        { left: ColumnName({ port: 'left' }), right: ColumnName({ port: 'right' }) },
        { additionalProperties: false },
      ),
    ]),
    { minItems: 1, description: 'columns that must be equal' },
  ),
  expect: OneOf(['one_to_one', 'many_to_one', 'one_to_many', 'many_to_many'], {
    default: 'many_to_one',
    description: 'how often a key may stand on the left and on the right; more is a problem',
  }),
  unmatched: OneOf(['set_aside', 'drop', 'keep', 'fail'], {
    default: 'set_aside',
    description:
      'left rows without a partner: set_aside puts them into the output unmatched, drop forgets them, keep keeps them with nulls, fail ends the step',
  }),
  columns: Type.Optional(
    Type.Array(ColumnName({ port: 'right' }), {
      description: 'columns to take from the right; all if absent',
    }),
  ),
  suffix: Type.Optional(
    Type.String({ minLength: 1, description: 'added to names from the right that the left has too' }),
  ),
});
type Settings = Static<typeof config>;

/** Rows of the left in their order, with the columns of the right rows that have the same keys. */
export default defineComponent({
  name: 'prep.join',
  version: '1',
  summary: 'Join two tables on equal keys, with matched and unmatched rows counted',
  config,
  inputs: {
    left: table('rows that are kept, in their order'),
    right: table('rows with more columns for them'),
  },
  outputs: { out: table('joined rows'), unmatched: table('left rows without a partner') },
  metrics: {
    rows: { description: 'joined rows', type: 'integer' },
    matched: { description: 'left rows with a partner', type: 'integer' },
    unmatched: { description: 'left rows without one', type: 'integer' },
    unmatched_right: { description: 'right rows without one', type: 'integer' },
    matched_share: { description: 'share of the left rows with a partner' },
  },
  determinism: 'pure',
  example: 'use: prep.join\nin: { left: traces, right: labels }\nwith: { keys: [inline, crossline] }',
  columns(config, inputs) {
    const left = inputs['left'] ?? unknown;
    const right = inputs['right'] ?? unknown;
    const added = addedFields(config, left, right).map(({ field, name }) => ({ ...field, name }));
    const open = (left.open || right.open) && { open: true };
    return { out: { ...left, fields: [...left.fields, ...added], ...open }, unmatched: left };
  },
  async run(ctx) {
    const { left, right } = ctx.in;
    const added = checked(ctx, left, right);
    const matches = await matched(ctx, left, right);
    refuse(ctx, left, right, matches, await examples(ctx.config, left, right, matches));
    const unmatched = matches.unmatched.length;
    ctx.metric('matched', left.rows - unmatched);
    ctx.metric('unmatched', unmatched);
    ctx.metric('unmatched_right', matches.unmatchedRight);
    ctx.metric('matched_share', left.rows === 0 ? 0 : 1 - unmatched / left.rows);
    const keep = ctx.config.unmatched === 'keep' && unmatched > 0;
    const out = keep
      ? await keptRows(ctx, left, right, matches, added)
      : await ctx.tables.with(
          await ctx.tables.pick(left, matches.left),
          await ctx.tables.pick(await renamed(ctx, right, added), matches.right),
        );
    ctx.metric('rows', out.rows);
    const aside = ctx.config.unmatched === 'set_aside' ? matches.unmatched : new Uint32Array(0);
    return { out, unmatched: await ctx.tables.pick(left, aside) };
  },
});

const unknown: PlannedSchema = { fields: [], open: true };

const keysOf = (config: Settings) =>
  config.keys.map((key) => (typeof key === 'string' ? { left: key, right: key } : key));

/** Fields that come from the right, and what they are called afterwards. */
function addedFields<F extends PlannedField>(
  config: Settings,
  left: { readonly fields: readonly PlannedField[] },
  right: { readonly fields: readonly F[] },
): { readonly field: F; readonly name: string }[] {
  const keys = keysOf(config).map((key) => key.right);
  const taken = new Set(left.fields.map((field) => field.name));
  return right.fields
    .filter((field) => (config.columns ? config.columns.includes(field.name) : !keys.includes(field.name)))
    .map((field) => ({
      field,
      name: taken.has(field.name) && config.suffix ? field.name + config.suffix : field.name,
    }));
}

type Added = readonly { readonly field: Field; readonly name: string }[];

function checked(ctx: Context<typeof config>, left: Table, right: Table): Added {
  const { config } = ctx;
  const need = (side: 'left' | 'right', name: string, path: (string | number)[]) => {
    const names = (side === 'left' ? left : right).schema.fields.map((field) => field.name);
    if (names.includes(name)) return;
    const near = nearest(name, names);
    ctx.fail('data/column', `the ${side} table has no column "${name}"`, {
      path: ['with', ...path],
      hint: near ? `did you mean "${near}"?` : `it has ${names.join(', ')}`,
    });
  };
  for (const [i, key] of keysOf(config).entries()) {
    need('left', key.left, ['keys', i]);
    need('right', key.right, ['keys', i]);
  }
  for (const [i, name] of (config.columns ?? []).entries()) need('right', name, ['columns', i]);
  const added = addedFields(config, left.schema, right.schema);
  const clash = added.find(({ name }) => fieldOf(left.schema, name));
  if (clash)
    ctx.fail('data/column', `both tables have a column "${clash.name}" besides the keys`, {
      path: ['with'],
      hint: 'choose columns: from the right, or give a suffix: for its names',
    });
  return added;
}

/** Key columns of both sides as numbers that can be compared. */
async function matched(ctx: Context<typeof config>, left: Table, right: Table): Promise<Matches> {
  const keys: { left: Key[]; right: Key[] } = { left: [], right: [] };
  for (const [i, key] of keysOf(ctx.config).entries()) {
    const a = await left.column(key.left);
    const b = await right.column(key.right);
    const comparable = a.type === b.type || (isNumber(a.type) && isNumber(b.type));
    if (!comparable || a.type === 'vector')
      ctx.fail('data/join', `the key "${key.left}" is ${a.type} on the left and ${b.type} on the right`, {
        path: ['with', 'keys', i],
        hint: 'give both the same type where they come in: columns: { …: { type: … } }',
      });
    const [x, y] = a.type === 'string' ? textKeys(a, b as StringColumn) : [numberKey(a), numberKey(b)];
    keys.left.push(x);
    keys.right.push(y);
  }
  const sizes = { leftRows: left.rows, rightRows: right.rows };
  const [found] = await ctx.compute(matchKernel, { ...keys, ...sizes }, { signal: ctx.signal });
  return found!;
}

const numberKey = (column: Column): Key =>
  column.valid
    ? Float64Array.from(column.values, (value, i) => (column.valid![i] === 0 ? Number.NaN : value))
    : column.values;

function textKeys(a: StringColumn, b: StringColumn): [Key, Key] {
  const codes = new Map<string, number>();
  const recoded = (column: StringColumn): Key => {
    const own = column.dictionary.map((text) => {
      if (!codes.has(text)) codes.set(text, codes.size);
      return codes.get(text)!;
    });
    return Float64Array.from(column.values, (code, i) =>
      code < 0 || column.valid?.[i] === 0 ? Number.NaN : own[code]!,
    );
  };
  return [recoded(a), recoded(b)];
}

/** Keys of a few rows as text, for messages. */
async function examples(config: Settings, left: Table, right: Table, matches: Matches) {
  const columns = async (data: Table, side: 'left' | 'right') =>
    Promise.all(keysOf(config).map((key) => data.column(key[side])));
  const [a, b] = [await columns(left, 'left'), await columns(right, 'right')];
  const told = (of: readonly Column[], row: number) =>
    keysOf(config)
      .map((key, i) => `${key.left} ${JSON.stringify(cell(of[i]!, row))}`)
      .join(', ');
  return {
    left: left.rows > 0 ? told(a, matches.unmatched[0] ?? 0) : 'no rows',
    right: right.rows > 0 ? told(b, 0) : 'no rows',
    repeatedLeft: matches.repeatedLeft && told(a, matches.repeatedLeft[0]),
    repeatedRight: matches.repeatedRight && told(b, matches.repeatedRight[0]),
  };
}

function refuse(
  ctx: Context<typeof config>,
  left: Table,
  right: Table,
  matches: Matches,
  seen: Awaited<ReturnType<typeof examples>>,
): void {
  const { expect, unmatched } = ctx.config;
  const keys = { path: ['with', 'keys'] };
  if (matches.left.length === 0 && unmatched !== 'keep' && left.rows > 0)
    ctx.fail(
      'data/join',
      `none of the ${left.rows} left rows has a partner among the ${right.rows} right rows`,
      {
        ...keys,
        hint: `the left begins with ${seen.left}, the right with ${seen.right}`,
      },
    );
  const repeated = (side: 'left' | 'right', example: string) =>
    ctx.fail('data/join', `a key stands several times on the ${side}: ${example}`, {
      path: ['with', 'expect'],
      hint: `expect is ${expect}; if several are meant, say ${allowing(side, expect)}`,
    });
  if (expect.endsWith('_to_one') && seen.repeatedRight) repeated('right', seen.repeatedRight);
  if (expect.startsWith('one_to') && seen.repeatedLeft) repeated('left', seen.repeatedLeft);
  if (unmatched === 'fail' && matches.unmatched.length > 0)
    ctx.fail(
      'data/join',
      `${matches.unmatched.length} of ${left.rows} left rows have no partner: ${seen.left}`,
      {
        path: ['with', 'unmatched'],
        hint: 'unmatched: set_aside, drop or keep goes on without them or with nulls',
      },
    );
}

const allowing = (side: 'left' | 'right', expect: string): string => {
  const [a, , b] = expect.split('_');
  return side === 'left' ? `many_to_${b}` : `${a}_to_many`;
};

async function renamed(ctx: Context, right: Table, added: Added): Promise<Table> {
  const chosen = await ctx.tables.select(
    right,
    added.map(({ field }) => field.name),
  );
  return ctx.tables.retype(
    chosen,
    added.map(({ field, name }) => ({ ...field, name })),
  );
}

/** All left rows in their order; where one has no partner, the columns from the right are null. */
async function keptRows(
  ctx: Context,
  left: Table,
  right: Table,
  matches: Matches,
  added: Added,
): Promise<Table> {
  const rows = matches.left.length + matches.unmatched.length;
  const leftRows = new Uint32Array(rows);
  // A row past the end of the right stands for none.
  const rightRows = new Uint32Array(rows).fill(right.rows);
  let m = 0;
  let u = 0;
  for (let i = 0; i < rows; i++) {
    const lone = matches.unmatched[u] ?? Number.POSITIVE_INFINITY;
    if ((matches.left[m] ?? Number.POSITIVE_INFINITY) < lone) {
      leftRows[i] = matches.left[m]!;
      rightRows[i] = matches.right[m++]!;
    } else leftRows[i] = matches.unmatched[u++]!;
  }
  const columns = new Map<string, Column>();
  const fields: Field[] = [];
  for (const { field, name } of added) {
    columns.set(name, take(withNull(await right.column(field.name), field), rightRows));
    fields.push({ ...field, name, nullable: true });
  }
  return ctx.tables.with(await ctx.tables.pick(left, leftRows), new Frame({ fields }, columns, rows));
}

/** The column with one more row, a null. */
function withNull(column: Column, field: Field): Column {
  const one = take({ ...empty(field), ...nullRow(column) } as Column, new Uint32Array(1));
  return rowsOf(column) === 0 ? one : concat([column, one]);
}

function nullRow(column: Column): Partial<Column> {
  const valid = new Uint8Array(1);
  if (column.type === 'vector')
    return { values: new Float32Array(column.width).fill(Number.NaN), valid } as Partial<Column>;
  const none = column.type === 'string' ? -1 : column.type.startsWith('float') ? Number.NaN : 0;
  const Kind = column.values.constructor as new (values: number[]) => Float64Array;
  return { values: new Kind([none]), valid } as Partial<Column>;
}
