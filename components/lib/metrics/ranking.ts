import { InputError } from '../errors.js';
import { argsort } from '../statistics/order.js';
import type { Classification } from './confusion.js';
import { checkWeight } from './confusion.js';

/** Scores of n rows against a yes/no truth (any non-zero value is yes). */
export interface Scored {
  readonly truth: ArrayLike<number>;
  readonly score: ArrayLike<number>;
  readonly weight?: ArrayLike<number>;
}

export interface RocCurve {
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  /** Descending; the first is +∞ (nothing called positive). */
  readonly threshold: Float64Array;
}

export interface PrecisionRecallCurve {
  /** One longer than `threshold`: it ends in precision 1 at recall 0. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Ascending. */
  readonly threshold: Float64Array;
}

interface Cumulated {
  /** Distinct scores, descending, and the weights of positives and negatives at or above each. */
  readonly threshold: Float64Array;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** O(n log n). Throws `empty`, `length`, `weight`, `score` (NaN). */
function cumulate({ truth, score, weight }: Scored): Cumulated {
  const n = truth.length;
  if (n === 0) throw new InputError('empty', 'no rows to rank');
  if (score.length !== n) throw new InputError('length', `${score.length} scores for ${n} rows`);
  if (weight) checkWeight(weight, n);
  for (let i = 0; i < n; i++)
    if (Number.isNaN(score[i]!)) throw new InputError('score', `row ${i} has no score`);
  const order = argsort(score);
  const threshold = new Float64Array(n);
  const positive = new Float64Array(n);
  const negative = new Float64Array(n);
  let distinct = 0;
  let p = 0;
  let q = 0;
  for (let i = n - 1; i >= 0; i--) {
    const row = order[i]!;
    const w = weight ? weight[row]! : 1;
    if (truth[row]) p += w;
    else q += w;
    if (i > 0 && score[order[i - 1]!] === score[row]) continue;
    threshold[distinct] = score[row]!;
    positive[distinct] = p;
    negative[distinct++] = q;
  }
  return {
    threshold: threshold.subarray(0, distinct),
    positive: positive.subarray(0, distinct),
    negative: negative.subarray(0, distinct),
  };
}

/** scikit-learn's roc_curve with drop_intermediate=False. Throws `one-class` where the truth is all yes or all no. */
export function rocCurve(scored: Scored): RocCurve {
  const { threshold, positive, negative } = cumulate(scored);
  const p = positive.at(-1)!;
  const q = negative.at(-1)!;
  if (p === 0 || q === 0) throw new InputError('one-class', 'a ROC curve needs rows of both classes');
  return {
    falsePositiveRate: after(
      0,
      negative.map((x) => x / q),
    ),
    truePositiveRate: after(
      0,
      positive.map((x) => x / p),
    ),
    threshold: after(Number.POSITIVE_INFINITY, threshold),
  };
}

/** A call takes some 100,000 arguments at most, so not by spreading. */
function after(first: number, rest: Float64Array): Float64Array {
  const all = new Float64Array(rest.length + 1);
  all[0] = first;
  all.set(rest, 1);
  return all;
}

/**
 * Area under the ROC curve by trapezes, so ties count half (scikit-learn's roc_auc_score; without weights the
 * Mann–Whitney U over the number of pairs). Throws `one-class` where the truth is all yes or all no.
 */
export function rocAuc(scored: Scored): number {
  const { positive, negative } = cumulate(scored);
  const area = rocArea(positive, negative);
  if (area === undefined) throw new InputError('one-class', 'ROC-AUC needs rows of both classes');
  return area;
}

function rocArea(positive: Float64Array, negative: Float64Array): number | undefined {
  const pairs = positive.at(-1)! * negative.at(-1)!;
  if (pairs === 0) return undefined;
  let twice = 0;
  let p = 0;
  let q = 0;
  for (let i = 0; i < positive.length; i++) {
    twice += (negative[i]! - q) * (positive[i]! + p);
    p = positive[i]!;
    q = negative[i]!;
  }
  return twice / 2 / pairs;
}

/** scikit-learn's precision_recall_curve. Throws `one-class` where no row is positive. */
export function precisionRecallCurve(scored: Scored): PrecisionRecallCurve {
  const { threshold, positive, negative } = cumulate(scored);
  const p = positive.at(-1)!;
  if (p === 0) throw new InputError('one-class', 'a precision–recall curve needs positive rows');
  const length = threshold.length;
  const precision = new Float64Array(length + 1).fill(1);
  const recall = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) {
    const called = positive[i]! + negative[i]!;
    precision[length - 1 - i] = called === 0 ? 0 : positive[i]! / called;
    recall[length - 1 - i] = positive[i]! / p;
  }
  return { precision, recall, threshold: threshold.slice().reverse() };
}

/**
 * Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds, without interpolation (scikit-learn's average_precision_score).
 * Throws `one-class` where no row is positive.
 */
export function averagePrecision(scored: Scored): number {
  const { positive, negative } = cumulate(scored);
  const area = precisionArea(positive, negative);
  if (area === undefined) throw new InputError('one-class', 'average precision needs positive rows');
  return area;
}

function precisionArea(positive: Float64Array, negative: Float64Array): number | undefined {
  const all = positive.at(-1)!;
  if (all === 0) return undefined;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < positive.length; i++) {
    const p = positive[i]!;
    if (p > before) sum += ((p - before) * p) / (p + negative[i]!);
    before = p;
  }
  return sum / all;
}

/** A classification whose probabilities are there. */
export type Probabilistic = Classification & Required<Pick<Classification, 'probabilities'>>;

/** Of one class against the rest: areas, undefined where the truth has only that class or none of it. */
export interface ClassRanking {
  readonly rocAuc: number | undefined;
  readonly averagePrecision: number | undefined;
}

/** Ranks each class against the rest by its probability. O(classes · n log n). */
export function rankClasses({ truth, classes, probabilities, weight }: Probabilistic): ClassRanking[] {
  const n = truth.length;
  const is = new Uint8Array(n);
  const score = new Float64Array(n);
  return Array.from({ length: classes }, (_, k) => {
    for (let i = 0; i < n; i++) {
      is[i] = truth[i] === k ? 1 : 0;
      score[i] = probabilities[i * classes + k]!;
    }
    const { positive, negative } = cumulate({ truth: is, score, ...(weight ? { weight } : {}) });
    return { rocAuc: rocArea(positive, negative), averagePrecision: precisionArea(positive, negative) };
  });
}
