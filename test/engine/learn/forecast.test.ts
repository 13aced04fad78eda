import { describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import type { Model } from '#dist/engine/artifacts/artifact.js';
import { cell } from '#dist/engine/artifacts/column.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { openCatalog } from '#dist/engine/catalog.js';
import { plannedTables } from '#dist/engine/learn/forecast/fields.js';
import { answerWriter } from '#dist/engine/serve/answers.js';
import { harness } from '../../support/harness.js';
import { tableOf } from '../../support/table-of.js';

const catalog = openCatalog();
const months = (n: number) =>
  Array.from(
    { length: n },
    (_, i) => `${2015 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
  );

/** Two series below each other, the rows shuffled; `change` is added from a time on. */
function prices(n: number, change: (t: number) => number = () => 0) {
  const r = random(7);
  const rows = ['steel', 'zinc'].flatMap((material) =>
    months(n).map((month, t) => ({
      material,
      month,
      price: 100 + 10 * Math.sin((2 * Math.PI * t) / 12) + r.normal() + change(t),
    })),
  );
  const order = r.permutation(rows.length);
  const column = (key: 'material' | 'month' | 'price') => Array.from(order, (i) => rows[i]![key]);
  return { columns: { material: column('material'), month: column('month'), price: column('price') } };
}

const names = [...catalog.components.values()]
  .filter((info) => info.task === 'forecast')
  .map((info) => info.name);
const config = { time: 'month', target: 'price', by: 'material', horizon: 6, origins: 2, every: 6 };

/** Fewer candidates, for speed. */
const own: { readonly [name: string]: object } = {
  'forecast.best': { methods: ['naive', 'theta'] },
  'forecast.ets': { error: 'additive', trend: 'none' },
};

async function forecast(name: string, table: ReturnType<typeof prices>, more: object = {}) {
  const { run, tables } = harness(await catalog.load(name));
  const { outputs, metrics } = await run({
    config: { ...config, ...more, ...own[name] },
    inputs: { in: await tableOf(tables, table) },
  });
  const numbers = async (port: string, column: string) => [
    ...(await (outputs[port] as Table).column(column)).values,
  ];
  return { outputs, metrics, numbers };
}

it('there are all methods', () => {
  expect(names).toEqual([
    'forecast.best',
    'forecast.drift',
    'forecast.ets',
    'forecast.lags',
    'forecast.naive',
    'forecast.seasonal-naive',
    'forecast.theta',
  ]);
});

describe.each(names)('%s', (name) => {
  it('sees nothing after the point that it is tried from', async () => {
    const n = 60;
    const clean = await forecast(name, prices(n));
    const spoilt = await forecast(
      name,
      prices(n, (t) => (t >= n - 6 ? 1000 : 0)),
    );
    const [a, b] = [
      await clean.numbers('backtest', 'predicted'),
      await spoilt.numbers('backtest', 'predicted'),
    ];
    expect(b).toEqual(a);
    expect(await spoilt.numbers('backtest', 'actual')).not.toEqual(await clean.numbers('backtest', 'actual'));
  });

  it('has wider intervals at higher levels and scores beside the naive methods', async () => {
    const { numbers, metrics } = await forecast(name, prices(60), { intervals: [0.5, 0.8, 0.95] });
    const [wide, narrow] = [await numbers('forecast', 'upper_95'), await numbers('forecast', 'upper_50')];
    for (const [i, upper] of wide.entries()) expect(upper).toBeGreaterThanOrEqual(narrow[i]!);
    for (const key of [
      'mase',
      'naive_mase',
      'seasonal_naive_mase',
      'wape',
      'smape',
      'pinball',
      'coverage_95',
    ])
      expect(metrics[key], key).toBeGreaterThanOrEqual(0);
    for (const key of Object.keys(metrics))
      expect(catalog.components.get(name)!.metrics, key).toHaveProperty(key);
  });
});

describe('a forecast model', () => {
  it('is asked by series and time, and shows what it answers', async () => {
    const { outputs } = await forecast('forecast.ets', prices(60));
    const { bundle } = outputs['model'] as Model;
    expect(bundle.input.fields.map(({ name, role }) => [name, role])).toEqual([
      ['material', 'group'],
      ['month', 'order'],
    ]);
    expect(bundle.output.fields.map(({ name }) => name)).toEqual([
      'predicted',
      'lower_80',
      'upper_80',
      'lower_95',
      'upper_95',
    ]);
    const rows = await (outputs['forecast'] as Table).frame();
    for (const [i, asked] of bundle.example.rows.entries())
      expect({ ...(asked as object), ...(bundle.example.expected[i] as object) }).toEqual(
        Object.fromEntries(
          [...bundle.input.fields, ...bundle.output.fields].map(({ name }) => [
            name,
            cell(rows.column(name), i),
          ]),
        ),
      );
  });

  it('answers requests with its intervals, and with null past its horizon', async () => {
    const { outputs } = await forecast('forecast.naive', prices(60), { intervals: [0.8] });
    const [predicted, lower, upper] = ['predicted', 'lower_80', 'upper_80'].map(
      async (name) => (await (outputs['forecast'] as Table).column(name)).values[0]!,
    );
    const write = answerWriter({ id: 'm@1', task: 'forecast', features: [], classes: [] });
    const values = Float64Array.of((await predicted)!, Number.NaN);
    const bounds = {
      lower_80: Float64Array.of((await lower)!, Number.NaN),
      upper_80: Float64Array.of((await upper)!, Number.NaN),
    };
    const body = JSON.parse(
      write({ prediction: { kind: 'number', values, bounds }, rows: 2, counter: 'row' }),
    );
    expect(body.predictions).toEqual([
      { row: 0, predicted: values[0], lower_80: bounds.lower_80[0], upper_80: bounds.upper_80[0] },
      { row: 1, predicted: null, lower_80: null, upper_80: null },
    ]);
  });

  it('has equal bytes for equal tables', async () => {
    const [a, b] = [await forecast('forecast.ets', prices(60)), await forecast('forecast.ets', prices(60))];
    expect((a.outputs['model'] as Model).object).toBe((b.outputs['model'] as Model).object);
  });
});

it('the columns of the tables are known before the run', async () => {
  const { outputs } = await forecast('forecast.naive', prices(60));
  const input = (['material', 'month', 'price'] as const).map((name) => ({ name, type: 'string' as const }));
  const planned = plannedTables({ ...config, intervals: [0.8, 0.95] }, { fields: input });
  for (const port of ['forecast', 'backtest'] as const) {
    const fields = (outputs[port] as Table).schema.fields.map(({ name, role }) => ({ name, role }));
    expect(
      planned[port]!.fields.map(({ name, role }) => ({ name, role })),
      port,
    ).toEqual(fields);
  }
});

it('columns beside the values are looked at as they were known', async () => {
  const r = random(9);
  const lead = Array.from({ length: 80 }, () => r.normal());
  const table = {
    columns: {
      t: Array.from({ length: 80 }, (_, t) => t),
      lead,
      y: lead.map((_, t) => (lead[t - 1] ?? 0) * 5 + 0.1 * r.normal()),
    },
  };
  const with_ = { time: 't', target: 'y', by: undefined, horizon: 1, origins: 20, every: 1, lags: 2 };
  const blind = await forecast('forecast.lags', table as never, with_);
  const seeing = await forecast('forecast.lags', table as never, { ...with_, exogenous: ['lead'] });
  expect(seeing.metrics['mase']).toBeLessThan(0.5 * Number(blind.metrics['mase']));
});
