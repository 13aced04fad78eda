/**
 * The estimators as people configure them, on real tables with the scores that scikit-learn 1.2.1 reached
 * (`reference.json` beside each). Linear models must equal them, trees must be within their own spread of seeds or
 * better: the mean less three standard deviations, and a hundredth for what one seed is worth.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { regressionMetrics } from '#dist/components/lib/metrics/regression.js';
import elasticNet from '#dist/components/train/elastic-net.js';
import gradientBoosting from '#dist/components/train/gradient-boosting.js';
import randomForest from '#dist/components/train/random-forest.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { harness } from '../../support/harness.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { type ColumnSpec, tableOf } from '../../support/table-of.js';

interface Spread {
  readonly mean: number;
  readonly sd: number;
}
interface Reference {
  readonly numeric: readonly string[];
  readonly one_hot_drop_first_sorted: { readonly [column: string]: readonly string[] };
  readonly ridge_alpha1_on_standardized: { readonly r2: number; readonly mae: number };
  readonly lasso_on_standardized: { readonly r2: number; readonly mae: number; readonly alpha: number };
  readonly random_forest_100: { readonly r2: Spread };
  readonly 'gradient_boosting_100x3_lr0.1': { readonly r2: Spread };
}

const read = (folder: string, file: string) => readFileSync(`${sharedData}${folder}/${file}`, 'utf8');

function rowsOf(text: string): { names: string[]; rows: string[][] } {
  const [head, ...rows] = text.trim().split(/\r?\n/);
  return { names: head!.split(','), rows: rows.map((row) => row.split(',')) };
}

/** Numbers as they are, text one-hot without the first category, as the reference did. */
function columnsOf(text: string, reference: Reference): { [name: string]: ColumnSpec } {
  const { names, rows } = rowsOf(text);
  const of = (name: string) => rows.map((row) => row[names.indexOf(name)]!);
  const columns: { [name: string]: ColumnSpec } = {};
  for (const name of reference.numeric) columns[name] = of(name).map(Number);
  for (const [name, categories] of Object.entries(reference.one_hot_drop_first_sorted)) {
    const values = of(name);
    for (const category of categories.slice(1))
      columns[`${name}=${category}`] = values.map((value) => (value === category ? 1 : 0));
  }
  const target = names.at(-1)!;
  columns['target'] = { type: 'float64', role: 'target', values: of(target).map(Number) };
  return columns;
}

/** Scores on the test rows. The penalties of elastic net are on standardised columns, as the reference's are. */
async function score(
  definition: Parameters<typeof harness>[0],
  folder: string,
  config: { [key: string]: unknown },
  seed = 1,
) {
  const reference = JSON.parse(read(folder, 'reference.json')) as Reference;
  const { tables, run } = harness(definition);
  const train = await tableOf(tables, { columns: columnsOf(read(folder, 'train.csv'), reference) });
  const test = await tableOf(tables, { columns: columnsOf(read(folder, 'test.csv'), reference) });
  const { outputs } = await run({ config, inputs: { in: train }, apply: test, seed });
  const out = outputs['out'] as Table;
  const values = async (name: string) => (await out.column(name)).values as Float64Array;
  return {
    reference,
    scores: regressionMetrics({ truth: await values('target'), predicted: await values('predicted') }),
  };
}

const folders = [
  'shouldcost/concrete_strength',
  'shouldcost/automobile_price',
  'shouldcost/diamonds_6000',
  'tabular/diabetes',
];
describe.skipIf(!hasSharedData).each(folders)('%s', (folder) => {
  it('equals ridge of scikit-learn', async () => {
    const rows = rowsOf(read(folder, 'train.csv')).rows.length;
    const { reference, scores } = await score(elasticNet, folder, { alpha: 1 / rows, l1_ratio: 0 });
    expect(scores['r2']).toBeCloseTo(reference.ridge_alpha1_on_standardized.r2, 5);
    expect(scores['mae']! / reference.ridge_alpha1_on_standardized.mae).toBeCloseTo(1, 5);
  });

  it('equals lasso of scikit-learn', async () => {
    const { alpha } = (JSON.parse(read(folder, 'reference.json')) as Reference).lasso_on_standardized;
    const { reference, scores } = await score(elasticNet, folder, { alpha, l1_ratio: 1 });
    expect(scores['r2']).toBeCloseTo(reference.lasso_on_standardized.r2, 4);
  });

  it('a forest is as good as that of scikit-learn', async () => {
    const { reference, scores } = await score(randomForest, folder, {
      trees: folder.includes('diamonds') ? 30 : 100,
    });
    const { mean, sd } = reference.random_forest_100.r2;
    expect(scores['r2']).toBeGreaterThan(mean - 3 * sd - 0.01);
  });

  it('boosting is as good as that of scikit-learn', async () => {
    const { reference, scores } = await score(gradientBoosting, folder, { max_depth: 3, min_leaf: 1 });
    const { mean, sd } = reference['gradient_boosting_100x3_lr0.1'].r2;
    expect(scores['r2']).toBeGreaterThan(mean - 3 * sd - 0.01);
  });
});
