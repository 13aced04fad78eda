import { expect, test } from 'vitest';
import regression from '#dist/components/evaluate/regression.js';
import type { Metrics, Model } from '#dist/engine/artifacts/artifact.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import type { OpenModel } from '#dist/engine/component/capabilities.js';
import type { AnyDefinition, Capabilities } from '#dist/engine/component.js';
import { predictionColumns } from '#dist/engine/learn/prediction.js';
import { harness } from '../../support/harness.js';
import { tableOf } from '../../support/table-of.js';

const { tables, run } = harness(regression as unknown as AnyDefinition);
const trained = {
  kind: 'model',
  object: 'trained',
  bundle: { task: 'regress', target: { name: 'price' }, features: [] },
} as unknown as Model;
/** Each model predicts what its name stands for: the real one nearly right, the one on shuffled targets 6. */
const answers: { [model: string]: readonly number[] } = {
  trained: [2.5, 3.5, 5, 8, 9],
  shuffled: [6, 6, 6, 6, 6],
};
const capabilities = (training: Table | undefined): Partial<Capabilities> => ({
  predictions: {
    open: () => Promise.resolve({} as OpenModel),
    predict: (model, data) =>
      tables.with(
        data,
        predictionColumns('regress', {
          kind: 'number',
          values: Float64Array.from({ length: data.rows }, (_, i) => answers[model.object]?.[i] ?? 5),
        }),
      ),
  },
  learners: {
    refit: async (_model, _table, { shuffle }) => ({ ...trained, object: shuffle ? 'shuffled' : 'other' }),
    trainingTable: async () => training,
  },
});
const rows = (values: readonly (number | null)[], by: 'random' | 'block' = 'random') =>
  tableOf(tables, {
    columns: { x: values, price: { type: 'float64', role: 'target', unit: 'EUR', values } },
    split: { by, part: 'test', columns: [], seed: 1 },
  });

test('errors beside the training mean and shuffled targets', async () => {
  const data = await rows([2, 4, 5, 7, 11]);
  const training = await rows([3, 5, 7]);
  const { outputs } = await run({ inputs: { model: trained, data }, capabilities: capabilities(training) });
  const { values, details } = outputs['metrics'] as Metrics;
  // scikit-learn 1.9.1: mean_absolute_error, root_mean_squared_error, r2_score, mean_absolute_percentage_error, and
  // numpy.median of the relative errors
  const expected = {
    rows: 5,
    mae: 0.8,
    rmse: 1.0488088481701516,
    r2: 0.8824786324786325,
    mape: 0.1399350649350649,
    median_ape: 0.14285714285714285,
    r2_log: 0.9225947385355922, // of numpy.log of both
    baseline_mae: 2.4,
    baseline_rmse: 3.1622776601683795,
    control_mae: 2.6,
  };
  for (const [name, value] of Object.entries(expected)) expect(values[name], name).toBeCloseTo(value, 12);
  expect(values).not.toHaveProperty('random_split_mae');
  expect(details['target']).toBe('price (EUR)');
  expect(details['points']).toEqual([
    [2, 2.5],
    [4, 3.5],
    [5, 5],
    [7, 8],
    [11, 9],
  ]);
  const { mae } = details['intervals'] as unknown as { mae: { lower: number; upper: number } };
  expect(mae.lower).toBeLessThan(0.8);
  expect(mae.upper).toBeGreaterThan(0.8);
});

test('a cut at random is scored beside a cut by block', async () => {
  const inputs = { model: trained, data: await rows([2, 4, 5, 7, 11], 'block') };
  const { outputs } = await run({ inputs, capabilities: capabilities(await rows([5, 5, 5, 5, 5, 5])) });
  expect((outputs['metrics'] as Metrics).values['random_split_mae']).toBe(0);
});

test('what cannot be scored is a problem, a lost training table a warning', async () => {
  const inputs = { model: trained, data: await rows([2, null, 5]) };
  await expect(run({ inputs, capabilities: capabilities(undefined) })).rejects.toThrow(
    '1 of 3 rows have no value in the target "price"',
  );
  const empty = { model: trained, data: await rows([]) };
  await expect(run({ inputs: empty, capabilities: capabilities(undefined) })).rejects.toThrow(
    'there are no test rows',
  );
  const classifier = { ...trained, bundle: { ...trained.bundle, task: 'classify' } } as Model;
  await expect(run({ inputs: { ...inputs, model: classifier } })).rejects.toThrow('a classify model');
  const { warnings } = await run({
    inputs: { model: trained, data: await rows([2, 4, 5, 7, 11]) },
    capabilities: capabilities(undefined),
  });
  expect(warnings.map((w) => w.message)).toEqual([expect.stringContaining('training rows are gone')]);
});
