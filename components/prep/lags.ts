import { isNumber } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { groupRows } from '../../engine/artifacts/groups.js';
import type { PlannedField, PlannedSchema } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { readTimes, timeText } from '../../engine/artifacts/times.js';
import { numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, table, type Where } from '../../engine/component.js';
import { ColumnName, Config, OneOf, type Static, Type } from '../../engine/schema.js';

const config = Config({
  columns: Type.Array(ColumnName({ types: ['float64', 'float32', 'int64', 'int32'] }), {
    minItems: 1,
    description: 'columns whose past is added',
  }),
  lags: Type.Array(Type.Integer({ maximum: 10_000 }), {
    default: [1],
    description: 'values of so many steps before, each a column: price_lag_1',
  }),
  windows: Type.Array(Type.Integer({ minimum: 2, maximum: 10_000 }), {
    default: [],
    description: 'windows of so many steps, each with its statistics: price_mean_12',
  }),
  stats: Type.Array(OneOf(['mean', 'std', 'min', 'max']), {
    default: ['mean'],
    minItems: 1,
    description: 'what is told of each window',
  }),
  delay: Type.Integer({
    default: 1,
    description: 'steps from a row to the latest value in its windows',
  }),
  time: Type.Optional(
    ColumnName({ description: 'column with the times; the one with the role order where absent' }),
  ),
  by: Type.Optional(
    Type.Array(ColumnName(), {
      description: 'columns that tell series apart; those with the role group where absent',
    }),
  ),
});
type Settings = Static<typeof config>;

/** The past of columns beside their present, by steps of time and not by rows, so that a missing month is no shift. */
export default defineComponent({
  name: 'prep.lags',
  version: '1',
  summary: 'Add earlier values of columns, and statistics of windows of them, for each series',
  config,
  inputs: { in: table('rows of one or several series, in any order') },
  outputs: { out: table('the same rows with the columns added') },
  metrics: { columns: { description: 'columns added', type: 'integer' } },
  determinism: 'pure',
  example:
    'use: prep.lags\nin: prices\nwith: { columns: [GR], time: depth, by: [well], lags: [1, 12], windows: [3], stats: [mean, std] }',
  columns(config, inputs, planning) {
    for (const { message, path, hint } of leaks(config))
      planning.report('spec/leakage', message, { path, hint });
    const schema: PlannedSchema = inputs['in'] ?? { fields: [], open: true };
    return { out: { ...schema, fields: [...schema.fields, ...added(config).map(fieldOf)] } };
  },
  async run(ctx) {
    const { config } = ctx;
    const data = ctx.in.in;
    for (const { message, path, hint } of leaks(config)) ctx.fail('spec/leakage', message, { path, hint });
    for (const [i, name] of config.columns.entries()) {
      const field = data.schema.fields.find((f) => f.name === name);
      if (!field || !isNumber(field.type))
        ctx.fail(
          'data/column',
          field ? `"${name}" holds ${field.type}, and numbers are due` : `there is no column "${name}"`,
          {
            path: ['with', 'columns', i],
          },
        );
    }
    const { series, step } = await places(ctx, data);
    const columns = await Promise.all(config.columns.map(async (name) => numbersOf(await data.column(name))));
    const { lags, windows, stats, delay } = config;
    const { windowKernel } = await import('../lib/forecast/windows.js');
    const found = (
      await ctx.compute(windowKernel, { columns, series, step, lags, windows, stats, delay })
    ).flat();
    const names = added(config);
    ctx.metric('columns', names.length);
    const out = names.map((name, i) => {
      const values = found[i]!;
      const valid = Uint8Array.from(values, (v) => (Number.isNaN(v) ? 0 : 1));
      return [name, { type: 'float64' as const, values, ...(valid.includes(0) && { valid }) }] as const;
    });
    return {
      out: await ctx.tables.with(data, new Frame({ fields: names.map(fieldOf) }, new Map(out), data.rows)),
    };
  },
});

