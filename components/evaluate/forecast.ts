import { type Column, isNumber } from '../../engine/artifacts/column.js';
import type { Table } from '../../engine/artifacts/table.js';
import { readTimes, timeText } from '../../engine/artifacts/times.js';
import { labelsOf, numbersOf } from '../../engine/artifacts/values.js';
import { type Context, defineComponent, file, metrics, table } from '../../engine/component.js';
import { ColumnName, Config, Type } from '../../engine/schema.js';
import type { ForecastPanel } from '../lib/plot/forecast.js';
import type { Points } from '../lib/plot/lines.js';

const config = Config({
  target: Type.Optional(
    ColumnName({
      port: 'history',
      description: 'column of the history with the values; the one with the role target where absent',
    }),
  ),
  series: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      maxItems: 12,
      description: 'series to draw; the first four where absent',
    }),
  ),
  last: Type.Integer({
    default: 60,
    minimum: 2,
    maximum: 100_000,
    description: 'times of the history to draw',
  }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the figure' })),
});
type Door = Context<typeof config>;

/** History, trials on the past and the fan of intervals of a forecast step. */
export default defineComponent({
  name: 'evaluate.forecast',
  version: '1',
  summary: 'Draw history, backtest and forecast with its intervals',
  config,
  inputs: {
    forecast: table('forecast of a forecast step'),
    backtest: table('backtest of the same step', { optional: true }),
    history: table('the table that the step was given', { optional: true }),
  },
  outputs: { figure: file('the figure'), metrics: metrics('what is drawn') },
  metrics: {
    series: { description: 'series in the forecast', type: 'integer' },
    drawn: { description: 'series drawn', type: 'integer' },
  },
  determinism: 'pure',
  example:
    'use: evaluate.forecast\nin: { forecast: outlook, history: prices }\nwith: { target: price }\nsave: { figure: results/outlook.png }',
  async run(ctx) {
    const { forecastFigure } = await import('../lib/plot/forecast.js');
    const { toPng } = await import('../lib/plot/to-png.js');
    const { forecast, backtest, history } = ctx.in;
    const order = forecast.schema.fields.find((f) => f.role === 'order');
    if (!order || !forecast.schema.fields.some((f) => f.name === 'predicted'))
      return ctx.fail('data/column', 'this is no forecast: it lacks "predicted" or a column of times', {
        path: ['in', 'forecast'],
        hint: 'give it the main output of a forecast step',
      });
    const by = forecast.schema.fields.filter((f) => f.role === 'group').map((f) => f.name);
    const read = (data: Table, path: string) => readSeries(ctx, data, by, order.name, path);
    const ahead = await read(forecast, 'forecast');
    const all = [...new Set(ahead.labels)];
    const asked = ctx.config.series ?? all.slice(0, 4);
    const unknown = asked.findIndex((name) => !all.includes(name));
    if (unknown >= 0)
      ctx.fail('data/values', `there is no series "${asked[unknown]}"`, {
        path: ['with', 'series', unknown],
        hint: `there are: ${all.slice(0, 20).join(', ')}`,
      });
    const past = history && (await read(history, 'history'));
    const target = history && targetOf(ctx, history);
    const tried = backtest && (await read(backtest, 'backtest'));
    const levels = forecast.schema.fields.flatMap(({ name }) => /^lower_(.+)$/.exec(name)?.[1] ?? []);
    const widest = [...levels].sort((a, b) => Number(b.replace('_', '.')) - Number(a.replace('_', '.')));
    const numbers = async (data: Table, name: string) => numbersOf(await data.column(name));
    const mean = await numbers(forecast, 'predicted');
    const values = history && target ? await numbers(history, target) : undefined;
    const trials = backtest && {
      predicted: await numbers(backtest, 'predicted'),
      origins: labelsOf(await backtest.column('origin')).codes,
    };
    const fans: { label: string; lower: Float64Array; upper: Float64Array }[] = [];
    for (const level of widest)
      fans.push({
        label: `${level.replace('_', '.')}%`,
        lower: await numbers(forecast, `lower_${level}`),
        upper: await numbers(forecast, `upper_${level}`),
      });
    const panels = asked.map((name): ForecastPanel => {
      const rows = ahead.rowsOf(name);
      const before = (past?.rowsOf(name) ?? [])
        .filter((row) => Number.isFinite(values![row]!))
        .slice(-ctx.config.last);
      const first = before.length > 0 ? past!.times[before[0]!]! : Number.NEGATIVE_INFINITY;
      const shown = [...before.map((row) => past!.times[row]!), ...rows.map((row) => ahead.times[row]!)];
      const pick = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]!);
      const line = (own: readonly number[], times: Float64Array, from: Float64Array): Points => ({
        x: Float64Array.from(own, (row) => times[row]!),
        y: Float64Array.from(own, (row) => from[row]!),
      });
      const origins = new Map<number, number[]>();
      for (const row of tried?.rowsOf(name) ?? [])
        if (tried!.times[row]! >= first) {
          const own = origins.get(trials!.origins[row]!) ?? [];
          origins.set(trials!.origins[row]!, [...own, row]);
        }
      return {
        title: name === '' ? (target ?? order.name) : name,
        history:
          past && values
            ? line(before, past.times, values)
            : { x: new Float64Array(0), y: new Float64Array(0) },
        backtest: [...origins.values()].map((own) => line(own, tried!.times, trials!.predicted)),
        ahead: line(rows, ahead.times, mean),
        fan: fans.map(({ label, lower, upper }) => ({ label, lower: pick(lower), upper: pick(upper) })),
        marks: marksOf(shown, ahead.text),
      };
    });
    const svg = forecastFigure(ctx.config.title ?? 'Forecast', target ?? '', panels);
    return {
      figure: await ctx.file({
        name: 'forecast.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png: await toPng(svg, ctx.compute) },
        data: forecast,
      }),
      metrics: { kind: 'metrics', values: { series: all.length, drawn: panels.length }, details: {} },
    };
  },
});

