/**
 * How the text of a cell can be read. A cell has a bit for every reading that it allows; a column allows what all
 * its cells allow. 1.234 is a number with a decimal point and a number with points between thousands; 03/04/2024 is
 * a day first and a month first: which it is, is decided by the other cells or by the person, never by habit.
 */
export const Reading = {
  /** Number with a decimal point; commas, blanks or apostrophes may stand between thousands. */
  point: 1,
  /** Number with a decimal comma; points, blanks or apostrophes may stand between thousands. */
  comma: 2,
  /** true, false */
  truth: 4,
  /** yes, no, y, n, t, f, 1, 0 as well: only where the column is said to be bool. */
  truthLike: 8,
  /** Date or time with the year first: 2024-01-31, 2024/1/31, 2024-01-31T23:59:59.5+01:00 */
  yearFirst: 16,
  /** 31.01.2024, 31/1/2024, 31-01-2024 23:59 */
  dayFirst: 32,
  /** 01/31/2024, 1-31-2024 */
  monthFirst: 64,
  /** As the example that the person gave. */
  example: 128,
} as const;

/** What is remarkable about a cell; a column has what any of its cells has. */
export const Trait = {
  /** The two number readings give other values. */
  numbersDiffer: 1 << 8,
  /** The two date readings give other days. */
  datesDiffer: 1 << 9,
  /** A time of day beside the date. */
  time: 1 << 10,
  /** 00123, −07: a number that would lose its zeros. */
  leadingZero: 1 << 11,
  /** 1E5: a whole number with a power, or an article number. */
  wholePower: 1 << 12,
  /** +4930123456: a plain whole number with a plus. */
  plus: 1 << 13,
  /** A whole number past ±2^53. */
  long: 1 << 14,
  /** A fraction or a power, read with a decimal point. */
  pointFraction: 1 << 15,
  /** The same, read with a decimal comma. */
  commaFraction: 1 << 16,
  /** 1e-05, 1E+3: no article number looks so. */
  signedPower: 1 << 18,
  /** Past the range of int32. */
  wide: 1 << 17,
} as const;

export const readings = 255;
const { point, comma } = Reading;
const plainNumber = point | comma;

const POINT = 46;
const COMMA = 44;

/** The three numbers of a date, the digits of the outer two, and what stands between. */
export interface DateParts {
  x: number;
  y: number;
  z: number;
  first: number;
  third: number;
  mark: number;
}
const scanned: DateParts = { x: 0, y: 0, z: 0, first: 0, third: 0, mark: 0 };

