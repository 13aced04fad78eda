import type { Features } from './data.js';
import type { LogisticModel } from './logistic.js';

/**
 * The terms of the linear scores, coefficient times value: rows × outputs × features, row-major. With two classes the
 * one output is the log odds of the second; with more there is one for each of `classes`, zero where a class was never
 * seen. `expected` holds the intercepts: the score of a row of zeros, which after scaling is the mean row.
 */
export function logisticTerms(
  { classes, present, features, coef, intercept }: LogisticModel,
  { x, rows }: Pick<Features, 'x' | 'rows'>,
): { values: Float64Array; expected: Float64Array } {
  const outputs = intercept.length === 1 ? 1 : classes;
  const values = new Float64Array(rows * outputs * features);
  const expected = new Float64Array(outputs);
  for (let k = 0; k < intercept.length; k++) {
    const o = outputs === 1 ? 0 : present[k]!;
    expected[o] = intercept[k]!;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < features; j++)
        values[(i * outputs + o) * features + j] = coef[k * features + j]! * x[j * rows + i]!;
  }
  return { values, expected };
}

/** Coefficients as the terms use them: outputs × features, zero where a class was never seen. */
export function logisticCoefficients({ classes, present, features, coef, intercept }: LogisticModel): {
  values: Float64Array;
  intercept: Float64Array;
} {
  if (intercept.length === 1) return { values: coef, intercept };
  const values = new Float64Array(classes * features);
  const all = new Float64Array(classes);
  for (const [k, c] of present.entries()) {
    values.set(coef.subarray(k * features, (k + 1) * features), c * features);
    all[c] = intercept[k]!;
  }
  return { values, intercept: all };
}
