/**
 * Each way of mixing units, currencies and dates in a cost model, and what a person reads of it before the run. The
 * whole text lies in `test/spec/cost/NAME.out`; `UPDATE_GOLDEN=1` writes it anew.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { renderProblem } from '#dist/engine/problem.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';

const goldens = fileURLToPath(new URL('cost/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'toolbox-cost-'));
beforeAll(() => {
  mkdirSync(join(root, 'data'));
  for (const file of readdirSync(join(goldens, 'data')))
    writeFileSync(join(root, 'data', file), readFileSync(join(goldens, 'data', file)));
});
afterAll(() => rmSync(root, { recursive: true }));

const steps = `version: 1
name: cost
steps:
  parts:
    use: ingest.csv
    with:
      path: data/parts.csv
      roles: { part: key }
      units:
        { mass: kg, weight: lb, hours: h, scrap: "%", tooling: EUR at 2019-01, paid: EUR, quote: USD at 2024-06, quantity: each }
  indices: { use: ingest.csv, with: { path: data/indices.csv } }
  fx: { use: ingest.csv, with: { path: data/fx.csv } }
  cost:
    use: cost.model
    in: { items: parts, indices: indices, fx: fx }
    with:
      currency: EUR
      base_date: 2024-06
      fx: { quotes: { EURUSD: USD per EUR } }
`;
const rates = `      rates:
        steel: { price: 0.92 EUR/kg at 2023-01, index: steel_hr }
        old: 0.80 EUR/kg at 2019-01
        copper: 8.70 USD/kg
        labour: 41.50 EUR/h
        power: 30 kW
        electricity: 0.18 EUR/kWh
        bolts: 12 EUR/hundred
        overhead: 12%
`;
const lines = (...all: string[]) =>
  `${rates}      lines:\n${all.map((line) => `        ${line}\n`).join('')}`;

const wrong: { readonly [name: string]: string } = {
  mass: lines('material: row.weight * rate.steel'),
  'mass-sum': lines('material: (row.mass + row.weight) * rate.steel'),
  time: lines('labour: row.hours * rate.labour + to(row.hours, "min") * rate.labour'),
  count: lines('fastening: row.quantity * rate.bolts'),
  dimension: lines('labour: row.mass + row.hours'),
  'not-money': lines('labour: row.hours * row.mass'),
  'per-kg': lines('material: rate.steel'),
  currency: lines('material: row.mass * (rate.steel + rate.copper)'),
  'currency-line': lines('material: row.mass * rate.copper'),
  date: lines('material: row.mass * (rate.steel + rate.old)'),
  'date-line': lines('tooling: row.tooling'),
  'no-date': lines('paid: row.paid'),
  'percent-column': lines('material: row.mass * rate.steel * (1 + row.scrap)'),
  'unit-not-stated': lines('labour: row.hours * rate.labour + row.part'),
  names: lines(
    'material: row.mas * rate.steel',
    'labour: row.hours * rate.labor',
    'overhead: rate.overhead * line.materials',
  ),
  circle: lines('a: line.b * rate.overhead', 'b: line.c', 'c: line.a + row.mass * rate.steel'),
  'circle-of-one': lines('a: line.a'),
  grammar: lines(
    'a: row.mass *',
    'b: mass * 2',
    'c: row.mass ** 2',
    'd: size(row.process)',
    'e: "row.process == 3 ? 1 : 2"',
    'f: foo(row.mass)',
  ),
  functions: lines(
    'a: to(row.mass, kg) * rate.steel',
    "b: to(row.mass, 'h') * rate.steel",
    "c: convert(rate.copper, 'GBP') * row.mass",
    "d: rebase(row.tooling, 'stel_hr')",
    "e: to(row.tooling, 'USD')",
  ),
  'lines-of-two-kinds': lines(
    'labour: row.hours * rate.labour',
    'handling: row.hours * rate.labour / row.quantity',
  ),
  rates: `      rates:
        comma: 0,92 EUR/kg
        dollar: 3 $/kg
        unit: 3 EUR/Kg
        undated: { price: 0.92 EUR/kg, index: steel_hr }
        index: { price: 0.92 EUR/kg at 2023-01, index: steel }
        shares: { price: 0.92 EUR/kg at 2023-01, index: { steel_hr: 80%, energy: 40% } }
      lines: { labour: row.hours * rate.comma }
`,
  scenarios: `${lines('labour: row.hours * rate.labour', 'overhead: rate.overhead * line.labour')}      scenarios:
        unknown: { labor: +10% }
        unit: { labour: 44 EUR/kg }
        bare: { labour: 10% }
        signed: { labour: +4 EUR/h }
`,
  quote: `${lines('material: row.mass * rate.steel')}      quote: row.quote\n      quantity: row.mass\n`,
};

/** Rates that follow two indices, and lines that add up what they give. */
const followed = `      rates:
        steel: { price: 0.92 EUR/kg at 2023-01, index: steel_hr }
        power: { price: 0.18 EUR/kWh at 2023-01, index: energy }
        drive: 30 kW
      lines:
        material: row.mass * rate.steel
        energy: row.hours * rate.drive * rate.power
        margin: (line.material + line.energy) * 0.08
      quote: convert(row.quote, 'EUR')
`;
/** One table that is another, or is not there: one problem, and nothing of what follows from it. */
const tables = {
  'no-indices': steps.replace(', indices: indices', '') + followed,
  'other-indices': steps.replace('data/indices.csv', 'data/ppi.csv') + followed,
  'no-fx': steps.replace(', fx: fx', '') + followed,
};

async function problemsOf(text: string) {
  const file = join(root, 'cost.yaml');
  writeFileSync(file, text);
  const project = { root, roots: ['.'] };
  const catalog = openCatalog();
  const read = await readPipeline(file, {
    project: { root, environments: {} },
    catalog,
    cwd: root,
    variables: {},
  });
  if (!read.ok) return read.problems;
  return (await checkColumns(read.value, { project, catalog })).problems;
}

const wholes = Object.entries(wrong).map(([name, text]) => [name, steps + text] as const);
test.each([...wholes, ...Object.entries(tables)])('%s', async (name, whole) => {
  const shown = (await problemsOf(whole)).map((p) => renderProblem(p, () => whole)).join('\n\n');
  const golden = join(goldens, `${name}.out`);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, `${shown}\n`);
  expect(`${shown}\n`).toBe(readFileSync(golden, 'utf8'));
});

test('with the conversions written out, all of it is right', async () => {
  const right = lines(
    "material: to(row.weight, 'kg') * rate.steel * (1 + to(row.scrap, '1'))",
    "copper: row.mass * 0.02 * convert(rate.copper, 'EUR')",
    "tooling: rebase(row.tooling, 'steel_hr') / 1000",
    'energy: row.hours * rate.power * rate.electricity',
    "bolts: to(row.quantity, 'hundred') * rate.bolts",
    'fee: "max(0, line.material - line.copper) * rate.overhead"',
    "extra: \"row.process == 'casting' && row.mass > to(2, '1') * row.mass ? line.fee : 0\"",
  );
  const text = `${steps}${right}      quote: convert(row.quote, 'EUR')\n      quantity: row.quantity\n      scenarios: { up: { steel: +10%, EURUSD: 1.2, energy: 95 } }\n`;
  const problems = await problemsOf(text);
  expect(problems.map(({ message }) => message)).toEqual([
    'no line and no rate of this model depends on "energy"',
  ]);
});
