import { type Column, cell, isNull } from '../../engine/artifacts/column.js';
import type { Frame } from '../../engine/artifacts/frame.js';
import type { PlannedField } from '../../engine/artifacts/schema.js';
import { type Context, defineComponent, table } from '../../engine/component.js';
import { nearest } from '../../engine/problem.js';
import { Config, Expression } from '../../engine/schema.js';
import { type CelType, evaluateCel, parseCel } from '../lib/cel.js';

const config = Config({
  where: Expression('row', {
    description: 'what a row must be to stay, over its columns: row.depth > 1200 && row.facies != "coal"',
  }),
});

/** Rows of which an expression is true. As in SQL, a comparison with a missing value is not true. */
export default defineComponent({
  name: 'prep.filter',
  version: '1',
  summary: 'Keep the rows of which an expression is true',
  config,
  inputs: { in: table('rows') },
  outputs: { out: table('rows of which it is true'), rest: table('the other rows') },
  metrics: {
    rows: { description: 'rows kept', type: 'integer' },
    dropped: { description: 'rows left out', type: 'integer' },
  },
  determinism: 'pure',
  example: 'use: prep.filter\nin: logs\nwith: { where: "row.depth > 1200 && row.well != \'SHANKLE\'" }',
  columns(config, inputs, planning) {
    const schema = inputs['in'] ?? { fields: [], open: true };
    const fault = faultOf(config.where, schema.open ? undefined : schema.fields);
    // A column that is not there is told by the engine, which looks for those of every expression over rows.
    if (fault && !fault.column) planning.report('spec/expression', fault.message, placed(fault));
    return { out: schema, rest: schema };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const { where } = ctx.config;
    const fault = faultOf(where, data.schema.fields);
    if (fault) ctx.fail('spec/expression', fault.message, placed(fault));
    const columns = columnsOf(where, data.schema.fields);
    const kept: number[] = [];
    const left: number[] = [];
    let row = 0;
    for await (const frame of data.batches({ columns })) {
      ctx.signal.throwIfAborted();
      for (let i = 0; i < frame.rows; i++, row++) (holds(ctx, frame, i, row) ? kept : left).push(row);
      ctx.progress(row, data.rows, 'filter');
    }
    ctx.metric('rows', kept.length);
    ctx.metric('dropped', left.length);
    return {
      out: await ctx.tables.pick(data, Uint32Array.from(kept)),
      rest: await ctx.tables.pick(data, Uint32Array.from(left)),
    };
  },
});

const placed = ({ hint }: Fault) => ({ path: ['with', 'where'], ...(hint && { hint }) });

const celType = (type: PlannedField['type']): CelType =>
  type === undefined
    ? 'any'
    : type === 'bool'
      ? 'bool'
      : type === 'vector'
        ? 'list'
        : type === 'string' || type === 'date' || type === 'timestamp'
          ? 'text'
          : 'number';

/** What is wrong with the expression over these columns; over any, where they are not known yet. */
function faultOf(where: string, fields: readonly PlannedField[] | undefined): Fault | undefined {
  const parsed = parseCel(where);
  if ('fault' in parsed) return { message: parsed.fault.message };
  // CEL compares nothing with null but what may be null.
  const nullable = /\bnull\b/.test(where);
  const types: CelType[] = [];
  for (const { path } of parsed.references) {
    const [root, name] = path;
    if (root !== 'row')
      return { message: `"${root}" is not known here`, hint: 'columns are row.…: row.depth > 1200' };
    const field = fields?.find((f) => f.name === name);
    if (fields && name !== undefined && !field) {
      const names = fields.map((f) => f.name);
      const near = nearest(name, names);
      const hint = near ? `did you mean "${near}"?` : `there are: ${names.join(', ')}`;
      return { message: `there is no column "${name}"`, hint, column: true };
    }
    types.push(path.length === 2 && !nullable ? celType(field?.type) : 'any');
  }
  const checked = parsed.check(types);
  if ('fault' in checked) return { message: checked.fault.message };
  if (checked.type === 'bool' || checked.type === 'any') return undefined;
  return { message: `the expression gives a ${checked.type}, where true or false is due` };
}

interface Fault {
  readonly message: string;
  readonly hint?: string;
  /** It is about a column that is not there. */
  readonly column?: true;
}

/** Columns that the expression reads; all scalars where it takes the row as a whole. */
function columnsOf(where: string, fields: readonly PlannedField[]): readonly string[] {
  const parsed = parseCel(where);
  const read = 'fault' in parsed ? [] : parsed.references;
  if (read.some((reference) => reference.path.length < 2))
    return fields.filter((field) => field.type !== 'vector').map((field) => field.name);
  return [...new Set(read.map((reference) => reference.path[1]!))];
}

function holds(ctx: Context<typeof config>, frame: Frame, i: number, row: number): boolean {
  const values: { [name: string]: unknown } = {};
  let missing = false;
  for (const { name } of frame.schema.fields) {
    const column = frame.column(name);
    values[name] = cell(column, i);
    missing ||= isMissing(column, i);
  }
  const result = evaluateCel(ctx.config.where, { row: values });
  if ('value' in result) return result.value === true;
  if (missing) return false;
  return ctx.fail('data/values', `row ${row + 1}: ${result.fault.message}`, { path: ['with', 'where'] });
}

const isMissing = (column: Column, i: number): boolean =>
  isNull(column, i) || (column.type.startsWith('float') && Number.isNaN(column.values[i]!));
