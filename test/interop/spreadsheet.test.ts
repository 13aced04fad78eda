import { describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import type { CostColumn } from '#dist/components/lib/cost/evaluate.js';
import { knownInputs } from '#dist/components/lib/cost/known.js';
import { readModel } from '#dist/components/lib/cost/model.js';
import { roundHalfUp } from '#dist/components/lib/cost/round.js';
import { type ItemColumn, negotiationSheets } from '#dist/components/lib/cost/sheet.js';
import { type Findings, study } from '#dist/components/lib/cost/study.js';
import { surroundings } from '#dist/components/lib/cost/surroundings.js';
import { totalOf } from '#dist/components/lib/cost/tables.js';
import { random } from '#dist/components/lib/random.js';
import { type Cell, type Sheet, workbookOf } from '#dist/components/lib/xlsx/workbook.js';
import { hasSoffice, recalculated } from '../support/soffice.js';

const items = 400;
const rng = random(7);
const draw = (make: () => number) => Array.from({ length: items }, make);
const holes = (values: (number | null)[], each: number) =>
  values.map((v, i) => (i % each === each - 1 ? null : v));
const processes = ['casting', 'milling', 'Casting', '=1+1'];
const parts: { readonly [name: string]: readonly (string | number | null)[] } = {
  part: draw(() => 0).map((_, i) => (i === 3 ? '=HYPERLINK("x")' : `000${i}`)),
  mass: holes(
    draw(() => roundHalfUp(rng.uniform() * 20, 3)),
    37,
  ),
  weight: draw(() => roundHalfUp(rng.uniform() * 9, 2)),
  hours: draw(() => roundHalfUp(rng.uniform(), 2)),
  scrap: draw(() => roundHalfUp(rng.uniform() * 12, 1)),
  process: draw(() => rng.int(4)).map((i) => processes[i]!),
  lot: draw(() => rng.int(4) * 50),
  paid: draw(() => roundHalfUp(rng.uniform() * 30, 2)),
  quote: holes(
    draw(() => roundHalfUp(rng.uniform() * 90, 2)),
    11,
  ),
  volume: draw(() => rng.int(5000)),
};
const units: { readonly [name: string]: { unit?: string; currency?: string; priceBase?: string } } = {
  mass: { unit: 'kg' },
  weight: { unit: 'lb' },
  hours: { unit: 'h' },
  scrap: { unit: '%' },
  lot: { unit: 'each' },
  paid: { unit: 'EUR', priceBase: '2019' },
  quote: { unit: 'USD/each', priceBase: '2024-06' },
  volume: { unit: 'each' },
};
const isText = (name: string) => name === 'part' || name === 'process';

const months = [
  '2019-01',
  '2019-02',
  '2019-03',
  '2019-04',
  '2019-05',
  '2019-06',
  '2019-07',
  '2019-08',
  '2019-09',
  '2019-10',
  '2019-11',
  '2019-12',
  '2023-01',
  '2024-05',
  '2024-06',
];
const past: { readonly [name: string]: readonly number[] } = {
  steel_hr: months.map((_, i) => 80 + 3.7 * i),
  wages: months.map((_, i) => 95 + 1.3 * i),
  EURUSD: months.map((_, i) => 1.05 + 0.0031 * i),
};

const text = {
  currency: 'EUR',
  baseDate: '2024-06',
  rates: {
    steel: { price: '0.925 EUR/kg at 2023-01', index: 'steel_hr' },
    copper: '8.7 USD/kg',
    labour: { price: '41.55 EUR/h at 2023-01', index: { wages: 0.6, steel_hr: 0.1 } },
    setup: '35 EUR',
    shift: '0.5 h',
    power: '30 kW',
    electricity: '0.185 EUR/kWh',
    overhead: '12.5%',
  },
  lines: {
    total_overhead: 'rate.overhead * (line.material + line.labour - -line.energy)',
    material: 'row.mass * rate.steel * (1 + to(row.scrap, "1"))',
    plating:
      'row.process == "casting" || row.process != "milling" && !(row.hours < rate.shift) ? 0 : to(row.weight, "kg") * 0.01 * convert(rate.copper, "EUR")',
    labour: 'row.hours * rate.labour',
    energy: 'min(row.hours, to(30, "1") * row.hours) * rate.power * rate.electricity',
    setup: 'rate.setup * to(row.lot, "each") / row.lot / 50',
    tooling: 'rebase(row.paid, "wages") / 7 / (2 * 3)',
    rest: 'ceil(line.labour / 2) / 100 + floor(line.labour) / 100 + abs(0 - line.energy) + round(line.labour, 1) + max(0, line.material - line.labour)',
  },
  scenarios: {
    'steel up': { steel: '+10%' },
    "dollar: it's 1.2": { EURUSD: 1.2 },
    both: { wages: 160, overhead: '15%', labour: '-3%' },
  },
  quotes: { EURUSD: 'USD per EUR' },
  quote: "convert(row.quote, 'EUR') * rate.one",
  quantity: "to(row.volume, 'each')",
};
// One that makes a quote per piece money, as the lines are.
const model = { ...text, rates: { ...text.rates, one: '1 each' } };

async function found(): Promise<{ findings: Findings; columns: readonly ItemColumn[] }> {
  const fields = Object.keys(parts).map((name) => ({
    name,
    type: isText(name) ? 'string' : 'float64',
    ...units[name],
  }));
  const names = (...all: string[]) => ({ schema: { fields: all.map((name) => ({ name })) }, date: 'month' });
  const around = surroundings(
    { fields },
    { indices: names('steel_hr', 'wages'), fx: names('EURUSD') },
    () => undefined,
  );
  const read = readModel(model, around);
  expect(read.faults).toEqual([]);
  const known = await knownInputs(
    read.model.inputs.all,
    { asOf: '2024-06', published: { indices: undefined, fx: undefined } },
    async (_, name) => ({ dates: months, values: Float64Array.from(past[name]!) }),
  );
  if ('fault' in known) throw new Error(known.fault.message);
  const columns: { [name: string]: CostColumn } = {};
  for (const [name, values] of Object.entries(parts))
    columns[name] = isText(name)
      ? { values: values.map((value) => values.indexOf(value)), dictionary: values as readonly string[] }
      : { values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))) };
  const findings = await study(
    read.model,
    { rows: items, columns, known: known.known, decimals: 2, names: Object.keys(model.lines), swing: 0.1 },
    { compute: computeHere, signal: new AbortController().signal, progress: () => {} },
  );
  const shown = Object.entries(parts).map(([name, values]) => ({
    name,
    unit: '',
    key: name === 'part',
    text: isText(name),
    values,
  }));
  return { findings, columns: shown };
}

