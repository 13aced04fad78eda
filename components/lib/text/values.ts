import { type DateParts, scanDate, textOf } from './readings.js';

const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);

/**
 * The number in a cell that reads as one, with a decimal `comma` or point; marks between thousands are passed over.
 * Up to 15 digits and 10^±22 by one exact product or quotient (Clinger 1990), else as `Number` does: correctly rounded
 * either way.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number, comma: boolean): number {
  const decimal = comma ? 44 : 46;
  let at = from;
  while (bytes[at] === 32 || bytes[at] === 9) at++;
  const negative = bytes[at] === 45;
  if (negative || bytes[at] === 43) at++;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  let seen = false;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      if (mantissa > 0) digits++;
      if (seen) fraction++;
    } else if (byte === decimal) seen = true;
    else if ((byte | 32) === 101 || (byte | 32) === 105) return slow(bytes, from, to, comma);
  }
  if (digits > 15 || fraction > 22) return slow(bytes, from, to, comma);
  const value = mantissa / powers[fraction]!;
  return negative ? -value : value;
}

function slow(bytes: Uint8Array, from: number, to: number, comma: boolean): number {
  const text = textOf(bytes, from, to).trim();
  if (/^[+-]?inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const marks = comma ? text.replace(/[^\d,eE+-]/g, '').replace(',', '.') : text.replace(/[^\d.eE+-]/g, '');
  return Number(marks);
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, days_from_civil). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  );
}

const dayMicros = 86_400_000_000;
const clock = /^[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d{2}:?(?:\d{2})?)?$/;

/** Microseconds since midnight UTC of a time of day, or NaN. Without an offset it is taken as UTC; past µs it is cut. */
export function microsOf(time: string): number {
  const match = clock.exec(time);
  if (!match) return Number.NaN;
  const [, hours, minutes, seconds = '0', fraction = '', zone = 'Z'] = match;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return Number.NaN;
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6));
  const plain = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + micros;
  if (zone === 'Z') return plain;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return plain - (zone.startsWith('-') ? -1 : 1) * offset * 60e6;
}

/** A moment in µs since 1970-01-01T00:00Z from a day and a time of day as text (may be empty). */
export const momentOf = (days: number, time: string): number =>
  days * dayMicros + (time === '' ? 0 : microsOf(time));

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

const inOrder = (order: DateOrder, x: number, y: number, z: number): number =>
  order === 'ymd' ? daysOf(x, y, z) : order === 'dmy' ? daysOf(z, y, x) : daysOf(z, x, y);

/** Day and time of day of a text that is a date in one of the three orders. */
export function parseDate(text: string, order: DateOrder): { days: number; time: string } {
  const match = /^\s*(\d+)[-/.](\d+)[-/.](\d+)(.*?)\s*$/.exec(text);
  if (!match) return { days: Number.NaN, time: '' };
  return { days: inOrder(order, Number(match[1]), Number(match[2]), Number(match[3])), time: match[4]! };
}

const parts: DateParts = { x: 0, y: 0, z: 0, first: 0, third: 0, mark: 0 };

/** Days since 1970-01-01 of a cell that is a plain date, NaN of any other: the quick way for most cells. */
export const plainDays = (bytes: Uint8Array, from: number, to: number, order: DateOrder): number =>
  scanDate(bytes, from, to, parts) ? inOrder(order, parts.x, parts.y, parts.z) : Number.NaN;
