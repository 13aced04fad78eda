import { type Random, random } from '../random.js';
import { formatMonth, type Month, monthOf } from '../units/month.js';
import { roundHalfUp } from './round.js';
import type { Plain } from './tables.js';

/**
 * A buyer's year, made up: what parts truly cost, what suppliers ask for them, and what was paid before. The process:
 *
 * - Indices are random walks by month (2018-01 = 100) with the drift and the volatility of `walks`; the prices of
 *   material, wages and power move with them from their values at 2023-01. Exchange rates walk about those of 2023.
 * - A part weighs lognormal(0.5, 0.9) kg of steel or aluminium (30 %), takes 1.5 to 9 minutes of a machine and two
 *   thirds as much labour, wastes 2 to 12 % and is bought 200 to 20,000 times a year.
 * - True cost = material × (1 + scrap) + labour + machine + energy, 14 % overhead on the last three, freight by weight in
 *   a currency of its own, 8 % margin on all.
 * - A quote is the true cost at the base date times the supplier's habit (0.97 to 1.22) times lognormal(0, 0.03).
 * - A purchase of a past month is the same with that month's prices and 2 % noise, and 4 % less from 5,000 pieces on.
 */
export const demoRates = {
  steel: 0.92,
  aluminium: 2.65,
  wages: 41.5,
  machine: 58,
  electricity: 0.19,
  power: 22,
  overhead: 0.14,
  /** USD a kg, EUR where the USD is the buyer's own currency. */
  freight: 0.35,
  margin: 0.08,
} as const;

/** The buyer's currency: that of all prices. */
export type DemoCurrency = 'EUR' | 'USD' | 'GBP' | 'CHF';

const walks: { readonly [index: string]: readonly [drift: number, volatility: number] } = {
  steel_hr: [0.002, 0.03],
  aluminium: [0.002, 0.035],
  wages: [0.003, 0.002],
  electricity: [0.004, 0.05],
};
const currencies = { EURUSD: 1.08, EURGBP: 0.87, EURCHF: 0.98 } as const;
const suppliers = ['Aldermann GmbH', 'Brightforge Ltd', 'Castello S.p.A.', 'Dvorak a.s.', 'Eastmill Inc.'];
const habits = [0.97, 1.02, 1.08, 1.14, 1.22];
const shapes = ['Bracket', 'Housing', 'Cover', 'Flange', 'Lever', 'Plate', 'Shaft', 'Hub'];
const first = monthOf('2018-01')!;
const stated = monthOf('2023-01')!;

interface Part {
  readonly name: string;
  readonly description: string;
  readonly supplier: number;
  readonly material: 'steel' | 'aluminium';
  readonly mass: number;
  readonly machine: number;
  readonly labour: number;
  readonly scrap: number;
  readonly volume: number;
}

export interface Demo {
  readonly parts: readonly Plain[];
  readonly indices: readonly Plain[];
  readonly fx: readonly Plain[];
  readonly purchases: readonly Plain[];
  /** Line and its true share of what all parts cost in a year at the base date. */
  readonly truth: readonly Plain[];
}

/** The tables of the made-up buyer; the same seed gives the same bytes. */
export function demoPurchases(
  seed: number,
  options: { readonly parts: number; readonly baseDate: string; readonly currency: DemoCurrency },
): Demo {
  const base = monthOf(options.baseDate)!;
  const months = Array.from({ length: base + 3 - first }, (_, i) => first + i);
  const indices = Object.entries(walks).map(([name, walk], i) =>
    walkOf(name, walk, 100, months, random(seed, i)),
  );
  const fx = Object.entries(currencies).map(([name, start], i) =>
    walkOf(name, [0, 0.012], start, months, random(seed, 10 + i), 4),
  );
  const rng = random(seed, 20);
  const parts = Array.from({ length: options.parts }, (_, i) => partOf(i, rng));
  const numberIn = (tables: typeof indices, name: string, month: Month) =>
    tables.find((table) => table.name === name)!.numbers[month - first]!;
  const level: Level = {
    index: (name, month) => numberIn(indices, name, month) / numberIn(indices, name, stated),
    freight: (month) => freightIn(options.currency, (name) => numberIn(fx, name, month)),
  };
  const month = monthsColumn('month', months);
  return {
    parts: partsTable(parts, level, base, random(seed, 21)),
    indices: [month, ...indices],
    fx: [month, ...fx],
    purchases: purchasesTable(parts, level, base, random(seed, 22)),
    truth: truthTable(parts, level, base),
  };
}

/** What moves prices: indices over their values when the rates were stated, and freight in the buyer's currency. */
interface Level {
  readonly index: (name: string, month: Month) => number;
  readonly freight: (month: Month) => number;
}

function freightIn(currency: DemoCurrency, rate: (name: keyof typeof currencies) => number): number {
  if (currency === 'USD') return demoRates.freight * rate('EURUSD');
  const euros = demoRates.freight / rate('EURUSD');
  return currency === 'EUR' ? euros : euros * rate(`EUR${currency}`);
}

