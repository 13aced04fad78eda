import { groupRows } from '../../engine/artifacts/groups.js';
import { fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { ColumnName, Config, OneOf, Quantity, Type } from '../../engine/schema.js';
import { Reservoir } from '../lib/sample/reservoir.js';
import { blocksOf } from '../lib/split/blocks.js';
import { largestRemainder } from '../lib/split/split.js';

const config = Config({
  share: Type.Optional(
    Quantity('share', { exclusiveMinimum: 0, maximum: 1, description: 'share of the rows to draw' }),
  ),
  rows: Type.Optional(
    Type.Integer({ minimum: 1, description: 'number of rows to draw, instead of a share' }),
  ),
  by: OneOf(['random', 'stratified', 'block'], {
    default: 'random',
    description:
      'random: any rows; stratified: the same share of each value of `column`; block: whole squares of a survey',
  }),
  column: Type.Optional(ColumnName({ description: 'column whose values make the strata' })),
  block: Type.Optional(
    Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }), {
      minProperties: 1,
      description: 'size of a block by column, in that column’s own numbers: { inline: 8, crossline: 8 }',
    }),
  ),
});

/** Some of the rows, in their order. Only the columns that decide are read, batch by batch. */
export default defineComponent({
  name: 'prep.sample',
  version: '1',
  summary: 'Draw rows at random, evenly over strata, or in whole blocks of a survey',
  config,
  inputs: { in: table('all rows') },
  outputs: { out: table('the rows drawn'), rest: table('the others') },
  metrics: {
    rows: { description: 'rows drawn', type: 'integer' },
    share: { description: 'share drawn, from the counts' },
    strata: { description: 'strata or blocks there are', type: 'integer' },
    strata_drawn: { description: 'strata or blocks that rows were drawn from', type: 'integer' },
  },
  determinism: 'seeded',
  example: 'use: prep.sample\nin: rows\nwith: { share: 10%, by: stratified, column: facies }',
  columns: (_config, inputs) => {
    const schema = inputs['in'] ?? { fields: [], open: true };
    return { out: schema, rest: schema };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const wanted = wantedRows(ctx, data);
    const rows = await draw(ctx, data, wanted);
    ctx.metric('rows', rows.length);
    ctx.metric('share', data.rows === 0 ? 0 : rows.length / data.rows);
    const drawn = new Uint8Array(data.rows);
    for (const row of rows) drawn[row] = 1;
    const rest = Uint32Array.from(drawn.keys()).filter((row) => drawn[row] === 0);
    return { out: await ctx.tables.pick(data, rows), rest: await ctx.tables.pick(data, rest) };
  },
});

function wantedRows(ctx: Context<typeof config>, data: Table): number {
  const { share, rows } = ctx.config;
  if ((share === undefined) === (rows === undefined))
    ctx.fail('spec/missing-key', 'say how much to draw, by share or by rows', {
      path: ['with'],
      hint: 'share: 10%, or rows: 1000',
    });
  if (rows !== undefined && rows > data.rows)
    ctx.fail('data/rows', `${rows} rows cannot be drawn from ${data.rows}`, { path: ['with', 'rows'] });
  return rows ?? Math.round(share! * data.rows);
}

async function draw(ctx: Context<typeof config>, data: Table, wanted: number): Promise<Uint32Array> {
  const { by } = ctx.config;
  if (by === 'random') return drawn(data.rows, wanted, ctx.random());
  const { codes, count } = by === 'block' ? await blocks(ctx, data) : await strata(ctx, data);
  ctx.metric('strata', count);
  const rows = by === 'block' ? wholeBlocks(codes, count, wanted, ctx) : evenly(codes, count, wanted, ctx);
  ctx.metric('strata_drawn', new Set(Array.from(rows, (row) => codes[row])).size);
  return rows;
}

function drawn(rows: number, wanted: number, rng: ReturnType<Context['random']>): Uint32Array {
  const reservoir = new Reservoir(wanted, rng);
  for (let row = 0; row < rows; row++) reservoir.add(row);
  return reservoir.sample;
}

interface Strata {
  readonly codes: Int32Array;
  readonly count: number;
}

async function strata(ctx: Context<typeof config>, data: Table): Promise<Strata> {
  const name = ctx.config.column ?? data.schema.fields.find((field) => field.role === 'target')?.name;
  if (name === undefined || !fieldOf(data.schema, name))
    return ctx.fail('data/column', name ? `there is no column "${name}"` : 'by: stratified needs a column', {
      path: name ? ['with', 'column'] : ['with'],
      hint: 'column: facies',
    });
  return data.rows === 0 ? { codes: new Int32Array(0), count: 0 } : groupRows([await data.column(name)]);
}

async function blocks(ctx: Context<typeof config>, data: Table): Promise<Strata> {
  const { block } = ctx.config;
  if (!block)
    return ctx.fail('spec/missing-key', 'by: block needs the size of a block', {
      path: ['with'],
      hint: 'block: { inline: 8, crossline: 8 }',
    });
  const axes: ArrayLike<number>[] = [];
  for (const name of Object.keys(block)) {
    const field = fieldOf(data.schema, name);
    if (!field || field.type === 'string' || field.type === 'vector')
      ctx.fail('data/column', field ? `"${name}" holds no numbers` : `there is no column "${name}"`, {
        path: ['with', 'block', name],
      });
    axes.push((await data.column(name)).values);
  }
  const { codes, labels } = blocksOf(axes, Object.values(block), data.rows);
  return { codes, count: labels.length };
}

/** The same share of every stratum, by largest remainder. */
function evenly(codes: Int32Array, count: number, wanted: number, ctx: Context): Uint32Array {
  if (wanted >= codes.length) return Uint32Array.from(codes.keys());
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code]!++;
  const quota = largestRemainder(sizes, wanted, 0, ctx.random());
  const reservoirs = Array.from(quota, (size, stratum) => new Reservoir(size, ctx.random(stratum + 1)));
  for (const [row, code] of codes.entries()) reservoirs[code]!.add(row);
  const rows = new Uint32Array(quota.reduce((a, b) => a + b, 0));
  let at = 0;
  for (const reservoir of reservoirs) {
    rows.set(reservoir.sample, at);
    at += reservoir.sample.length;
  }
  return rows.sort();
}

/** Whole blocks in random order, each that brings the rows nearer to what is wanted, at least one. */
function wholeBlocks(codes: Int32Array, count: number, wanted: number, ctx: Context): Uint32Array {
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code]!++;
  const taken = new Uint8Array(count);
  let rows = 0;
  for (const block of ctx.random().permutation(count)) {
    const nearer = Math.abs(rows + sizes[block]! - wanted) < Math.abs(rows - wanted);
    if (!nearer && rows > 0) continue;
    taken[block] = 1;
    rows += sizes[block]!;
  }
  return Uint32Array.from(codes.keys()).filter((row) => taken[codes[row]!] === 1);
}