/** Cells as they are, but whatever a formula gives is wrong before somebody computes it. */
const spoilt = (sheet: Sheet, change: (cell: Cell) => Cell = (cell) => cell): Sheet => ({
  ...sheet,
  rows: [...sheet.rows].map((row) =>
    row.map((cell) => change(cell && 'formula' in cell ? { ...cell, value: 12_345.67 } : cell)),
  ),
});

describe.skipIf(!hasSoffice)('LibreOffice', () => {
  it('computes the same cents, in every line of every item and scenario', async () => {
    const { findings, columns } = await found();
    const sheets = negotiationSheets(findings, columns);
    const book = recalculated(await workbookOf(sheets.map((sheet) => spoilt(sheet))));
    const scenarios = [
      ['Cost', findings.base] as const,
      ...[...findings.scenarios].map(([name, costs]) => [`Cost ${name}`, costs] as const),
    ];
    let compared = 0;
    for (const [sheet, costs] of scenarios) {
      const rows = book[sheets.find(({ name }) => name.startsWith(sheet.slice(0, 11)))!.name]!;
      const header = rows[0]!;
      const of = (name: string, row: number) => rows[row + 2]![header.indexOf(name)] ?? '';
      const all = [...costs.lines, ['total', costs.total] as const, ['quoted', costs.quoted!] as const];
      for (const [name, values] of all)
        for (let row = 0; row < items; row++) {
          const cell = of(name, row);
          expect(cell === '' ? Number.NaN : Number(cell), `${sheet} ${name} ${row + 1}`).toBe(values[row]);
          compared++;
        }
      expect(Number(rows[1]![header.indexOf('total x quantity')])).toBe(totalOf(costs, findings));
      const summary = book['Scenarios']!.find(([name]) =>
        sheet === 'Cost' ? name === 'base' : sheet === `Cost ${name}`,
      )!;
      expect(Number(summary[2])).toBe(totalOf(costs, findings));
    }
    expect(compared).toBe(4 * 10 * items);
    expect(book['Items']!.map((row) => row[0])).toContain('=HYPERLINK("x")');
    expect(book['Items']!.map((row) => row[5])).toContain('=1+1');
  });

  it('follows a price that is changed on Inputs', async () => {
    const { findings, columns } = await found();
    const steel = (cell: Cell): Cell =>
      cell && 'number' in cell && cell.number === 0.925 ? { ...cell, number: 0.925 * 1.1 } : cell;
    const sheets = negotiationSheets(findings, columns).map((sheet) => spoilt(sheet, steel));
    const book = recalculated(await workbookOf(sheets));
    const [, base] = book['Scenarios']!;
    expect(Number(base![2])).toBe(totalOf(findings.scenarios.get('steel up')!, findings));
  });
});
