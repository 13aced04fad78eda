import { InputError } from '../errors.js';

/**
 * What trees learn from. One matrix convention everywhere: `x` is column-major, the value of row i and feature j
 * is `x[j * rows + i]`, and NaN means missing. Infinities are ordinary, extreme values.
 */
export interface TreeTable {
  readonly x: Float32Array;
  readonly rows: number;
  readonly features: number;
  /** Numbers for regression, class codes 0 … classes−1 for classification. Length `rows`. */
  readonly y: ArrayLike<number>;
  /** Number of classes; absent for regression. */
  readonly classes?: number;
  /** Non-negative, not all zero; default 1 a row. A weight of two is the row given twice. */
  readonly weight?: ArrayLike<number>;
  /** Per feature the number of categories (codes 0 … n−1 in `x`), or 0 for a number. Default: all numbers. */
  readonly categories?: readonly number[];
}

/** More categories than this in one feature are refused: such a column is a key, not a category. */
export const maxCategories = 10_000;
export const maxClasses = 4096;

/**
 * Throws InputError unless the table can be learned from: `no-rows`, `no-features`, `shape-mismatch`,
 * `bad-target`, `bad-class`, `bad-weight`, `bad-category`, `too-many-categories`, `too-many-classes`.
 */
export function checkTable(table: TreeTable): void {
  const { x, rows, features, y, classes, weight, categories } = table;
  if (!(rows >= 1)) throw new InputError('no-rows', 'there are no rows to learn from');
  if (!(features >= 1)) throw new InputError('no-features', 'there are no feature columns to learn from');
  if (x.length !== rows * features)
    throw new InputError(
      'shape-mismatch',
      `expected ${rows} × ${features} feature values, found ${x.length}`,
    );
  if (y.length !== rows)
    throw new InputError('shape-mismatch', `expected ${rows} target values, found ${y.length}`);
  if (classes === undefined) checkNumbers(y);
  else checkClasses(y, classes);
  if (weight) checkWeights(weight, rows);
  if (categories) {
    if (categories.length !== features)
      throw new InputError(
        'shape-mismatch',
        `expected ${features} category counts, found ${categories.length}`,
      );
    for (let j = 0; j < features; j++)
      if (categories[j]! > 0) checkCategories(x.subarray(j * rows, (j + 1) * rows), categories[j]!, j);
  }
}

function checkNumbers(y: ArrayLike<number>) {
  for (let i = 0; i < y.length; i++)
    if (!Number.isFinite(y[i]!))
      throw new InputError('bad-target', `the target of row ${i} is ${y[i]}; it must be a finite number`);
}

function checkClasses(y: ArrayLike<number>, classes: number) {
  if (!(Number.isInteger(classes) && classes >= 1))
    throw new InputError('bad-class', `the number of classes is ${classes}`);
  if (classes > maxClasses)
    throw new InputError('too-many-classes', `${classes} classes; at most ${maxClasses} can be learned`);
  for (let i = 0; i < y.length; i++) {
    const c = y[i]!;
    if (!(Number.isInteger(c) && c >= 0 && c < classes))
      throw new InputError('bad-class', `the class of row ${i} is ${c}; expected 0 … ${classes - 1}`);
  }
}

function checkWeights(weight: ArrayLike<number>, rows: number) {
  if (weight.length !== rows)
    throw new InputError('shape-mismatch', `expected ${rows} weights, found ${weight.length}`);
  let any = false;
  for (let i = 0; i < rows; i++) {
    const w = weight[i]!;
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY))
      throw new InputError(
        'bad-weight',
        `the weight of row ${i} is ${w}; it must be finite and not negative`,
      );
    any ||= w > 0;
  }
  if (!any) throw new InputError('bad-weight', 'all weights are zero');
}

function checkCategories(column: Float32Array, count: number, feature: number) {
  if (count > maxCategories)
    throw new InputError(
      'too-many-categories',
      `feature ${feature} has ${count} categories; at most ${maxCategories}`,
    );
  for (const code of column)
    if (!Number.isNaN(code) && !(Number.isInteger(code) && code >= 0 && code < count))
      throw new InputError(
        'bad-category',
        `feature ${feature} holds ${code}; expected codes 0 … ${count - 1} or missing`,
      );
}
