export const calendarParts = [
  'trend',
  'month',
  'quarter',
  'day',
  'weekday',
  'week',
  'hour',
  'year_sin',
  'year_cos',
] as const;
export type CalendarPart = (typeof calendarParts)[number];

const dayMillis = 86_400_000;

/**
 * A part of a time given in milliseconds since 1970, in UTC: `trend` in years of 365.2425 days since 2000, weeks by
 * ISO 8601, the place in the year as sine and cosine of a whole turn a year. NaN for NaN.
 */
export function calendarPart(part: CalendarPart, time: number): number {
  const date = new Date(time);
  switch (part) {
    case 'trend':
      return (time - Date.UTC(2000, 0, 1)) / (365.2425 * dayMillis);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'quarter':
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case 'day':
      return date.getUTCDate();
    case 'weekday':
      return weekday(date);
    case 'week': {
      // The week belongs to the year of its Thursday.
      const thursday = new Date(time + (4 - weekday(date)) * dayMillis);
      return (
        Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMillis)) + 1
      );
    }
    case 'hour':
      return date.getUTCHours();
    case 'year_sin':
      return Math.sin(turn(date));
    case 'year_cos':
      return Math.cos(turn(date));
  }
}

const weekday = (date: Date): number => ((date.getUTCDay() + 6) % 7) + 1;

/** The place in the year as an angle. */
function turn(date: Date): number {
  const year = date.getUTCFullYear();
  const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  return (2 * Math.PI * (date.getTime() - start)) / (end - start);
}
