import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { type BoostingParams, fitBoosting } from '#dist/components/lib/trees/boosting.js';
import type { Ensemble } from '#dist/components/lib/trees/ensemble.js';
import { decisionTree, extraTrees, type ForestParams, fitForest } from '#dist/components/lib/trees/forest.js';
import { impurityImportance } from '#dist/components/lib/trees/importance.js';
import { predictEnsemble } from '#dist/components/lib/trees/predict.js';
import { shapTree } from '#dist/components/lib/trees/shap.js';
import { shapInterventional } from '#dist/components/lib/trees/shap-interventional.js';
import { accuracy, classification } from '../lib/trees/support.js';
import { expectWithin } from '../support/close.js';
import { largestDifference, mean, standardErrorsApart, transposed } from '../support/numbers.js';
import { askPeer, hasPeers } from '../support/peer.js';

interface Answers {
  features: number;
  trainRows: number;
  heldRows: number;
  train: (number | 'NaN')[];
  held: (number | 'NaN')[];
  holesTrain: (number | 'NaN')[];
  holesHeld: (number | 'NaN')[];
  codesTrain: number[];
  codesHeld: number[];
  labels: number[];
  noisy: number[];
  counts: number[];
  weight: number[];
  trees: Record<string, { held: number[]; importances: number[] }>;
  numbers: Record<string, number[]>;
  lightgbm: Record<string, number>;
  histogram: Record<string, number>;
  forests: Record<string, number[]>;
}

/** Cuts of equal gain fall either way, in float32 near ones too, and a few rows then part: their share of all. */
const shareApart = (a: ArrayLike<number>, b: readonly number[], tolerance: number) =>
  b.filter((v, i) => !(Math.abs(v - a[i]!) <= tolerance * Math.max(1, Math.abs(v)))).length / b.length;

