import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32, shareF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { random } from '../random.js';
import type { Ensemble } from './ensemble.js';
import { drawCount, type ForestParams, timesDrawn } from './forest.js';
import { findLeaf, treeRows } from './predict.js';
import type { TreeTable } from './table.js';

export interface OutOfBag {
  /** Rows × outputs, row-major: the mean over the trees that did not see the row; NaN where each of them did. */
  readonly predicted: Float64Array;
  /** Trees that did not see the row. */
  readonly trees: Int32Array;
}

/**
 * Predictions of a forest for its own training rows, each by the trees that were not grown on it (Breiman 2001;
 * scikit-learn's oob_decision_function_ and oob_prediction_). `table`, `params` and `seed` are those that `fitForest`
 * was given: which rows a tree drew follows from the seed again. O(rows × trees × depth); memory a bit a row and tree.
 * Throws `bad-parameter` of a forest without bootstrap, `shape-mismatch`.
 */
export async function outOfBag(
  compute: Compute,
  ensemble: Ensemble,
  table: TreeTable,
  params: ForestParams,
  seed: number,
  options?: ComputeOptions,
): Promise<OutOfBag> {
  const { rows, x, weight } = table;
  if (params.bootstrap === false)
    throw new InputError('bad-parameter', 'without bootstrap every tree sees every row');
  if (x.length !== rows * ensemble.meta.features)
    throw new InputError('shape-mismatch', `expected ${rows} × ${ensemble.meta.features} feature values`);
  const used = Int32Array.from({ length: rows }, (_, i) => i).filter((row) => !weight || weight[row]! > 0);
  const shared = sharedI32(used.length);
  shared.set(used);
  const words = Math.ceil(rows / 32);
  const bits = sharedI32(words * ensemble.roots.length);
  const draws = drawCount(params.max_samples ?? 1, used.length);
  await compute(inBagKernel, { used: shared, draws, rows, seed, bits }, options);
  const predicted = sharedF64(rows * ensemble.meta.outputs);
  const trees = sharedI32(rows);
  await compute(outOfBagKernel, { ensemble, x: shareF32(x), rows, bits, predicted, trees }, options);
  return { predicted, trees };
}

interface InBagArgs {
  readonly used: Int32Array;
  readonly draws: number;
  readonly rows: number;
  readonly seed: number;
  /** A bit a row, tree by tree. */
  readonly bits: Int32Array;
}

/** Draws the rows of one tree a block again, as the forest did. */
export const inBagKernel: Kernel<InBagArgs> = {
  name: 'inBagKernel',
  url: import.meta.url,
  blocks: ({ bits, rows }) => bits.length / Math.ceil(rows / 32),
  run({ used, draws, rows, seed, bits }, tree) {
    const times = timesDrawn(random(seed, tree), used, draws, rows);
    const start = tree * Math.ceil(rows / 32);
    for (let i = 0; i < rows; i++) if (times[i]! > 0) bits[start + (i >> 5)]! |= 1 << (i & 31);
  },
};

interface OutOfBagArgs {
  readonly ensemble: Ensemble;
  readonly x: Float32Array;
  readonly rows: number;
  readonly bits: Int32Array;
  readonly predicted: Float64Array;
  readonly trees: Int32Array;
}

/** Adds up the trees that did not see a row, for some rows. */
export const outOfBagKernel: Kernel<OutOfBagArgs> = {
  name: 'outOfBagKernel',
  url: import.meta.url,
  blocks: ({ ensemble, rows }) => Math.ceil(rows / treeRows(ensemble)),
  run({ ensemble, x, rows, bits, predicted, trees }, block) {
    const { roots, left, values, meta } = ensemble;
    const { outputs } = meta;
    const words = Math.ceil(rows / 32);
    const size = treeRows(ensemble);
    const begin = block * size;
    const end = Math.min(rows, begin + size);
    for (let t = 0; t < roots.length; t++)
      for (let i = begin; i < end; i++) {
        if ((bits[t * words + (i >> 5)]! >>> (i & 31)) & 1) continue;
        const leaf = left[findLeaf(ensemble, roots[t]!, x, rows, i)]!;
        for (let o = 0; o < outputs; o++) predicted[i * outputs + o]! += values[leaf + o]!;
        trees[i]!++;
      }
    for (let i = begin; i < end; i++)
      for (let o = 0; o < outputs; o++) predicted[i * outputs + o]! /= trees[i]!;
  },
};
