import { isCurrency } from '../units/currencies.js';
import type { Unit } from '../units/unit.js';
import { Faults, type ModelFault } from './faults.js';
import { type Change, Inputs, type Scenario } from './inputs.js';
import { LineReader } from './lines.js';
import { readPairs, readRates } from './rates.js';
import { readChange } from './scenario.js';
import { nearHint, type Surroundings } from './surroundings.js';
import { columnsIn, type Term } from './term.js';

/** A cost model as written; see `cost.model`. */
export interface ModelText {
  readonly currency: string;
  readonly baseDate: string;
  readonly rates: { readonly [name: string]: RateText };
  readonly lines: { readonly [name: string]: string };
  readonly scenarios: { readonly [name: string]: { readonly [input: string]: number | string } };
  /** Exchange rates by column: `USD per EUR`. */
  readonly quotes: { readonly [column: string]: string };
  /** What was asked for an item, as a line of cost. */
  readonly quote?: string | undefined;
  /** How many of an item are bought: a number, of pieces or plain. */
  readonly quantity?: string | undefined;
}
export type RateText = number | string | { readonly price: string; readonly index?: IndexText };
export type IndexText = string | { readonly [index: string]: number };

export interface Line {
  readonly name: string;
  readonly source: string;
  readonly term: Term;
}

export interface Model {
  readonly currency: string;
  readonly baseDate: string;
  /** What all lines are in: EUR, or EUR/each. Undefined where columns that nobody can list decide it. */
  readonly unit?: Unit;
  /** Each after those that it reads. */
  readonly lines: readonly Line[];
  readonly quote?: Line;
  readonly quantity?: Line;
  readonly inputs: Inputs;
  readonly scenarios: ReadonlyMap<string, Scenario>;
}

/** Columns of the items that any line, the quote or the quantity reads. */
export const columnsOfModel = ({ lines, quote, quantity }: Model): readonly string[] => [
  ...new Set([...lines, quote, quantity].flatMap((line) => (line ? columnsIn(line.term) : []))),
];

/** A model with everything checked: names, circles, units, currencies, dates; all faults together. */
export function readModel(
  text: ModelText,
  around: Surroundings,
): { model: Model; faults: readonly ModelFault[] } {
  const { currency, baseDate } = text;
  const faults = new Faults();
  if (!isCurrency(currency))
    faults.at(['currency'], {
      code: 'spec/unit',
      message: `"${currency}" is not a currency`,
      hint: 'write EUR, USD, …',
    });
  const inputs = new Inputs(readPairs(text.quotes, around, faults));
  const rates = readRates(text, around, inputs, faults);
  const reader = new LineReader(text, around, rates, inputs, faults);
  const lines = reader.lines();
  const quote = text.quote === undefined ? undefined : reader.quote(text.quote);
  const quantity = text.quantity === undefined ? undefined : reader.quantity(text.quantity);
  const scenarios = readScenarios(text, around, inputs, faults);
  const { unit } = reader;
  const model = {
    currency,
    baseDate,
    lines,
    inputs,
    scenarios,
    ...(quote && { quote }),
    ...(quantity && { quantity }),
    ...(unit && { unit }),
  };
  return { model, faults: faults.all };
}

function readScenarios(
  { scenarios, quotes }: ModelText,
  { indices, nearest }: Surroundings,
  { all }: Inputs,
  faults: Faults,
): ReadonlyMap<string, Scenario> {
  const sound = faults.all.length === 0;
  const idle = [...(indices.names ?? []), ...Object.keys(quotes)];
  const names = [...new Set(all.map((input) => input.name))];
  const read = new Map<string, Scenario>();
  for (const [scenario, changes] of Object.entries(scenarios)) {
    const held = new Map<string, Change>();
    for (const [name, value] of Object.entries(changes)) {
      const change = readChange(name, value, all);
      if (change && 'key' in change) held.set(change.key, change.change);
      else if (change) faults.at(['scenarios', scenario, name], change);
      // Where a rate or a line is wrong, so may be what would have had that name.
      else if (sound)
        faults.at(
          ['scenarios', scenario, name],
          {
            code: 'spec/value',
            message: idle.includes(name)
              ? `no line and no rate of this model depends on "${name}"`
              : `there is no rate, index or exchange rate "${name}" to change`,
            hint: nearHint(name, names, nearest, 'a scenario changes'),
          },
          true,
        );
    }
    read.set(scenario, held);
  }
  return read;
}

/** A column of a table that a model makes, before it is made. */
interface Planned {
  readonly name: string;
  readonly type: 'string' | 'float64';
  readonly role: 'feature';
}

/** Columns that the items get. */
export const addedColumns = ({ lines, quote }: Pick<ModelText, 'lines' | 'quote'>): readonly string[] => [
  ...Object.keys(lines).map((name) => `cost_${name}`),
  'cost_total',
  ...(quote === undefined ? [] : ['quoted', 'gap', 'gap_share']),
];

/** Columns of the other tables, for lines of these names and items with these columns as their keys. */
export const plannedTables = <Key>(lines: readonly string[], keys: readonly Key[]) => ({
  drivers: { fields: planned('kind: name: amount share elasticity low high') },
  scenarios: {
    fields: [
      ...planned('scenario: total change change_share'),
      ...lines.flatMap((name) => planned(`cost_${name}`)),
    ],
  },
  gaps: {
    fields: [...planned('row'), ...keys, ...planned('kind: name: amount gap needed_change')],
  },
  inputs: { fields: planned('kind: name: stated stated_unit: of: value unit: follows:') },
});

/** Columns of numbers; those with a colon are of text. */
const planned = (names: string): Planned[] =>
  names.split(' ').map((name) => ({
    name: name.replace(':', ''),
    type: name.endsWith(':') ? 'string' : 'float64',
    role: 'feature',
  }));