describe.skipIf(!hasPeers).each([31, 32])('tables of seed %i', (seed) => {
  let answers: Answers;
  const table = (y: number[], more: object = {}) => ({
    x: Float32Array.from(answers.train, Number),
    rows: answers.trainRows,
    features: answers.features,
    y: y.slice(0, answers.trainRows),
    ...more,
  });
  const predict = (model: Ensemble, x: (number | 'NaN')[] = answers.held) =>
    predictEnsemble(computeHere, model, Float32Array.from(x, Number), answers.heldRows);
  const heldOut = (y: number[]) => y.slice(answers.trainRows);
  beforeAll(() => {
    answers = askPeer<Answers>('test/interop/trees.py', 'fit', seed);
  }, 240_000);

  it.each<[string, ForestParams, number]>([
    ['gini', { max_depth: 4 }, 3],
    ['entropy', { max_depth: 4, criterion: 'entropy' }, 3],
    ['balanced', { max_depth: 4, class_weight: 'balanced' }, 3],
    ['squared', { max_depth: 6 }, 0],
  ])('a decision tree by %s is that of scikit-learn', async (name, params, classes) => {
    const { labels, noisy, weight, trees } = answers;
    const data = table(classes ? labels : noisy, {
      ...(classes ? { classes } : {}),
      ...(name === 'gini' || name === 'squared' ? { weight } : {}),
    });
    const model = await fitForest(computeHere, data, { ...decisionTree, min_leaf: 5, ...params }, 1);
    const found = await predict(model);
    expectWithin(
      shareApart(found, trees[name]!.held, 1e-10),
      0.02,
      'decision tree, share of predictions further apart than 1e-10',
    );
    expectWithin(
      largestDifference(impurityImportance(model), trees[name]!.importances),
      0.02,
      'decision tree, impurity importances',
    );
  });

  it.each<[string, BoostingParams]>([
    ['squared', {}],
    ['missing', { l2: 1 }],
    ['poisson', { loss: 'poisson' }],
    ['logistic', {}],
    ['absolute', { loss: 'absolute' }],
    ['weighted', {}],
  ])('boosting, %s: as HistGradientBoosting', async (name, params) => {
    const { labels, noisy, counts, weight, numbers, holesTrain, holesHeld } = answers;
    const more: Record<string, object> = {
      missing: { x: Float32Array.from(holesTrain, Number) },
      weighted: { weight },
    };
    const data =
      name === 'logistic'
        ? table(
            labels.map((c) => Math.min(c, 1)),
            { classes: 2 },
          )
        : table(name === 'poisson' ? counts : noisy, more[name]);
    const common = { trees: name === 'absolute' ? 2 : 30, leaves: 15, min_leaf: 10, ...params };
    const { ensemble } = await fitBoosting(computeHere, data, common, 1);
    const p = await predict(ensemble, name === 'missing' ? holesHeld : undefined);
    const found = name === 'logistic' ? p.filter((_, k) => k % 2 === 1) : p;
    expectWithin(
      shareApart(found, numbers[name]!, 1e-5),
      0.1,
      'boosting, share of predictions further apart than 1e-5',
    );
  });

  it('boosting of bounds, categories and quantiles is as good as HistGradientBoosting', async () => {
    const { noisy, codesTrain, codesHeld, histogram } = answers;
    const absolute = (y: number, p: number) => Math.abs(y - p);
    const pinball = (y: number, p: number) => (y > p ? 0.8 * (y - p) : 0.2 * (p - y));
    const codes = { x: Float32Array.from(codesTrain), categories: [12, 0, 0, 0, 0, 0] };
    for (const [name, params, more, held, loss] of [
      ['monotone', { monotone: [1, 0, 0, 0, 0, -1] }, {}, answers.held, absolute],
      ['categories', {}, codes, codesHeld, absolute],
      ['quantile', { loss: 'quantile', quantile: 0.8 }, {}, answers.held, pinball],
    ] as const) {
      const common = { trees: 30, leaves: 15, min_leaf: 10, ...params };
      const { ensemble } = await fitBoosting(computeHere, table(noisy, more), common, 1);
      const p = await predict(ensemble, [...held]);
      const ours = mean(heldOut(noisy).map((y, i) => loss(y, p[i]!)));
      // 400 rows: within 5 % is chance.
      const what = `boosting, ${name}: held-out loss over that of HistGradientBoosting`;
      expectWithin(ours / histogram[name]!, 1.05, what);
    }
  });

  it('boosting is as good as LightGBM', async () => {
    const { labels, noisy, lightgbm } = answers;
    const params = { trees: 60, leaves: 15 };
    const loss = async (data: Parameters<typeof fitBoosting>[1], y: number[]) => {
      const p = await predict((await fitBoosting(computeHere, data, params, 1)).ensemble);
      const k = p.length / y.length;
      return mean(y.map((c, i) => -Math.log(p[i * k + c]!)));
    };
    const two = labels.map((c) => Math.min(c, 1));
    const ratio = [
      (await loss(table(two, { classes: 2 }), heldOut(two))) / lightgbm.logistic!,
      (await loss(table(labels, { classes: 3 }), heldOut(labels))) / lightgbm.softmax!,
    ];
    const numbers: [string, BoostingParams][] = [
      ['absolute', { loss: 'absolute' }],
      ['monotone', { monotone: [1, 0, 0, 0, 0, -1] }],
    ];
    for (const [name, more] of numbers) {
      const { ensemble } = await fitBoosting(computeHere, table(noisy), { ...params, ...more }, 1);
      const p = await predict(ensemble);
      ratio.push(mean(heldOut(noisy).map((v, i) => Math.abs(v - p[i]!))) / lightgbm[name]!);
    }
    // Held-out loss on 400 rows: the two differ by chance, so 5 % is as good.
    for (const r of ratio) expectWithin(r, 1.05, 'boosting, held-out loss over that of LightGBM');
  });

  it.each<[string, ForestParams]>([
    ['forest', {}],
    [
      'limited',
      { max_depth: 8, min_leaf: 3, features: 0.5, class_weight: 'balanced_subsample', max_samples: 0.6 },
    ],
    ['extra', extraTrees],
    ['numbers', {}],
  ])('%s: the mean error over 30 seeds is that of scikit-learn', async (name, params) => {
    const { labels, noisy, forests } = answers;
    const ours: number[] = [];
    for (let s = 0; s < 30; s++) {
      const data = name === 'numbers' ? table(noisy) : table(labels, { classes: 3 });
      const p = await predict(await fitForest(computeHere, data, { trees: 30, ...params }, s));
      const held = heldOut(noisy);
      ours.push(
        name === 'numbers' ? mean(held.map((v, i) => (v - p[i]!) ** 2)) : accuracy(p, 3, heldOut(labels)),
      );
    }
    const peer = forests[name]!;
    // Eight such tests in all: |z| < 3.3 holds for all of them in 99 of 100 runs.
    expectWithin(standardErrorsApart(ours, peer), 3.3, 'forests, error over 30 seeds: standard errors apart');
  });
});

