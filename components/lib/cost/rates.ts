import { type Amount, parseAmount } from '../units/parse.js';
import { currencyOf, formatUnit, type Unit } from '../units/unit.js';
import type { Faults } from './faults.js';
import { type Following, type Inputs, type Pair, parsePair } from './inputs.js';
import type { IndexText, ModelText, RateText } from './model.js';
import { MissingColumns, type Surroundings } from './surroundings.js';

/** A rate as lines use it: its unit, at the base date where it follows an index, and its cell of the inputs. */
export interface Rate {
  readonly unit: Unit;
  readonly slot: number;
}

/** What the columns of the table of exchange rates hold, by name. */
export function readPairs(
  quotes: ModelText['quotes'],
  { fx, nearest }: Surroundings,
  faults: Faults,
): { readonly [name: string]: Pair } {
  const pairs: { [name: string]: Pair } = {};
  const words = { one: 'exchange rate', many: 'exchange rates', port: 'fx', key: true };
  const missing = new MissingColumns(fx, words, nearest);
  for (const [name, text] of Object.entries(quotes)) {
    const path = ['fx', 'quotes', name];
    const pair = parsePair(text);
    if (pair) {
      pairs[name] = pair;
      missing.lacks(name, path);
    } else
      faults.at(path, {
        code: 'spec/value',
        message: `"${text}" does not say in words what the column holds`,
        hint: 'write how much of one currency is paid for one of the other: USD per EUR',
      });
  }
  missing.tell(faults);
  return pairs;
}

/** Rates by name; undefined for one that is wrong itself, and told. */
export function readRates(
  { rates, baseDate }: Pick<ModelText, 'rates' | 'baseDate'>,
  around: Surroundings,
  inputs: Inputs,
  faults: Faults,
): ReadonlyMap<string, Rate | undefined> {
  const words = { one: 'index', many: 'indices', port: 'indices', key: false };
  const missing = new MissingColumns(around.indices, words, around.nearest);
  const reader = new RateReader(baseDate, inputs, missing, faults);
  const read = new Map(Object.entries(rates).map(([name, rate]) => [name, reader.read(name, rate)]));
  missing.tell(faults);
  return read;
}

class RateReader {
  constructor(
    private readonly baseDate: string,
    private readonly inputs: Inputs,
    private readonly missing: MissingColumns,
    private readonly faults: Faults,
  ) {}

  read(name: string, rate: RateText): Rate | undefined {
    const path = typeof rate === 'object' ? ['rates', name, 'price'] : ['rates', name];
    const stated = parseAmount(String(typeof rate === 'object' ? rate.price : rate));
    if ('message' in stated) return this.faults.at(path, { ...stated, code: 'spec/unit' });
    const index = typeof rate === 'object' ? rate.index : undefined;
    const follows = this.#follows(name, index, stated);
    if (!follows) return undefined;
    // A rate stands in a model of a base date; of another date it is only where it says so and follows nothing.
    const base = index === undefined ? (stated.unit.base ?? this.baseDate) : this.baseDate;
    const unit = currencyOf(stated.unit) === undefined ? stated.unit : { powers: stated.unit.powers, base };
    return { unit, slot: this.inputs.rate({ kind: 'rate', name, stated, unit, follows }) };
  }

  #follows(name: string, index: IndexText | undefined, { unit }: Amount): readonly Following[] | undefined {
    if (index === undefined) return [];
    const path = ['rates', name, 'index'];
    const shares = typeof index === 'string' ? { [index]: 1 } : index;
    const sum = Object.values(shares).reduce((a, b) => a + b, 0);
    if (sum > 1 + 1e-9)
      this.faults.at(path, {
        code: 'spec/value',
        message: 'the shares of the indices are more than the price',
        hint: 'what is left over stays as it is',
      });
    const { base } = unit;
    if (base === undefined)
      return this.faults.at(['rates', name, 'price'], {
        code: 'spec/unit',
        message: 'a price that follows an index needs its date',
        hint: `say of when the price is: { price: ${formatUnit(unit) === '1' ? '1 EUR/kg' : `… ${formatUnit(unit)}`} at 2023-01, index: … }`,
      });
    return Object.entries(shares).flatMap(([one, share]) => {
      if (this.missing.lacks(one, typeof index === 'string' ? path : [...path, one])) return [];
      if (base === this.baseDate) return [];
      const from = this.inputs.index(one, base);
      return [{ index: one, share, from, to: this.inputs.index(one, this.baseDate) }];
    });
  }
}
