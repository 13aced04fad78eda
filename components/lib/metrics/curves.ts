import { type Probabilistic, precisionRecallCurve, rocCurve } from './ranking.js';

type Points = readonly (readonly [x: number, y: number])[];

/** Of one class against the rest. */
export interface ClassCurves {
  readonly class: number;
  /** False positive rate and true positive rate, from (0, 0) to (1, 1). */
  readonly roc: Points;
  /** Recall and precision, by rising recall. */
  readonly precisionRecall: Points;
}

/** More points than a picture shows help nobody. */
const mostPoints = 200;

/**
 * ROC and precision–recall curves of the `most` classes with the most rows, each against the rest by its probability,
 * the largest first; of two classes only the second. Curves keep at most 200 points, evenly picked. Classes that all
 * rows or none are of have no curve. O(most · n log n).
 */
export function classCurves({ truth, classes, probabilities }: Probabilistic, most: number): ClassCurves[] {
  const rows = new Uint32Array(classes);
  for (let i = 0; i < truth.length; i++) rows[truth[i]!]!++;
  const candidates = classes === 2 ? [1] : [...rows.keys()].sort((a, b) => rows[b]! - rows[a]! || a - b);
  return candidates
    .filter((k) => rows[k]! > 0 && rows[k]! < truth.length)
    .slice(0, most)
    .map((k) => {
      const is = Uint8Array.from(truth, (code) => (code === k ? 1 : 0));
      const score = Float64Array.from(truth, (_, i) => probabilities[i * classes + k]!);
      const roc = rocCurve({ truth: is, score });
      const { recall, precision } = precisionRecallCurve({ truth: is, score });
      return {
        class: k,
        roc: thinned(roc.falsePositiveRate, roc.truePositiveRate),
        precisionRecall: thinned(recall.toReversed(), precision.toReversed()),
      };
    });
}

function thinned(x: Float64Array, y: Float64Array): Points {
  const count = Math.min(x.length, mostPoints);
  return Array.from({ length: count }, (_, i) => {
    const at = count > 1 ? Math.round((i * (x.length - 1)) / (count - 1)) : 0;
    return [x[at]!, y[at]!] as const;
  });
}