function walkOf(
  name: string,
  [drift, volatility]: readonly [number, number],
  start: number,
  months: readonly Month[],
  rng: Random,
  decimals = 1,
) {
  let log = Math.log(start);
  const numbers = Float64Array.from(months, () => {
    const value = roundHalfUp(Math.exp(log), decimals);
    log += drift + volatility * rng.normal();
    return value;
  });
  return { name, numbers };
}

function partOf(i: number, rng: Random): Part {
  const machine = roundHalfUp((1.5 + 7.5 * rng.uniform()) / 60, 4);
  const mass = roundHalfUp(Math.exp(0.5 + 0.9 * rng.normal()), 3);
  return {
    name: String(100 + 7 * i).padStart(6, '0'),
    description: `${shapes[rng.int(shapes.length)]} ${10 * (1 + rng.int(40))}`,
    supplier: rng.int(suppliers.length),
    material: rng.uniform() < 0.3 ? 'aluminium' : 'steel',
    mass: Math.max(0.01, mass),
    machine,
    labour: roundHalfUp((2 / 3) * machine, 4),
    scrap: roundHalfUp(0.02 + 0.1 * rng.uniform(), 3),
    volume: 100 * (2 + rng.int(199)),
  };
}

/** Lines of the true cost of one piece. */
function costOf(part: Part, level: Level, month: Month): { readonly [line: string]: number } {
  const r = demoRates;
  const price =
    part.material === 'steel'
      ? r.steel * level.index('steel_hr', month)
      : r.aluminium * level.index('aluminium', month);
  const material = part.mass * price * (1 + part.scrap);
  const labour = part.labour * r.wages * level.index('wages', month);
  const machine = part.machine * r.machine;
  const energy = part.machine * r.power * r.electricity * level.index('electricity', month);
  const overhead = r.overhead * (labour + machine + energy);
  const freight = part.mass * level.freight(month);
  return {
    material,
    labour,
    machine,
    energy,
    overhead,
    freight,
    margin: r.margin * (material + labour + machine + energy + overhead + freight),
  };
}
const sum = (lines: { readonly [line: string]: number }) => Object.values(lines).reduce((a, b) => a + b, 0);

function partsTable(parts: readonly Part[], level: Level, base: Month, rng: Random): readonly Plain[] {
  const quotes = parts.map((part) =>
    roundHalfUp(sum(costOf(part, level, base)) * habits[part.supplier]! * Math.exp(0.03 * rng.normal()), 2),
  );
  return [
    ...about(parts),
    numbers(
      'volume',
      parts.map(({ volume }) => volume),
    ),
    numbers('quote', quotes),
  ];
}

const about = (parts: readonly Part[]): readonly Plain[] => [
  texts(
    'part',
    parts.map(({ name }) => name),
  ),
  texts(
    'description',
    parts.map(({ description }) => description),
  ),
  texts(
    'supplier',
    parts.map(({ supplier }) => suppliers[supplier]!),
  ),
  texts(
    'material',
    parts.map(({ material }) => material),
  ),
  numbers(
    'mass',
    parts.map(({ mass }) => mass),
  ),
  numbers(
    'machine_hours',
    parts.map(({ machine }) => machine),
  ),
  numbers(
    'labour_hours',
    parts.map(({ labour }) => labour),
  ),
  numbers(
    'scrap',
    parts.map(({ scrap }) => scrap),
  ),
];

/** Three years of orders up to the base date, a part about every four months. */
function purchasesTable(parts: readonly Part[], level: Level, base: Month, rng: Random): readonly Plain[] {
  const orders: {
    readonly part: Part;
    readonly day: string;
    readonly quantity: number;
    readonly price: number;
  }[] = [];
  for (let month = base - 36; month < base; month++)
    for (const part of parts) {
      if (rng.uniform() > 0.25) continue;
      const quantity = 100 * (1 + rng.int(100));
      const discount = quantity >= 5000 ? 0.96 : 1;
      const price =
        sum(costOf(part, level, month)) * habits[part.supplier]! * discount * Math.exp(0.02 * rng.normal());
      const day = `${formatMonth(month)}-${String(1 + rng.int(28)).padStart(2, '0')}`;
      orders.push({ part, day, quantity, price: roundHalfUp(price, 2) });
    }
  return [
    texts(
      'ordered',
      orders.map(({ day }) => day),
    ),
    ...about(orders.map(({ part }) => part)),
    numbers(
      'quantity',
      orders.map(({ quantity }) => quantity),
    ),
    numbers(
      'price',
      orders.map(({ price }) => price),
    ),
  ];
}

function truthTable(parts: readonly Part[], level: Level, base: Month): readonly Plain[] {
  const totals = new Map<string, number>();
  for (const part of parts)
    for (const [line, cost] of Object.entries(costOf(part, level, base)))
      totals.set(line, (totals.get(line) ?? 0) + part.volume * cost);
  const all = [...totals.values()].reduce((a, b) => a + b, 0);
  return [
    texts('line', [...totals.keys()]),
    numbers(
      'share',
      [...totals.values()].map((total) => total / all),
    ),
  ];
}

const texts = (name: string, values: readonly string[]): Plain => ({ name, texts: values });
const numbers = (name: string, values: readonly number[]): Plain => ({
  name,
  numbers: Float64Array.from(values),
});
const monthsColumn = (name: string, months: readonly Month[]): Plain => texts(name, months.map(formatMonth));
