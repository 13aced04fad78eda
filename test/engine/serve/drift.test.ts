import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { ksTwoSample } from '#dist/components/lib/statistics/kolmogorov-smirnov.js';
import { driftOf, leastDistance } from '#dist/engine/serve/inference/drift.js';
import { modelsProject } from '../../support/models.js';
import { serving } from '../../support/serving.js';

const decilesOf = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from({ length: 11 }, (_, i) => sorted[Math.round((i / 10) * (sorted.length - 1))]!);
};

describe('drift', () => {
  test('is never more than the Kolmogorov–Smirnov distance of all values', () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const bound = leastDistance(decilesOf(before), before.length, after);
        const { statistic } = ksTwoSample(Float64Array.from(before), Float64Array.from(after));
        expect(bound).toBeLessThanOrEqual(statistic + 1e-12);
        expect(bound).toBeGreaterThanOrEqual(0);
      }),
    );
  });
  test('is that distance where there are no more values than deciles', () => {
    const values = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const { statistic } = ksTwoSample(Float64Array.from(before), Float64Array.from(after));
        expect(leastDistance(decilesOf(before), 11, after)).toBeCloseTo(statistic, 12);
      }),
    );
  });
  test('counts the features that moved, in value, in kind or by being missing', () => {
    const draw = random(4);
    const normal = Array.from({ length: 3000 }, () => draw.normal());
    const number = { rows: 3000, missing: 0, deciles: decilesOf(normal) };
    const text = { rows: 3000, missing: 0, values: { a: 2000, b: 1000 }, rest: 0 };
    const references = { still: number, moved: number, gone: number, kind: text, same: text };
    const rows = Array.from({ length: 300 }, (_, i) => ({
      still: draw.normal(),
      moved: draw.normal() + 0.7,
      gone: i % 5 === 0 ? null : draw.normal(),
      kind: i % 3 === 0 ? 'a' : 'c',
      same: i % 3 === 0 ? 'b' : 'a',
    }));
    expect(driftOf(references, rows)).toEqual({ features: 5, drifted: 3 });
    expect(driftOf({}, rows)).toBeUndefined();
  });
  test('is rarely told where there is none', () => {
    const draw = random(5);
    const normal = Array.from({ length: 2000 }, () => draw.normal());
    const references = { a: { rows: 2000, missing: 0, deciles: decilesOf(normal) } };
    let alarms = 0;
    for (let trial = 0; trial < 400; trial++)
      alarms += driftOf(
        references,
        Array.from({ length: 200 }, () => ({ a: draw.normal() })),
      )!.drifted;
    // At 5 % the expectation is at most 20, with a standard deviation of 4.4.
    expect(alarms).toBeLessThan(35);
  });
});

describe('gauges', () => {
  const project = modelsProject();
  beforeAll(() => project.run('pipelines/rocks.yaml'), 60_000);
  afterAll(() => project.remove());
  const gaugesOf = async (get: (path: string) => Promise<Response>) =>
    Object.fromEntries(
      [...(await (await get('/metrics')).text()).matchAll(/^rocks_(\w*drift\w*) (\S+)$/gm)].map(
        ([, name, value]) => [name, Number(value)],
      ),
    );

  test('tell of rows that are kept, and of none where none are', async () => {
    const server = await serving(project.root, ['rocks'], { logSample: 1 });
    expect(await gaugesOf(server.get)).toEqual({});
    const rows = Array.from({ length: 200 }, (_, i) => ({
      gamma: 900 + i,
      density: i % 17 === 0 ? null : 2.3,
      tone: i % 2 === 0 ? 'low' : 'high',
      count: i % 50,
    }));
    await server.post('/predict', { rows });
    let found = {};
    while (Object.keys(found).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      found = await gaugesOf(server.get);
    }
    // gamma is far off, density stands still where it varied.
    expect(found).toEqual({ drift_score: 0.5, features_drifted_count: 2 });
    await server.stop();
  });
});
