import { InputError } from '../errors.js';
import { dateBy, datesBy } from './examples.js';

export interface NamedDates {
  /** For the setting `dates`; with a day past 12 where there is one. */
  readonly example: string;
  /** Whether nothing else can be meant: a year of two digits could be the day, and the day the year. */
  readonly sure: boolean;
}

/**
 * How dates are written with the month's English name (`13-May-06`, `2 Jan 2024`, `March 13, 2021`); undefined unless
 * each text is such a day. Sure where the year has four digits, or one text tells it from the day: a day of one digit,
 * or a year that is no day (`06-May-98`). O(texts).
 */
export function namedDates(texts: readonly string[]): NamedDates | undefined {
  const [first] = texts;
  if (first === undefined || !/[A-Za-z]{3}/.test(first)) return undefined;
  const pattern = patternBy(first);
  if (!pattern) return undefined;
  let sure = false;
  let shown: string | undefined;
  for (const text of texts) {
    if (dateBy(pattern, text)?.time !== '') return undefined;
    const { d = '', y = '' } = pattern.exec(text.trim())!.groups!;
    sure ||= y.length === 4 || d.length === 1 || Number(y) > 31 || Number(y) === 0;
    if (Number(d) > 12) shown ??= text.trim();
  }
  return { example: shown ?? first.trim(), sure };
}

function patternBy(example: string): RegExp | undefined {
  try {
    return new RegExp(datesBy(example).pattern);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
