import type { Rule } from './contract.js';
import { durationOf, isPattern, shareOf } from './values.js';

const types: readonly unknown[] = [
  'number',
  'integer',
  'float64',
  'float32',
  'int64',
  'int32',
  'bool',
  'string',
  'date',
  'timestamp',
  'vector',
];

/** Keys of a column whose value is one text, number or list: `min: 3`, or `{ is: 3, severity: low }`. */
export const plainKeys = [
  'type',
  'unit',
  'width',
  'nulls',
  'min',
  'max',
  'values',
  'pattern',
  'finite',
  'unique',
  'freshness',
] as const;
type PlainKey = (typeof plainKeys)[number];

/** The rule that a key of a column states; what it takes, where the value is none; nothing, where it says false. */
export function ruleOf(key: PlainKey, value: unknown): Rule | { readonly expected: string } | undefined {
  const fits = (ok: boolean, expected: string, rule: () => Rule) => (ok ? rule() : { expected });
  switch (key) {
    case 'type':
      return fits(types.includes(value), `one of ${types.join(', ')}`, () => ({
        kind: key,
        is: value as string,
      }));
    case 'unit':
      return fits(typeof value === 'string', 'a text', () => ({ kind: key, is: value as string }));
    case 'width':
      return fits(Number.isInteger(value), 'a whole number', () => ({ kind: key, is: value as number }));
    case 'nulls': {
      const share = value === 'none' || value === false ? 0 : value === 'any' ? 1 : shareOf(value);
      return fits(share !== undefined, 'none, or a share such as 5%', () => ({ kind: key, share: share! }));
    }
    case 'min':
    case 'max':
      return fits(typeof value === 'number' || typeof value === 'string', 'a number or a date', () => ({
        kind: key,
        is: value as number | string,
      }));
    case 'values':
      return fits(Array.isArray(value) && value.length > 0, 'a list', () => ({
        kind: key,
        is: value as string[],
      }));
    case 'pattern':
      return fits(isPattern(value), 'a regular expression', () => ({ kind: key, is: value as string }));
    case 'freshness': {
      const within = durationOf(value);
      return fits(within !== undefined, 'a time such as 30 days or 6 h', () => ({
        kind: key,
        within: within!,
      }));
    }
    case 'finite':
    case 'unique':
      return value === false ? undefined : fits(value === true, 'true or false', () => ({ kind: key }));
  }
}
