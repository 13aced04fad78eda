import type { Classification } from './confusion.js';
import { confusionMatrix } from './confusion.js';
import { expectedCalibrationError, logLoss, multiclassBrier } from './probability.js';
import { rankClasses } from './ranking.js';

export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Summed weight of the class in the truth. */
  readonly support: number;
  /** One against the rest; absent where the truth holds only this class or none of it. */
  readonly roc_auc?: number;
  readonly average_precision?: number;
}

export interface ClassificationReport {
  readonly metrics: Readonly<Record<string, number>>;
  readonly perClass: readonly ClassMetrics[];
  /** Row-major classes × classes: row = truth, column = prediction. */
  readonly confusion: Float64Array;
}

const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);

/** Names of what `confusionMetrics` gives, in its order. */
export const CONFUSION_METRICS = [
  'accuracy',
  'balanced_accuracy',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'precision_weighted',
  'recall_weighted',
  'f1_weighted',
  'precision_micro',
  'recall_micro',
  'f1_micro',
  'cohen_kappa',
  'mcc',
] as const;

/**
 * The metrics that need only the confusion matrix. A zero division gives 0. Macro averages run over the classes
 * that occur in truth or prediction, balanced accuracy over those in the truth, as in scikit-learn's
 * precision_recall_fscore_support, balanced_accuracy_score, cohen_kappa_score and matthews_corrcoef
 * (kappa of a single class is 0 here, NaN there).
 */
export function confusionMetrics(confusion: Float64Array, classes: number): Float64Array {
  let total = 0;
  let hits = 0;
  let product = 0;
  let truthSquares = 0;
  let predictedSquares = 0;
  let occurring = 0;
  let inTruth = 0;
  const macro = [0, 0, 0];
  const weighted = [0, 0, 0];
  let truthRecall = 0;
  for (let k = 0; k < classes; k++) {
    const { hit, truth, predicted } = marginals(confusion, classes, k);
    total += truth;
    hits += hit;
    product += truth * predicted;
    truthSquares += truth * truth;
    predictedSquares += predicted * predicted;
    if (truth === 0 && predicted === 0) continue;
    const recall = ratio(hit, truth);
    const scores = [ratio(hit, predicted), recall, ratio(2 * hit, truth + predicted)];
    for (let s = 0; s < 3; s++) {
      macro[s]! += scores[s]!;
      weighted[s]! += scores[s]! * truth;
    }
    occurring++;
    if (truth > 0) {
      inTruth++;
      truthRecall += recall;
    }
  }
  const accuracy = ratio(hits, total);
  const chance = ratio(product, total * total);
  const covariance = hits * total - product;
  // Fractional weights may round a difference that is 0 to just below it.
  const root = (squares: number) => Math.sqrt(Math.max(0, total * total - squares));
  const spread = root(predictedSquares) * root(truthSquares);
  return Float64Array.of(
    accuracy,
    ratio(truthRecall, inTruth),
    ...macro.map((sum) => ratio(sum, occurring)),
    ...weighted.map((sum) => ratio(sum, total)),
    // Every row has one truth and one prediction, so the three micro averages equal accuracy.
    accuracy,
    accuracy,
    accuracy,
    ratio(accuracy - chance, 1 - chance),
    ratio(covariance, spread),
  );
}

function marginals(confusion: Float64Array, classes: number, k: number) {
  let truth = 0;
  let predicted = 0;
  for (let j = 0; j < classes; j++) {
    truth += confusion[k * classes + j]!;
    predicted += confusion[j * classes + k]!;
  }
  return { hit: confusion[k * classes + k]!, truth, predicted };
}

/**
 * Every classification metric by name, those of each class, and the confusion matrix. O(n · classes · log n).
 *
 * With probabilities also `log_loss`, `brier`, `ece` (10 bins), and, over the classes for which they are defined,
 * `roc_auc_macro`, `roc_auc_weighted` (one against the rest, weighted by support) and `average_precision_macro`.
 * A metric that is not defined for the rows (ROC-AUC where the truth has one class) is absent.
 */
export function classificationReport(input: Classification): ClassificationReport {
  const { classes } = input;
  const confusion = confusionMatrix(input);
  const values = confusionMetrics(confusion, classes);
  const metrics: Record<string, number> = {};
  CONFUSION_METRICS.forEach((name, i) => {
    metrics[name] = values[i]!;
  });
  const perClass: ClassMetrics[] = Array.from({ length: classes }, (_, k) => {
    const { hit, truth, predicted } = marginals(confusion, classes, k);
    return {
      precision: ratio(hit, predicted),
      recall: ratio(hit, truth),
      f1: ratio(2 * hit, truth + predicted),
      support: truth,
    };
  });
  if (!input.probabilities) return { metrics, perClass, confusion };

  const scored = { ...input, probabilities: input.probabilities };
  metrics.log_loss = logLoss(scored);
  metrics.brier = multiclassBrier(scored);
  metrics.ece = expectedCalibrationError(scored);
  const ranking = rankClasses(scored);
  const auc = ranking.map((r) => r.rocAuc);
  const precision = ranking.map((r) => r.averagePrecision);
  const support = perClass.map((c) => c.support);
  set(metrics, 'roc_auc_macro', average(auc, undefined));
  set(metrics, 'roc_auc_weighted', average(auc, support));
  set(metrics, 'average_precision_macro', average(precision, undefined));
  const ranked = perClass.map((c, k) => ({
    ...c,
    ...(auc[k] === undefined ? {} : { roc_auc: auc[k] }),
    ...(precision[k] === undefined ? {} : { average_precision: precision[k] }),
  }));
  return { metrics, perClass: ranked, confusion };
}

function set(metrics: Record<string, number>, name: string, value: number | undefined) {
  if (value !== undefined) metrics[name] = value;
}

/** Mean over the classes where the value is defined; undefined where none is. */
function average(values: readonly (number | undefined)[], weights: readonly number[] | undefined) {
  let sum = 0;
  let total = 0;
  values.forEach((value, k) => {
    if (value === undefined) return;
    const w = weights ? weights[k]! : 1;
    sum += w * value;
    total += w;
  });
  return total === 0 ? undefined : sum / total;
}
