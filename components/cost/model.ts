import { cell, isNumber } from '../../engine/artifacts/column.js';
import type { PlannedField, PlannedSchema } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { type Context, defineComponent, file, table } from '../../engine/component.js';
import { KEY, nearest } from '../../engine/problem.js';
import {
  ColumnName,
  Config,
  Expression,
  PeriodOf,
  Quantity,
  type Static,
  Type,
} from '../../engine/schema.js';
import type { CostColumn } from '../lib/cost/evaluate.js';
import type { ModelFault } from '../lib/cost/faults.js';
import type { Past, PastFault } from '../lib/cost/known.js';
import { addedColumns, columnsOfModel, type Model, plannedTables, readModel } from '../lib/cost/model.js';
import type { Known } from '../lib/cost/series.js';
import type { ItemColumn } from '../lib/cost/sheet.js';
import type { Findings } from '../lib/cost/study.js';
import { surroundings } from '../lib/cost/surroundings.js';
import type { Plain } from '../lib/cost/tables.js';
import { minorDigits } from '../lib/units/currencies.js';
import { fieldUnit } from '../lib/units/field.js';
import { formatUnit, isPlain, plain } from '../lib/units/unit.js';

const month = '^[0-9]{4}-(0[1-9]|1[0-2])$';
const strict = { additionalProperties: false };
const date = (port: string) => ColumnName({ port, default: 'month', description: 'column of the month' });
const lag = Type.Optional(
  PeriodOf({ description: 'how long after a month its value is known; at once if absent' }),
);

const config = Config({
  currency: Type.String({ description: 'of the model: EUR, USD, …' }),
  base_date: Type.String({
    pattern: month,
    description: 'month to whose prices everything is brought',
    examples: ['2024-06'],
  }),
  as_of: Type.Optional(
    Type.String({
      pattern: month,
      description: 'month in which the sheet is made: nothing published later is used; base_date if absent',
    }),
  ),
  decimals: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 8,
      description: 'that each line is rounded to; those of the smallest coin if absent',
    }),
  ),
  rates: Type.Record(
    Type.String(),
    Type.Union([
      Type.Number(),
      Type.String(),
      Type.Object(
        {
          price: Type.String({ description: 'with its unit and date: 0.92 EUR/kg at 2023-01' }),
          index: Type.Optional(
            Type.Union(
              [Type.String(), Type.Record(Type.String(), Quantity('share', { minimum: 0, maximum: 1 }))],
              {
                description:
                  'index that the price follows to the base date, or shares of several: { steel: 60%, energy: 20% }',
              },
            ),
          ),
        },
        strict,
      ),
    ]),
    {
      default: {},
      description:
        'prices and shares by name: 41.50 EUR/h, 12%, or { price: 0.92 EUR/kg at 2023-01, index: steel }',
    },
  ),
  lines: Type.Record(
    Type.String(),
    Expression('line', { description: 'over row.COLUMN, rate.NAME and other lines, line.NAME' }),
    { description: 'lines of cost by name, with units: row.mass * rate.steel * (1 + row.scrap)' },
  ),
  quote: Type.Optional(Expression('line', { description: 'what was asked for an item: row.quote' })),
  quantity: Type.Optional(
    Expression('line', { description: 'how many are bought, for totals: row.volume; 1 if absent' }),
  ),
  scenarios: Type.Record(
    Type.String(),
    Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
    {
      default: {},
      description: 'by name, what changes in each: { steel: +10%, EURUSD: 1.20 }',
    },
  ),
  indices: Type.Object(
    { date: date('indices'), publication_lag: lag },
    {
      ...strict,
      default: { date: 'month' },
      description: 'how the table of indices is read: one column an index',
    },
  ),
  fx: Type.Object(
    {
      date: date('fx'),
      quotes: Type.Record(Type.String(), Type.String(), {
        default: {},
        description: 'by column, what it holds in words: { EURUSD: USD per EUR }',
      }),
      publication_lag: lag,
    },
    {
      ...strict,
      default: { date: 'month', quotes: {} },
      description: 'how the table of exchange rates is read',
    },
  ),
  swing: Quantity('share', {
    default: 0.1,
    exclusiveMinimum: 0,
    maximum: 0.9,
    description: 'of the tornado chart, to both sides',
  }),
});
type Settings = Static<typeof config>;
type Step = Context<typeof config>;

/**
 * What items should cost: lines of cost over their columns, with units, currencies and price dates as types. Money is
 * rounded line by line, a half away from zero, and added up in cents, as the sheet does it.
 */
