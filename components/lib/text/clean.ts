import { dateBy } from './examples.js';
import { isDay } from './readings.js';
import { daysOf } from './values.js';

/**
 * One cell of a column that people typed: prices with currency signs, amounts per hundred, dates of one country. A value,
 * or the reason why there is none; what can be read in two ways has none.
 */
export type Parsed<T> = { readonly value: T } | { readonly reason: string };

/** Which mark is the decimal one; undefined: only what both readings agree on is read. */
export type Mark = 'point' | 'comma' | undefined;

const grouped = (marks: string, decimal: string) =>
  new RegExp(`^(?:\\d{1,3}(?<mark>[ '’${marks}])\\d{3}(?:\\k<mark>\\d{3})*|\\d+)(?:${decimal}\\d+)?$`);
const byPoint = grouped(',', '\\.');
const byComma = grouped('.', ',');

/**
 * A number as people write it: thousands grouped by the other mark, blanks or apostrophes; a minus before or after it
 * (SAP), or round brackets (accounting).
 */
export function parseNumber(text: string, mark: Mark): Parsed<number> {
  const plain = text
    .replace(/[\s\u00a0\u202f]+/g, ' ')
    .replace(/[−–]/g, '-')
    .trim();
  const signed = /^(?:\((?<inside>.*)\)|(?<before>[-+]?)(?<between>.*?)(?<after>-?))$/.exec(plain)!.groups!;
  const bare = (signed['inside'] ?? signed['between'] ?? '').trim();
  const negative = signed['inside'] !== undefined || signed['before'] === '-' || signed['after'] === '-';
  const point = byPoint.test(bare) ? Number(bare.replace(/[, '’]/g, '')) : undefined;
  const comma = byComma.test(bare) ? Number(bare.replace(/[. '’]/g, '').replace(',', '.')) : undefined;
  if (point === undefined && comma === undefined) return { reason: 'no number' };
  if (mark === undefined && point !== undefined && comma !== undefined && point !== comma)
    return { reason: `can be read as ${point} or as ${comma}` };
  const value = mark === 'point' ? point : mark === 'comma' ? comma : (point ?? comma);
  if (value === undefined) return { reason: `not written with a decimal ${mark}` };
  return { value: negative && value !== 0 ? -value : value };
}

/** Currencies that a sign may stand for, the commonest first. */
const signs: { readonly [sign: string]: readonly string[] } = {
  '€': ['EUR'],
  '£': ['GBP'],
  $: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN', 'CLP', 'COP', 'ARS'],
  US$: ['USD'],
  C$: ['CAD'],
  A$: ['AUD'],
  '¥': ['JPY', 'CNY'],
  '₹': ['INR'],
  '₩': ['KRW'],
  '₽': ['RUB'],
  '₺': ['TRY'],
  zł: ['PLN'],
  Kč: ['CZK'],
  Ft: ['HUF'],
  kr: ['SEK', 'NOK', 'DKK', 'ISK'],
  Fr: ['CHF'],
  'Fr.': ['CHF'],
  R$: ['BRL'],
};

export interface Money {
  readonly amount: number;
  /** Undefined where neither sign nor code stands beside the amount. */
  readonly currency: string | undefined;
}

/**
 * An amount with or without a currency beside it. `currency`: the one that is due; a sign that several countries use is
 * taken for it, any other currency is a reason. Without it a sign must mean one currency.
 */
export function parseMoney(text: string, mark: Mark, currency?: string): Parsed<Money> {
  const beside = /[\p{L}\p{Sc}][\p{L}\p{Sc}.]*/u.exec(text)?.[0];
  const number = parseNumber(beside === undefined ? text : text.replace(beside, ' '), mark);
  if ('reason' in number) return number;
  const amount = number.value;
  if (beside === undefined) return { value: { amount, currency: undefined } };
  const possible = /^[A-Z]{3}$/.test(beside) ? [beside] : signs[beside];
  if (!possible) return { reason: `"${beside}" is no currency` };
  if (currency !== undefined)
    return possible.includes(currency)
      ? { value: { amount, currency } }
      : { reason: `in ${possible.length === 1 ? possible[0] : beside}, not ${currency}` };
  if (possible.length > 1) return { reason: `"${beside}" can be ${possible.slice(0, 4).join(', ')}` };
  return { value: { amount, currency: possible[0] } };
}

const numberWords: { readonly [word: string]: number } = {
  each: 1,
  ea: 1,
  pc: 1,
  pcs: 1,
  piece: 1,
  unit: 1,
  st: 1,
  stk: 1,
  stück: 1,
  dozen: 12,
  dz: 12,
  hundred: 100,
  thousand: 1000,
  mille: 1000,
};

/** How many pieces a price is for: `per 100`, `/1.000`, `100 pcs`, `each`, `thousand`. Letters alone (C, M) are not read. */
export function parsePer(text: string, mark: Mark): Parsed<number> {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:per|pro|je|par|por|à|\/)\s*/u, '');
  const counted = /^([\d.,'’\s]*\d)\s*(\p{L}*)\.?$/u.exec(words);
  if (counted && (counted[2] === '' || numberWords[counted[2]!] === 1)) {
    const number = parseNumber(counted[1]!, mark);
    if ('reason' in number) return number;
    return number.value > 0 ? number : { reason: 'a price cannot be per 0' };
  }
  const value = numberWords[words.replace(/\.$/, '')];
  return value === undefined ? { reason: 'not a count of pieces' } : { value };
}

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/;

/** Days since 1970-01-01 of a date in the format of an example, or in ISO 8601. */
export function parseDate(text: string, pattern: RegExp | undefined): Parsed<number> {
  const trimmed = text.trim();
  const found = iso.exec(trimmed);
  if (found) {
    const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])] as const;
    return isDay(year, month, day)
      ? { value: daysOf(year, month, day) }
      : { reason: 'no day of the calendar' };
  }
  if (!pattern) return { reason: 'no date in ISO 8601' };
  const parsed = dateBy(pattern, trimmed);
  return parsed ? { value: parsed.days } : { reason: 'no date as the example writes them' };
}

/** Where the first text stands that is no number however numbers are written; −1 where there is none. */
export const firstWord = (texts: readonly (string | null)[]): number =>
  texts.findIndex(
    (text) =>
      text !== null && (['point', 'comma'] as const).every((mark) => 'reason' in parseNumber(text, mark)),
  );
