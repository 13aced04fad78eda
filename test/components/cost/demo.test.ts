import { readFileSync } from 'node:fs';
import handlebars from 'handlebars';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import cost from '#dist/components/cost/model.js';
import demo from '#dist/components/ingest/demo-purchases.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { harness } from '../../support/harness.js';
import { cellsOf } from '../../support/table-of.js';

const template = new URL('../../../templates/should-cost/pipelines/should-cost.yaml.hbs', import.meta.url);
/** Steps of the template for a buyer's currency. */
function stepsFor(currency: string) {
  const eq = (a: unknown, b: unknown) => a === b;
  const fill = handlebars.compile(readFileSync(template, 'utf8'), { noEscape: true });
  return parse(fill({ name: 'parts', currency, base_date: '2024-06' }, { helpers: { eq } })).steps;
}

/** The template's model on the made-up buyer's parts of a seed, beside the truth that they were made with. */
async function computed(seed: number, currency = 'EUR') {
  const steps = stepsFor(currency);
  const units: { readonly [name: string]: string } = steps.parts.with.units;
  const made = await harness(demo).run({ seed, config: { currency } });
  const { run, tables } = harness(cost);
  const copy = async (port: string) => tables.create(await (made.outputs[port] as Table).frame());
  const parts = await copy('parts');
  const items = await tables.retype(
    parts,
    parts.schema.fields.map((field) => {
      const [unit, base] = (units[field.name] ?? '').split(' at ');
      return { ...field, ...(unit && { unit }), ...(base && { priceBase: base }) };
    }),
  );
  const inputs = { items, indices: await copy('indices'), fx: await copy('fx') };
  const result = await run({ config: { ...steps.cost.with }, inputs });
  return { result, truth: await cellsOf(made.outputs['truth'] as Table), parts: await cellsOf(parts) };
}

test.each([
  [1, 'EUR'],
  [2, 'USD'],
  [3, 'GBP'],
])(
  'driver shares of the generator come back within 0.1 percentage points (seed %i, %s)',
  async (seed, currency) => {
    const { result, truth } = await computed(seed, currency);
    const drivers = await cellsOf(result.outputs['drivers'] as Table);
    const shareOf = (name: unknown) => drivers['share']![drivers['name']!.indexOf(name as string)] as number;
    for (const [i, line] of truth['line']!.entries())
      expect(Math.abs(shareOf(line) - (truth['share']![i] as number)), String(line)).toBeLessThan(0.001);
  },
);

test('the gap of each quote is its supplier’s habit, within the noise', async () => {
  // lib/cost/demo: quotes are the true cost times 0.97 … 1.22, with a lognormal noise of 3 %.
  const { result, parts } = await computed(1);
  const out = await cellsOf(result.outputs['out'] as Table);
  const habits = {
    'Aldermann GmbH': 0.97,
    'Brightforge Ltd': 1.02,
    'Castello S.p.A.': 1.08,
    'Dvorak a.s.': 1.14,
    'Eastmill Inc.': 1.22,
  };
  for (const [supplier, habit] of Object.entries(habits)) {
    const ratios = parts['supplier']!.flatMap((name, row) =>
      name === supplier ? [(out['quoted']![row] as number) / (out['cost_total']![row] as number)] : [],
    );
    const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
    // Four standard errors, and a cent of a cheap part.
    expect(Math.abs(mean / habit - 1)).toBeLessThan((4 * 0.03) / Math.sqrt(ratios.length) + 0.002);
  }
});
