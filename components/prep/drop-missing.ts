import { type Column, isNull } from '../../engine/artifacts/column.js';
import type { Frame } from '../../engine/artifacts/frame.js';
import { defineComponent, table } from '../../engine/component.js';
import { ColumnName, Config, Type } from '../../engine/schema.js';

/** Rows that have every value; the others are handed on apart. Values are shared, not copied. */
export default defineComponent({
  name: 'prep.drop-missing',
  version: '1',
  summary: 'Leave out rows with a missing value',
  config: Config({
    columns: Type.Optional(
      Type.Array(ColumnName(), { minItems: 1, description: 'columns to look at; all where absent' }),
    ),
  }),
  inputs: { in: table('rows') },
  outputs: { out: table('rows that have every value'), dropped: table('the other rows') },
  metrics: {
    rows: { description: 'rows kept', type: 'integer' },
    dropped: { description: 'rows left out', type: 'integer' },
  },
  determinism: 'pure',
  example: 'use: prep.drop-missing\nin: logs\nwith: { columns: [PE] }',
  columns(_config, inputs) {
    const schema = inputs['in'] ?? { fields: [], open: true };
    return { out: schema, dropped: schema };
  },
  async run(ctx) {
    const rows = ctx.in.in;
    const names =
      ctx.config.columns ?? rows.schema.fields.filter((f) => f.type !== 'vector').map((f) => f.name);
    const known = new Set(rows.schema.fields.map((field) => field.name));
    const missing = names.findIndex((name) => !known.has(name));
    if (missing >= 0)
      ctx.fail('data/column', `no column "${names[missing]}"`, { path: ['with', 'columns', missing] });
    const whole: number[] = [];
    const broken: number[] = [];
    let row = 0;
    for await (const frame of rows.batches({ columns: names }))
      for (let i = 0; i < frame.rows; i++, row++) (lacks(frame, i) ? broken : whole).push(row);
    ctx.metric('rows', whole.length);
    ctx.metric('dropped', broken.length);
    return {
      out: broken.length === 0 ? rows : await ctx.tables.pick(rows, Uint32Array.from(whole)),
      dropped: await ctx.tables.pick(rows, Uint32Array.from(broken)),
    };
  },
});

const lacks = (frame: Frame, row: number): boolean =>
  frame.schema.fields.some((field) => isMissing(frame.column(field.name), row));

const isMissing = (column: Column, row: number): boolean =>
  isNull(column, row) || (column.type.startsWith('float') && Number.isNaN(column.values[row]));