const added = ({ columns, lags, windows, stats }: Settings): string[] =>
  columns.flatMap((name) => [
    ...lags.map((lag) => `${name}_lag_${lag}`),
    ...windows.flatMap((width) => stats.map((stat) => `${name}_${stat}_${width}`)),
  ]);

const fieldOf = (name: string) =>
  ({ name, type: 'float64', role: 'feature', nullable: true }) as const satisfies PlannedField;

/** Settings that would hand a row its own value or a later one; which column is learned may be named only later. */
function leaks({ lags, windows, delay }: Settings): { message: string; path: Where; hint: string }[] {
  const told = (steps: number, path: Where, what: string) =>
    steps > 0
      ? []
      : [
          {
            message:
              steps === 0
                ? `${what} of 0 takes the value of the row itself`
                : `${what} of ${steps} takes values of the future`,
            path,
            hint: 'of what is to be learned that is the answer; the least is 1',
          },
        ];
  return [
    ...lags.flatMap((lag, i) => told(lag, ['with', 'lags', i], 'a lag')),
    ...(windows.length > 0 ? told(delay, ['with', 'delay'], 'a delay') : []),
  ];
}

/** The series of each row and its place on their grid of times. */
async function places(ctx: Context<typeof config>, data: Table) {
  const { stepOf, inferGrid } = await import('../lib/forecast/grid.js');
  const named = ctx.config.time ?? data.schema.fields.find((f) => f.role === 'order')?.name;
  if (named === undefined)
    return ctx.fail('data/column', 'no column has the role order', {
      path: ['with'],
      hint: 'name it: time: month',
    });
  const by = ctx.config.by ?? data.schema.fields.filter((f) => f.role === 'group').map((f) => f.name);
  for (const name of [named, ...by])
    if (!data.schema.fields.some((f) => f.name === name))
      ctx.fail('data/column', `there is no column "${name}"`, {
        path: ['with', name === named ? 'time' : 'by'],
      });
  const times = readTimes(await data.column(named));
  const path = ['with', 'time'];
  if (!times) return ctx.fail('data/column', `"${named}" does not hold times`, { path });
  const { values, kind, form } = times;
  const lacking = values.findIndex((v) => !Number.isFinite(v));
  if (lacking >= 0) ctx.fail('data/values', `row ${lacking + 1} has no "${named}"`, { path });
  const keys = await Promise.all(by.map((name) => data.column(name)));
  const series = keys.length > 0 ? groupRows(keys).codes : new Int32Array(data.rows);
  const order = Uint32Array.from(values.keys()).sort(
    (a, b) => series[a]! - series[b]! || values[a]! - values[b]! || a - b,
  );
  const distances: number[] = [];
  for (let k = 1; k < order.length; k++) {
    const [before, row] = [order[k - 1]!, order[k]!];
    if (series[before] !== series[row]) continue;
    if (values[before] === values[row])
      ctx.fail(
        'data/values',
        `rows ${before + 1} and ${row + 1} are both of ${timeText(form, values[row]!)}`,
        {
          path,
          hint: 'name the columns that tell series apart: by: [part]',
        },
      );
    distances.push(values[row]! - values[before]!);
  }
  const step = new Float64Array(data.rows);
  if (distances.length === 0) return { series, step };
  const grid = inferGrid(kind, distances, values);
  let start = 0;
  for (const [k, row] of order.entries()) {
    if (k === 0 || series[order[k - 1]!] !== series[row]) start = values[row]!;
    step[row] = stepOf(grid, start, values[row]!);
    if (!Number.isInteger(step[row]))
      ctx.fail(
        'data/values',
        `row ${row + 1} (${timeText(form, values[row]!)}) is not on the grid of the other times`,
        {
          path,
          hint: 'lags count equal steps; bring the times to months or days first',
        },
      );
  }
  return { series, step };
}
