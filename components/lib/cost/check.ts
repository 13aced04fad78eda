import { isCurrency } from '../units/currencies.js';
import { parseUnit } from '../units/parse.js';
import {
  conversion,
  currencyOf,
  formatUnit,
  isPlain,
  type Mixing,
  mixing,
  multiplied,
  plain,
  type Unit,
} from '../units/unit.js';
import type { Expression, Span } from './expression.js';
import type { ColumnFacts, Complaint, LineFault, Names, Typed } from './names.js';
import type { CallName, Term } from './term.js';

class Wrong extends Error {
  constructor(readonly fault: LineFault) {
    super(fault.message);
  }
}

/** The units of an expression and the term that computes it, or the first fault in it. */
export function checkExpression(
  tree: Expression,
  source: string,
  names: Names,
): Typed | { readonly fault: LineFault } {
  try {
    return new Checker(source, names).typed(tree);
  } catch (error) {
    if (error instanceof Wrong) return { fault: error.fault };
    throw error;
  }
}

const verbs: { readonly [op: string]: string } = { '+': 'added', '-': 'subtracted' };

class Checker {
  constructor(
    private readonly source: string,
    private readonly names: Names,
  ) {}

  typed(node: Expression): Typed {
    switch (node.kind) {
      case 'value':
        return this.#value(node);
      case 'read':
        return this.#read(node);
      case 'unary': {
        const of = this.typed(node.of);
        if (node.op === '!') return { kind: 'bool', term: { op: 'not', of: this.#of('bool', of, node.of) } };
        return { ...of, kind: 'number', term: { op: 'negate', of: this.#of('number', of, node.of) } };
      }
      case 'binary':
        return this.#binary(node);
      case 'choice': {
        const when = this.#of('bool', this.typed(node.when), node.when);
        const [yes, no] = [this.typed(node.yes), this.typed(node.no)];
        if (yes.kind !== no.kind && yes.kind !== 'any' && no.kind !== 'any')
          this.#wrong(node, 'spec/expression', 'both sides of : must be of one kind');
        const unit = this.#same(yes, no, node, 'be the two sides of ? :');
        return {
          kind: yes.kind,
          ...(unit && { unit }),
          term: { op: 'choice', when, yes: yes.term, no: no.term },
        };
      }
      case 'call':
        return this.#call(node);
    }
  }

  #value({ value }: Expression & { kind: 'value' }): Typed {
    const term: Term = { op: 'value', value };
    if (typeof value !== 'number') return { kind: typeof value === 'string' ? 'text' : 'bool', term };
    // Nothing is nothing, whatever it is counted in: max(0, …) takes any unit.
    return value === 0 ? { kind: 'number', term } : { kind: 'number', unit: plain, term };
  }

  #read(node: Expression & { kind: 'read' }): Typed {
    const { from, name } = node;
    if (from === 'row') {
      const column = this.names.column(name);
      if ('message' in column) this.#complain(node, column);
      return { ...(column as ColumnFacts), term: { op: 'column', name } };
    }
    if (from === 'rate') {
      const rate = this.names.rate(name);
      if ('message' in rate) this.#complain(node, rate);
      const { unit, slot } = rate as Exclude<typeof rate, Complaint>;
      return { kind: 'number', ...(unit && { unit }), term: { op: 'input', slot } };
    }
    const line = this.names.line(name);
    if (line && 'message' in line) this.#complain(node, line);
    return { kind: 'number', ...(line?.unit && { unit: line.unit }), term: { op: 'line', name } };
  }

  #binary(node: Expression & { kind: 'binary' }): Typed {
    const { op } = node;
    const [left, right] = [this.typed(node.left), this.typed(node.right)];
    const term = (): Term => ({ op, left: left.term, right: right.term });
    if (op === '&&' || op === '||') {
      this.#of('bool', left, node.left);
      this.#of('bool', right, node.right);
      return { kind: 'bool', term: term() };
    }
    if (op === '==' || op === '!=') {
      if (left.kind !== right.kind && left.kind !== 'any' && right.kind !== 'any')
        this.#wrong(node, 'spec/expression', `${kinds[left.kind]} is never ${kinds[right.kind]}`);
      this.#same(left, right, node, 'be compared');
      return { kind: 'bool', term: term() };
    }
    this.#of('number', left, node.left);
    this.#of('number', right, node.right);
    if (op === '*' || op === '/') {
      if (!left.unit || !right.unit) return { kind: 'number', term: term() };
      const unit = multiplied(left.unit, right.unit, op === '*' ? 1 : -1);
      if ('of' in unit) this.#mixed(node, unit, `meet in one ${op === '*' ? 'product' : 'quotient'}`);
      return { kind: 'number', unit: unit as Unit, term: term() };
    }
    const unit = this.#same(left, right, node, `be ${verbs[op] ?? 'compared'}`);
    if (op === '+' || op === '-') return { kind: 'number', ...(unit && { unit }), term: term() };
    return { kind: 'bool', term: term() };
  }

  #call(node: Expression & { kind: 'call' }): Typed {
    const { name, args } = node;
    switch (name) {
      case 'to':
        return this.#to(node);
      case 'convert':
        return this.#convert(node);
      case 'rebase':
        return this.#rebase(node);
      case 'min':
      case 'max': {
        if (args.length < 2) this.#wrong(node, 'spec/expression', `${name} takes two numbers or more`);
        const given = args.map((arg) => this.#number(arg));
        const [first, ...rest] = given;
        const unit = rest.reduce(
          (u, one) => this.#same({ ...first!, ...(u && { unit: u }) }, one, node, 'be compared'),
          first!.unit,
        );
        return called(name, given, unit);
      }
      case 'abs':
      case 'ceil':
      case 'floor': {
        if (args.length !== 1) this.#wrong(node, 'spec/expression', `${name} takes one number`);
        const of = this.#number(args[0]!);
        return called(name, [of], of.unit);
      }
      case 'round': {
        const digits = args[1] ?? { kind: 'value', value: 0, start: node.start, end: node.end };
        const whole = digits.kind === 'value' && Number.isInteger(digits.value);
        if (args.length < 1 || args.length > 2 || !whole)
          this.#wrong(
            node,
            'spec/expression',
            'round takes a number and how many decimals: round(line.x, 2)',
          );
        const of = this.#number(args[0]!);
        return called(name, [of, this.typed(digits)], of.unit);
      }
      default:
        return this.#wrong(
          node,
          'spec/expression',
          `there is no function "${name}" for lines of cost`,
          'there are to, convert, rebase, min, max, abs, ceil, floor, round',
        );
    }
  }

  #to(node: Expression & { kind: 'call' }): Typed {
    const [of, word, at] = this.#withWord(node, "to(row.mass, 'kg')");
    const unit = parseUnit(word);
    if ('message' in unit) return this.#wrong(at, 'spec/unit', unit.message, unit.hint);
    if (!of.unit) return { kind: 'number', term: of.term };
    if (unit.base !== undefined)
      this.#wrong(at, 'spec/unit', 'to changes units alone', "money of another date is rebase(…, 'INDEX')");
    const scale = conversion(of.unit, unit);
    if (!scale) {
      const money = currencyOf(of.unit) !== currencyOf(unit) && currencyOf(of.unit) && currencyOf(unit);
      const hint = money
        ? `money changes with convert(…, '${currencyOf(unit)}')`
        : this.#unstated(node.args[0]!, of.unit);
      this.#wrong(
        node,
        'spec/unit',
        `${formatUnit({ powers: of.unit.powers })} is not to be had in ${word}`,
        hint,
      );
    }
    const { times, over } = scale as { times: number; over: number };
    let { term } = of;
    if (times !== 1) term = { op: '*', left: term, right: { op: 'value', value: times } };
    if (over !== 1) term = { op: '/', left: term, right: { op: 'value', value: over } };
    const base = of.unit.base;
    return { kind: 'number', unit: base === undefined ? unit : { ...unit, base }, term };
  }

  #convert(node: Expression & { kind: 'call' }): Typed {
    const [of, to, at] = this.#withWord(node, "convert(rate.copper, 'EUR')");
    if (!isCurrency(to))
      return this.#wrong(at, 'spec/unit', `"${to}" is not a currency`, 'write EUR, USD, …');
    if (!of.unit) return { kind: 'number', term: of.term };
    const from = currencyOf(of.unit);
    if (from === undefined || Math.abs(of.unit.powers[from]!) !== 1)
      return this.#wrong(node, 'spec/unit', `${formatUnit(of.unit)} is no money to convert`);
    const { base } = of.unit;
    if (base === undefined) return this.#wrong(node.args[0]!, 'spec/unit', undated(of.unit), stateDate);
    const steps = this.names.inputs.exchange(from, to, base);
    if (!steps)
      return this.#wrong(
        node,
        'spec/unit',
        `no exchange rate leads from ${from} to ${to}`,
        `name its column in the table of exchange rates: fx: { quotes: { ${from}${to}: ${to} per ${from} } }`,
      );
    // Money below the line, as in kg/USD, goes the other way.
    const up = of.unit.powers[from] === 1;
    let { term } = of;
    for (const { slot, op } of steps)
      term = { op: (op === '*') === up ? '*' : '/', left: term, right: { op: 'input', slot } };
    const { [from]: power, ...others } = of.unit.powers;
    const powers = from === to ? of.unit.powers : { [to]: power!, ...others };
    return { kind: 'number', unit: { powers, base }, term };
  }

  #rebase(node: Expression & { kind: 'call' }): Typed {
    const [of, index, at] = this.#withWord(node, "rebase(row.price, 'steel_hr')");
    const wrong = this.names.index(index);
    if (wrong) this.#complain(at, wrong);
    if (!of.unit) return { kind: 'number', term: of.term };
    if (!currencyOf(of.unit))
      return this.#wrong(node, 'spec/unit', `${formatUnit(of.unit)} is no money to bring to another date`);
    if (of.unit.base === undefined)
      return this.#wrong(node.args[0]!, 'spec/unit', undated(of.unit), stateDate);
    const { inputs, baseDate } = this.names;
    if (of.unit.base === baseDate) return of;
    const [now, then] = [inputs.index(index, baseDate), inputs.index(index, of.unit.base)];
    const ratio: Term = { op: '/', left: { op: 'input', slot: now }, right: { op: 'input', slot: then } };
    return {
      kind: 'number',
      unit: { ...of.unit, base: baseDate },
      term: { op: '*', left: of.term, right: ratio },
    };
  }

  /** Arguments of a function that takes a number and a word in quotes. */
  #withWord(node: Expression & { kind: 'call' }, example: string): [Typed, string, Expression] {
    const [of, word] = node.args;
    if (node.args.length !== 2 || word!.kind !== 'value' || typeof word!.value !== 'string')
      return this.#wrong(
        node,
        'spec/expression',
        `${node.name} takes a number and a word in quotes: ${example}`,
      );
    return [this.#number(of!), word.value, word];
  }

  #number(node: Expression): Typed {
    const of = this.typed(node);
    this.#of('number', of, node);
    return of;
  }

  #of(kind: 'number' | 'bool', { kind: found, term }: Typed, at: Span): Term {
    if (found !== kind && found !== 'any')
      this.#wrong(at, 'spec/expression', `${kinds[kind]} is due here, not ${kinds[found]}`);
    return term;
  }

  /** The one unit of both, or of the one that is known. */
  #same(left: Typed, right: Typed, node: Expression, verb: string): Unit | undefined {
    if (!left.unit || !right.unit) return left.unit ?? right.unit;
    const mixed = mixing(left.unit, right.unit);
    if (mixed) this.#mixed(node, mixed, `cannot ${verb}`);
    return left.unit;
  }

  #mixed(node: Expression, { of, left, right }: Mixing, verb: string): never {
    const parts = partsOf(node);
    const { currency, indices } = this.names;
    switch (of) {
      case 'money': {
        const foreign = left === currency ? right : left;
        return this.#wrong(
          node,
          'spec/unit',
          `${left} and ${right} ${verb} without a conversion`,
          `convert the ${foreign}: convert(${this.#text(parts[left === currency ? 1 : 0])}, '${currency}')`,
        );
      }
      case 'base': {
        const old = left === this.names.baseDate ? 1 : 0;
        const index = indices[0] ?? 'INDEX';
        return this.#wrong(
          node,
          'spec/unit',
          `money of ${left} and money of ${right} ${verb} without an index between them`,
          [left, right].includes('no stated date')
            ? stateDate
            : `bring it to ${this.names.baseDate}: rebase(${this.#text(parts[old])}, '${index}')`,
        );
      }
      case 'dimension': {
        const at = left === '1' ? 0 : right === '1' ? 1 : undefined;
        const bare = at === undefined ? undefined : parts[at];
        const shown = (unit: string) => (unit === '1' ? 'a plain number' : unit);
        return this.#wrong(
          node,
          'spec/unit',
          `${shown(left)} and ${shown(right)} ${verb}`,
          [left, right].some((unit) => unit.includes('%'))
            ? "a column in % is made a plain number with to(row.NAME, '1')"
            : bare && this.#unstated(bare, plain),
        );
      }
      default:
        return this.#wrong(
          node,
          'spec/unit',
          `${left} and ${right} ${verb} without a conversion`,
          this.#toHint(parts, left, right),
        );
    }
  }

  /** The side that is measured in one unit alone is the one to convert. */
  #toHint(parts: readonly Expression[], left: string, right: string): string {
    const alone = (node: Expression | undefined, symbol: string) =>
      node && formatUnit({ powers: this.typed(node).unit?.powers ?? {} }) === symbol;
    if (alone(parts[1], right)) return `convert it: to(${this.#text(parts[1])}, '${left}')`;
    if (alone(parts[0], left)) return `convert it: to(${this.#text(parts[0])}, '${right}')`;
    return "convert one of them: to(…, 'UNIT')";
  }

  /** A hint where a column is a plain number because nobody said what it is counted in. */
  #unstated(node: Expression, unit: Unit): string | undefined {
    if (node.kind !== 'read' || node.from !== 'row' || !isPlain(unit)) return undefined;
    return `if ${node.name} has a unit, state it where the table is read: units: { ${node.name}: kg }`;
  }

  #text(node: Expression | undefined): string {
    return node ? this.source.slice(node.start, node.end) : '…';
  }

  #complain(at: Span, complaint: Complaint): never {
    return this.#wrong(at, complaint.code, complaint.message, complaint.hint);
  }

  #wrong(at: Span, code: LineFault['code'], message: string, hint?: string): never {
    throw new Wrong({ code, message, start: at.start, end: at.end, ...(hint && { hint }) });
  }
}

export const stateDate = 'state of when it is where the table is read: units: { price: EUR at 2024-06 }';
export const undated = (unit: Unit): string => `${formatUnit(unit)} is money of no stated date`;

const kinds = { number: 'a number', text: 'text', bool: 'true or false', any: 'a value' };

const called = (name: CallName, given: readonly Typed[], unit: Unit | undefined): Typed => ({
  kind: 'number',
  ...(unit && { unit }),
  term: { op: 'call', name, args: given.map(({ term }) => term) },
});

const partsOf = (node: Expression): readonly Expression[] =>
  node.kind === 'binary'
    ? [node.left, node.right]
    : node.kind === 'choice'
      ? [node.yes, node.no]
      : node.kind === 'call'
        ? node.args
        : [];
