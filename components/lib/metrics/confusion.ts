import { InputError } from '../errors.js';

/** What a classifier said about n rows. Codes are 0 … classes−1. */
export interface Classification {
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classes: number;
  /** A non-negative weight a row; all 1 when absent. */
  readonly weight?: Float64Array;
  /** Row-major, n × classes, each row a distribution. */
  readonly probabilities?: Float64Array;
}

/** Throws `empty`, `length`, `class-code`, `weight` or `probabilities` where the arrays do not fit together. */
export function checkClassification(input: Classification): void {
  const { truth, predicted, classes, weight, probabilities } = input;
  const n = truth.length;
  if (n === 0) throw new InputError('empty', 'no rows to score');
  if (predicted.length !== n) throw new InputError('length', `${predicted.length} predictions for ${n} rows`);
  for (const codes of [truth, predicted])
    for (let i = 0; i < n; i++)
      if (!(codes[i]! >= 0 && codes[i]! < classes))
        throw new InputError(
          'class-code',
          `row ${i} has class code ${codes[i]}, not one of 0 … ${classes - 1}`,
        );
  if (weight) checkWeight(weight, n);
  if (probabilities) checkProbabilities(probabilities, n * classes);
}

export function checkWeight(weight: ArrayLike<number>, n: number): void {
  if (weight.length !== n) throw new InputError('length', `${weight.length} weights for ${n} rows`);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = weight[i]!;
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY))
      throw new InputError('weight', `row ${i} has weight ${w}, not a finite number from 0`);
    total += w;
  }
  if (total === 0) throw new InputError('weight', 'all weights are 0');
}

export function checkProbabilities(probabilities: ArrayLike<number>, length: number): void {
  if (probabilities.length !== length)
    throw new InputError('length', `${probabilities.length} probabilities where ${length} are due`);
  for (let i = 0; i < length; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1)) throw new InputError('probabilities', `${p} is not a probability`);
  }
}

/** Summed weights, row-major classes × classes: row = truth, column = prediction. O(n). */
export function confusionMatrix(input: Classification): Float64Array {
  const { truth, predicted, classes, weight } = input;
  checkClassification(input);
  const confusion = new Float64Array(classes * classes);
  for (let i = 0; i < truth.length; i++)
    confusion[truth[i]! * classes + predicted[i]!]! += weight ? weight[i]! : 1;
  return confusion;
}
