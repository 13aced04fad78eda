import type { PlannedField } from '../../engine/artifacts/schema.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { ColumnName, Config, RoleName, type Static, Type } from '../../engine/schema.js';

const config = Config({
  columns: Type.Optional(
    Type.Array(ColumnName(), { minItems: 1, description: 'columns to keep, in this order; all if absent' }),
  ),
  drop: Type.Optional(Type.Array(ColumnName(), { description: 'columns to leave out' })),
  rename: Type.Optional(
    Type.Record(Type.String(), Type.String({ minLength: 1 }), { description: 'new names by old name' }),
  ),
  roles: Type.Optional(Type.Record(Type.String(), RoleName(), { description: 'roles, by new name' })),
  units: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'units, by new name' })),
});
type Settings = Static<typeof config>;

/** Columns chosen, left out, renamed, given other roles. No value is read or written. */
export default defineComponent({
  name: 'prep.select',
  version: '1',
  summary: 'Choose, drop and rename columns, and say what they are for',
  config,
  inputs: { in: table('rows') },
  outputs: { out: table('the same rows with these columns') },
  metrics: { columns: { description: 'columns that are left', type: 'integer' } },
  determinism: 'pure',
  example:
    'use: prep.select\nin: rows\nwith: { drop: [comment], rename: { GR: gamma_ray }, roles: { well: group } }',
  columns(config, inputs, planning) {
    const schema = inputs['in'] ?? { fields: [], open: true };
    if (schema.open) {
      const { open: _, ...rest } = schema;
      if (!config.columns) return { out: { ...schema, fields: [] } };
      const named = config.columns.map((name) => schema.fields.find((f) => f.name === name) ?? { name });
      return { out: { ...rest, fields: chosen(config, named) } };
    }
    // Names under columns and drop are looked for by the engine.
    const own = faults(config, schema.fields).filter(
      ({ path }) => path[0] !== 'columns' && path[0] !== 'drop',
    );
    for (const { path, message, hint } of own)
      planning.report('spec/column', message, { path: ['with', ...path], ...(hint && { hint }) });
    return { out: { ...schema, fields: chosen(config, schema.fields) } };
  },
  async run(ctx) {
    const data = ctx.in.in;
    refuse(ctx, faults(ctx.config, data.schema.fields));
    const fields = chosen(ctx.config, data.schema.fields);
    const kept = await ctx.tables.select(data, keptNames(ctx.config, data.schema.fields));
    ctx.metric('columns', fields.length);
    return { out: await ctx.tables.retype(kept, fields) };
  },
});

function keptNames(config: Settings, fields: readonly { readonly name: string }[]): readonly string[] {
  const names = fields.map((field) => field.name);
  const wanted = config.columns ? config.columns.filter((name) => names.includes(name)) : names;
  return wanted.filter((name) => !config.drop?.includes(name));
}

function chosen<F extends PlannedField>(config: Settings, fields: readonly F[]): F[] {
  return keptNames(config, fields).map((old) => {
    const field = fields.find((f) => f.name === old)!;
    const name = config.rename?.[old] ?? old;
    const role = config.roles?.[name];
    const unit = config.units?.[name];
    return { ...field, name, ...(role && { role }), ...(unit !== undefined && { unit }) };
  });
}

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** Names that are not there, and names that would stand twice. */
function faults(config: Settings, fields: readonly PlannedField[]): Fault[] {
  const found: Fault[] = [];
  const names = fields.map((field) => field.name);
  const need = (name: string, known: readonly string[], path: readonly (string | number)[]) => {
    if (known.includes(name)) return;
    const near = nearest(name, known);
    const hint = near ? `did you mean "${near}"?` : `there are: ${known.join(', ')}`;
    found.push({ path, message: `there is no column "${name}"`, hint });
  };
  for (const key of ['columns', 'drop'] as const)
    for (const [i, name] of (config[key] ?? []).entries()) need(name, names, [key, i]);
  for (const name of Object.keys(config.rename ?? {})) need(name, names, ['rename', name]);
  const after = chosen(config, fields).map((field) => field.name);
  for (const key of ['roles', 'units'] as const)
    for (const name of Object.keys(config[key] ?? {})) need(name, after, [key, name]);
  const unique = new Set(names).size === names.length;
  const twice = unique ? after.find((name, i) => after.indexOf(name) !== i) : undefined;
  if (twice !== undefined)
    found.push({ path: ['rename'], message: `two columns would be called "${twice}"` });
  return found;
}

function refuse(ctx: Context, [first]: readonly Fault[]): void {
  if (first)
    ctx.fail('data/column', first.message, {
      path: ['with', ...first.path],
      ...(first.hint && { hint: first.hint }),
    });
}
