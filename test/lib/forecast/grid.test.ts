import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frequencyOf,
  type Grid,
  inferGrid,
  stepOf,
  stepsIn,
  timeAt,
} from '#dist/components/lib/forecast/grid.js';

const day = (text: string) => Date.parse(text) / 86_400_000;
const inferred = (dates: readonly string[]) => {
  const times = dates.map(day);
  return inferGrid(
    'date',
    times.slice(1).map((t, i) => t - times[i]!),
    times,
  );
};
const named = (dates: readonly string[]) => frequencyOf(inferred(dates), 'date');

describe('frequency', () => {
  it.each([
    ['monthly', 12, ['2024-01-01', '2024-02-01', '2024-03-01']],
    ['monthly', 12, ['2024-01-31', '2024-02-29', '2024-03-31']],
    ['quarterly', 4, ['2024-03-31', '2024-06-30', '2024-09-30']],
    ['half-yearly', 2, ['2024-01-01', '2024-07-01', '2025-01-01']],
    ['yearly', 1, ['2020-12-31', '2021-12-31', '2022-12-31']],
    ['weekly', 52, ['2024-01-01', '2024-01-08', '2024-01-15', '2024-01-29']],
    ['daily', 7, ['2024-01-04', '2024-01-05', '2024-01-06', '2024-01-07']],
    ['every 10 days', 1, ['2024-01-01', '2024-01-11', '2024-01-21']],
    ['on workdays', 5, ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08']],
  ] as const)('%s', (name, season, dates) => {
    expect(named(dates)).toEqual({ name, season });
  });

  it('is told of timestamps and numbers too', () => {
    const hour = 3_600_000_000;
    const grid = inferGrid('timestamp', [hour, hour], [0, hour, 2 * hour]);
    expect(frequencyOf(grid, 'timestamp')).toEqual({ name: 'hourly', season: 24 });
    expect(frequencyOf(inferGrid('number', [2, 2], [0, 2, 4]), 'number').name).toBe('in steps of 2');
    expect(frequencyOf(inferGrid('month', [3, 3], [0, 3, 6]), 'month').name).toBe('quarterly');
  });
});

const grids: readonly Grid[] = [
  { unit: 'month', every: 1, scale: 1 },
  { unit: 'month', every: 3, scale: 86_400_000_000 },
  { unit: 'weekday', every: 1, scale: 1 },
  { unit: 'step', every: 7, scale: 1 },
];

it.each(grids)('a step there and back is the same step: %o', (grid) => {
  fc.assert(
    fc.property(
      fc.integer({ min: -5000, max: 30_000 }),
      fc.integer({ min: -400, max: 400 }),
      (start, step) => {
        const weekend = (((start + 3) % 7) + 7) % 7 > 4;
        const from = (grid.unit === 'weekday' && weekend ? start - 2 : start) * (grid.scale ?? 1);
        expect(stepOf(grid, from, timeAt(grid, from, step))).toBe(step);
      },
    ),
  );
});

it('a day off the grid has no whole step', () => {
  const [monthly] = grids;
  expect(stepOf(monthly!, day('2024-01-01'), day('2024-03-02'))).toBeNaN();
  expect(stepOf({ unit: 'weekday', every: 1, scale: 1 }, day('2024-01-01'), day('2024-01-06'))).toBeNaN();
  expect(stepOf(monthly!, day('2024-01-30'), day('2024-02-29'))).toBe(1);
});

it('a period is whole steps or none', () => {
  const [monthly, quarterly, workdays, weekly] = grids;
  expect(stepsIn(monthly!, 'date', { count: 1, unit: 'year' })).toBe(12);
  expect(stepsIn(quarterly!, 'timestamp', { count: 12, unit: 'month' })).toBe(4);
  expect(stepsIn(quarterly!, 'timestamp', { count: 4, unit: 'month' })).toBeUndefined();
  expect(stepsIn(workdays!, 'date', { count: 2, unit: 'week' })).toBe(10);
  expect(stepsIn(weekly!, 'date', { count: 14, unit: 'day' })).toBe(2);
  expect(stepsIn(weekly!, 'date', { count: 1, unit: 'month' })).toBeUndefined();
});
