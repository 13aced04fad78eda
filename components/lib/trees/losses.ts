import { InputError } from '../errors.js';
import type { EnsembleMeta } from './ensemble.js';

/**
 * What boosting minimises, with the raw score it works on:
 * `squared` ½(y − s)²; `absolute` |y − s|; `quantile` the pinball loss at `quantile`; `poisson` eˢ − y s (s = log mean,
 * y ≥ 0); `logistic` log-loss of two classes (s = log-odds of the second); `softmax` log-loss of any classes.
 */
export type Loss = 'squared' | 'absolute' | 'quantile' | 'poisson' | 'logistic' | 'softmax';

export const linkOf: Record<Loss, EnsembleMeta['link']> = {
  squared: 'identity',
  absolute: 'identity',
  quantile: 'identity',
  poisson: 'exp',
  logistic: 'logistic',
  softmax: 'softmax',
};

/** Losses whose leaves take a quantile of the residuals instead of a Newton step; undefined for the others. */
export function leafQuantile(loss: Loss, quantile: number): number | undefined {
  if (loss === 'absolute') return 0.5;
  return loss === 'quantile' ? quantile : undefined;
}

/** The constant raw scores of least loss. Throws `one-class` and `bad-target`. */
export function baseScores(
  loss: Loss,
  quantile: number,
  y: Float64Array,
  weight: Float64Array,
  outputs: number,
): number[] {
  const share = leafQuantile(loss, quantile);
  if (share !== undefined) return [weightedQuantile(y.slice(), weight.slice(), share)];
  const classes = loss === 'logistic' ? 2 : loss === 'softmax' ? outputs : 0;
  const sums = new Float64Array(Math.max(1, classes));
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight[i]!;
    if (classes > 0) sums[y[i]!]! += w;
    else sums[0]! += w * y[i]!;
    total += w;
  }
  if (classes > 0) {
    if (sums.filter((sum) => sum > 0).length < 2)
      throw new InputError('one-class', 'boosting a classifier needs rows of at least two classes');
    if (loss === 'logistic') return [Math.log(sums[1]! / sums[0]!)];
    // A class without rows starts far down instead of at −∞.
    return Array.from(sums, (sum) => Math.log(Math.max(sum, 1e-9) / total));
  }
  if (loss === 'squared') return [sums[0]! / total];
  const least = y.reduce((a, b) => Math.min(a, b));
  if (least < 0) throw new InputError('bad-target', `poisson needs targets of 0 or more, found ${least}`);
  if (sums[0] === 0) throw new InputError('bad-target', 'poisson needs a target above 0');
  return [Math.log(sums[0]! / total)];
}

/**
 * The value v at which the weight below reaches share q of the whole; where it meets it exactly, midway to the next
 * (numpy's averaged_inverted_cdf). Sorts both arrays. O(n log n).
 */
export function weightedQuantile(values: Float64Array, weight: Float64Array, q: number): number {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  let total = 0;
  for (const w of weight) total += w;
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    below += weight[order[k]!]!;
    if (below < q * total) continue;
    const v = values[order[k]!]!;
    const next = below === q * total ? order.slice(k + 1).find((i) => weight[i]! > 0) : undefined;
    return next === undefined ? v : (v + values[next]!) / 2;
  }
  return values[order.at(-1)!]!;
}

/** A bound of the second derivative at the present scores, for weight 1. */
export function hessianBound(loss: Loss, scores: Float64Array, outputs: number): number {
  if (loss === 'logistic') return 0.25;
  if (loss === 'softmax') return (0.25 * outputs) / (outputs - 1);
  if (loss !== 'poisson') return 1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > most) most = scores[i]!;
  return Math.exp(most);
}

export interface Targets {
  readonly loss: Loss;
  readonly quantile: number;
  readonly outputs: number;
  readonly y: Float64Array;
  readonly weight: Float64Array;
  /** Raw score of row i for output k at `scores[k * rows + i]`. */
  readonly scores: Float64Array;
}

/**
 * First and second derivatives by the raw scores, times the row weights, for rows begin … end−1: for output k at
 * `out[2 * (k * rows + i)]` and behind it. Absolute and quantile loss take 1 for the second, as LightGBM does;
 * softmax takes p(1 − p) K / (K − 1). For logistic loss see boost-logistic.ts.
 */
export function derivatives(targets: Targets, begin: number, end: number, out: Float64Array): void {
  const { loss, quantile, y, weight, scores } = targets;
  if (loss === 'softmax') {
    softmaxDerivatives(targets, begin, end, out);
    return;
  }
  const q = loss === 'absolute' ? 0.5 : quantile;
  const scale = loss === 'absolute' ? 2 : 1;
  for (let i = begin; i < end; i++) {
    const s = scores[i]!;
    const target = y[i]!;
    let gradient: number;
    let hessian = 1;
    if (loss === 'squared') gradient = s - target;
    else if (loss === 'poisson') {
      hessian = Math.exp(s);
      gradient = hessian - target;
    } else gradient = target === s ? 0 : scale * (s > target ? 1 - q : -q);
    out[2 * i] = weight[i]! * gradient;
    out[2 * i + 1] = weight[i]! * hessian;
  }
}

function softmaxDerivatives(
  { outputs, y, weight, scores }: Targets,
  begin: number,
  end: number,
  out: Float64Array,
): void {
  const rows = y.length;
  const factor = outputs / (outputs - 1);
  const p = new Float64Array(outputs);
  for (let i = begin; i < end; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < outputs; k++) most = Math.max(most, scores[k * rows + i]!);
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      p[k] = Math.exp(scores[k * rows + i]! - most);
      sum += p[k]!;
    }
    const w = weight[i]!;
    for (let k = 0; k < outputs; k++) {
      const share = p[k]! / sum;
      const at = 2 * (k * rows + i);
      out[at] = w * (share - (y[i] === k ? 1 : 0));
      out[at + 1] = w * factor * share * (1 - share);
    }
  }
}

/** Weighted mean loss (Poisson without the constant of y). */
export function meanLoss({ loss, quantile, outputs, y, weight, scores }: Targets): number {
  const rows = y.length;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    total += weight[i]!;
    sum += weight[i]! * rowLoss(loss, quantile, outputs, y[i]!, scores, i, rows);
  }
  return sum / total;
}

function rowLoss(
  loss: Loss,
  quantile: number,
  outputs: number,
  y: number,
  scores: Float64Array,
  row: number,
  rows: number,
): number {
  const s = scores[row]!;
  switch (loss) {
    case 'squared':
      return 0.5 * (y - s) ** 2;
    case 'absolute':
      return Math.abs(y - s);
    case 'quantile':
      return y >= s ? quantile * (y - s) : (1 - quantile) * (s - y);
    case 'poisson':
      return Math.exp(s) - y * s;
    case 'logistic':
      return softplus(y === 1 ? -s : s);
    case 'softmax': {
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputs; k++) most = Math.max(most, scores[k * rows + row]!);
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += Math.exp(scores[k * rows + row]! - most);
      return most + Math.log(sum) - scores[y * rows + row]!;
    }
  }
}

/** log(1 + eᵗ) without overflow. */
const softplus = (t: number) => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
