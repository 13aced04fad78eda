import { firstWord } from '../text/clean.js';
import { formatMonth, monthOf, monthsOf } from '../units/month.js';
import type { Input } from './inputs.js';
import { type Known, type Series, seriesOf, valueAsOf } from './series.js';

/** Tables of the past that inputs come from, as the step calls them. */
export type Past = 'indices' | 'fx';

export interface PastFault {
  readonly of: Past;
  readonly message: string;
  readonly hint?: string;
}

/** A column of a table of the past, with its months as text. */
export type ReadColumn = (
  of: Past,
  name: string,
) => Promise<
  | { readonly dates: readonly unknown[]; readonly values: Float64Array }
  | { readonly dates: readonly unknown[]; readonly texts: readonly (string | null)[] }
  | { readonly wrong: string }
>;

/** Inputs of which the same was not known, told together. */
interface Late {
  readonly of: Past;
  readonly names: readonly string[];
  readonly period: string;
  readonly used: string;
  readonly month: string;
}

type Lag = { readonly count: number; readonly unit: string } | undefined;

/** Months after which a month's value is known; a day or week counts as the month in which it ends. */
function lagMonths(period: Lag): number {
  if (!period) return 0;
  const months: { readonly [unit: string]: number } = {
    day: 12 / 365.25,
    week: 84 / 365.25,
    month: 1,
    quarter: 3,
    year: 12,
  };
  return Math.ceil(period.count * months[period.unit]!);
}

/**
 * Values of indices and exchange rates by slot, as they were known in the month `asOf`; a value that was not published
 * by then is the last one that was, and told in `late`.
 */
export async function knownInputs(
  inputs: readonly Input[],
  asked: { readonly asOf: string; readonly published: { readonly [of in Past]: Lag } },
  read: ReadColumn,
): Promise<
  | { readonly known: readonly (Known | undefined)[]; readonly late: readonly PastFault[] }
  | { readonly fault: PastFault }
> {
  const asOf = monthOf(asked.asOf)!;
  const held = new Map<string, Series>();
  const known: (Known | undefined)[] = [];
  const late = new Map<string, Late>();
  for (const input of inputs) {
    if (input.kind === 'rate') {
      known.push(undefined);
      continue;
    }
    const of = input.kind === 'index' ? 'indices' : 'fx';
    const series =
      held.get(`${of} ${input.name}`) ??
      (await seriesIn(of, input.name, lagMonths(asked.published[of]), read));
    if ('fault' in series) return series;
    held.set(`${of} ${input.name}`, series);
    const found = valueAsOf(series, input.period, asOf);
    if ('missing' in found) {
      const message = `"${input.name}" has no value for ${found.missing}`;
      const hint = `its months: ${spanOf(series)}; what was published by ${formatMonth(asOf)} is used`;
      return { fault: { of, message, hint } };
    }
    known.push(found);
    if (found.late) {
      const month = formatMonth(monthsOf(input.period).at(-1)! + series.lag);
      const key = `${of} ${input.period} ${found.months} ${month}`;
      const group = late.get(key) ?? { of, names: [], period: input.period, used: found.months, month };
      late.set(key, { ...group, names: [...group.names, `"${input.name}"`] });
    }
  }
  const told = [...late.values()].map(({ of, names, period, used, month }) => ({
    of,
    message: `${names.join(', ')} of ${period} ${names.length > 1 ? 'were' : 'was'} not known in ${formatMonth(asOf)}: ${used} is used`,
    hint: `known from ${month} on, if the table has it: as_of: ${month}`,
  }));
  return { known, late: told };
}

async function seriesIn(
  of: Past,
  name: string,
  lag: number,
  read: ReadColumn,
): Promise<Series | { readonly fault: PastFault }> {
  const column = await read(of, name);
  if ('wrong' in column) return { fault: { of, message: column.wrong } };
  if ('texts' in column) return { fault: { of, ...wordIn(name, column.texts) } };
  const series = seriesOf(column.dates, column.values, lag);
  if (!('wrong' in series)) return series;
  return { fault: { of, message: `"${name}": ${series.wrong}`, ...(series.hint && { hint: series.hint }) } };
}

/** The word that made text of a column of numbers. */
function wordIn(name: string, texts: readonly (string | null)[]): Pick<PastFault, 'message' | 'hint'> {
  const row = firstWord(texts);
  const found = row < 0 ? 'it was read as text' : `row ${row + 1} has "${texts[row]}"`;
  return {
    message: `"${name}" holds words, and numbers are due: ${found}`,
    hint: 'correct it in the file, or add it to "nulls" where the table is read if it stands for a missing value',
  };
}

const spanOf = ({ values }: Series): string => {
  const months = [...values.keys()].sort((a, b) => a - b);
  return months.length === 0 ? 'none' : `${formatMonth(months[0]!)} to ${formatMonth(months.at(-1)!)}`;
};
