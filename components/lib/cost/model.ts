import { isCurrency } from '../units/currencies.js';
import { type Amount, parseAmount } from '../units/parse.js';
import { currencyOf, formatUnit, isPlain, mixing, type Unit } from '../units/unit.js';
import { checkExpression, stateDate, undated } from './check.js';
import { type Expression, parseExpression, readsOf, type Span } from './expression.js';
import { type Change, Inputs, type Pair, parsePair, type Scenario } from './inputs.js';
import type { ColumnFacts, LineFault, Names } from './names.js';
import { readChange } from './scenario.js';
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

/** Something wrong with a model: where under `with`, and where in the text there. */
export interface ModelFault {
  readonly path: readonly (string | number)[];
  readonly code: LineFault['code'] | 'spec/value';
  readonly message: string;
  readonly hint?: string;
  readonly span?: Span;
}

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

/** What the lines may read beside the model's own rates and lines. */
export interface Surroundings {
  /** Undefined: there is none of that name. A column of a table that nobody can list is of any kind. */
  column(name: string): ColumnFacts | { readonly wrong: string } | undefined;
  /** Names for a hint on a column that is not there. */
  readonly columns: readonly string[];
  /** Columns of the table of indices; undefined where nobody can list them. */
  readonly indices: readonly string[] | undefined;
  /** Columns of the table of exchange rates; undefined where nobody can list them. */
  readonly exchanges: readonly string[] | undefined;
  nearest(typed: string, names: readonly string[]): string | undefined;
}

/** A model with everything checked: names, circles, units, currencies, dates; all faults together. */
export function readModel(
  text: ModelText,
  around: Surroundings,
): { model: Model; faults: readonly ModelFault[] } {
  const reader = new Reader(text, around);
  const model = reader.read();
  return { model, faults: reader.faults };
}

class Reader {
  readonly faults: ModelFault[] = [];
  readonly #pairs: { [name: string]: Pair } = {};
  readonly #rates = new Map<string, { readonly unit: Unit; readonly slot: number } | undefined>();
  readonly #units = new Map<string, { readonly unit?: Unit } | undefined>();
  #inputs = new Inputs({});
  #first: { readonly line: string; readonly unit: Unit } | undefined;

  constructor(
    private readonly text: ModelText,
    private readonly around: Surroundings,
  ) {}

  read(): Model {
    const { currency, baseDate } = this.text;
    if (!isCurrency(currency))
      this.#fault(['currency'], 'spec/unit', `"${currency}" is not a currency`, 'write EUR, USD, …');
    this.#readPairs();
    this.#inputs = new Inputs(this.#pairs);
    for (const [name, rate] of Object.entries(this.text.rates)) this.#rates.set(name, this.#rate(name, rate));
    const lines = this.#lines();
    const quote = this.#extra('quote', this.text.quote);
    const quantity = this.#extra('quantity', this.text.quantity);
    const scenarios = this.#scenarios();
    const unit = this.#first?.unit;
    return {
      currency,
      baseDate,
      lines,
      inputs: this.#inputs,
      scenarios,
      ...(quote && { quote }),
      ...(quantity && { quantity }),
      ...(unit && { unit }),
    };
  }