export default defineComponent({
  name: 'cost.model',
  version: '1',
  summary: 'Should-cost of items from lines of cost, with units, indices, exchange rates and scenarios',
  config,
  inputs: {
    items: table('what is bought, one row an item'),
    indices: table('price indices by month, one column each', { optional: true }),
    fx: table('exchange rates by month, one column each', { optional: true }),
  },
  outputs: {
    out: table('the items with cost_LINE, cost_total and, where there is a quote, quoted, gap and gap_share'),
    drivers: table(
      'lines, rates, indices and exchange rates: amount, share, elasticity, totals at the ends of the swing',
    ),
    scenarios: table('total and lines in each scenario'),
    gaps: table(
      'by quoted item and driver: how much the driver would have to differ for the quote to be right',
    ),
    inputs: table('every rate, index and exchange rate as it was used'),
    sheet: file('negotiation sheet with live formulas (xlsx); none for more than 20,000 items', {
      optional: true,
    }),
    tornado: file('totals as each driver swings (png, svg)'),
  },
  metrics: {
    total: { description: 'should-cost of all items, times their quantities' },
    items: { description: 'items with a should-cost', type: 'integer' },
    incomplete: { description: 'items that lack something a line needs', type: 'integer', better: 'lower' },
    quoted: { description: 'sum of the quotes, times the quantities, of items with a should-cost' },
    gap: { description: 'quotes less should-cost, of items that have both', better: 'lower' },
    gap_share: { description: 'that gap as a share of the quotes', better: 'lower' },
  },
  determinism: 'pure',
  example:
    'use: cost.model\nin: { items: parts }\nwith:\n  currency: EUR\n  base_date: 2024-06\n  rates: { labour: 41.50 EUR/h, overhead: 12% }\n  lines:\n    labour: row.hours * rate.labour\n    overhead: line.labour * rate.overhead',
  columns(config, inputs, planning) {
    const items = inputs['items'] ?? { fields: [], open: true };
    const { model, faults } = readModel(
      textOf(config),
      around(config, items, { indices: inputs['indices'], fx: inputs['fx'] }),
    );
    for (const { path, code, message, hint, span, key } of faults) {
      const text = path.reduce<unknown>((at, key) => (at as { [key: string]: unknown })?.[key], config);
      planning.report(code, message, {
        path: ['with', ...path, ...(key ? [KEY] : [])],
        ...(hint && { hint }),
        ...(span && typeof text === 'string' && { span: { text, ...span } }),
      });
    }
    const added = addedColumns(textOf(config)).map((name): PlannedField => {
      const field = { name, type: 'float64' as const, role: 'feature' as const };
      return name === 'gap_share' ? field : { ...field, ...moneyOf(model, 'item') };
    });
    return {
      out: { ...items, fields: [...items.fields, ...added] },
      ...plannedTables(
        Object.keys(config.lines),
        items.fields.filter(({ role }) => role === 'key'),
      ),
    };
  },
  async run(ctx) {
    const { items } = ctx.in;
    const model = modelOf(ctx, ctx.in);
    const known = await pastOf(ctx, ctx.in, model);
    const { study } = await import('../lib/cost/study.js');
    const found = await study(
      model,
      {
        rows: items.rows,
        columns: await columnsOf(items, model),
        known,
        decimals: ctx.config.decimals ?? minorDigits(model.currency),
        names: Object.keys(ctx.config.lines),
        swing: ctx.config.swing,
      },
      ctx,
    );
    return resultsOf(ctx, found, items);
  },
});

/* ------------------------------------------------------------------------------------------- model */

const textOf = (config: Settings) => ({
  currency: config.currency,
  baseDate: config.base_date,
  rates: config.rates,
  lines: config.lines,
  scenarios: config.scenarios,
  quotes: config.fx.quotes,
  quote: config.quote,
  quantity: config.quantity,
});

const around = (
  config: Settings,
  items: PlannedSchema,
  { indices, fx }: { readonly [of in Past]: PlannedSchema | undefined },
) =>
  surroundings(
    items,
    { indices: { schema: indices, date: config.indices.date }, fx: { schema: fx, date: config.fx.date } },
    nearest,
  );

function modelOf(
  ctx: Step,
  tables: { items: Table; indices: Table | undefined; fx: Table | undefined },
): Model {
  const { items, indices, fx } = tables;
  const { model, faults } = readModel(
    textOf(ctx.config),
    around(ctx.config, items.schema, { indices: indices?.schema, fx: fx?.schema }),
  );
  const taken = addedColumns(textOf(ctx.config)).find((name) =>
    items.schema.fields.some((field) => field.name === name),
  );
  if (taken !== undefined)
    ctx.fail('data/column', `the items have a column "${taken}" already`, {
      path: ['in', 'items'],
      hint: 'rename it with prep.select',
    });
  const [first] = faults;
  if (first) {
    const told = ({ path, message }: ModelFault) => `${path.join('.')}: ${message}`;
    ctx.fail(first.code, faults.length > 1 ? faults.map(told).join('\n') : first.message, {
      path: ['with', ...first.path],
      ...(first.hint && { hint: first.hint }),
    });
  }
  return model;
}

