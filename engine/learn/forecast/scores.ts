import { InputError } from '../../../components/lib/errors.js';
import { intervalCoverage, mase, pinball, smape, wape } from '../../../components/lib/metrics/regression.js';
import { levelName } from '../../component/forecaster.js';
import type { Trial } from './backtest.js';

/** Errors of one method on the trials of one series; one that is not defined there is absent. */
export type Scores = { readonly [metric: string]: number };

export const methods = ['method', 'naive', 'seasonal_naive'] as const;
export type MethodName = (typeof methods)[number];

const predictedBy = (trial: Trial, method: MethodName): Float64Array =>
  method === 'method' ? trial.forecast.mean : method === 'naive' ? trial.naive : trial.seasonalNaive;

/**
 * MASE is each trial's error over that of the seasonal naive method inside what was known (Hyndman and Koehler 2006),
 * averaged; WAPE and sMAPE are over all its steps; pinball is the mean quantile loss over the bounds, scaled like MASE.
 */
export function scoreSeries(trials: readonly Trial[], method: MethodName, levels: readonly number[]): Scores {
  const truth = joined(trials.map(({ actual }) => actual));
  const predicted = joined(trials.map((trial) => predictedBy(trial, method)));
  const scores: { [metric: string]: number | undefined } = {
    mase: mean(trials.flatMap((trial) => scaled(trial, predictedBy(trial, method)) ?? [])),
    wape: defined(() => wape({ truth, predicted })),
    smape: smape({ truth, predicted }),
  };
  if (method === 'method' && levels.length > 0) {
    const bound = (k: number, sign: number) =>
      joined(trials.map(({ forecast, widths }) => forecast.mean.map((v, i) => v + sign * widths[k]![i]!)));
    for (const [k, level] of levels.entries())
      scores[`coverage_${levelName(level)}`] = intervalCoverage(truth, bound(k, -1), bound(k, 1));
    scores['pinball'] = mean(
      trials.flatMap((trial) => {
        const unit = unitOf(trial);
        return unit === undefined ? [] : [quantileLoss(trial, levels) / unit];
      }),
    );
  }
  return Object.fromEntries(
    Object.entries(scores).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

/** Mean of each metric over the series where it is defined. */
export function meanScores(all: readonly Scores[]): Scores {
  const names = [...new Set(all.flatMap((scores) => Object.keys(scores)))];
  return Object.fromEntries(names.map((name) => [name, mean(all.flatMap((scores) => scores[name] ?? []))!]));
}

function quantileLoss(
  { forecast: { mean: centre }, actual, widths }: Trial,
  levels: readonly number[],
): number {
  const losses = levels.flatMap((level, k) => {
    const loss = (sign: number) =>
      pinball(
        { truth: actual, predicted: centre.map((v, i) => v + sign * widths[k]![i]!) },
        (1 + sign * level) / 2,
      );
    return [loss(-1), loss(1)];
  });
  return mean(losses)!;
}

/** The mean error of the seasonal naive method inside what was known; undefined where it makes none. */
const unitOf = ({ data: { values, period } }: Trial): number | undefined => {
  const one = defined(() => mase({ truth: [1], predicted: [0] }, values, period));
  return one === undefined ? undefined : 1 / one;
};

const scaled = (trial: Trial, predicted: Float64Array): number | undefined =>
  defined(() => mase({ truth: trial.actual, predicted }, trial.data.values, trial.data.period));

function defined(measure: () => number): number | undefined {
  try {
    return measure();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;

const joined = (parts: readonly Float64Array[]): Float64Array =>
  Float64Array.from(parts.flatMap((part) => [...part]));
