import { describe, expect, it } from 'vitest';
import {
  columnDrift,
  columnProfile,
  type DriftRule,
  rowsDrift,
} from '#dist/components/lib/contract/drift.js';
import { ColumnSummary } from '#dist/components/lib/contract/summary.js';
import { random } from '#dist/components/lib/random.js';

const shares: DriftRule = { kind: 'drift', of: 'shares', by: 0.1, per: 'own' };
const mean: DriftRule = { kind: 'drift', of: 'mean', by: 100, per: 'own' };
const rules = [shares, mean];

const classes = (rng: ReturnType<typeof random>, n: number, of: readonly number[]) => {
  const summary = new ColumnSummary('string', { values: true });
  const values = Int32Array.from({ length: n }, () => {
    let u = rng.uniform();
    for (const [c, share] of of.entries()) {
      u -= share;
      if (u < 0) return c;
    }
    return of.length - 1;
  });
  summary.add({ type: 'string', values, dictionary: ['a', 'b', 'c'] });
  return columnProfile(summary, [shares]);
};
const numbers = (rng: ReturnType<typeof random>, n: number, centre: number) => {
  const summary = new ColumnSummary('float64');
  summary.add({
    type: 'float64',
    values: Float64Array.from({ length: n }, () => centre + 1000 * rng.normal()),
  });
  return columnProfile(summary, [mean]);
};

/** Share of 400 pairs of draws in which the rule speaks. */
const alarms = (drift: (seed: number) => string | undefined) =>
  Array.from({ length: 400 }, (_, seed) => drift(seed)).filter((found) => found !== undefined).length / 400;

const even = [0.5, 0.3, 0.2];
const falseShares = (n: number, rule: DriftRule) =>
  alarms((seed) => {
    const rng = random(seed, 1);
    return columnDrift(rule, classes(rng, n, even), classes(rng, n, even));
  });
const falseMean = (n: number, rule: DriftRule) =>
  alarms((seed) => {
    const rng = random(seed, 2);
    return columnDrift(rule, numbers(rng, n, 5000), numbers(rng, n, 5000));
  });

describe('drift without a shift', () => {
  // docs/contracts.md states these rates: three classes of 50%, 30%, 20%; means of a spread of 1000.
  it.each([
    [50, 0.42, 0.62],
    [100, 0.14, 0.3],
    [400, 0, 0.02],
    [1000, 0, 0],
  ])('classes of %i rows each: between %s and %s of the runs', (n, least, most) => {
    const rate = falseShares(n, shares);
    expect(rate).toBeGreaterThanOrEqual(least);
    expect(rate).toBeLessThanOrEqual(most);
  });
  it.each([50, 100, 400])('beyond chance of 1%%: at most 2 of 100 of %i rows', (n) => {
    expect(falseShares(n, { ...shares, chance: 0.01 })).toBeLessThanOrEqual(0.02);
    expect(falseMean(n, { ...mean, chance: 0.01 })).toBeLessThanOrEqual(0.02);
  });
  it('means of 1000 rows: about 1 of 40', () => expect(falseMean(1000, mean)).toBeLessThanOrEqual(0.04));
});

it('a planted shift is found, beyond chance too', () => {
  const rate = (chance?: number) =>
    alarms((seed) => {
      const rng = random(seed, 3);
      const rule = <R extends DriftRule>(r: R) => (chance === undefined ? r : { ...r, chance });
      const both = [
        columnDrift(rule(shares), classes(rng, 1000, even), classes(rng, 1000, [0.3, 0.5, 0.2])),
        columnDrift(rule(mean), numbers(rng, 1000, 5000), numbers(rng, 1000, 5300)),
      ];
      return both.every((found) => found !== undefined) ? 'found' : undefined;
    });
  expect(rate()).toBe(1);
  expect(rate(0.01)).toBe(1);
});

describe('near zero and without values', () => {
  const profile = (values: readonly number[]) => {
    const summary = new ColumnSummary('float64', { values: true });
    summary.add({ type: 'float64', values: Float64Array.from(values) });
    return columnProfile(summary, rules);
  };
  it('constant columns that stay are no drift, ones that move are', () => {
    expect(columnDrift({ ...mean, by: 0 }, profile([5, 5]), profile([5, 5]))).toBeUndefined();
    expect(columnDrift({ ...mean, by: 0.5, per: 'sd' }, profile([5, 5]), profile([5.1, 5.1]))).toContain(
      'p = 0)',
    );
    expect(columnDrift(shares, profile([5, 5]), profile([5, 6]))).toContain('from 100% to 50%');
  });
  it('limits are in the unit, in shares of the mean, in standard deviations', () => {
    const [before, now] = [profile([90, 110]), profile([100, 120])];
    expect(columnDrift({ ...mean, by: 9.9 }, before, now)).toContain('from 100 to 110, by more than 9.9');
    expect(columnDrift({ ...mean, by: 10 }, before, now)).toBeUndefined();
    expect(columnDrift({ ...mean, by: 0.09, per: 'before' }, before, now)).toContain('by more than 9');
    expect(columnDrift({ ...mean, by: 0.5, per: 'sd' }, before, now)).toContain('by more than 7.07107');
  });
  it('no values, no rows', () => {
    expect(columnDrift(mean, profile([1]), profile([Number.NaN]))).toContain('no value any more');
    expect(columnDrift(mean, profile([]), profile([1]))).toBeUndefined();
    expect(rowsDrift({ ...shares, of: 'rows' }, 0, 0)).toBeUndefined();
    expect(rowsDrift({ ...shares, of: 'rows' }, 0, 5)).toContain('5 rows after 0');
  });
  it('many different values are no classes', () => {
    const many = profile(Array.from({ length: 101 }, (_, i) => i));
    expect(columnDrift(shares, profile([1]), many)).toContain('more than 100 different values');
    expect(columnDrift(shares, many, profile([1]))).toBeUndefined();
  });
});
