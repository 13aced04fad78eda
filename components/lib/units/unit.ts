import { isCurrency } from './currencies.js';
import { type Dimension, symbols } from './symbols.js';

/**
 * The type of a number: units as they are written, with exponents, so that kg and lb are different things and nothing is
 * converted that nobody asked for. Money is a unit named by its currency; `base` is the month or year (`2024-06`,
 * `2019`) to whose price level it is stated. A plain number has no powers.
 */
export interface Unit {
  readonly powers: { readonly [symbol: string]: number };
  readonly base?: string;
}

export const plain: Unit = { powers: {} };

export const dimensionOf = (symbol: string): Dimension =>
  isCurrency(symbol) ? 'money' : symbols[symbol]!.dimension;

export const currencyOf = ({ powers }: Unit): string | undefined => Object.keys(powers).find(isCurrency);

export const isPlain = ({ powers }: Unit): boolean => Object.keys(powers).length === 0;

/** `EUR/kg at 2024-06`; a plain number is `1`. */
export function formatUnit({ powers, base }: Unit): string {
  const written = ([symbol, power]: [string, number]) =>
    Math.abs(power) === 1 ? symbol : `${symbol}${Math.abs(power)}`;
  const entries = Object.entries(powers);
  const over = entries.filter(([, power]) => power > 0).map(written);
  const under = entries.filter(([, power]) => power < 0).map(written);
  const unit = [over.join('*') || '1', ...under].join('/');
  return base === undefined ? unit : `${unit} at ${base}`;
}

/** What keeps two numbers from being added, multiplied or converted, and the symbols or dates that differ. */
export interface Mixing {
  readonly of: Dimension | 'base' | 'dimension';
  readonly left: string;
  readonly right: string;
}

/** Product of two units (`sign` −1: quotient), or the two that mix: kg by EUR/lb, money of 2019 by money of 2024. */
export function multiplied(left: Unit, right: Unit, sign: 1 | -1): Unit | Mixing {
  const powers: { [symbol: string]: number } = { ...left.powers };
  for (const [symbol, power] of Object.entries(right.powers)) {
    const sum = (powers[symbol] ?? 0) + sign * power;
    if (sum === 0) delete powers[symbol];
    else powers[symbol] = sum;
  }
  // What is mixed is told by what meets here: a unit such as USD/EUR or m3/l may well hold two of a kind.
  for (const theirs of Object.keys(right.powers))
    for (const ours of Object.keys(left.powers))
      if (ours !== theirs && ours in powers && theirs in powers && dimensionOf(ours) === dimensionOf(theirs))
        return { of: dimensionOf(ours), left: ours, right: theirs };
  if (left.base !== undefined && right.base !== undefined && left.base !== right.base)
    return { of: 'base', left: left.base, right: right.base };
  const base = left.base ?? right.base;
  return currencyOf({ powers }) && base !== undefined ? { powers, base } : { powers };
}

/** What keeps two numbers from being added or compared; undefined where they may be. */
export function mixing(left: Unit, right: Unit): Mixing | undefined {
  const names = (unit: Unit) => formatUnit({ powers: unit.powers });
  if (!sameDimension(left, right)) return { of: 'dimension', left: names(left), right: names(right) };
  for (const symbol of Object.keys(left.powers)) {
    if (left.powers[symbol] === right.powers[symbol]) continue;
    if (dimensionOf(symbol) === 'share') return { of: 'dimension', left: names(left), right: names(right) };
    const other = Object.keys(right.powers).find(
      (theirs) => left.powers[theirs] === undefined && dimensionOf(theirs) === dimensionOf(symbol),
    );
    return { of: dimensionOf(symbol), left: symbol, right: other ?? names(right) };
  }
  if (Object.keys(right.powers).some((symbol) => !(symbol in left.powers)))
    return { of: 'dimension', left: names(left), right: names(right) };
  if (currencyOf(left) && left.base !== right.base)
    return { of: 'base', left: left.base ?? 'no stated date', right: right.base ?? 'no stated date' };
  return undefined;
}

/** Of lengths, masses, …, and of money of any currency. */
function sameDimension(left: Unit, right: Unit): boolean {
  const [a, b] = [dimensionsOf(left), dimensionsOf(right)];
  return [...new Set([...a.keys(), ...b.keys()])].every((d) => (a.get(d) ?? 0) === (b.get(d) ?? 0));
}

function dimensionsOf({ powers }: Unit): ReadonlyMap<Dimension, number> {
  const sums = new Map<Dimension, number>();
  for (const [symbol, power] of Object.entries(powers)) {
    const dimension = dimensionOf(symbol);
    if (dimension === 'share') continue;
    const each = dimension === 'money' ? 1 : symbols[symbol]!.power;
    sums.set(dimension, (sums.get(dimension) ?? 0) + each * power);
  }
  return sums;
}

/** What a number of one unit is multiplied by and then divided by to be of the other; undefined where it cannot be. */
export function conversion(
  from: Unit,
  to: Unit,
): { readonly times: number; readonly over: number } | undefined {
  if (!sameDimension(from, to)) return undefined;
  let times = 1;
  let over = 1;
  const apply = (powers: Unit['powers'], sign: 1 | -1): boolean =>
    Object.entries(powers).every(([symbol, power]) => {
      if (isCurrency(symbol)) return from.powers[symbol] === to.powers[symbol];
      const { times: t, over: o } = symbols[symbol]!;
      const n = power * sign;
      times *= n > 0 ? t ** n : o ** -n;
      over *= n > 0 ? o ** n : t ** -n;
      return true;
    });
  if (!apply(from.powers, 1) || !apply(to.powers, -1)) return undefined;
  const shared = divisor(times, over);
  return { times: times / shared, over: over / shared };
}

/** Greatest common divisor of two whole numbers, 1 where they are too large to be exact. */
function divisor(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return 1;
  return b === 0 ? a : divisor(b, a % b);
}
