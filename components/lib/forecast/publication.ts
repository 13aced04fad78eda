import { type Grid, inferGrid, type TimeKind, timeAt } from './grid.js';

/** Times as numbers: days, microseconds, months since year 0, or plain numbers. */
export interface Moments {
  readonly kind: TimeKind;
  readonly values: Float64Array;
}

export interface Lag {
  readonly count: number;
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
}

const dayMillis = 86_400_000;

/** Days since 1970, with fractions; months by their first day. Plain numbers as they are. */
export function daysOf({ kind, values }: Moments): Float64Array {
  if (kind === 'timestamp') return values.map((v) => v / (1000 * dayMillis));
  return kind === 'month' ? values.map(firstDay) : values;
}

const firstDay = (months: number): number =>
  Date.UTC(Math.floor(months / 12), ((months % 12) + 12) % 12, 1) / dayMillis;

/**
 * The day from which each value is known: the end of its period, and `lag` after it. A monthly value that is dated by
 * the first day of its month, and taken for one of that moment, would be known a month before it can be: refused.
 */
export function knownFrom(
  times: Moments,
  key: Int32Array,
  dated: 'start' | 'end' | 'moment' | undefined,
  lag: Lag | undefined,
): { readonly known: Float64Array } | { readonly refused: string; readonly hint: string } {
  const grid = gridOf(times, key);
  const monthly = times.kind === 'month' || grid?.unit === 'month';
  const starts = monthly && (times.kind === 'month' || allOn(times, grid!, 1));
  const meaning = dated ?? (starts ? 'start' : 'moment');
  if (starts && meaning !== 'start')
    return {
      refused: 'values of months, dated by their first day, are known only when the month has ended',
      hint: 'dated: start; or published: with a column of the days of publication',
    };
  const ends = meaning === 'start' && grid ? times.values.map((v) => timeAt(grid, v, 1)) : times.values;
  const days = daysOf({ kind: times.kind, values: ends });
  return { known: lag ? days.map((day) => later(day, lag)) : days };
}

/** The grid of the times by key; months of one time alone are one month long. */
function gridOf({ kind, values }: Moments, key: Int32Array): Grid | undefined {
  const order = Uint32Array.from(values.keys())
    .filter((i) => Number.isFinite(values[i]!))
    .sort((a, b) => key[a]! - key[b]! || values[a]! - values[b]!);
  const distances: number[] = [];
  for (let k = 1; k < order.length; k++) {
    const [a, b] = [order[k - 1]!, order[k]!];
    if (key[a] === key[b] && values[b]! > values[a]!) distances.push(values[b]! - values[a]!);
  }
  if (distances.length > 0) return inferGrid(kind, distances, values);
  return kind === 'month' ? { unit: 'step', every: 1 } : undefined;
}

const allOn = ({ values }: Moments, grid: Grid, day: number): boolean =>
  values.every((v) => Number.isNaN(v) || new Date((v / (grid.scale ?? 1)) * dayMillis).getUTCDate() === day);

/** A day so much later; months end where the next one would begin. */
function later(day: number, { count, unit }: Lag): number {
  if (Number.isNaN(day)) return day;
  if (unit === 'day') return day + count;
  if (unit === 'week') return day + 7 * count;
  const date = new Date(Math.floor(day) * dayMillis);
  const months =
    date.getUTCFullYear() * 12 + date.getUTCMonth() + count * { month: 1, quarter: 3, year: 12 }[unit];
  return (
    Math.min(firstDay(months) + date.getUTCDate() - 1, firstDay(months + 1) - 1) + (day - Math.floor(day))
  );
}
