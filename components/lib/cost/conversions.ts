import { isCurrency } from '../units/currencies.js';
import { parseUnit } from '../units/parse.js';
import { conversion, currencyOf, formatUnit, isPlain, type Unit } from '../units/unit.js';
import type { Expression } from './expression.js';
import { Wrong, wrong } from './faults.js';
import { stateDate, undated } from './moments.js';
import type { Names, Typed } from './names.js';
import type { Term } from './term.js';

/** A call that turns an amount into what a word in quotes names: a unit, a currency, an index. */
export interface Conversion {
  readonly node: Expression & { readonly kind: 'call' };
  readonly of: Typed;
  readonly word: string;
  /** Where the word stands. */
  readonly at: Expression;
}

export const examples = {
  to: "to(row.mass, 'kg')",
  convert: "convert(rate.copper, 'EUR')",
  rebase: "rebase(row.price, 'steel_hr')",
} as const;

/** Another unit of the same kind. */
export function to({ node, of, word, at }: Conversion): Typed {
  const unit = parseUnit(word);
  if ('message' in unit) return wrong(at, 'spec/unit', unit.message, unit.hint);
  if (!of.unit) return { kind: 'number', term: of.term };
  if (unit.base !== undefined)
    wrong(at, 'spec/unit', 'to changes units alone', "money of another date is rebase(…, 'INDEX')");
  const scale = conversion(of.unit, unit);
  if (!scale) {
    const money = currencyOf(of.unit) !== currencyOf(unit) && currencyOf(of.unit) && currencyOf(unit);
    return wrong(
      node,
      'spec/unit',
      `${formatUnit({ powers: of.unit.powers })} is not to be had in ${word}`,
      money
        ? `money changes with convert(…, '${currencyOf(unit)}')`
        : unstated(node.args[0]!, of.unit, formatUnit(unit)),
    );
  }
  let { term } = of;
  if (scale.times !== 1) term = { op: '*', left: term, right: { op: 'value', value: scale.times } };
  if (scale.over !== 1) term = { op: '/', left: term, right: { op: 'value', value: scale.over } };
  const base = of.unit.base;
  return { kind: 'number', unit: base === undefined ? unit : { ...unit, base }, term };
}

/** Another currency, at the exchange rate of the month that the money is of. */
export function convert({ node, of, word, at }: Conversion, { inputs }: Names): Typed {
  if (!isCurrency(word)) return wrong(at, 'spec/unit', `"${word}" is not a currency`, 'write EUR, USD, …');
  if (!of.unit) return { kind: 'number', term: of.term };
  const from = currencyOf(of.unit);
  if (from === undefined || Math.abs(of.unit.powers[from]!) !== 1)
    return wrong(node, 'spec/unit', `${formatUnit(of.unit)} is no money to convert`);
  const { base } = of.unit;
  if (base === undefined) return wrong(node.args[0]!, 'spec/unit', undated(of.unit), stateDate);
  const steps = inputs.exchange(from, word, base);
  if (!steps)
    return wrong(
      node,
      'spec/unit',
      `no exchange rate leads from ${from} to ${word}`,
      `name its column in the table of exchange rates: fx: { quotes: { ${from}${word}: ${word} per ${from} } }`,
    );
  // Money below the line, as in kg/USD, goes the other way.
  const up = of.unit.powers[from] === 1;
  let { term } = of;
  for (const { slot, op } of steps)
    term = { op: (op === '*') === up ? '*' : '/', left: term, right: { op: 'input', slot } };
  const { [from]: power, ...others } = of.unit.powers;
  const powers = from === word ? of.unit.powers : { [word]: power!, ...others };
  return { kind: 'number', unit: { powers, base }, term };
}

/** Money of another date at the prices of the base date, along an index. */
export function rebase({ node, of, word, at }: Conversion, names: Names): Typed {
  const lacking = names.index(word);
  if (lacking) throw new Wrong(at, lacking);
  if (!of.unit) return { kind: 'number', term: of.term };
  if (!currencyOf(of.unit))
    return wrong(node, 'spec/unit', `${formatUnit(of.unit)} is no money to bring to another date`);
  if (of.unit.base === undefined) return wrong(node.args[0]!, 'spec/unit', undated(of.unit), stateDate);
  const { inputs, baseDate } = names;
  if (of.unit.base === baseDate) return of;
  const [now, then] = [inputs.index(word, baseDate), inputs.index(word, of.unit.base)];
  const ratio: Term = { op: '/', left: { op: 'input', slot: now }, right: { op: 'input', slot: then } };
  return {
    kind: 'number',
    unit: { ...of.unit, base: baseDate },
    term: { op: '*', left: of.term, right: ratio },
  };
}

/** A hint where a column is a plain number because nobody said what it is counted in. */
export function unstated(node: Expression, unit: Unit, example: string): string | undefined {
  if (node.kind !== 'read' || node.from !== 'row' || !isPlain(unit)) return undefined;
  return `if ${node.name} has a unit, state it where the table is read: units: { ${node.name}: ${example} }`;
}
