import { rocAuc } from '../metrics/ranking.js';
import { spearman } from '../statistics/correlation.js';
import { midranks } from '../statistics/order.js';

/** What is to be predicted: classes by code, or numbers. No value is missing. */
export type Truth =
  | { readonly kind: 'class'; readonly codes: Int32Array; readonly classes: number }
  | { readonly kind: 'number'; readonly values: Float64Array };

/** A feature: numbers, those that are not finite missing, or codes of categories, −1 where missing. */
export type Feature =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'category'; readonly codes: Int32Array };

/** How well one feature tells the target alone. */
export interface Telling {
  readonly measure: 'AUC' | 'R² of the ranks' | 'accuracy' | 'R²';
  readonly value: number;
}

/** Fewer rows in all, or out of the commonest class, show nothing. */
const leastRows = 50;
const leastOthers = 10;

/**
 * How well a feature tells the target alone, from the rows that have it; undefined where they are too few, or one class
 * has nearly all of them.
 *
 * - Numbers tell classes by ROC-AUC: of two classes the usual one; more are put in order by the mean rank of the feature,
 *   and the worst AUC of the cuts between them counts.
 * - Numbers tell numbers by the square of Spearman's correlation: a copy, another unit, a logarithm.
 * - Categories tell either by what the same category has in the other half of the rows: the share that
 *   the commonest class gets right, or R² of the mean.
 *
 * O(n log n), by classes.
 */
export function telling(feature: Feature, truth: Truth): Telling | undefined {
  const values = feature.kind === 'number' ? feature.values : feature.codes;
  const there = feature.kind === 'number' ? Number.isFinite : (code: number) => code >= 0;
  const rows = Uint32Array.from(values.keys()).filter((row) => there(values[row]!));
  if (rows.length < leastRows) return undefined;
  if (truth.kind === 'class') {
    const codes = Int32Array.from(rows, (row) => truth.codes[row]!);
    const counts = new Float64Array(truth.classes);
    for (const code of codes) counts[code]!++;
    if (rows.length - Math.max(...counts) < leastOthers) return undefined;
    return feature.kind === 'number'
      ? { measure: 'AUC', value: worstCut(at(feature.values, rows), codes, counts) }
      : { measure: 'accuracy', value: accuracy(codes, byCategory(feature.codes, rows, codes, commonest)) };
  }
  const known = at(truth.values, rows);
  if (feature.kind === 'category')
    return { measure: 'R²', value: r2(known, byCategory(feature.codes, rows, known, mean)) };
  const numbers = at(feature.values, rows);
  const varies = [numbers, known].every((list) => list.some((value) => value !== list[0]));
  return { measure: 'R² of the ranks', value: varies ? spearman(numbers, known).r ** 2 : 0 };
}

const at = (values: Float64Array, rows: Uint32Array) => Float64Array.from(rows, (row) => values[row]!);

function worstCut(values: Float64Array, codes: Int32Array, counts: Float64Array): number {
  const sums = new Float64Array(counts.length);
  for (const [i, rank] of midranks(values).ranks.entries()) sums[codes[i]!]! += rank;
  const order = [...counts.keys()]
    .filter((code) => counts[code]! > 0)
    .sort((a, b) => sums[a]! / counts[a]! - sums[b]! / counts[b]!);
  let worst = 1;
  for (let cut = 1; cut < order.length; cut++) {
    const above = new Set(order.slice(cut));
    const area = rocAuc({ truth: codes.map((code) => (above.has(code) ? 1 : 0)), score: values });
    worst = Math.min(worst, area);
  }
  return worst;
}

/** Which half a row is of: mixed, since rows may come in turns. */
const halfOf = (i: number): number => (Math.imul(i, 0x9e3779b1) >>> 15) & 1;

/** For each row what `sum` makes of the targets of its category among the rows of the other half; NaN where it has none. */
function byCategory(
  categories: Int32Array,
  rows: Uint32Array,
  targets: ArrayLike<number>,
  sum: (targets: readonly number[]) => number,
): Float64Array {
  const halves = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (const [i, row] of rows.entries()) {
    const half = halves[halfOf(i)]!;
    const known = half.get(categories[row]!);
    if (known) known.push(targets[i]!);
    else half.set(categories[row]!, [targets[i]!]);
  }
  const guesses = halves.map((half) => new Map([...half].map(([code, list]) => [code, sum(list)])));
  return Float64Array.from(rows, (row, i) => guesses[1 - halfOf(i)]!.get(categories[row]!) ?? Number.NaN);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function commonest(codes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

const accuracy = (codes: Int32Array, guesses: Float64Array): number =>
  guesses.reduce((right, guess, i) => right + (guess === codes[i] ? 1 : 0), 0) / codes.length;

/** A row without a guess is taken for the mean. */
function r2(values: Float64Array, guesses: Float64Array): number {
  const centre = mean([...values]);
  let error = 0;
  let spread = 0;
  for (const [i, value] of values.entries()) {
    error += (value - (Number.isNaN(guesses[i]!) ? centre : guesses[i]!)) ** 2;
    spread += (value - centre) ** 2;
  }
  return spread === 0 ? 0 : 1 - error / spread;
}