  #readPairs(): void {
    for (const [name, words] of Object.entries(this.text.quotes)) {
      const pair = parsePair(words);
      const { exchanges, nearest } = this.around;
      if (pair && exchanges && !exchanges.includes(name)) {
        const near = this.#near(name, exchanges, nearest, 'the table has');
        this.#fault(
          ['fx', 'quotes', name],
          'spec/column',
          exchanges.length === 0
            ? 'no table of exchange rates is wired: in: { fx: … }'
            : `there is no column "${name}"`,
          exchanges.length === 0 ? undefined : near,
        );
      }
      if (pair) this.#pairs[name] = pair;
      else
        this.#fault(
          ['fx', 'quotes', name],
          'spec/value',
          `"${words}" does not say in words what the column holds`,
          'write how much of one currency is paid for one of the other: USD per EUR',
        );
    }
  }

  #rate(name: string, rate: RateText): { unit: Unit; slot: number } | undefined {
    const path = typeof rate === 'object' ? ['rates', name, 'price'] : ['rates', name];
    const stated = this.#amount(typeof rate === 'object' ? rate.price : rate, path);
    if (!stated) return undefined;
    const { baseDate } = this.text;
    const money = currencyOf(stated.unit) !== undefined;
    const follows = typeof rate === 'object' ? this.#follows(name, rate.index, stated) : [];
    if (!follows) return undefined;
    // A rate stands in a model of a base date; of another date it is only where it says so.
    const own = stated.unit.base ?? baseDate;
    const unit = money
      ? { powers: stated.unit.powers, base: follows.length > 0 ? baseDate : own }
      : stated.unit;
    return { unit, slot: this.#inputs.rate({ kind: 'rate', name, stated, unit, follows }) };
  }

  #amount(text: number | string, path: readonly string[]): Amount | undefined {
    const amount = parseAmount(String(text));
    if (!('message' in amount)) return amount;
    this.#fault(path, 'spec/unit', amount.message, amount.hint);
    return undefined;
  }

  #follows(name: string, index: IndexText | undefined, { unit }: Amount) {
    if (index === undefined) return [];
    const path = ['rates', name, 'index'];
    const shares = typeof index === 'string' ? { [index]: 1 } : index;
    const sum = Object.values(shares).reduce((a, b) => a + b, 0);
    if (sum > 1 + 1e-9)
      this.#fault(
        path,
        'spec/value',
        'the shares of the indices are more than the price',
        'what is left over stays as it is',
      );
    if (unit.base === undefined) {
      const hint = `say of when the price is: { price: ${formatUnit(unit) === '1' ? '1 EUR/kg' : `… ${formatUnit(unit)}`} at 2023-01, index: … }`;
      this.#fault(
        ['rates', name, 'price'],
        'spec/unit',
        'a price that follows an index needs its date',
        hint,
      );
      return undefined;
    }
    const { base } = unit;
    const { baseDate } = this.text;
    return Object.entries(shares).flatMap(([one, share]) => {
      const wrong = this.#index(one);
      if (wrong) {
        this.#fault(typeof index === 'string' ? path : [...path, one], wrong.code, wrong.message, wrong.hint);
        return [];
      }
      if (base === baseDate) return [];
      const from = this.#inputs.index(one, base);
      return [{ index: one, share, from, to: this.#inputs.index(one, baseDate) }];
    });
  }

  #index(name: string) {
    const { indices, nearest } = this.around;
    if (!indices || indices.includes(name)) return undefined;
    const hint = this.#near(name, indices, nearest, 'the table of indices has');
    const message =
      indices.length === 0
        ? 'no table of indices is wired: in: { indices: … }'
        : `there is no index "${name}"`;
    return { code: 'spec/column' as const, message, ...(indices.length > 0 && { hint }) };
  }

  #near(name: string, names: readonly string[], nearest: Surroundings['nearest'], has: string): string {
    const near = nearest(name, names);
    return near ? `did you mean ${near}?` : `${has} ${names.slice(0, 12).join(', ') || 'none'}`;
  }

  #lines(): readonly Line[] {
    const trees = new Map<string, Expression>();
    for (const [name, source] of Object.entries(this.text.lines)) {
      const parsed = parseExpression(source);
      if ('tree' in parsed) trees.set(name, parsed.tree);
      else this.#lineFault(name, { code: 'spec/expression', ...parsed.fault });
    }
    const lines: Line[] = [];
    for (const name of this.#ordered(trees)) {
      const line = this.#line(name, trees.get(name)!);
      if (line) lines.push(line);
    }
    return lines;
  }

  /** The quote is money as the lines are; the quantity a number of pieces, or a plain one. */
  #extra(name: 'quote' | 'quantity', source: string | undefined): Line | undefined {
    if (source === undefined) return undefined;
    const parsed = parseExpression(source);
    const fault = (wrong: LineFault) => this.#spanned([name], wrong);
    if ('fault' in parsed) return fault({ code: 'spec/expression', ...parsed.fault });
    const typed = checkExpression(parsed.tree, source, this.#names());
    if ('fault' in typed) return fault(typed.fault);
    const whole = { start: 0, end: source.length };
    if (typed.kind !== 'number' && typed.kind !== 'any')
      return fault({ ...whole, code: 'spec/expression', message: `the ${name} is no number` });
    if (name === 'quote' && typed.unit) this.#money('the quote', typed.unit, whole, fault);
    const counted = !typed.unit || isPlain(typed.unit) || formatUnit(typed.unit) === 'each';
    if (name === 'quantity' && !counted)
      return fault({
        ...whole,
        code: 'spec/unit',
        message: `the quantity is in ${formatUnit(typed.unit!)}, and pieces are due`,
        hint: "write to(…, 'each')",
      });
    return { name, source, term: typed.term };
  }

  #line(name: string, tree: Expression): Line | undefined {
    const source = this.text.lines[name]!;
    const typed = checkExpression(tree, source, this.#names());
    if ('fault' in typed) {
      this.#lineFault(name, typed.fault);
      this.#units.set(name, undefined);
      return undefined;
    }
    const whole = { start: 0, end: source.length };
    if (typed.kind !== 'number' && typed.kind !== 'any')
      this.#lineFault(name, { ...whole, code: 'spec/expression', message: `line "${name}" is no number` });
    const fault = (wrong: LineFault) => this.#spanned(['lines', name], wrong);
    if (typed.unit) this.#money(`line "${name}"`, typed.unit, whole, fault);
    this.#units.set(name, typed.unit ? { unit: typed.unit } : {});
    return { name, source, term: typed.term };
  }

  /** A line is money of the model's currency and date, and all are for the same: the item, or one piece of it. */
  #money(name: string, unit: Unit, whole: Span, fault: (wrong: LineFault) => undefined): undefined {
    const { currency, baseDate } = this.text;
    const due = `${currency} at ${baseDate} is due`;
    const gives = `${name} gives ${isPlain(unit) ? 'a plain number' : formatUnit(unit)}, and ${due}`;
    const found = currencyOf(unit);
    const wrong = (hint?: string, message = gives) =>
      fault({ ...whole, code: 'spec/unit', message, ...(hint && { hint }) });
    if (found === undefined || unit.powers[found] !== 1) return wrong();
    if (found !== currency) return wrong(`put it into convert(…, '${currency}')`);
    if (unit.base === undefined) return wrong(stateDate, undated(unit));
    if (unit.base !== baseDate) return wrong("put it into rebase(…, 'INDEX')");
    const others = Object.entries(unit.powers).filter(([symbol]) => symbol !== currency);
    if (others.some(([symbol, power]) => power !== -1 || symbol !== 'each'))
      return wrong(this.#perHint(others));
    this.#first ??= { line: name, unit };
    if (!mixing(this.#first.unit, unit)) return undefined;
    return wrong(
      'all lines are for one item, or all for one piece of it',
      `${name} gives ${formatUnit(unit)}, and ${this.#first.line} ${formatUnit(this.#first.unit)}`,
    );
  }

  #perHint(others: readonly (readonly [string, number])[]): string {
    const words = others.map(([symbol, power]) => (power < 0 ? `per ${symbol}` : `times ${symbol}`));
    return `it is money ${words.join(' ')}: something is missing, or a column has no unit (units: where the table is read)`;
  }

  #names(): Names {
    const { text, around } = this;
    return {
      column: (name) => {
        const found = around.column(name);
        if (found && 'wrong' in found) return { code: 'spec/unit', message: found.wrong };
        if (found) return found;
        const hint = this.#near(name, around.columns, around.nearest, 'its columns:');
        return { code: 'spec/column', message: `there is no column "${name}" here`, hint };
      },
      rate: (name) => {
        if (this.#rates.has(name)) return this.#rates.get(name) ?? { slot: -1 };
        const hint = this.#near(name, Object.keys(text.rates), around.nearest, 'there are');
        return { code: 'spec/expression', message: `there is no rate "${name}"`, hint };
      },
      line: (name) => {
        if (Object.hasOwn(text.lines, name)) return this.#units.get(name);
        const hint = this.#near(name, Object.keys(text.lines), around.nearest, 'there are');
        return { code: 'spec/expression', message: `there is no line "${name}"`, hint };
      },
      index: (name) => this.#index(name),
      indices: around.indices ?? [],
      inputs: this.#inputs,
      currency: text.currency,
      baseDate: text.baseDate,
    };
  }

  /** Lines after those that they read; a circle is named once, at the line that closes it. */
  #ordered(trees: ReadonlyMap<string, Expression>): readonly string[] {
    const ordered: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (name: string, way: readonly string[]): void => {
      if (state.get(name) === 'done' || !trees.has(name)) return;
      state.set(name, 'open');
      for (const read of readsOf(trees.get(name)!)) {
        if (read.from !== 'line') continue;
        if (state.get(read.name) !== 'open') {
          visit(read.name, [...way, name]);
          continue;
        }
        const circle = [...way, name].slice([...way, name].indexOf(read.name));
        const message = `lines that wait for each other: ${[...circle, read.name].join(' → ')}`;
        this.#lineFault(name, { code: 'spec/expression', message, start: read.start, end: read.end });
      }
      state.set(name, 'done');
      ordered.push(name);
    };
    for (const name of trees.keys()) visit(name, []);
    return ordered;
  }

  #scenarios(): ReadonlyMap<string, Scenario> {
    const scenarios = new Map<string, Scenario>();
    for (const [scenario, changes] of Object.entries(this.text.scenarios)) {
      const held = new Map<string, Change>();
      for (const [name, value] of Object.entries(changes)) {
        const path = ['scenarios', scenario, name];
        const read = readChange(name, value, this.#inputs.all);
        if ('key' in read) held.set(read.key, read.change);
        else if (!read.unknown || this.faults.length === 0)
          this.#fault(path, read.code, read.message, read.hint ?? this.#scenarioHint(name));
      }
      scenarios.set(scenario, held);
    }
    return scenarios;
  }

  #scenarioHint(name: string): string | undefined {
    const names = [...new Set(this.#inputs.all.map((input) => input.name))];
    return this.#near(name, names, this.around.nearest, 'a scenario changes');
  }

  #lineFault(name: string, wrong: LineFault): void {
    this.#spanned(['lines', name], wrong);
  }

  #spanned(path: ModelFault['path'], { code, message, hint, start, end }: LineFault): undefined {
    this.faults.push({ path, code, message, ...(hint && { hint }), span: { start, end } });
  }

  #fault(path: ModelFault['path'], code: ModelFault['code'], message: string, hint?: string): void {
    this.faults.push({ path, code, message, ...(hint && { hint }) });
  }
}
