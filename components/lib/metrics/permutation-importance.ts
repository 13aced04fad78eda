import { sharedF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { type Random, random } from '../random.js';
import { tQuantile } from '../statistics/special.js';

export interface PermutationOptions {
  /** Times that each feature is shuffled, 2 or more. */
  readonly repeats: number;
  /** Coverage of the intervals, 0 to 1. */
  readonly confidence: number;
  readonly seed: number;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How far the score of one feature falls. */
export interface PermutationImportance {
  /** Mean and standard deviation (of the population) over the repeats. */
  readonly mean: number;
  readonly sd: number;
  /** `mean` and as many standard deviations of the fall on rows drawn anew with replacement as Student's t asks for. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Importance of features by what a score loses when one is shuffled (Breiman 2001): mean and sd are those of
 * scikit-learn's permutation_importance. The interval takes in both chances, that of the shuffle and that of the rows
 * that happen to be in the test. `predict` sees the same matrix (column-major) with one column changed; `score` is
 * better where higher, over all rows or those given. O(features × repeats) predictions and twice as many scores.
 * Throws `too-few-rows` below two rows, `bad-parameter` below two repeats.
 */
export async function permutationImportance<P>(
  { x, rows, features }: { readonly x: Float32Array; readonly rows: number; readonly features: number },
  predict: (x: Float32Array) => Promise<P>,
  score: (prediction: P, rows?: Uint32Array) => number,
  { repeats, confidence, seed, progress, signal }: PermutationOptions,
): Promise<{ readonly score: number; readonly features: readonly PermutationImportance[] }> {
  if (rows < 2) throw new InputError('too-few-rows', 'one row has nothing to be shuffled with');
  if (!(Number.isInteger(repeats) && repeats >= 2))
    throw new InputError('bad-parameter', `repeats is ${repeats}; expected 2 or more`);
  const whole = await predict(x);
  const best = score(whole);
  const drawn = Array.from({ length: repeats }, (_, r) => resampled(random(seed, r), rows));
  const bestOf = drawn.map((some) => score(whole, some));
  const changed = sharedF32(x.length);
  changed.set(x);
  const found: PermutationImportance[] = [];
  for (let j = 0; j < features; j++) {
    const column = x.subarray(j * rows, (j + 1) * rows);
    const falls: number[] = [];
    const fallsDrawn: number[] = [];
    for (let r = 0; r < repeats; r++) {
      signal?.throwIfAborted();
      const order = random(seed, (j + 1) * repeats + r).permutation(rows);
      for (let i = 0; i < rows; i++) changed[j * rows + i] = column[order[i]!]!;
      const prediction = await predict(changed);
      falls.push(best - score(prediction));
      fallsDrawn.push(bestOf[r]! - score(prediction, drawn[r]!));
      progress?.(j * repeats + r + 1, features * repeats);
    }
    changed.set(column, j * rows);
    const { mean, sd } = moments(falls);
    const reach =
      tQuantile(confidence, repeats - 1) * moments(fallsDrawn).sd * Math.sqrt(repeats / (repeats - 1));
    found.push({ mean, sd, lower: mean - reach, upper: mean + reach });
  }
  return { score: best, features: found };
}

const resampled = (draw: Random, rows: number): Uint32Array =>
  Uint32Array.from({ length: rows }, () => draw.int(rows));

function moments(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / values.length) };
}
