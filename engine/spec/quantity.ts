import type { QuantityName } from '../schema.js';
import { own } from './own.js';

/** Unit → [factor, divisor]: a value is multiplied or divided, never by 0.001, so that `35 ms` is 0.035. */
type Units = { readonly [unit: string]: readonly [factor: number, divisor: number] };

const times = (factor: number) => [factor, 1] as const;
const parts = (divisor: number) => [1, divisor] as const;

const units: { readonly [quantity in Exclude<QuantityName, 'period'>]: Units } = {
  time: {
    ns: parts(1e9),
    us: parts(1e6),
    µs: parts(1e6),
    ms: parts(1e3),
    s: times(1),
    sec: times(1),
    second: times(1),
    seconds: times(1),
    min: times(60),
    minute: times(60),
    minutes: times(60),
    h: times(3600),
    hour: times(3600),
    hours: times(3600),
    d: times(86_400),
    day: times(86_400),
    days: times(86_400),
    week: times(604_800),
    weeks: times(604_800),
  },
  share: { '%': parts(100), '‰': parts(1000) },
  bytes: {
    B: times(1),
    kB: times(1e3),
    KB: times(1e3),
    MB: times(1e6),
    GB: times(1e9),
    TB: times(1e12),
    KiB: times(1024),
    MiB: times(1024 ** 2),
    GiB: times(1024 ** 3),
    TiB: times(1024 ** 4),
  },
  length: {
    mm: parts(1000),
    cm: parts(100),
    m: times(1),
    km: times(1000),
    in: [254, 10_000],
    ft: [3048, 10_000],
  },
  frequency: { mHz: parts(1000), Hz: times(1), kHz: times(1e3), MHz: times(1e6) },
};

const periods: { readonly [unit: string]: string } = {
  day: 'day',
  days: 'day',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
  quarter: 'quarter',
  quarters: 'quarter',
  year: 'year',
  years: 'year',
};

/** Units that a message names, and an example of each quantity. */
const shown: {
  readonly [quantity in QuantityName]: {
    readonly units: string;
    readonly example: string;
    readonly unit: string;
  };
} = {
  time: { units: 'ms, s, min, h, d', example: '30 s', unit: 's' },
  share: { units: '%', example: '20%', unit: '%' },
  bytes: { units: 'kB, MB, GB, KiB, MiB, GiB', example: '512 MB', unit: 'MB' },
  length: { units: 'mm, cm, m, km, ft, in', example: '25 m', unit: 'm' },
  frequency: { units: 'Hz, kHz', example: '30 Hz', unit: 'Hz' },
  period: { units: 'days, weeks, months, quarters, years', example: '12 months', unit: 'months' },
};

export type Quantity = number | { readonly count: number; readonly unit: string };

/** Text with a unit as the number that arrives, or what is wrong with it and how to write it. */
export function parseQuantity(
  text: string,
  quantity: QuantityName,
): { value: Quantity } | { message: string; hint: string } {
  const { units: known, example, unit: usual } = shown[quantity];
  const match = /^\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$/.exec(text);
  if (!match) {
    const comma = /^\s*-?\d+,\d+/.test(text);
    const hint = comma ? `write ${text.trim().replace(',', '.')}` : `write it as ${example}`;
    return { message: `takes a number with a unit (${known})`, hint };
  }
  const number = Number(match[1]);
  const unit = match[2]!;
  if (unit === '') {
    const share = quantity === 'share' && Math.abs(number) <= 1 ? `${tidy(number * 100)}%` : undefined;
    const spaced = usual === '%' ? `${match[1]}%` : `${match[1]} ${usual}`;
    return {
      message: `takes a number with a unit (${known})`,
      hint: `write ${share ?? spaced}${share ? '' : ', say'}`,
    };
  }
  if (quantity === 'period') {
    const period = own(periods, unit);
    if (period && Number.isInteger(number) && number > 0) return { value: { count: number, unit: period } };
    if (period) return { message: 'takes a whole number of periods', hint: `write it as ${example}` };
  } else {
    const scale = own(units[quantity], unit);
    if (scale) return { value: (number * scale[0]) / scale[1] };
  }
  const other = (Object.keys(units) as (keyof typeof units)[]).find(
    (q) => q !== quantity && own(units[q], unit),
  );
  const not = other ? `${unit} is a unit of ${other}` : `${unit} is not a unit known here`;
  return { message: `takes a number with one of the units ${known}`, hint: `${not}; write it as ${example}` };
}

const tidy = (n: number): string => String(Number(n.toPrecision(12)));

/** A number in the base unit as people write it, for limits in messages. */
export function formatQuantity(value: number, quantity: Exclude<QuantityName, 'period'>): string {
  if (quantity === 'share') return `${tidy(value * 100)}%`;
  if (quantity === 'time' && Math.abs(value) < 1 && value !== 0) return `${tidy(value * 1000)} ms`;
  const base = { time: 's', bytes: 'B', length: 'm', frequency: 'Hz' }[quantity];
  return `${tidy(value)} ${base}`;
}

/** How a quantity is written, for messages: `30 s`. */
export const exampleOf = (quantity: QuantityName): string => shown[quantity].example;

/** Text that reads as a quantity. */
export function quantityPattern(quantity: QuantityName): RegExp {
  const words = Object.keys(quantity === 'period' ? periods : units[quantity]);
  return new RegExp(`^\\s*[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?\\s*(${words.join('|')})\\s*$`);
}

/** True for text that some quantity reads: `30 s`, `20%`. */
export const looksLikeQuantity = (text: string): boolean =>
  (Object.keys(shown) as QuantityName[]).some((quantity) => 'value' in parseQuantity(text, quantity));

/** Text that reads as exactly this quantity. */
export function writeQuantity(value: Quantity, quantity: QuantityName): string {
  if (typeof value !== 'number') return `${value.count} ${value.unit}${value.count === 1 ? '' : 's'}`;
  if (quantity === 'period') return String(value);
  const tries = [
    formatQuantity(value, quantity),
    `${value} ${{ time: 's', share: '', bytes: 'B', length: 'm', frequency: 'Hz' }[quantity]}`,
  ];
  if (quantity === 'share')
    for (const digits of [15, 16, 17]) tries.push(`${Number((value * 100).toPrecision(digits))}%`);
  const exact = tries.find((text) => {
    const read = parseQuantity(text, quantity);
    return 'value' in read && read.value === value;
  });
  return exact ?? tries[0]!;
}
