import { parseUnit } from './parse.js';
import { currencyOf, plain, type Unit } from './unit.js';

/** What a column says of its numbers. */
export interface UnitOfField {
  readonly name: string;
  readonly unit?: string;
  readonly currency?: string;
  readonly priceBase?: string;
}

/**
 * What the numbers of a column are, for calculating with units: its unit, its currency (`currency: EUR` with `unit: kg`
 * is EUR/kg) and price base as one. A column of which nothing is said holds plain numbers.
 */
export function fieldUnit({
  name,
  unit,
  currency,
  priceBase,
}: UnitOfField): Unit | { readonly wrong: string } {
  const parsed = unit === undefined ? plain : parseUnit(unit);
  if ('message' in parsed) return { wrong: `column "${name}" is in "${unit}": ${parsed.hint}` };
  const powers = { ...parsed.powers };
  if (currency !== undefined && currencyOf(parsed) === undefined) {
    for (const symbol of Object.keys(powers)) powers[symbol] = -powers[symbol]!;
    return { powers: { [currency]: 1, ...powers }, ...(priceBase !== undefined && { base: priceBase }) };
  }
  return priceBase === undefined || currencyOf(parsed) === undefined
    ? { powers }
    : { powers, base: priceBase };
}
