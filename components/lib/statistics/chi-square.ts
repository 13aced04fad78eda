import { InputError } from '../errors.js';
import { chiSquareSurvival } from './special.js';

export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
  /** Cramér's V: effect size, 0 … 1. */
  readonly cramersV: number;
}

/**
 * Pearson's χ² test that two categorical variables are independent (scipy.stats.chi2_contingency without Yates'
 * correction). `table` is a list of rows of counts; `add` goes to every cell first (1 where counts may be 0, as in
 * drift of predictions). Rows and columns that hold nothing are left out.
 * Throws `counts` for a negative or non-finite count or rows of unequal length, `one-class` where fewer than two
 * rows or columns are left.
 */
export function chiSquare(table: readonly ArrayLike<number>[], add = 0): ChiSquare {
  const width = table[0]?.length ?? 0;
  const rows = table.map((row) => {
    if (row.length !== width) throw new InputError('counts', `rows of ${width} and ${row.length} counts`);
    return Float64Array.from(row, (count) => {
      if (!(count >= 0 && count < Number.POSITIVE_INFINITY))
        throw new InputError('counts', `${count} is not a count`);
      return count + add;
    });
  });
  const ofRow = rows.map((row) => row.reduce((a, b) => a + b, 0));
  const ofColumn = Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0));
  const filled = (sums: readonly number[]) => sums.filter((sum) => sum > 0).length;
  const smaller = Math.min(filled(ofRow), filled(ofColumn)) - 1;
  if (smaller < 1) throw new InputError('one-class', 'a contingency table needs two filled rows and columns');
  const total = ofRow.reduce((a, b) => a + b, 0);
  let statistic = 0;
  rows.forEach((row, i) => {
    row.forEach((count, j) => {
      const expected = (ofRow[i]! * ofColumn[j]!) / total;
      if (expected > 0) statistic += (count - expected) ** 2 / expected;
    });
  });
  const degrees = (filled(ofRow) - 1) * (filled(ofColumn) - 1);
  return {
    statistic,
    degrees,
    p: chiSquareSurvival(statistic, degrees),
    cramersV: Math.sqrt(statistic / (total * smaller)),
  };
}
