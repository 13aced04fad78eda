import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, shareF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { categorical, defaultLeft, type Ensemble, predictionWidth } from './ensemble.js';
import { addLeaves, fewRows, isWalked } from './walk.js';

/** Rows a block: some 20 ms of work, whatever the number of trees. Each row is added up on its own. */
export const treeRows = ({ roots }: Ensemble): number =>
  Math.max(64, Math.min(2048, Math.floor(500_000 / Math.max(1, roots.length))));

/** Where a row goes at inner node n: see `Ensemble`. */
export function nextNode(ensemble: Ensemble, n: number, value: number): number {
  const flags = ensemble.flags[n]!;
  let left: boolean;
  if (flags & categorical) {
    const count = ensemble.meta.categories[ensemble.feature[n]!]!;
    if (value >= 0 && value < count && Number.isInteger(value))
      left = ((ensemble.categoryBits[ensemble.categoryStart[n]! + (value >> 5)]! >>> (value & 31)) & 1) === 1;
    else left = (flags & defaultLeft) !== 0;
  } else if (Number.isNaN(value)) left = (flags & defaultLeft) !== 0;
  else left = value <= ensemble.threshold[n]!;
  return left ? ensemble.left[n]! : ensemble.right[n]!;
}

/** The leaf of row i of a column-major table in the tree at `root`. */
export function findLeaf(ensemble: Ensemble, root: number, x: Float32Array, rows: number, i: number): number {
  const { feature, threshold, left, right, flags } = ensemble;
  let n = root;
  let f = feature[n]!;
  if (ensemble.categoryStart.length > 0)
    while (f >= 0) {
      n = nextNode(ensemble, n, x[f * rows + i]!);
      f = feature[n]!;
    }
  else
    while (f >= 0) {
      const v = x[f * rows + i]!;
      const toLeft = v <= threshold[n]! || (Number.isNaN(v) && flags[n]! !== 0);
      n = toLeft ? left[n]! : right[n]!;
      f = feature[n]!;
    }
  return n;
}

interface PredictArgs {
  readonly ensemble: Ensemble;
  readonly x: Float32Array;
  readonly rows: number;
  /** rows × outputs, row-major. */
  readonly raw: Float64Array;
}

/** Adds up the trees for some rows of the shared output. Trees are the outer loop, so that one tree stays in cache. */
export const predictKernel: Kernel<PredictArgs> = {
  name: 'predictKernel',
  url: import.meta.url,
  blocks: ({ ensemble, rows }) => Math.ceil(rows / treeRows(ensemble)),
  run({ ensemble, x, rows, raw }, block) {
    const { meta, roots, treeOutput, left, values } = ensemble;
    const { outputs, base, scale } = meta;
    const size = treeRows(ensemble);
    const begin = block * size;
    const end = Math.min(rows, begin + size);
    const sums = new Float64Array((end - begin) * outputs);
    for (let t = 0; t < roots.length; t++) {
      const root = roots[t]!;
      const output = treeOutput[t]!;
      for (let i = begin; i < end; i++) {
        const leaf = left[findLeaf(ensemble, root, x, rows, i)]!;
        const at = (i - begin) * outputs;
        if (output >= 0) sums[at + output]! += values[leaf]!;
        else for (let o = 0; o < outputs; o++) sums[at + o]! += values[leaf + o]!;
      }
    }
    for (let i = begin; i < end; i++)
      for (let o = 0; o < outputs; o++)
        raw[i * outputs + o] = base[o]! + scale * sums[(i - begin) * outputs + o]!;
  },
};

/**
 * Raw outputs (base + scale × Σ leaves) of a column-major table, rows × outputs, row-major: what SHAP values add
 * up to. Throws InputError `shape-mismatch`.
 */
export async function predictRaw(
  compute: Compute,
  ensemble: Ensemble,
  x: Float32Array,
  rows: number,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const { features, outputs } = ensemble.meta;
  if (x.length !== rows * features)
    throw new InputError(
      'shape-mismatch',
      `expected ${rows} × ${features} feature values, found ${x.length}`,
    );
  if (rows <= fewRows && isWalked(ensemble)) return walkRows(ensemble, x, rows);
  const raw = sharedF64(rows * outputs);
  await compute(predictKernel, { ensemble, x: shareF32(x), rows, raw }, options);
  return raw;
}

/** Few rows, on the calling thread: the way to others takes longer. */
function walkRows(ensemble: Ensemble, x: Float32Array, rows: number): Float64Array {
  const { outputs, base, scale } = ensemble.meta;
  const raw = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) addLeaves(ensemble, x, rows, i, raw, i * outputs);
  for (let at = 0; at < raw.length; at++) raw[at] = base[at % outputs]! + scale * raw[at]!;
  return raw;
}

/**
 * Predictions of a column-major table: rows × classes probabilities, or rows × 1 numbers, row-major.
 * O(rows × trees × depth).
 */
export async function predictEnsemble(
  compute: Compute,
  ensemble: Ensemble,
  x: Float32Array,
  rows: number,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const raw = await predictRaw(compute, ensemble, x, rows, options);
  const { outputs } = ensemble.meta;
  const width = predictionWidth(ensemble.meta);
  if (width === outputs) {
    for (let i = 0; i < rows; i++) applyLink(ensemble, raw, i * outputs, raw, i * width);
    return raw;
  }
  const predicted = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) applyLink(ensemble, raw, i * outputs, predicted, i * width);
  return predicted;
}

/** Prediction of one row of feature values, written to `out` (`predictionWidth` long). Allocates nothing of size. */
export function predictRow(ensemble: Ensemble, row: Float32Array, out: Float64Array): Float64Array {
  const { meta, roots, treeOutput, feature, left, values } = ensemble;
  const { outputs, base, scale } = meta;
  const width = predictionWidth(meta);
  if (row.length !== meta.features || out.length < width)
    throw new InputError('shape-mismatch', `expected ${meta.features} feature values, found ${row.length}`);
  out.fill(0);
  for (let t = 0; t < roots.length; t++) {
    let n = roots[t]!;
    for (let f = feature[n]!; f >= 0; f = feature[n]!) n = nextNode(ensemble, n, row[f]!);
    const output = treeOutput[t]!;
    if (output >= 0) out[output]! += values[left[n]!]!;
    else for (let o = 0; o < outputs; o++) out[o]! += values[left[n]! + o]!;
  }
  for (let o = 0; o < outputs; o++) out[o] = base[o]! + scale * out[o]!;
  applyLink(ensemble, out, 0, out, 0);
  return out;
}

/** From raw outputs to predictions; `from` and `to` may be the same place. */
function applyLink(ensemble: Ensemble, from: Float64Array, at: number, to: Float64Array, into: number): void {
  const { link, outputs } = ensemble.meta;
  if (link === 'logistic') {
    const p = 1 / (1 + Math.exp(-from[at]!));
    to[into] = 1 - p;
    to[into + 1] = p;
    return;
  }
  if (link === 'softmax') {
    let max = Number.NEGATIVE_INFINITY;
    for (let o = 0; o < outputs; o++) max = Math.max(max, from[at + o]!);
    let sum = 0;
    for (let o = 0; o < outputs; o++) {
      to[into + o] = Math.exp(from[at + o]! - max);
      sum += to[into + o]!;
    }
    for (let o = 0; o < outputs; o++) to[into + o]! /= sum;
    return;
  }
  for (let o = 0; o < outputs; o++) to[into + o] = link === 'exp' ? Math.exp(from[at + o]!) : from[at + o]!;
}
