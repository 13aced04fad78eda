import type { LinearModel } from './data.js';

/** Terms of a linear prediction, coefficient times value: rows × features, row-major. They add up to it with the intercept. */
export function linearTerms({ coef }: LinearModel, x: ArrayLike<number>, rows: number): Float64Array {
  const features = coef.length;
  const values = new Float64Array(rows * features);
  for (let j = 0; j < features; j++)
    for (let i = 0; i < rows; i++) values[i * features + j] = coef[j]! * x[j * rows + i]!;
  return values;
}

/** Share of each feature in the sum of |coefficient| × spread: what a typical step of the feature moves. All 0 where nothing does. */
export function linearImportance(coef: Float64Array, spread: Float64Array): Float64Array {
  const moved = coef.map((b, j) => Math.abs(b) * spread[j]!);
  const sum = moved.reduce((total, value) => total + value, 0);
  return sum > 0 ? moved.map((value) => value / sum) : moved;
}
