import fc from 'fast-check';
import { expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import gradientBoosting from '#dist/components/train/gradient-boosting.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { harness } from '../../support/harness.js';
import { tableOf } from '../../support/table-of.js';

const list = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i));

async function boosted(
  config: { [key: string]: unknown },
  columns: { [name: string]: number[] },
  y: number[] | string[],
  apply: { [name: string]: number[] } = columns,
) {
  const { tables, run } = harness(gradientBoosting);
  const type = typeof y[0] === 'string' ? 'string' : 'float64';
  const table = await tableOf(tables, { columns: { ...columns, y: { type, role: 'target', values: y } } });
  const result = await run({
    config,
    inputs: { in: table },
    apply: await tableOf(tables, { columns: apply }),
  });
  const out = result.outputs['out'] as Table;
  const column = async (name: string) => Array.from((await out.column(name)).values as ArrayLike<number>);
  return { column, metrics: result.metrics };
}

it('predictions rise or fall with a monotone feature wherever the others stand', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom('squared', 'absolute', 'poisson'),
      async (seed, loss) => {
        const draw = random(seed);
        const mass = list(80, () => draw.uniform() * 10);
        const qty = list(80, () => draw.uniform() * 10);
        const y = list(80, (i) => Math.max(0, mass[i]! - qty[i]! + 6 * draw.uniform() + 5));
        const grid = list(40, (i) => i / 4);
        const at = { mass: [...grid, ...grid.map(() => 5)], qty: [...grid.map(() => 5), ...grid] };
        const config = { loss, trees: 20, min_leaf: 2, monotone: { mass: 'increasing', qty: 'decreasing' } };
        const predicted = await (await boosted(config, { mass, qty }, y, at)).column('predicted');
        for (let i = 1; i < 40; i++) {
          expect(predicted[i]!).toBeGreaterThanOrEqual(predicted[i - 1]!);
          expect(predicted[40 + i]!).toBeLessThanOrEqual(predicted[39 + i]!);
        }
      },
    ),
    { numRuns: 8 },
  ));

it('stops early on noise and goes on where there is something to learn', async () => {
  const draw = random(3);
  const a = list(400, () => draw.uniform());
  const config = { trees: 200, early_stopping: 5, held_out: 0.25 };
  const noise = await boosted(
    config,
    { a },
    list(400, () => draw.uniform()),
  );
  const signal = await boosted(
    config,
    { a },
    a.map((value) => 20 * value),
  );
  expect(noise.metrics['rounds']).toBeLessThan(20);
  expect(signal.metrics['rounds']).toBeGreaterThan(40);
});

it('predicts the quantile that it is asked for', async () => {
  const draw = random(5);
  const a = list(2000, () => draw.uniform());
  const y = a.map((value) => value + draw.uniform());
  for (const quantile of [0.1, 0.9]) {
    const predicted = await (await boosted({ loss: 'quantile', quantile, trees: 60 }, { a }, y)).column(
      'predicted',
    );
    const below = y.filter((value, i) => value <= predicted[i]!).length / y.length;
    expect(Math.abs(below - quantile)).toBeLessThan(0.03);
  }
});

it('a class of weight two counts as its rows twice', async () => {
  const draw = random(7);
  const a = list(120, () => draw.uniform());
  const y = a.map((value) => (value + draw.uniform() > 1 ? 'ore' : 'rock'));
  const config = { trees: 10, max_leaves: 4, min_leaf: 1 };
  const twice = [...y.keys(), ...y.keys()].filter((i, k) => k < 120 || y[i] === 'ore');
  const weighted = await boosted({ ...config, class_weight: { ore: 2 } }, { a }, y);
  const repeated = await boosted(
    config,
    { a: twice.map((i) => a[i]!) },
    twice.map((i) => y[i]!),
    { a },
  );
  const [one, other] = [await weighted.column('prob_ore'), await repeated.column('prob_ore')];
  for (const [i, p] of one.entries()) expect(p).toBeCloseTo(other[i]!, 6);
});
