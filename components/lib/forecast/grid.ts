import { InputError } from '../errors.js';

/** Microseconds of a day: the unit of timestamps. */
const dayMicros = 86_400_000_000;

/** How the times of a series follow one another. `scale` is a day in the units of the times, where they are dates. */
export type Grid =
  /** On the same day of the month, or on its last, every so many months. */
  | { readonly unit: 'month'; readonly every: number; readonly scale: number }
  /** From Monday to Friday. */
  | { readonly unit: 'weekday'; readonly every: 1; readonly scale: number }
  /** So many units of the time column apart. */
  | { readonly unit: 'step'; readonly every: number; readonly scale?: number };

/** What a column of times holds: days, microseconds, months counted from year 0, or plain numbers. */
export type TimeKind = 'date' | 'timestamp' | 'month' | 'number';

/**
 * The grid of times, from the commonest distance between neighbours of one series. `distances` and `times` of all
 * series together. Throws `too-few-rows` where there is no distance.
 */
export function inferGrid(kind: TimeKind, distances: ArrayLike<number>, times: ArrayLike<number>): Grid {
  const scale = kind === 'timestamp' ? dayMicros : 1;
  const dated = kind === 'date' || kind === 'timestamp';
  const monthsIn = (distance: number) =>
    monthLengths.find(([, least, most]) => distance >= least * scale && distance <= most * scale);
  // Months of different lengths are one distance.
  const every = commonest(
    dated ? Array.from(distances, (d) => (monthsIn(d)?.[1] ?? d / scale) * scale) : distances,
  );
  if (every === undefined) throw new InputError('too-few-rows', 'no series has two different times');
  if (!dated) return { unit: 'step', every };
  const months = monthsIn(every);
  if (months) return { unit: 'month', every: months[0], scale };
  const days = every / scale;
  const isWorkday = (time: number) => weekday(Math.floor(time / scale)) < 5 && time % scale === 0;
  if (days === 1 && times.length > 5 && Array.prototype.every.call(times, isWorkday))
    return { unit: 'weekday', every: 1, scale };
  return { unit: 'step', every, scale };
}

const monthLengths = [
  [1, 28, 31],
  [3, 89, 92],
  [6, 181, 184],
  [12, 365, 366],
] as const;

/** The value that stands most often, the least of several. */
function commonest(values: ArrayLike<number>): number | undefined {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i]!, (counts.get(values[i]!) ?? 0) + 1);
  let best: number | undefined;
  for (const [value, count] of counts) {
    const most = best === undefined ? 0 : counts.get(best)!;
    if (count > most || (count === most && value < best!)) best = value;
  }
  return best;
}

/** Steps from `start` to `time`; not whole where `time` does not lie on the grid. */
export function stepOf(grid: Grid, start: number, time: number): number {
  if (grid.unit === 'step') return (time - start) / grid.every;
  const [from, to] = [start / grid.scale, time / grid.scale];
  if (grid.unit === 'weekday') return weekday(to) > 4 ? Number.NaN : workdays(to) - workdays(from);
  const [a, b] = [dateOf(from), dateOf(to)];
  const fits = a.day === b.day || (a.last && b.last) || (b.last && b.day < a.day);
  return fits ? (b.months - a.months) / grid.every : Number.NaN;
}

/** The time `step` steps after `start`. */
export function timeAt(grid: Grid, start: number, step: number): number {
  if (grid.unit === 'step') return start + step * grid.every;
  const from = start / grid.scale;
  if (grid.unit === 'weekday') {
    const count = workdays(from) + step;
    return (Math.floor(count / 5) * 7 + (((count % 5) + 5) % 5) - 3) * grid.scale;
  }
  const { months, day, last } = dateOf(from);
  const month = months + step * grid.every;
  const next = monthStart(month + 1);
  return (last ? next - 1 : Math.min(monthStart(month) + day - 1, next - 1)) * grid.scale;
}

/** 0 for Monday; 1970-01-01 was a Thursday. */
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Workdays counted so that each has the number of the one before, and 1. */
const workdays = (day: number): number => Math.floor((day + 3) / 7) * 5 + Math.min(weekday(day), 4);

const monthStart = (months: number): number =>
  Math.round(Date.UTC(Math.floor(months / 12), ((months % 12) + 12) % 12, 1) / 86_400_000);

/** Months since year 0, day of the month, and whether it is the last. */
function dateOf(days: number): { months: number; day: number; last: boolean } {
  const date = new Date(days * 86_400_000);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth();
  return { months, day: date.getUTCDate(), last: monthStart(months + 1) - 1 === Math.floor(days) };
}

const known: readonly (readonly [seconds: number, name: string, season: number])[] = [
  [60, 'by the minute', 60],
  [900, 'every 15 minutes', 96],
  [1800, 'half-hourly', 48],
  [3600, 'hourly', 24],
  [86_400, 'daily', 7],
  [7 * 86_400, 'weekly', 52],
];

/** The frequency in words, and its usual season in steps. */
export function frequencyOf(grid: Grid, kind: TimeKind): { readonly name: string; readonly season: number } {
  const months = grid.unit === 'month' || kind === 'month' ? grid.every : undefined;
  if (months !== undefined) {
    const name = { 1: 'monthly', 3: 'quarterly', 6: 'half-yearly', 12: 'yearly' }[months];
    return { name: name ?? `every ${months} months`, season: 12 % months === 0 ? 12 / months : 1 };
  }
  if (grid.unit === 'weekday') return { name: 'on workdays', season: 5 };
  if (kind === 'number') return { name: `in steps of ${grid.every}`, season: 1 };
  const seconds = (grid.every / grid.scale!) * 86_400;
  const found = known.find(([length]) => length === seconds);
  if (found) return { name: found[1], season: found[2] };
  return {
    name: seconds % 86_400 === 0 ? `every ${seconds / 86_400} days` : `every ${seconds} s`,
    season: 1,
  };
}

/** Steps of the grid in so many days, weeks, months, quarters or years; undefined where they do not divide. */
export function stepsIn(
  grid: Grid,
  kind: TimeKind,
  { count, unit }: { readonly count: number; readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year' },
): number | undefined {
  const months = { month: 1, quarter: 3, year: 12, day: undefined, week: undefined }[unit];
  const days = { day: 1, week: 7, month: undefined, quarter: undefined, year: undefined }[unit];
  let steps: number | undefined;
  if (grid.unit === 'month' || kind === 'month') steps = months && (count * months) / grid.every;
  else if (grid.unit === 'weekday') steps = unit === 'week' ? count * 5 : undefined;
  else if (grid.scale) steps = days && (count * days * grid.scale) / grid.every;
  return Number.isInteger(steps) ? steps : undefined;
}
