import { currencyOf, formatUnit, isPlain, mixing, type Unit } from '../units/unit.js';
import { unstated } from './conversions.js';
import type { Expression } from './expression.js';
import { rebaseHint, stateDate, undated } from './moments.js';
import type { LineFault, Names } from './names.js';

/** What every line must give: money of the model's currency and date, all for one item, or all for one piece of it. */
export class DueMoney {
  #first: { readonly line: string; readonly unit: Unit } | undefined;

  constructor(private readonly names: Names) {}

  /** What all lines are in; undefined before the first. */
  get unit(): Unit | undefined {
    return this.#first?.unit;
  }

  /** What is wrong with what a line gives, and the conversion that is missing. */
  fault(name: string, unit: Unit, tree: Expression, source: string): LineFault | undefined {
    const { currency, baseDate } = this.names;
    const told = (message: string, hint: string | undefined): LineFault => ({
      code: 'spec/unit',
      message,
      ...(hint && { hint }),
      start: 0,
      end: source.length,
    });
    const due = `${currency} at ${baseDate}`;
    const gives = `${name} gives ${isPlain(unit) ? 'a plain number' : formatUnit(unit)}, and ${due} is due`;
    const written = source.length <= longestInHint ? source : '…';
    const found = currencyOf(unit);
    if (found === undefined || unit.powers[found] !== 1) return told(gives, unstated(tree, unit, due));
    if (found !== currency) return told(gives, `put it into convert(${written}, '${currency}')`);
    if (unit.base === undefined) return told(undated(unit), stateDate);
    if (unit.base !== baseDate)
      return told(gives, `put it into ${rebaseHint(written, this.names.indexNames)}`);
    const others = Object.entries(unit.powers).filter(([symbol]) => symbol !== currency);
    if (others.some(([symbol, power]) => power !== -1 || symbol !== 'each'))
      return told(gives, perHint(others));
    this.#first ??= { line: name, unit };
    if (!mixing(this.#first.unit, unit)) return undefined;
    return told(
      `${name} gives ${formatUnit(unit)}, and ${this.#first.line} ${formatUnit(this.#first.unit)}`,
      'all lines are for one item, or all for one piece of it',
    );
  }
}

const longestInHint = 40;

function perHint(others: readonly (readonly [string, number])[]): string {
  const words = others.map(([symbol, power]) => (power < 0 ? `per ${symbol}` : `times ${symbol}`));
  return `it is money ${words.join(' ')}: something is missing, or a column has no unit (units: where the table is read)`;
}
