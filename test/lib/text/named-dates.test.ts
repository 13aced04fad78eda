import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { namedDates } from '#dist/components/lib/text/named-dates.js';
import { hasSharedData, sharedData } from '../../support/shared.js';

describe('dates with the name of the month', () => {
  test.each([
    [['2-May-06', '27-Jun-06'], '27-Jun-06'],
    [['2-May-06', '11-Jun-06'], '2-May-06'],
    [['13 Jan 2020'], '13 Jan 2020'],
    [['March 3, 2021', 'April 30, 2021'], 'April 30, 2021'],
    [['06-May-98', '07-May-01'], '06-May-98'],
  ])('%j are written as in %s', (texts, example) => {
    expect(namedDates(texts)).toEqual({ example, sure: true });
  });

  test.each([
    [[], 'nothing'],
    [['2-May-06', 'Date Not Captured'], 'another text'],
    [['31-Feb-2020'], 'no day of the calendar'],
    [['2-Mai-06'], 'another language'],
    [['2-May-2006 10:00'], 'a time of day'],
    [['2/5/2006'], 'no name'],
    [['May'], 'no day'],
  ])('%j is none: %s', (texts) => {
    expect(namedDates(texts)).toBeUndefined();
  });

  test('are not sure where the year may stand first', () => {
    expect(namedDates(['06-May-07', '11-Jun-12'])).toEqual({ example: '06-May-07', sure: false });
  });
});

test.skipIf(!hasSharedData)('the delivery dates of a real file', () => {
  const text = readFileSync(`${sharedData}shouldcost/scms_deliveries_until_2012.csv`, 'latin1');
  const dates = [...text.matchAll(/(?<=,)\d{1,2}-[A-Z][a-z]{2}-\d{2}(?=,)/g)].map(([date]) => date);
  expect(dates.length).toBeGreaterThan(19_000);
  expect(namedDates(dates)?.example).toMatch(/^\d\d-[A-Z][a-z]{2}-\d\d$/);
  expect(namedDates(dates)?.sure).toBe(true);
});
