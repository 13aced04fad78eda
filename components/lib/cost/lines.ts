import { formatUnit, isPlain, type Unit } from '../units/unit.js';
import { checkExpression } from './check.js';
import { DueMoney } from './due.js';
import { type Expression, parseExpression, readsOf } from './expression.js';
import type { Faults } from './faults.js';
import type { Inputs } from './inputs.js';
import type { Line, ModelText } from './model.js';
import type { Names, Typed } from './names.js';
import type { Rate } from './rates.js';
import { indexFault, nearHint, type Surroundings } from './surroundings.js';

type Units = Map<string, { readonly unit?: Unit } | undefined>;

/** Reads lines of cost, the quote and the quantity of a model whose rates are read, and settles their units. */
export class LineReader {
  /** Of the lines that were read; undefined for one that is wrong itself. */
  readonly #units: Units = new Map();
  readonly #names: Names;
  readonly #due: DueMoney;

  constructor(
    private readonly text: ModelText,
    around: Surroundings,
    rates: ReadonlyMap<string, Rate | undefined>,
    inputs: Inputs,
    private readonly faults: Faults,
  ) {
    this.#names = namesOf(text, around, rates, this.#units, inputs);
    this.#due = new DueMoney(this.#names);
  }

  /** What all lines are in, once they are read; undefined where columns that nobody can list decide it. */
  get unit(): Unit | undefined {
    return this.#due.unit;
  }

  lines(): readonly Line[] {
    const trees = new Map<string, Expression>();
    for (const [name, source] of Object.entries(this.text.lines)) {
      const tree = this.#parsed(['lines', name], source);
      if (tree) trees.set(name, tree);
    }
    return inOrder(trees, this.faults).flatMap((name) => {
      const source = this.text.lines[name]!;
      const tree = trees.get(name)!;
      const typed = this.#typed(['lines', name], tree, source, `line "${name}"`);
      const wrong = typed?.unit && this.#due.fault(`line "${name}"`, typed.unit, tree, source);
      if (wrong) this.faults.within(['lines', name], wrong);
      // What follows from a line that is wrong itself is not told again.
      this.#units.set(name, typed && !wrong ? { ...(typed.unit && { unit: typed.unit }) } : undefined);
      return typed ? [{ name, source, term: typed.term }] : [];
    });
  }

  /** What was asked for an item: money as the lines are. */
  quote(source: string): Line | undefined {
    const tree = this.#parsed(['quote'], source);
    const typed = tree && this.#typed(['quote'], tree, source, 'the quote');
    if (!typed) return undefined;
    const wrong = typed.unit && this.#due.fault('the quote', typed.unit, tree, source);
    if (wrong) this.faults.within(['quote'], wrong);
    return { name: 'quote', source, term: typed.term };
  }

  /** How many of an item are bought: a number of pieces, or a plain one. */
  quantity(source: string): Line | undefined {
    const tree = this.#parsed(['quantity'], source);
    const typed = tree && this.#typed(['quantity'], tree, source, 'the quantity');
    if (!typed) return undefined;
    const { unit } = typed;
    if (!unit || isPlain(unit) || formatUnit(unit) === 'each')
      return { name: 'quantity', source, term: typed.term };
    return this.faults.within(['quantity'], {
      ...whole(source),
      code: 'spec/unit',
      message: `the quantity is in ${formatUnit(unit)}, and pieces are due`,
      hint: "write to(…, 'each')",
    });
  }

  #parsed(path: readonly string[], source: string): Expression | undefined {
    const parsed = parseExpression(source);
    if ('tree' in parsed) return parsed.tree;
    return this.faults.within(path, { code: 'spec/expression', ...parsed.fault });
  }

  #typed(path: readonly string[], tree: Expression, source: string, what: string): Typed | undefined {
    const typed = checkExpression(tree, source, this.#names);
    if ('fault' in typed) return this.faults.within(path, typed.fault);
    if (typed.kind === 'number' || typed.kind === 'any') return typed;
    const message = `${what} is no number`;
    return this.faults.within(path, { ...whole(source), code: 'spec/expression', message });
  }
}

const whole = (source: string) => ({ start: 0, end: source.length });

/** Lines after those that they read; a circle is named once, at the line that closes it. */
function inOrder(trees: ReadonlyMap<string, Expression>, faults: Faults): readonly string[] {
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
      const { start, end } = read;
      faults.within(['lines', name], { code: 'spec/expression', message, start, end });
    }
    state.set(name, 'done');
    ordered.push(name);
  };
  for (const name of trees.keys()) visit(name, []);
  return ordered;
}

function namesOf(
  text: ModelText,
  around: Surroundings,
  rates: ReadonlyMap<string, Rate | undefined>,
  units: Units,
  inputs: Inputs,
): Names {
  const near = (name: string, names: readonly string[], has: string) =>
    nearHint(name, names, around.nearest, has);
  const { names = [], dated } = around.indices;
  return {
    column: (name) => {
      const found = around.column(name);
      if (found && 'wrong' in found) return { code: 'spec/unit', message: found.wrong };
      if (found) return found;
      const hint = near(name, around.columns, 'its columns:');
      return { code: 'spec/column', message: `there is no column "${name}" here`, hint };
    },
    rate: (name) => {
      if (rates.has(name)) return rates.get(name) ?? { slot: -1 };
      const hint = near(name, Object.keys(text.rates), 'there are');
      return { code: 'spec/expression', message: `there is no rate "${name}"`, hint };
    },
    line: (name) => {
      if (Object.hasOwn(text.lines, name)) return units.get(name);
      const hint = near(name, Object.keys(text.lines), 'there are');
      return { code: 'spec/expression', message: `there is no line "${name}"`, hint };
    },
    index: (name) => indexFault(name, around),
    indexNames: dated ? names : [],
    inputs,
    currency: text.currency,
    baseDate: text.baseDate,
  };
}
