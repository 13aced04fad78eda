import { expect } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { classificationReport } from '#dist/components/lib/metrics/classification.js';
import {
  adjustedRandIndex,
  daviesBouldin,
  normalizedMutualInformation,
  silhouette,
} from '#dist/components/lib/metrics/clustering.js';
import { calibrationCurve } from '#dist/components/lib/metrics/probability.js';
import { precisionRecallCurve, rocCurve } from '#dist/components/lib/metrics/ranking.js';
import { mase, pinball, regressionMetrics } from '#dist/components/lib/metrics/regression.js';
import { expectClose } from '../../support/close.js';

/** What golden.py prints. */
export interface Golden {
  classification: {
    truth: number[];
    predicted: number[];
    probabilities: number[];
    classes: number;
    weight: number[] | null;
    metrics: Record<string, number>;
    confusion: number[];
    perClass: [number[], number[], number[], number[]];
    average_precision: number[];
    roc: [number[], number[], (number | null)[]];
    pr: [number[], number[]];
    calibration: [number[], number[]];
  }[];
  regression: {
    truth: number[];
    predicted: number[];
    weight: number[] | null;
    metrics: Record<string, number>;
    pinball: number;
    mase: number;
  }[];
  clustering: {
    x: number[];
    a: number[];
    b: number[];
    ari: number;
    nmi: number;
    silhouette: number;
    davies_bouldin: number;
  }[];
}

const TOLERANCE = 1e-10;

export async function expectParity(golden: Golden): Promise<void> {
  for (const c of golden.classification) {
    const weight = c.weight ? { weight: Float64Array.from(c.weight) } : {};
    const report = classificationReport({
      truth: Int32Array.from(c.truth),
      predicted: Int32Array.from(c.predicted),
      classes: c.classes,
      probabilities: Float64Array.from(c.probabilities),
      ...weight,
    });
    expectClose(report.confusion, c.confusion, 0, 'confusion');
    for (const [name, value] of Object.entries(c.metrics))
      expectClose(report.metrics[name], value, TOLERANCE, name);
    const keys = ['precision', 'recall', 'f1', 'support'] as const;
    keys.forEach((key, i) => {
      expectClose(
        report.perClass.map((p) => p[key]),
        c.perClass[i]!,
        TOLERANCE,
        `${key} per class`,
      );
    });
    expectClose(
      report.perClass.map((p) => p.average_precision ?? Number.NaN),
      c.average_precision,
      TOLERANCE,
      'average precision',
    );

    const truth = c.truth.map((t) => (t === 1 ? 1 : 0));
    const score = c.truth.map((_, i) => c.probabilities[i * c.classes + 1]!);
    const roc = rocCurve({ truth, score, ...weight });
    expectClose(roc.falsePositiveRate, c.roc[0], TOLERANCE, 'fpr');
    expectClose(roc.truePositiveRate, c.roc[1], TOLERANCE, 'tpr');
    expect([...roc.threshold].map((t) => (Number.isFinite(t) ? t : null))).toEqual(c.roc[2]);
    const pr = precisionRecallCurve({ truth, score, ...weight });
    expectClose(pr.precision, c.pr[0], TOLERANCE, 'precision curve');
    expectClose(pr.recall, c.pr[1], TOLERANCE, 'recall curve');
    const bins = calibrationCurve(truth, score, 10);
    expectClose(
      bins.map((b) => b.predicted),
      c.calibration[0],
      TOLERANCE,
      'calibration',
    );
    expectClose(
      bins.map((b) => b.observed),
      c.calibration[1],
      TOLERANCE,
      'calibration',
    );
  }

  for (const r of golden.regression) {
    const input = { truth: r.truth, predicted: r.predicted, ...(r.weight ? { weight: r.weight } : {}) };
    const metrics = regressionMetrics(input);
    for (const [name, value] of Object.entries(r.metrics)) expectClose(metrics[name], value, TOLERANCE, name);
    expectClose(pinball(input, 0.9), r.pinball, TOLERANCE, 'pinball');
    const unweighted = { truth: r.truth, predicted: r.predicted };
    expectClose(mase(unweighted, r.truth, 3), r.mase, TOLERANCE, 'mase');
  }

  for (const c of golden.clustering) {
    const a = Int32Array.from(c.a);
    const b = Int32Array.from(c.b);
    expectClose(adjustedRandIndex(a, b), c.ari, TOLERANCE, 'ari');
    expectClose(normalizedMutualInformation(a, b), c.nmi, TOLERANCE, 'nmi');
    const clustered = { x: Float32Array.from(c.x), rows: a.length, features: 3, labels: a };
    expectClose(await silhouette(computeHere, clustered), c.silhouette, TOLERANCE, 'silhouette');
    expectClose(daviesBouldin(clustered), c.davies_bouldin, TOLERANCE, 'davies–bouldin');
  }
}
