import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { checkShape, type Dense, refuseNonFinite } from './dense.js';
import { addBlocks, blockOf, blocksOf, chunkRows, mirror, type Tiling } from './gram-blocks.js';
import { pack, workspace } from './panels.js';

/** A stripe of 128 packed rows fills the second-level cache. */
const TILING: Tiling = { widest: 256, depth: 128, work: 2 ** 26 };

export interface GramArgs {
  readonly x: Dense;
  /** Subtracted from every row before multiplying: keeps digits where columns lie far from zero. */
  readonly shift?: Float64Array;
  /** One a row, ≥ 0. */
  readonly weight?: Float64Array;
}

/** Rows multiplied in one block: equal work, whatever the width. */
export const gramChunk = (width: number): number => chunkRows(width, TILING);

/** One block: XᵀWX of one chunk of rows for one pair of stripes, `stripe` × `stripe`, upper part if on the diagonal. */
export const gramKernel: Kernel<GramArgs, Float64Array> = {
  name: 'gramKernel',
  url: import.meta.url,
  blocks: ({ x }) => blocksOf(x, TILING).blocks,
  run({ x, shift, weight }, block) {
    const { stripe } = blocksOf(x, TILING);
    const { left, right, from: start, to: end } = blockOf(x, TILING, block);
    const diagonal = left.firstColumn === right.firstColumn;
    const { a, b, c, multiply, square } = workspace(TILING.depth, stripe, stripe);
    let check = 0;
    for (let from = start; from < end; from += TILING.depth) {
      const rows = Math.min(TILING.depth, end - from);
      check += pack(x, { from, rows, ...left }, a, shift);
      if (diagonal && !weight) {
        square(rows);
        continue;
      }
      check += pack(x, { from, rows, ...right }, b, shift);
      if (weight) scaleRows(a.subarray(0, stripe * rows), weight.subarray(from, from + rows));
      multiply(rows, diagonal);
    }
    if (Number.isNaN(check)) refuseNonFinite(x, start, end);
    return c.slice();
  },
};

/** Multiplies every packed row by its weight. */
function scaleRows(packed: Float64Array, weight: Float64Array) {
  for (let at = 0; at < packed.length; ) {
    for (let r = 0; r < weight.length; r++, at += 4) {
      const w = weight[r]!;
      packed[at]! *= w;
      packed[at + 1]! *= w;
      packed[at + 2]! *= w;
      packed[at + 3]! *= w;
    }
  }
}

/**
 * XᵀWX of the shifted rows: width × width, symmetric, float64 throughout. The same bytes on any number of workers.
 * Time O(rows · width²), near 15 GFLOP/s a thread; memory O(width² · chunks) for the parts. Throws `not-finite`.
 */
export async function gram(
  compute: Compute,
  args: GramArgs,
  options?: ComputeOptions,
): Promise<Float64Array> {
  const { x } = args;
  checkShape(x);
  const sum = new Float64Array(x.width * x.width);
  const parts = await compute(gramKernel, args, options);
  addBlocks(x, TILING, parts, sum, new Float64Array(x.width).fill(1));
  mirror(sum, x.width);
  return sum;
}
