import type { Column } from '../../engine/artifacts/column.js';
import { isNull } from '../../engine/artifacts/column.js';
import type { Frame } from '../../engine/artifacts/frame.js';
import { defineComponent, table } from '../../engine/component.js';
import { ColumnName, Config, RoleName, Type } from '../../engine/schema.js';

/** Columns kept or dropped, roles set, rows with missing values left out. Values are shared, not copied. */
export default defineComponent({
  name: 'prep.select',
  version: '1',
  summary: 'Keep or drop columns, set their roles, leave out rows with missing values',
  config: Config({
    columns: Type.Optional(
      Type.Array(ColumnName(), { minItems: 1, description: 'columns to keep, in this order' }),
    ),
    drop: Type.Array(ColumnName(), { default: [], description: 'columns to leave out' }),
    roles: Type.Record(Type.String(), RoleName(), {
      default: {},
      description: 'roles by column: { Depth: order }',
    }),
    drop_missing: Type.Union([Type.Boolean(), Type.Array(ColumnName(), { minItems: 1 })], {
      default: false,
      description: 'leave out rows with a missing value in any kept column, or in these',
    }),
  }),
  inputs: { in: table('rows') },
  outputs: { out: table('the same rows, or those without missing values') },
  metrics: {
    rows: { description: 'rows kept', type: 'integer' },
    dropped: { description: 'rows left out for a missing value', type: 'integer' },
  },
  determinism: 'pure',
  example: 'use: prep.select\nin: logs\nwith: { drop: [Formation], drop_missing: true }',
  columns({ columns, drop, roles }, { in: schema }) {
    if (!schema) return {};
    const kept = columns
      ? columns.map((name) => schema.fields.find((f) => f.name === name) ?? { name })
      : schema.fields;
    const fields = kept
      .filter((f) => !drop.includes(f.name))
      .map((f) => ({ ...f, ...(roles[f.name] && { role: roles[f.name]! }) }));
    return { out: { ...schema, fields, ...(columns && { open: false }) } };
  },
  async run(ctx) {
    const { columns, drop, roles, drop_missing } = ctx.config;
    const all = ctx.in.in.schema.fields.map((f) => f.name);
    const named = [
      ...(columns ?? []),
      ...drop,
      ...Object.keys(roles),
      ...(Array.isArray(drop_missing) ? drop_missing : []),
    ];
    const unknown = named.find((name) => !all.includes(name));
    if (unknown !== undefined)
      ctx.fail('data/column', `no column "${unknown}"`, {
        path: ['with'],
        hint: `columns: ${all.join(', ')}`,
      });
    const names = (columns ?? all).filter((name) => !drop.includes(name));
    let out = await ctx.tables.select(ctx.in.in, names);
    const fields = out.schema.fields.map((f) => ({ ...f, role: roles[f.name] ?? f.role }));
    out = await ctx.tables.retype(out, fields);
    if (drop_missing !== false) {
      const looked = drop_missing === true ? names : drop_missing;
      const whole: number[] = [];
      let row = 0;
      for await (const frame of ctx.in.in.batches({ columns: looked })) {
        for (let i = 0; i < frame.rows; i++, row++) if (!hasMissing(frame, i)) whole.push(row);
      }
      if (whole.length < out.rows) out = await ctx.tables.pick(out, Uint32Array.from(whole));
    }
    ctx.metric('rows', out.rows);
    ctx.metric('dropped', ctx.in.in.rows - out.rows);
    return { out };
  },
});

const hasMissing = (frame: Frame, row: number): boolean =>
  frame.schema.fields.some((field) => isMissing(frame.column(field.name), row));

const isMissing = (column: Column, row: number): boolean =>
  isNull(column, row) ||
  ((column.type === 'float64' || column.type === 'float32') && Number.isNaN(column.values[row]));