/** Values of indices and exchange rates as they were known in the month of the sheet. */
async function pastOf(
  ctx: Step,
  tables: { readonly [of in Past]: Table | undefined },
  model: Model,
): Promise<readonly (Known | undefined)[]> {
  const { config } = ctx;
  const { knownInputs } = await import('../lib/cost/known.js');
  const { numbersOf, textsOf } = await import('../../engine/artifacts/values.js');
  const asked = {
    asOf: config.as_of ?? config.base_date,
    published: { indices: config.indices.publication_lag, fx: config.fx.publication_lag },
  };
  const found = await knownInputs(model.inputs.all, asked, async (of, name) => {
    const data = tables[of];
    if (!data) return { wrong: `"${name}" needs a table of ${of}` };
    const lacking = [config[of].date, name].find(
      (column) => !data.schema.fields.some((field) => field.name === column),
    );
    if (lacking !== undefined) return { wrong: `there is no column "${lacking}" here` };
    const dates = await data.column(config[of].date);
    const months = Array.from({ length: data.rows }, (_, row) => cell(dates, row));
    const column = await data.column(name);
    if (column.type === 'string') return { dates: months, texts: textsOf(column) };
    return { dates: months, values: numbersOf(column) };
  });
  const placed = ({ of, hint }: PastFault) => ({ path: ['in', of], ...(hint && { hint }) });
  if ('fault' in found) return ctx.fail('data/values', found.fault.message, placed(found.fault));
  for (const fault of found.late) ctx.warn(fault.message, placed(fault));
  return found.known;
}

async function columnsOf(items: Table, model: Model): Promise<{ [name: string]: CostColumn }> {
  const { numbersOf } = await import('../../engine/artifacts/values.js');
  const columns: { [name: string]: CostColumn } = {};
  for (const name of columnsOfModel(model)) {
    const column = await items.column(name);
    const { type, values, valid } = column;
    if (type === 'string') columns[name] = { values, dictionary: column.dictionary };
    else if (type === 'bool') columns[name] = { values, truth: true, ...(valid && { valid }) };
    else columns[name] = { values: numbersOf(column) };
  }
  return columns;
}

/** Formulas of more items open too slowly to be of use. */
const mostItems = 20_000;

async function resultsOf(ctx: Step, found: Findings, items: Table) {
  const { model } = found.costing;
  const tables = await import('../lib/cost/tables.js');
  const { frameOfPlain } = await import('../../engine/artifacts/plain.js');
  const { metrics, complaint } = tables.measured(found);
  for (const [name, value] of Object.entries(metrics)) ctx.metric(name, value);
  if (complaint) ctx.warn(complaint);
  const frame = (columns: readonly Plain[]) =>
    frameOfPlain(
      columns.map((column) =>
        'money' in column && column.money ? { ...column, about: moneyOf(model, column.money) } : column,
      ),
    );
  const shown = await itemColumns(items);
  const made = (columns: readonly Plain[]) => ctx.tables.create(frame(columns));
  const drivers = await made(tables.driversTable(found));
  const { tornadoOf, sheetOf } = await import('../lib/cost/figures.js');
  const svg = tornadoOf(found, ctx.config.swing);
  const { toPng } = await import('../lib/plot/to-png.js');
  const tornado = await ctx.file({
    name: 'tornado.png',
    media: 'image/png',
    bytes: await toPng(svg, ctx.compute),
    also: { svg: new TextEncoder().encode(svg) },
    data: drivers,
  });
  const results = {
    out: await ctx.tables.with(items, frame(tables.costTable(found))),
    drivers,
    scenarios: await made(tables.scenariosTable(found)),
    gaps: await made(tables.gapsTable(found, tables.keysOf(shown))),
    inputs: await made(tables.inputsTable(found)),
    tornado,
  };
  if (items.rows > mostItems) {
    const hint = 'choose some with prep.filter';
    ctx.warn(`no sheet is made of ${items.rows} items: it holds at most ${mostItems}`, { hint });
    return results;
  }
  const media = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const bytes = await sheetOf(found, shown);
  return { ...results, sheet: await ctx.file({ name: 'negotiation.xlsx', media, bytes }) };
}

/** Money of an item is in the unit of the lines, EUR or EUR/each; a total is in the currency. */
const moneyOf = (model: Model, what: 'item' | 'total') => ({
  unit: what === 'item' && model.unit ? formatUnit({ powers: model.unit.powers }) : model.currency,
  currency: model.currency,
  priceBase: model.baseDate,
});

/** The items as the sheet shows them. */
async function itemColumns(items: Table): Promise<readonly ItemColumn[]> {
  const columns: ItemColumn[] = [];
  for (const field of items.schema.fields) {
    if (field.type === 'vector') continue;
    const column = await items.column(field.name);
    const unit = isNumber(field.type) ? fieldUnit(field) : plain;
    columns.push({
      name: field.name,
      unit: 'wrong' in unit ? (field.unit ?? '') : isPlain(unit) ? '' : formatUnit(unit),
      key: field.role === 'key',
      text: field.type === 'string',
      values: Array.from({ length: items.rows }, (_, row) => cell(column, row)),
    });
  }
  return columns;
}
