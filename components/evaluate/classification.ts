import { cell } from '../../engine/artifacts/column.js';
import type { Table } from '../../engine/artifacts/table.js';
import type { Json } from '../../engine/canonical.js';
import {
  controls,
  scoringConfig,
  scoringMetrics,
  scoringOutputs,
  weightsOf,
} from '../../engine/component/scoring.js';
import { defineComponent, model, table } from '../../engine/component.js';
import { bootstrapClassification } from '../lib/metrics/bootstrap.js';
import { type ClassificationReport, classificationReport } from '../lib/metrics/classification.js';
import type { Classification } from '../lib/metrics/confusion.js';
import { classCurves } from '../lib/metrics/curves.js';
import { calibrationCurve } from '../lib/metrics/probability.js';
import { mostCurves } from '../lib/plot/ranking.js';

const shown = {
  accuracy: 'share of rows predicted right',
  balanced_accuracy: 'mean recall of the classes',
  precision_macro: 'mean precision of the classes',
  recall_macro: 'mean recall of the classes that occur',
  f1_macro: 'mean F1 of the classes',
  precision_weighted: 'precision weighted by rows',
  recall_weighted: 'recall weighted by rows',
  f1_weighted: 'F1 weighted by rows',
  precision_micro: 'precision over all rows',
  recall_micro: 'recall over all rows',
  f1_micro: 'F1 over all rows',
  cohen_kappa: 'agreement beyond chance',
  mcc: 'Matthews correlation',
  log_loss: 'mean −log of the probability given to the truth',
  brier: 'mean squared error of the probabilities',
  ece: 'expected calibration error, 10 bins',
  roc_auc_macro: 'ROC-AUC one against the rest, mean of the classes',
  roc_auc_weighted: 'ROC-AUC one against the rest, weighted by rows',
  average_precision_macro: 'area under precision and recall, mean of the classes',
} as const;

/**
 * Classification metrics of a model on rows that it has not seen, each beside the majority class and the same
 * model trained on shuffled labels, with bootstrap intervals, per class, confusion matrix and calibration.
 */
export default defineComponent({
  name: 'evaluate.classification',
  version: '1',
  summary: 'Score a classifier on test rows, beside baseline and control, with intervals',
  config: scoringConfig,
  inputs: { model: model('the trained classifier'), data: table('test rows, with the target') },
  outputs: scoringOutputs,
  metrics: scoringMetrics(shown, 'the majority class'),
  needs: ['predictions', 'learners'],
  determinism: 'seeded',
  example: 'use: evaluate.classification\nin: { model: model, data: split.test }',
  columns(_config, { data }) {
    return { predictions: { fields: [...(data?.fields ?? []), { name: 'predicted' }], open: true } };
  },
  async run(ctx) {
    const { model: trained, data } = ctx.in;
    const { target } = trained.bundle;
    if (trained.bundle.task !== 'classify' || !target?.classes)
      ctx.fail('learn/signature', `the model is a ${trained.bundle.task} model, not a classifier`, {
        path: ['in', 'model'],
      });
    if (data.rows === 0) ctx.fail('data/rows', 'there are no test rows', { path: ['in', 'data'] });
    const predictions = await ctx.predictions.predict(trained, data);
    const classes = [...target!.classes!];
    const truth = await codesOf(data, target!.name, classes);
    const scored = await classification(predictions, truth, classes);
    const report = classificationReport(scored);
    const values: { [name: string]: number } = { rows: data.rows, ...report.metrics };
    const add = (prefix: string, other: ClassificationReport) => {
      for (const [name, value] of Object.entries(other.metrics)) values[`${prefix}_${name}`] = value;
    };
    const training = await ctx.learners.trainingTable(trained);
    if (training) {
      add(
        'baseline',
        classificationReport(majority(await codesOf(training, target!.name, classes), truth, classes.length)),
      );
      for (const { name, model, test } of await controls(ctx, trained, training, data)) {
        const names = test === data ? classes : [...model.bundle.target!.classes!];
        const codes = test === data ? truth : await codesOf(test, target!.name, names);
        const scored = await classification(await ctx.predictions.predict(model, test), codes, names);
        add(name, classificationReport(scored));
      }
    } else ctx.warn('the training rows are gone from the store, so there is no baseline and no control');
    const intervals =
      ctx.config.replicates > 0
        ? await bootstrapClassification(ctx.compute, scored, {
            replicates: ctx.config.replicates,
            confidence: ctx.config.confidence,
            seed: ctx.seed,
          })
        : {};
    return {
      metrics: {
        kind: 'metrics',
        values,
        details: {
          ...details(report, scored, classes, intervals as unknown as Json),
          ...(await weightsOf(trained, ctx.predictions)),
        },
      },
      predictions,
    };
  },
});

/** Class codes of the target; a class that training never saw is added to `classes`, with probability 0. */
async function codesOf(rows: Table, target: string, classes: string[]): Promise<Int32Array> {
  const column = await rows.column(target);
  const codes = new Int32Array(rows.rows);
  for (let i = 0; i < codes.length; i++) {
    const name = String(cell(column, i));
    let code = classes.indexOf(name);
    if (code < 0) code = classes.push(name) - 1;
    codes[i] = code;
  }
  return codes;
}

async function classification(
  predictions: Table,
  truth: Int32Array,
  classes: readonly string[],
): Promise<Classification & { probabilities: Float64Array }> {
  const probabilities = new Float64Array(truth.length * classes.length);
  const predicted = new Int32Array(truth.length);
  const known = new Set(predictions.schema.fields.map((field) => field.name));
  for (const [c, name] of classes.entries()) {
    if (!known.has(`prob_${name}`)) continue;
    const { values } = await predictions.column(`prob_${name}`);
    for (let i = 0; i < truth.length; i++) {
      probabilities[i * classes.length + c] = values[i]!;
      if (values[i]! > probabilities[i * classes.length + predicted[i]!]!) predicted[i] = c;
    }
  }
  return { truth, predicted, classes: classes.length, probabilities };
}

function majority(training: Int32Array, truth: Int32Array, classes: number): Classification {
  const shares = new Float64Array(classes);
  for (const code of training) shares[code]! += 1 / training.length;
  const most = shares.indexOf(Math.max(...shares));
  const probabilities = new Float64Array(truth.length * classes);
  for (let i = 0; i < truth.length; i++) probabilities.set(shares, i * classes);
  return { truth, predicted: new Int32Array(truth.length).fill(most), classes, probabilities };
}

function details(
  report: ClassificationReport,
  scored: Classification & { probabilities: Float64Array },
  classes: readonly string[],
  intervals: Json,
): { [name: string]: Json } {
  const k = classes.length;
  return {
    classes,
    per_class: report.perClass.map((scores, c) => ({ class: classes[c]!, ...scores })) as unknown as Json,
    confusion: Array.from({ length: k }, (_, c) => [...report.confusion.subarray(c * k, (c + 1) * k)]),
    intervals,
    calibration: confidenceCurve(scored) as unknown as Json,
    curves: classCurves(scored, mostCurves).map((curve) => ({
      ...curve,
      class: classes[curve.class]!,
    })) as unknown as Json,
  };
}

/** How often the predicted class was right, by the probability that it was given. */
function confidenceCurve({
  truth,
  predicted,
  probabilities,
  classes,
}: Classification & { probabilities: Float64Array }) {
  const right = truth.map((code, i) => (code === predicted[i] ? 1 : 0));
  const confidence = Float64Array.from(truth, (_, i) => probabilities[i * classes + predicted[i]!]!);
  return calibrationCurve(right, confidence);
}
