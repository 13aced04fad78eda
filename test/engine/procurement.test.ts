/**
 * Prices of real procurement lines (USAID SCMS, `shouldcost/scms_deliveries_until_2012.csv`, dirty values and all) as a
 * pipeline: trained on deliveries before mid-2011, tested on those after. scikit-learn 1.2.1's scores on the same rows
 * and the median price by molecule and dosage form are in `scms_reference.json`.
 */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { statusOf, testProject } from '../support/project.js';
import { hasSharedData, sharedData } from '../support/shared.js';

const file = (name: string) => `${sharedData}shouldcost/${name}`;
const pipeline = `version: 1
name: price
steps:
  lines:
    use: ingest.csv
    with: { path: lines.csv, dates: 31-Dec-12 }
  priced:
    use: prep.filter
    in: lines
    with: { where: "row['Pack Price'] > 0" }
  known:
    use: prep.select
    in: priced
    with:
      columns: [Pack Price, Delivered to Client Date, Unit of Measure (Per Pack), Line Item Quantity, Country,
        Vendor INCO Term, Shipment Mode, Product Group, Sub Classification, Vendor, Molecule/Test Type, Brand, Dosage,
        Dosage Form, First Line Designation, Manufacturing Site]
  split:
    use: prep.split
    in: known
    with: { target: Pack Price, time: Delivered to Client Date, from: 2011-07-01 }
  forest:
    use: train.random-forest
    in: split.train
    with: { trees: 20, features: 5, target_transform: log }
  forest_score:
    use: evaluate.regression
    in: { model: forest, data: split.test }
    with: { control: false, replicates: 0 }
  boosting:
    use: train.gradient-boosting
    in: split.train
    with: { trees: 60, learning_rate: 0.2, max_leaves: 16, row_share: 50%, feature_share: 50%, target_transform: log }
  boosting_score:
    use: evaluate.regression
    in: { model: boosting, data: split.test }
    with: { control: false, replicates: 0 }
`;

describe.skipIf(!hasSharedData)('procurement lines', () => {
  let remove = () => {};
  afterAll(() => remove());

  it('are priced as well as by scikit-learn, and far better than by the median of their kind', async () => {
    const reference = JSON.parse(readFileSync(file('scms_reference.json'), 'utf8'));
    const project = testProject({
      'pipelines/price.yaml': pipeline,
      'lines.csv': readFileSync(file('scms_deliveries_until_2012.csv'), 'utf8'),
    });
    remove = project.remove;
    const run = await project.run('pipelines/price.yaml');
    expect(new Set(Object.values(statusOf(run)))).toEqual(new Set(['ran']));
    const metrics = Object.fromEntries(run.result.nodes.map((node) => [node.address, node.metrics]));
    expect(metrics['split']).toMatchObject({ rows_train: reference.n_train, rows_test: reference.n_test });
    const baseline = reference.baseline_median_by_molecule_dosage;
    const { median_ape, r2_log } = reference.random_forest_100;
    for (const step of ['forest_score', 'boosting_score']) {
      const { median_ape: error, r2_log: explained } = metrics[step] as { [name: string]: number };
      expect(error).toBeLessThan(0.7 * baseline.median_ape);
      expect(error).toBeLessThan(median_ape.mean);
      expect(explained).toBeGreaterThan(baseline.r2_log + 0.3);
      expect(explained).toBeGreaterThan(r2_log.mean - 3 * r2_log.sd);
    }
  }, 120_000);
});
