import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { checkShape, type Dense, refuseNonFinite } from './dense.js';
import { pack, workspace } from './panels.js';

/** Rows packed at a time: with a stripe of columns they fill the second-level cache. */
const DEPTH = 128;
const STRIPE = 256;

export interface GramArgs {
  readonly x: Dense;
  /** Subtracted from every row before multiplying: keeps digits where columns lie far from zero. */
  readonly shift?: Float64Array;
  /** One a row, ≥ 0. */
  readonly weight?: Float64Array;
}

function stripesOf(width: number) {
  const stripes = Math.ceil(width / STRIPE);
  return { stripes, stripe: Math.ceil(width / stripes / 4) * 4 };
}

/** Rows multiplied in one block: equal work, whatever the width. */
export function gramChunk(width: number): number {
  const { stripe } = stripesOf(width);
  return DEPTH * Math.min(128, Math.max(1, Math.round(2 ** 26 / (stripe * stripe * DEPTH))));
}

/** Columns are cut into equal stripes, rows into chunks; both depend on the shape alone. */
function cut({ rows, width }: Dense) {
  const { stripes, stripe } = stripesOf(width);
  const chunk = gramChunk(width);
  return { stripes, stripe, chunk, chunks: Math.ceil(rows / chunk), pairs: (stripes * (stripes + 1)) / 2 };
}

/** The p-th pair of stripes (i ≤ j), row by row of the upper triangle. */
function pair(p: number, stripes: number): [number, number] {
  let i = 0;
  while (p >= stripes - i) p -= stripes - i++;
  return [i, i + p];
}

/** One block: XᵀWX of one chunk of rows for one pair of stripes, `stripe` × `stripe`, upper part if on the diagonal. */
export const gramKernel: Kernel<GramArgs, Float64Array> = {
  name: 'gramKernel',
  url: import.meta.url,
  blocks: ({ x }) => {
    const { chunks, pairs } = cut(x);
    return chunks * pairs;
  },
  run({ x, shift, weight }, block) {
    const { stripes, stripe, chunk, pairs } = cut(x);
    const [i, j] = pair(block % pairs, stripes);
    const start = Math.floor(block / pairs) * chunk;
    const end = Math.min(x.rows, start + chunk);
    const { a, b, c, multiply, square } = workspace(DEPTH, stripe, stripe);
    const columns = (s: number) => ({
      firstColumn: s * stripe,
      columns: Math.min(stripe, x.width - s * stripe),
    });
    let check = 0;
    for (let from = start; from < end; from += DEPTH) {
      const rows = Math.min(DEPTH, end - from);
      check += pack(x, { from, rows, ...columns(i) }, a, shift);
      if (i === j && !weight) {
        square(rows);
        continue;
      }
      check += pack(x, { from, rows, ...columns(j) }, b, shift);
      if (weight) scaleRows(a.subarray(0, stripe * rows), weight.subarray(from, from + rows));
      multiply(rows, i === j);
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
  checkShape(args.x);
  const parts = await compute(gramKernel, args, options);
  const { width } = args.x;
  const { stripes, stripe, pairs } = cut(args.x);
  const sum = new Float64Array(width * width);
  parts.forEach((part, block) => {
    const [i, j] = pair(block % pairs, stripes);
    const columns = Math.min(stripe, width - j * stripe);
    for (let r = 0; r < Math.min(stripe, width - i * stripe); r++) {
      const to = (i * stripe + r) * width + j * stripe;
      for (let c = i === j ? r : 0; c < columns; c++) sum[to + c]! += part[r * stripe + c]!;
    }
  });
  for (let r = 0; r < width; r++) for (let c = 0; c < r; c++) sum[r * width + c] = sum[c * width + r]!;
  return sum;
}
