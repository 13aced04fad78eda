import { beforeAll, describe, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { permutationImportance } from '#dist/components/lib/metrics/permutation-importance.js';
import { regressionMetrics } from '#dist/components/lib/metrics/regression.js';
import { fitBoosting } from '#dist/components/lib/trees/boosting.js';
import { decisionTree, fitForest } from '#dist/components/lib/trees/forest.js';
import { outOfBag } from '#dist/components/lib/trees/out-of-bag.js';
import { predictEnsemble } from '#dist/components/lib/trees/predict.js';
import { accuracy } from '../lib/trees/support.js';
import { expectWithin } from '../support/close.js';
import { mean, standardErrorsApart, variance } from '../support/numbers.js';
import { askPeer, hasPeers } from '../support/peer.js';

interface Answers {
  features: number;
  trainRows: number;
  heldRows: number;
  train: number[];
  held: number[];
  labels: number[];
  noisy: number[];
  bagged: number[];
  outOfBag: { classes: number[]; numbers: number[] };
  shuffled: { mean: number[]; sd: number[] };
}

const SEEDS = 30;

describe.skipIf(!hasPeers)('what depends on chance, over 30 seeds', () => {
  let answers: Answers;
  const table = (y: number[], more: object = {}) => ({
    x: Float32Array.from(answers.train),
    rows: answers.trainRows,
    features: answers.features,
    y: y.slice(0, answers.trainRows),
    ...more,
  });
  beforeAll(() => {
    answers = askPeer<Answers>('test/interop/trees.py', 'chance', 33);
  }, 240_000);

  it('boosting of bags of rows and features is as good as LightGBM', async () => {
    const { labels, held, heldRows, trainRows, bagged } = answers;
    const params = { trees: 60, leaves: 15, subsample: 0.7, feature_share: 0.7 };
    const ours: number[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const { ensemble } = await fitBoosting(computeHere, table(labels, { classes: 2 }), params, seed);
      const p = await predictEnsemble(computeHere, ensemble, Float32Array.from(held), heldRows);
      ours.push(mean(labels.slice(trainRows).map((c, i) => -Math.log(p[2 * i + c]!))));
    }
    // Another way to cut bins makes another model: the mean lies where LightGBM's seeds do.
    expectWithin(
      Math.abs(mean(ours) - mean(bagged)) / Math.sqrt(variance(bagged)),
      3.3,
      'boosting of bags, log-loss over 30 seeds: standard deviations of LightGBM apart',
    );
  });

  it.each(['classes', 'numbers'] as const)('out of bag, %s: as oob_score_ of scikit-learn', async (name) => {
    const classes = name === 'classes';
    const data = classes ? table(answers.labels, { classes: 2 }) : table(answers.noisy);
    const ours: number[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const forest = await fitForest(computeHere, data, { trees: 60 }, seed);
      const { predicted } = await outOfBag(computeHere, forest, data, { trees: 60 }, seed);
      const truth = Float64Array.from(data.y);
      ours.push(classes ? accuracy(predicted, 2, data.y) : regressionMetrics({ truth, predicted }).r2!);
    }
    expectWithin(
      standardErrorsApart(ours, answers.outOfBag[name]),
      3.3,
      'out-of-bag score over 30 seeds: standard errors apart',
    );
  });

  it('importance by shuffling is that of sklearn.inspection', async () => {
    const { labels, held, heldRows, trainRows, features, shuffled } = answers;
    const params = { ...decisionTree, max_depth: 5, min_leaf: 5 };
    const tree = await fitForest(computeHere, table(labels, { classes: 2 }), params, 1);
    const truth = labels.slice(trainRows);
    const found = await permutationImportance(
      { x: Float32Array.from(held), rows: heldRows, features },
      (x) => predictEnsemble(computeHere, tree, x, heldRows),
      (p, some) => {
        const rows = Array.from(some ?? truth.keys());
        return mean(rows.map((row) => ((p[2 * row + 1]! > 0.5 ? 1 : 0) === truth[row] ? 1 : 0)));
      },
      { repeats: SEEDS, confidence: 0.95, seed: 1 },
    );
    found.features.forEach((own, j) => {
      const error = Math.sqrt((own.sd ** 2 + shuffled.sd[j]! ** 2) / SEEDS);
      // Six features; and equal cuts may fall either way, which moves a row or two of 400.
      expectWithin(
        Math.abs(own.mean - shuffled.mean[j]!) / (3.3 * error + 2 / heldRows),
        1,
        'importance by shuffling over 30 seeds: share of the interval',
      );
    });
  });
});
