import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { blasLoads, loadBlas } from './blas.js';
import { addBlocks, blockOf, blocksOf, chunkRows, type Stripe, type Tiling } from './gram-blocks.js';
import { columnPacker } from './pack-single.js';
import { spares } from './spares.js';

/** A block takes some 10 ms and multiplies its rows in two pieces, which is deep enough for the library's speed. */
const PIECES = 2;
const TILING: Tiling = { widest: 512, depth: 16 * PIECES, work: 2 ** 29 };
/** Columns that are multiplied with all to the right of them, so that little more than the upper triangle is computed. */
const PANEL = 116;
/** Below these, packing costs what the product gains. */
const NARROW = 128;
const SMALL = 1e9;

/** Rows × width by rows, and float32 numbers that are subtracted from every row. */
interface Rows<Data = Float32Array | Float64Array, Shift = Float64Array> {
  readonly data: Data;
  readonly width: number;
  readonly shift: Shift;
}
type SingleRows = Rows<Float32Array, Float32Array>;

interface SingleArgs extends SingleRows {
  /** A power of two a column that takes its values near one, since squares soon leave the range of float32. */
  readonly unit: Float32Array;
  /** Shared: the products of each block, stripe × stripe. */
  readonly out: Float64Array;
}

const shapeOf = ({ data, width }: Pick<SingleRows, 'data' | 'width'>) => ({
  rows: data.length / width,
  width,
});

/** One block: as `gramKernel`, in float32 into `out`. The part: sums of the first stripe's shifted columns. */
export const singleGramKernel: Kernel<SingleArgs, Promise<Float64Array>> = {
  name: 'singleGramKernel',
  url: import.meta.url,
  blocks: (args) => blocksOf(shapeOf(args), TILING).blocks,
  async run(args, block) {
    const { data, width, shift, unit, out } = args;
    const { stripe } = blocksOf(shapeOf(args), TILING);
    const { left, right, from: start, to: end } = blockOf(shapeOf(args), TILING, block);
    const diagonal = left.firstColumn === right.firstColumn;
    const part = out.subarray(block * stripe * stripe, (block + 1) * stripe * stripe).fill(0);
    const sums = new Float64Array(left.columns);
    const blas = await loadBlas();
    const packers = [packersHere.take(), packersHere.take()] as const;
    const piece = singleChunk(width) / PIECES;
    for (let from = start; from < end; from += piece) {
      const to = Math.min(end, from + piece);
      const packed = (stripe: Stripe, pack: Packer) =>
        pack({ data, width, from, to, ...stripe, shift, unit });
      const a = packed(left, packers[0]);
      const b = diagonal ? a : packed(right, packers[1]);
      for (let j = 0; j < sums.length; j++) sums[j]! += a.sums[j]!;
      const { depth } = a;
      for (let first = 0; first < left.columns; first += PANEL) {
        const rows = Math.min(PANEL, left.columns - first);
        const skip = diagonal ? first : 0;
        const panel = a.columns.subarray(first * depth, (first + rows) * depth);
        const product = await blas.multiply(panel, b.columns.subarray(skip * depth), depth);
        addProduct(product, right.columns - skip, part, first * stripe + skip, stripe);
      }
    }
    packers.forEach(packersHere.give);
    return sums;
  },
};

/** Adds a product by rows to part of a wider one. */
function addProduct(product: Float32Array, columns: number, to: Float64Array, start: number, stride: number) {
  for (let at = 0, row = start; at < product.length; row += stride)
    for (let c = row; c < row + columns; c++, at++) to[c]! += product[at]!;
}

type Packer = ReturnType<typeof columnPacker>;
const packersHere = spares(columnPacker);

/** Whether rows of this width may be multiplied in float32, which decides how many are taken together. */
export const mayUseSingle = (
  compute: Compute,
  data: Float32Array | Float64Array,
  width: number,
): data is Float32Array =>
  compute.blas === true && data instanceof Float32Array && width >= NARROW && blasLoads();

/** Rows multiplied in one block. */
export const singleChunk = (width: number): number => chunkRows(width, TILING);

/** Sums over rows less a shift, which grow as rows are added. */
export interface Products {
  /** Σ (x − shift), a column each. */
  readonly sum: Float64Array;
  /** Σ (x − shift)(x − shift)ᵀ: width × width, of which the upper triangle is valid. */
  readonly product: Float64Array;
}

/**
 * Adds float32 rows to `into` by products in float32: an entry is right to some 1e-6 of the lengths of its two columns,
 * since pieces of some thousand rows are added up in float64. False, and nothing added, where `compute` has
 * no fast product, the data is float64 or small, and where float64 must judge because a value was not finite or left
 * the range of float32.
 */
export function singleProducts(compute: Compute) {
  let out = sharedF64(0);
  return async (
    { data, width, shift: exact }: Rows,
    into: Products,
    options?: ComputeOptions,
  ): Promise<boolean> => {
    if (!mayUseSingle(compute, data, width) || data.length * width < SMALL) return false;
    const rows = { data, width, shift: Float32Array.from(exact) };
    const shape = shapeOf(rows);
    const unit = unitsOf(rows);
    const { stripe, blocks } = blocksOf(shape, TILING);
    const size = stripe * stripe;
    if (out.length < blocks * size) out = sharedF64(blocks * size);
    const sums = await compute(singleGramKernel, { ...rows, unit, out }, options);
    const parts = sums.map((_, block) => out.subarray(block * size, (block + 1) * size));
    // No product of two columns is larger than the larger of their squares, which are the diagonal.
    const finite = parts.every((part) => {
      for (let at = 0; at < size; at += stripe + 1) if (!Number.isFinite(part[at]!)) return false;
      return true;
    });
    if (!finite) return false;
    addBlocks(
      shape,
      TILING,
      parts,
      into.product,
      Float64Array.from(unit, (u) => 1 / u),
    );
    sums.forEach((part, block) => {
      const { left, right } = blockOf(shape, TILING, block);
      if (left.firstColumn === right.firstColumn)
        for (let j = 0; j < part.length; j++) into.sum[left.firstColumn + j]! += part[j]!;
    });
    return true;
  };
}

/** Of values within these nothing leaves the range. */
const [FAINT, LOUD] = [2 ** -20, 2 ** 20];

/** Judged by the first rows; what grows beyond the range later shows as an infinity. */
function unitsOf({ data, width, shift }: SingleRows): Float32Array {
  const largest = new Float32Array(width);
  const end = Math.min(data.length, 256 * width);
  for (let at = 0; at < end; )
    for (let j = 0; j < width; j++, at++) largest[j] = Math.max(largest[j]!, Math.abs(data[at]! - shift[j]!));
  return largest.map((most) =>
    (most >= FAINT && most <= LOUD) || !(most > 0 && most < Number.POSITIVE_INFINITY)
      ? 1
      : 2 ** -Math.max(-126, Math.min(127, Math.round(Math.log2(most)))),
  );
}
