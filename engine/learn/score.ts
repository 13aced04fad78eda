import {
  type ClassificationReport,
  classificationReport,
} from '../../components/lib/metrics/classification.js';
import { lowerIsBetter } from '../../components/lib/metrics/direction.js';
import { regressionMetrics } from '../../components/lib/metrics/regression.js';
import type { Prediction, Target } from '../component.js';

/** Metrics of one prediction by name, as `evaluate.classification` and `evaluate.regression` name them. */
export type Scores = { readonly [metric: string]: number };

export const better = (metric: string, a: number, b: number): boolean =>
  lowerIsBetter.has(metric) ? a < b : a > b;

/** What is tuned for and shown first where nobody says otherwise. */
export const defaultMetric = { classify: 'f1_weighted', regress: 'rmse' } as const;

export const predictedCodes = (probabilities: Float64Array, classes: number): Int32Array => {
  const codes = new Int32Array(probabilities.length / classes);
  for (let i = 0; i < codes.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (probabilities[i * classes + c]! > probabilities[i * classes + best]!) best = c;
    codes[i] = best;
  }
  return codes;
};

export function scoreOf(target: Target, prediction: Prediction): Scores {
  if (target.kind === 'class' && prediction.kind === 'class')
    return flat(
      classificationReport({
        truth: target.codes,
        predicted: predictedCodes(prediction.probabilities, target.classes.length),
        classes: target.classes.length,
        probabilities: prediction.probabilities,
      }),
    );
  if (target.kind === 'number' && prediction.kind === 'number')
    return regressionMetrics({ truth: target.values, predicted: prediction.values });
  throw new Error(`a ${prediction.kind} prediction cannot be scored against a ${target.kind} target`);
}

const flat = (report: ClassificationReport): Scores => report.metrics;

/** The prediction of someone who knows only the training target: the majority class, or the mean. */
export function baselinePrediction(training: Target, rows: number): Prediction {
  if (training.kind === 'class') {
    const k = training.classes.length;
    const counts = new Float64Array(k);
    for (const code of training.codes) counts[code]!++;
    const probabilities = new Float64Array(rows * k);
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < k; c++) probabilities[i * k + c] = counts[c]! / training.codes.length;
    return { kind: 'class', probabilities };
  }
  let sum = 0;
  for (const value of training.values) sum += value;
  return { kind: 'number', values: new Float64Array(rows).fill(sum / training.values.length) };
}