describe.skipIf(!hasPeers)('shap', () => {
  const data = classification(400, 5, 3, 5);
  for (let i = 0; i < 400; i += 7) data.x[800 + i] = Number.NaN;
  const rows = 25;
  const pick = (from: number) =>
    Float32Array.from(
      { length: 5 * rows },
      (_, k) => data.x[Math.floor(k / rows) * 400 + from + (k % rows)]!,
    );

  /** One tree of the ensemble as shap takes it, each leaf with all outputs. */
  const exported = ({ meta, ...model }: Ensemble) =>
    Array.from(model.roots, (root, t) => {
      const end = t + 1 < model.roots.length ? model.roots[t + 1]! : model.feature.length;
      const nodes = Array.from({ length: end - root }, (_, k) => root + k);
      const inner = (n: number) => model.feature[n]! >= 0;
      const side = (n: number, child: Int32Array) => (inner(n) ? child[n]! - root : -1);
      const value = (n: number, o: number) => {
        const output = model.treeOutput[t]!;
        if (inner(n) || (output >= 0 && output !== o)) return 0;
        return meta.scale * model.values[model.left[n]! + (output < 0 ? o : 0)]!;
      };
      return {
        children_left: nodes.map((n) => side(n, model.left)),
        children_right: nodes.map((n) => side(n, model.right)),
        children_default: nodes.map((n) => side(n, model.flags[n]! & 1 ? model.left : model.right)),
        features: nodes.map((n) => (inner(n) ? model.feature[n]! : -2)),
        thresholds: nodes.map((n) => (inner(n) ? Math.min(3e38, model.threshold[n]!) : -2)),
        values: nodes.map((n) => meta.base.map((_, o) => value(n, o))),
        node_sample_weight: nodes.map((n) => model.cover[n]!),
      };
    });

  it('path-dependent and interventional values of a forest and of boosting', async () => {
    const forest = await fitForest(computeHere, data, { trees: 6, max_depth: 7 }, 1);
    const { ensemble } = await fitBoosting(computeHere, data, { trees: 4, min_leaf: 5 }, 1);
    const folder = mkdtempSync(join(tmpdir(), 'shap-'));
    try {
      for (const model of [forest, ensemble]) {
        const [x, background] = [pick(0), pick(100)];
        const byRows = (columns: Float32Array) => {
          const flat = [...transposed(columns, 5, rows)].map((v) => (Number.isNaN(v) ? null : v));
          return Array.from({ length: rows }, (_, i) => flat.slice(5 * i, 5 * i + 5));
        };
        const file = join(folder, 'model.json');
        const holes = (table: (number | null)[][]) => JSON.stringify(table).replaceAll('null', 'NaN');
        writeFileSync(
          file,
          `{"trees":${JSON.stringify(exported(model))},"x":${holes(byRows(x))},"background":${holes(byRows(background))}}`,
        );
        type Answer = Record<'path' | 'pathExpected' | 'other' | 'otherExpected', number[]>;
        const peer = askPeer<Answer>('test/interop/trees.py', 'shap', file);
        const { outputs, base } = model.meta;
        /** From shap's rows × features × outputs to ours. */
        const ours = (values: number[]) =>
          values.map((_, k) => {
            const [i, o, j] = [Math.floor(k / (5 * outputs)), Math.floor(k / 5) % outputs, k % 5];
            return values[(i * 5 + j) * outputs + o]!;
          });
        const path = await shapTree(computeHere, model, x, rows);
        expectWithin(largestDifference(path.values, ours(peer.path)), 1e-6, 'SHAP values, path-dependent');
        expectWithin(
          largestDifference(
            path.expected.map((v, o) => v - base[o]!),
            peer.pathExpected,
          ),
          1e-6,
          'SHAP, expected values',
        );
        const other = await shapInterventional(computeHere, model, x, rows, background, rows);
        expectWithin(largestDifference(other.values, ours(peer.other)), 1e-6, 'SHAP values, interventional');
        expectWithin(
          largestDifference(
            other.expected.map((v, o) => v - base[o]!),
            peer.otherExpected,
          ),
          1e-6,
          'SHAP, expected values',
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