function targetOf(ctx: Door, history: Table): string {
  const field = history.schema.fields.find((f) =>
    ctx.config.target === undefined ? f.role === 'target' : f.name === ctx.config.target,
  );
  if (field && isNumber(field.type)) return field.name;
  return ctx.fail(
    'data/column',
    field ? `"${field.name}" holds no numbers` : 'which column of the history holds the values is not known',
    {
      path: ['with', ...(ctx.config.target === undefined ? [] : ['target'])],
      hint: 'name it: with: { target: price }',
    },
  );
}

/** Times and series of a table's rows, in order of time. */
async function readSeries(ctx: Door, data: Table, by: readonly string[], time: string, port: string) {
  const columnOf = async (name: string): Promise<Column> => {
    if (data.schema.fields.some((f) => f.name === name)) return data.column(name);
    return ctx.fail('data/column', `the ${port} has no column "${name}"`, { path: ['in', port] });
  };
  const keys: ReturnType<typeof labelsOf>[] = [];
  for (const name of by) keys.push(labelsOf(await columnOf(name)));
  const times = readTimes(await columnOf(time));
  if (!times)
    return ctx.fail('data/column', `"${time}" of the ${port} does not hold times`, { path: ['in', port] });
  const labels = Array.from({ length: data.rows }, (_, row) =>
    keys.map(({ codes, labels: words }) => words[codes[row]!] ?? '').join(', '),
  );
  const order = [...times.values.keys()].sort((a, b) => times.values[a]! - times.values[b]! || a - b);
  return {
    labels,
    times: times.values,
    text: (value: number) => timeText(times.form, value).slice(0, 10),
    rowsOf: (name: string) => order.filter((row) => labels[row] === name),
  };
}

/** Some six of the times, evenly apart, the last among them. */
function marksOf(times: readonly number[], text: (time: number) => string) {
  const every = Math.max(1, Math.ceil(times.length / 6));
  return times.flatMap((at, i) => ((times.length - 1 - i) % every === 0 ? [{ at, label: text(at) }] : []));
}
