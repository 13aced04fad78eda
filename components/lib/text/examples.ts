import { InputError } from '../errors.js';
import { isDay } from './readings.js';
import { daysOf } from './values.js';

/** Whether numbers are written with a decimal comma, from an example: `1.234,56`, `1234.56`, `1 234,56`. */
export function numbersBy(example: string): 'point' | 'comma' {
  const marks = example.replace(/[\d\s'’\u00a0\u202f+-]/g, '');
  const last = marks.at(-1);
  const clear =
    /^\d[\d.,\s'’\u00a0\u202f]*[.,]\d+$/.test(example.trim()) &&
    (new Set(marks).size > 1 || !couldBeThousands(example));
  if (!clear || (last !== '.' && last !== ','))
    throw new InputError(
      'example',
      `"${example}" does not show which mark is the decimal one: write 1234.56, 1,234.56, 1234,56 or 1.234,56`,
    );
  return last === ',' ? 'comma' : 'point';
}

const couldBeThousands = (example: string) => /^[1-9]\d{0,2}([.,])\d{3}$/.test(example.trim());

/** How dates are written, from an example. Plain data, so that kernels can take it. */
export interface DateFormat {
  /** Source of a regular expression with groups y, m, d and time. */
  readonly pattern: string;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthNames = '[A-Za-z]{3,9}\\.?';

/**
 * The format of an example such as `31.12.2024`, `12/31/2024`, `31 Dec 24`, `20241231`, `31.12.2024 23:59`. The day
 * must be past 12, so that it cannot be taken for the month.
 */
export function datesBy(example: string): DateFormat {
  const text = example.trim();
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (compact) {
    if (isDay(Number(compact[1]), Number(compact[2]), Number(compact[3])))
      return { pattern: '^(?<y>\\d{4})(?<m>\\d{2})(?<d>\\d{2})(?<time>)$' };
    return unclear(example);
  }
  const parts =
    /^(\d{1,4}|[A-Za-z]{3,9}\.?)([-/. ,]+)(\d{1,2}|[A-Za-z]{3,9}\.?)([-/. ,]+)(\d{1,4})([T ]+\d.*)?$/.exec(
      text,
    );
  if (!parts) return unclear(example);
  const [, a, mark1, b, mark2, c] = parts as unknown as [string, string, string, string, string, string];
  const order = orderOf([a, b, c]);
  if (!order) return unclear(example);
  const group = (name: string, written: string) =>
    name === 'm' && /[A-Za-z]/.test(written)
      ? `(?<m>${monthNames})`
      : name === 'y'
        ? `(?<y>\\d{${written.length}})`
        : `(?<${name}>\\d{1,2})`;
  const mark = (text: string) =>
    text.trim() === '' ? '\\s+' : `\\s*${text.trim().replace(/[.]/g, '\\.')}\\s*`;
  const [x, y, z] = order;
  return {
    pattern: `^${group(x!, a)}${mark(mark1)}${group(y!, b)}${mark(mark2)}${group(z!, c)}(?<time>([T ]+\\d{1,2}:\\d{2}.*)?)$`,
  };
}

/** Which of three parts is year, month and day; undefined where more than one way is possible. */
function orderOf(parts: readonly string[]): readonly string[] | undefined {
  const possible = [
    ['y', 'm', 'd'],
    ['d', 'm', 'y'],
    ['m', 'd', 'y'],
  ].filter((order) =>
    parts.every((part, i) => {
      const name = order[i];
      if (/[A-Za-z]/.test(part)) return name === 'm' && monthOf(part) > 0;
      if (name === 'y') return part.length === 4 || (part.length === 2 && i === 2);
      return part.length <= 2 && Number(part) >= 1 && Number(part) <= (name === 'm' ? 12 : 31);
    }),
  );
  return possible.length === 1 ? possible[0] : undefined;
}

const monthOf = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : months.indexOf(text.slice(0, 3).toLowerCase()) + 1;

function unclear(example: string): never {
  throw new InputError(
    'example',
    `"${example}" does not show how dates are written: give one whose day is past 12, such as 31.12.2024, 12/31/2024 or 31 Dec 2024`,
  );
}

/**
 * Day and time of day of a text in the format of an example, undefined where it does not fit or no calendar has it.
 * Years of two digits are 1969 to 2068 (POSIX).
 */
export function dateBy(pattern: RegExp, text: string): { days: number; time: string } | undefined {
  const groups = pattern.exec(text.trim())?.groups;
  if (!groups) return undefined;
  const { y, m, d, time } = groups as { y: string; m: string; d: string; time: string };
  const short = Number(y) + (Number(y) < 69 ? 2000 : 1900);
  const year = y.length === 2 ? short : Number(y);
  const month = monthOf(m);
  return isDay(year, month, Number(d)) ? { days: daysOf(year, month, Number(d)), time } : undefined;
}