/** Takes 2024-01-31, 31.1.2024 and the like apart, without a pattern; false where the bytes are anything else. */
export function scanDate(bytes: Uint8Array, from: number, to: number, parts: DateParts): boolean {
  let at = from;
  let value = 0;
  while (at < to && isDigit(bytes[at]!)) value = value * 10 + bytes[at++]! - 48;
  const first = at - from;
  const mark = bytes[at]!;
  if (first < 1 || first > 4 || to - at < 4 || (mark !== 45 && mark !== 47 && mark !== POINT)) return false;
  const x = value;
  const second = ++at;
  for (value = 0; at < to && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - 48;
  if (at === second || at > second + 2 || bytes[at] !== mark) return false;
  const y = value;
  const last = ++at;
  for (value = 0; at < to && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - 48;
  if (at !== to || at === last || at > last + 4) return false;
  parts.x = x;
  parts.y = y;
  parts.z = value;
  parts.first = first;
  parts.third = at - last;
  parts.mark = mark;
  return true;
}

const isDigit = (byte: number) => byte >= 48 && byte <= 57;
const isBlank = (byte: number) => byte === 32 || byte === 9;

/** Readings and traits of a cell by its bytes, blanks around it aside. An empty cell is 0: no reading at all. */
export function classify(bytes: Uint8Array, from: number, to: number, example?: RegExp): number {
  let a = from;
  let b = to;
  while (a < b && isBlank(bytes[a]!)) a++;
  while (b > a && isBlank(bytes[b - 1]!)) b--;
  if (a === b) return 0;
  const found = byShape(bytes, a, b);
  return example?.test(textOf(bytes, a, b)) ? found | Reading.example : found;
}

function byShape(bytes: Uint8Array, a: number, b: number): number {
  const first = bytes[a]!;
  if (isDigit(first) || first === 43 || first === 45 || first === POINT || first === COMMA)
    return numberOrDate(bytes, a, b);
  return b - a <= 8 ? word(textOf(bytes, a, b)) : 0;
}

function word(text: string): number {
  switch (text.toLowerCase()) {
    case 'true':
    case 'false':
      return Reading.truth | Reading.truthLike;
    case 'yes':
    case 'no':
    case 'y':
    case 'n':
    case 't':
    case 'f':
      return Reading.truthLike;
    case 'inf':
    case 'infinity':
      return plainNumber | Trait.pointFraction | Trait.commaFraction;
    default:
      return 0;
  }
}

/** Plain digits with at most one mark, by far the most cells, are told byte by byte; all else by patterns. */
function numberOrDate(bytes: Uint8Array, a: number, b: number): number {
  const signed = bytes[a] === 45 || bytes[a] === 43 ? 1 : 0;
  let at = a + signed;
  const start = at;
  while (at < b && isDigit(bytes[at]!)) at++;
  const whole = at - start;
  if (at === b) return whole === 0 ? 0 : wholeNumber(bytes, a, start, b);
  const mark = bytes[at]!;
  if (whole <= 4 && signed === 0 && scanDate(bytes, a, b, scanned)) return dateReadings(scanned, false);
  if (mark !== POINT && mark !== COMMA) return byPattern(textOf(bytes, a, b));
  const after = ++at;
  while (at < b && isDigit(bytes[at]!)) at++;
  if (at !== b) return byPattern(textOf(bytes, a, b));
  const fraction = b - after;
  if (whole + fraction === 0) return 0;
  const zero = whole > 1 && bytes[start] === 48 ? Trait.leadingZero : 0;
  const asDecimal = mark === POINT ? point | Trait.pointFraction : comma | Trait.commaFraction;
  const asThousands = fraction === 3 && whole >= 1 && whole <= 3 && bytes[start] !== 48;
  if (!asThousands) return asDecimal | zero;
  return asDecimal | (mark === POINT ? comma : point) | Trait.numbersDiffer;
}

function wholeNumber(bytes: Uint8Array, a: number, start: number, b: number): number {
  const digits = b - start;
  let found = plainNumber;
  if (digits === 1 && bytes[start]! <= 49) found |= Reading.truthLike;
  if (bytes[a] === 43) found |= Trait.plus;
  if (digits > 1 && bytes[start] === 48) found |= Trait.leadingZero;
  if (digits >= 10) {
    const value = Math.abs(Number(textOf(bytes, start, b)));
    if (value > 2147483647) found |= Trait.wide;
    if (value > Number.MAX_SAFE_INTEGER) found |= Trait.long;
  }
  return found;
}

const power = /^[+-]?\d+[eE][+-]?\d+$/;
const pointNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const commaNumber = /^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$/;
const pointGrouped = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
const commaGrouped = /^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/;
const otherGrouped = /^[+-]?[1-9]\d{0,2}([ '\u00a0\u202f\u2019]\d{3})+([.,]\d*)?$/;
const dated =
  /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})([T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)? ?(Z|[+-]\d{2}:?(\d{2})?)?)?$/;

function byPattern(text: string): number {
  const date = dated.exec(text);
  if (date) {
    const [, first, mark, second, third, time] = date as unknown as [
      string,
      string,
      string,
      string,
      string,
      string?,
    ];
    const parts = {
      x: +first,
      y: +second,
      z: +third,
      first: first.length,
      third: third.length,
      mark: mark.charCodeAt(0),
    };
    return dateReadings(parts, time !== undefined);
  }
  if (power.test(text)) {
    const found = plainNumber | Trait.pointFraction | Trait.commaFraction;
    return found | (/[eE]\d+$/.test(text) ? Trait.wholePower : Trait.signedPower);
  }
  let found = 0;
  const other = otherGrouped.exec(text);
  if (pointNumber.test(text)) found |= point | Trait.pointFraction;
  else if (pointGrouped.test(text)) found |= point | (text.includes('.') ? Trait.pointFraction : 0);
  if (commaNumber.test(text)) found |= comma | Trait.commaFraction;
  else if (commaGrouped.test(text)) found |= comma | (text.includes(',') ? Trait.commaFraction : 0);
  if (other) {
    if (!other[2]) found |= plainNumber;
    else found |= other[2].startsWith('.') ? point | Trait.pointFraction : comma | Trait.commaFraction;
  }
  const both = (found & plainNumber) === plainNumber;
  return both && /[.,]/.test(text) ? found | Trait.numbersDiffer : found;
}

function dateReadings({ x, y, z, first, third, mark }: DateParts, timed: boolean): number {
  const traits = timed ? Trait.time : 0;
  if (first === 4) return isDay(x, y, z) && third <= 2 ? Reading.yearFirst | traits : 0;
  if (third !== 4 || first > 2) return 0;
  let found = 0;
  if (isDay(z, y, x)) found |= Reading.dayFirst;
  // Nobody writes the month first with points between.
  if (mark !== POINT && isDay(z, x, y)) found |= Reading.monthFirst;
  const both = found === (Reading.dayFirst | Reading.monthFirst);
  return found && found | traits | (both && x !== y ? Trait.datesDiffer : 0);
}

/** Whether the calendar has that day. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

let viewed: Uint8Array | undefined;
let view: Buffer;

/** Text of some bytes in UTF-8. Cells of one block come one after the other, so its Buffer is kept. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  if (bytes !== viewed) {
    view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    viewed = bytes;
  }
  return view.toString('utf8', from, to);
}
