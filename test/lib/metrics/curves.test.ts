import { describe, expect, it } from 'vitest';
import { classCurves } from '#dist/components/lib/metrics/curves.js';

// scikit-learn 1.9.1: roc_curve(y == 2, p, drop_intermediate=False), precision_recall_curve(y == 2, p)
const truth = Int32Array.of(0, 2, 1, 2, 0, 2);
const third = [0.1, 0.8, 0.35, 0.4, 0.5, 0.9];
const probabilities = Float64Array.from(third.flatMap((p) => [(1 - p) / 2, (1 - p) / 2, p]));

describe('curves of classes', () => {
  it('are those of each class against the rest, the largest class first', () => {
    const [largest, ...others] = classCurves({ truth, classes: 3, probabilities, predicted: truth }, 2);
    expect(largest!.class).toBe(2);
    expect(largest!.roc).toEqual([
      [0, 0],
      [0, 1 / 3],
      [0, 2 / 3],
      [1 / 3, 2 / 3],
      [1 / 3, 1],
      [2 / 3, 1],
      [1, 1],
    ]);
    expect(largest!.precisionRecall).toEqual([
      [0, 1],
      [1 / 3, 1],
      [2 / 3, 1],
      [2 / 3, 2 / 3],
      [1, 0.75],
      [1, 0.6],
      [1, 0.5],
    ]);
    expect(others.map((curve) => curve.class)).toEqual([0]);
  });

  it('of two classes is that of the second, and keeps its ends where there are many points', () => {
    const n = 5000;
    const score = Float64Array.from({ length: n }, (_, i) => i / n);
    const [one, ...none] = classCurves(
      {
        truth: Int32Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0)),
        predicted: new Int32Array(n),
        classes: 2,
        probabilities: Float64Array.from({ length: 2 * n }, (_, i) =>
          i % 2 ? score[i >> 1]! : 1 - score[i >> 1]!,
        ),
      },
      7,
    );
    expect(none).toEqual([]);
    expect(one!.roc).toHaveLength(200);
    expect([one!.roc[0], one!.roc.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(one!.precisionRecall.at(-1)![0]).toBe(1);
    expect(
      classCurves(
        {
          truth: Int32Array.of(0, 0),
          predicted: truth,
          classes: 2,
          probabilities: Float64Array.of(1, 0, 1, 0),
        },
        7,
      ),
    ).toEqual([]);
  });
});
