import { type Mixing, mixing, multiplied, plain, type Unit } from '../units/unit.js';
import { type Conversion, convert, examples, rebase, to } from './conversions.js';
import type { Expression, Span } from './expression.js';
import { Wrong, wrong } from './faults.js';
import { mixedUnits } from './mixed.js';
import type { ColumnFacts, Complaint, LineFault, Names, Typed } from './names.js';
import type { CallName, Term } from './term.js';

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
          wrong(node, 'spec/expression', 'both sides of : must be of one kind');
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
      if ('message' in column) throw new Wrong(node, column);
      return { ...(column as ColumnFacts), term: { op: 'column', name } };
    }
    if (from === 'rate') {
      const rate = this.names.rate(name);
      if ('message' in rate) throw new Wrong(node, rate);
      const { unit, slot } = rate as Exclude<typeof rate, Complaint>;
      return { kind: 'number', ...(unit && { unit }), term: { op: 'input', slot } };
    }
    const line = this.names.line(name);
    if (line && 'message' in line) throw new Wrong(node, line);
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
        wrong(node, 'spec/expression', `${kinds[left.kind]} is never ${kinds[right.kind]}`);
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
        return to(this.#conversion(node, examples.to));
      case 'convert':
        return convert(this.#conversion(node, examples.convert), this.names);
      case 'rebase':
        return rebase(this.#conversion(node, examples.rebase), this.names);
      case 'min':
      case 'max': {
        if (args.length < 2) wrong(node, 'spec/expression', `${name} takes two numbers or more`);
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
        if (args.length !== 1) wrong(node, 'spec/expression', `${name} takes one number`);
        const of = this.#number(args[0]!);
        return called(name, [of], of.unit);
      }
      case 'round': {
        const digits = args[1] ?? { kind: 'value', value: 0, start: node.start, end: node.end };
        const whole = digits.kind === 'value' && Number.isInteger(digits.value);
        if (args.length < 1 || args.length > 2 || !whole)
          wrong(node, 'spec/expression', 'round takes a number and how many decimals: round(line.x, 2)');
        const of = this.#number(args[0]!);
        return called(name, [of, this.typed(digits)], of.unit);
      }
      default:
        return wrong(
          node,
          'spec/expression',
          `there is no function "${name}" for lines of cost`,
          'there are to, convert, rebase, min, max, abs, ceil, floor, round',
        );
    }
  }

  /** A call that takes a number and a word in quotes. */
  #conversion(node: Expression & { kind: 'call' }, example: string): Conversion {
    const [of, word] = node.args;
    if (node.args.length !== 2 || word!.kind !== 'value' || typeof word!.value !== 'string')
      return wrong(node, 'spec/expression', `${node.name} takes a number and a word in quotes: ${example}`);
    return { node, of: this.#number(of!), word: word.value, at: word };
  }

  #number(node: Expression): Typed {
    const of = this.typed(node);
    this.#of('number', of, node);
    return of;
  }

  #of(kind: 'number' | 'bool', { kind: found, term }: Typed, at: Span): Term {
    if (found !== kind && found !== 'any')
      wrong(at, 'spec/expression', `${kinds[kind]} is due here, not ${kinds[found]}`);
    return term;
  }

  /** The one unit of both, or of the one that is known. */
  #same(left: Typed, right: Typed, node: Expression, verb: string): Unit | undefined {
    if (!left.unit || !right.unit) return left.unit ?? right.unit;
    const mixed = mixing(left.unit, right.unit);
    if (mixed) this.#mixed(node, mixed, `cannot ${verb}`);
    return left.unit;
  }

  #mixed(node: Expression, mixing: Mixing, verb: string): never {
    const text = ({ start, end }: Span) => this.source.slice(start, end);
    const typed = (part: Expression) => this.typed(part);
    throw new Wrong(node, mixedUnits({ node, mixing, verb, text, typed }, this.names));
  }
}

const kinds = { number: 'a number', text: 'text', bool: 'true or false', any: 'a value' };

const called = (name: CallName, given: readonly Typed[], unit: Unit | undefined): Typed => ({
  kind: 'number',
  ...(unit && { unit }),
  term: { op: 'call', name, args: given.map(({ term }) => term) },
});
