import { maxBins } from './quantiles.js';

/**
 * One number a category (or bin) by which a sorted split is the best subset split: for two classes the share of
 * the second (Breiman et al. 1984, theorem 4.5), for more the share vector's first principal component
 * (Coppersmith et al. 1999; exact for two classes, a close heuristic beyond).
 * `counts[k * classes + c]` is the weight of class c in category k. Empty categories score 0.
 */
export function classScores(counts: Float64Array, categories: number, classes: number): Float64Array {
  const scores = new Float64Array(categories);
  const total = new Float64Array(categories);
  const mean = new Float64Array(classes);
  let all = 0;
  for (let k = 0; k < categories; k++)
    for (let c = 0; c < classes; c++) {
      const w = counts[k * classes + c]!;
      total[k]! += w;
      mean[c]! += w;
    }
  for (const t of total) all += t;
  for (let c = 0; c < classes; c++) mean[c]! /= all;
  const direction =
    classes <= 2 ? Float64Array.of(0, 1) : mainDirection(counts, total, mean, categories, classes);
  for (let k = 0; k < categories; k++) {
    if (total[k] === 0) continue;
    let s = 0;
    for (let c = 0; c < classes; c++) s += direction[c]! * (counts[k * classes + c]! / total[k]! - mean[c]!);
    scores[k] = s;
  }
  return scores;
}

/** Power iteration on the weighted covariance of class shares, never formed: a fixed start and number of steps. */
function mainDirection(
  counts: Float64Array,
  total: Float64Array,
  mean: Float64Array,
  categories: number,
  classes: number,
): Float64Array {
  let v = Float64Array.from({ length: classes }, (_, c) => 1 / (c + 2));
  for (let step = 0; step < 30; step++) {
    const next = new Float64Array(classes);
    for (let k = 0; k < categories; k++) {
      if (total[k] === 0) continue;
      let dot = 0;
      for (let c = 0; c < classes; c++) dot += v[c]! * (counts[k * classes + c]! / total[k]! - mean[c]!);
      for (let c = 0; c < classes; c++) next[c]! += dot * (counts[k * classes + c]! - mean[c]! * total[k]!);
    }
    const norm = Math.hypot(...next);
    if (norm === 0) return v;
    v = next.map((value) => value / norm);
  }
  return v;
}

/**
 * Bin of each category. Up to 255 categories have a bin each; more are put in order of their target score and
 * cut into bins of near equal weight, so that a heavy category stays alone and neighbours are alike.
 */
export function groupCategories(
  categories: number,
  weight: Float64Array,
  score: (category: number) => number,
): { bins: number; groupOf: Uint8Array } {
  const groupOf = new Uint8Array(categories);
  if (categories <= maxBins) {
    for (let k = 0; k < categories; k++) groupOf[k] = k;
    return { bins: categories, groupOf };
  }
  const scores = Float64Array.from({ length: categories }, (_, k) => score(k));
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b);
  let left = 0;
  for (const w of weight) left += w;
  let bin = 0;
  let current = 0;
  for (const k of order) {
    const share = left / (maxBins - bin);
    if (current > 0 && current + weight[k]! - share > share - current && bin < maxBins - 1) {
      left -= current;
      current = 0;
      bin++;
    }
    groupOf[k] = bin;
    current += weight[k]!;
  }
  return { bins: bin + 1, groupOf };
}
