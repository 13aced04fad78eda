import { formatMonth, type Month, monthOf, monthsOf } from '../units/month.js';

/** A column of an index or exchange table by month; a month's value is known `lag` months later. */
export interface Series {
  readonly values: ReadonlyMap<Month, number>;
  readonly lag: number;
}

export interface Known {
  readonly value: number;
  /** The months that the value is of. */
  readonly months: string;
  /** What was asked for was not published by then, and the last month that was is taken. */
  readonly late: boolean;
}

/** Values of a column by month, with the months as dates in text: `2024-06`, `2024-06-30`. */
export function seriesOf(
  dates: readonly unknown[],
  values: ArrayLike<number>,
  lag: number,
): Series | { readonly wrong: string; readonly hint?: string } {
  const held = new Map<Month, number>();
  for (const [row, date] of dates.entries()) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const month = typeof date === 'string' ? monthOf(date) : undefined;
    if (month === undefined)
      return {
        wrong: `row ${row + 1} has ${date == null ? 'no month' : `"${date}", which is no month`}`,
        hint: 'months are written as 2024-06, or as one of their days: 2024-06-30',
      };
    if (!(value > 0)) return { wrong: `row ${row + 1} holds ${value}, and it must be above 0` };
    if (held.has(month) && held.get(month) !== value)
      return { wrong: `row ${row + 1} gives ${formatMonth(month)} a second value` };
    held.set(month, value);
  }
  return { values: held, lag };
}

/**
 * Value of a series for a month or a year as it was known in month `asOf`. A month that was not published by then, or
 * that lies past the end of the table, gives the last one that was; a hole before that is missing.
 */
export function valueAsOf(
  { values, lag }: Series,
  period: string,
  asOf: Month,
): Known | { readonly missing: string } {
  let last = Number.NEGATIVE_INFINITY;
  for (const month of values.keys()) if (month + lag <= asOf && month > last) last = month;
  const asked = monthsOf(period);
  const wanted = asked.map((month) => Math.min(month, last));
  const hole = wanted.findIndex((month) => !values.has(month));
  if (hole >= 0) return { missing: formatMonth(asked[hole]!) };
  const used = [...new Set(wanted)];
  return {
    value: wanted.reduce((sum, month) => sum + values.get(month)!, 0) / wanted.length,
    months: [used[0]!, used.at(-1)!]
      .filter((m, i, all) => i === 0 || m !== all[0])
      .map(formatMonth)
      .join(' to '),
    late: asked.some((month) => month > last),
  };
}
