import type { Compute } from '../compute/kernel.js';
import { sharedF32, sharedF64 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import type { ColumnMoments } from '../linalg/columns.js';
import type { Dense } from '../linalg/dense.js';
import { gram, gramChunk } from '../linalg/gram.js';
import { mirror } from '../linalg/gram-blocks.js';
import { mayUseSingle, singleChunk, singleProducts } from '../linalg/gram-single.js';

export interface Moments extends ColumnMoments {
  /** Σ (x − mean)(x − mean)ᵀ: width × width. */
  readonly scatter: Float64Array;
}

export interface MomentsBuilder {
  /** Takes whole rows, by rows; the batch may be reused afterwards. Await it before the next one. */
  add(batch: Float32Array | Float64Array, signal?: AbortSignal): Promise<void>;
  finish(signal?: AbortSignal): Promise<Moments>;
}

/** Chunks of rows that are multiplied in one call: enough for every thread, some 20 or 40 MB at 462 columns. */
const CHUNKS = 8;

/**
 * Mean and scatter of rows that come in batches of any size and need not fit into memory together. The result
 * depends on the rows and their order, not on how they are cut into batches. Memory O(width²) and one buffer.
 *
 * Rows are multiplied less the mean of the first chunk, so that large common offsets cost no digits.
 * Throws `wrong-shape`, `not-finite`, and `no-rows` when finished empty.
 */
export function createMoments(compute: Compute, width: number): MomentsBuilder {
  /** Rows that are multiplied in one call. */
  let most = 0;
  let buffer: Float32Array<SharedArrayBuffer> | Float64Array<SharedArrayBuffer> | undefined;
  let filled = 0;
  let total = 0;
  let shift: Float64Array | undefined;
  const sum = new Float64Array(width);
  const squares = new Float64Array(width * width);
  const addSingle = singleProducts(compute);

  async function multiply(data: Dense['data'], signal?: AbortSignal) {
    const rows = data.length / width;
    const x: Dense = { data, rows, width, order: 'rows' };
    shift ??= meanOf(x, Math.min(rows, most / CHUNKS));
    const options = signal ? { signal } : {};
    const rest = { data, width, shift };
    if (!(await addSingle(rest, { sum, product: squares }, options))) {
      const part = gram(compute, { x, shift }, options);
      // Adding up the columns on this thread costs little beside the product and keeps the order of rows.
      addRows(x, rows, shift, sum);
      (await part).forEach((value, at) => {
        squares[at]! += value;
      });
    }
    total += rows;
  }

  return {
    async add(batch, signal) {
      if (batch.length % width !== 0) {
        throw new InputError('wrong-shape', `${batch.length} values are not whole rows of ${width}`);
      }
      most ||= CHUNKS * (mayUseSingle(compute, batch, width) ? singleChunk : gramChunk)(width);
      const size = most * width;
      for (let at = 0; at < batch.length; ) {
        const piece = batch.subarray(at, at + size - filled);
        at += piece.length;
        if (piece.length === size && piece.buffer instanceof SharedArrayBuffer) {
          await multiply(piece, signal);
          continue;
        }
        buffer ??= batch instanceof Float64Array ? sharedF64(size) : sharedF32(size);
        buffer.set(piece, filled);
        filled += piece.length;
        if (filled < size) continue;
        await multiply(buffer, signal);
        filled = 0;
      }
    },
    async finish(signal) {
      if (filled > 0) await multiply(buffer!.subarray(0, filled), signal);
      if (total === 0) throw new InputError('no-rows', 'no rows to learn from');
      const mean = sum.map((s, j) => shift![j]! + s / total);
      const scatter = squares;
      mirror(scatter, width);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) scatter[i * width + j]! -= (sum[i]! * sum[j]!) / total;
      }
      const variance = Float64Array.from(mean, (_, j) => Math.max(0, scatter[j * width + j]! / total));
      return { total, mean, variance, scatter };
    },
  };
}

function addRows({ data, width }: Dense, rows: number, shift: Float64Array, sum: Float64Array) {
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) sum[j]! += data[at++]! - shift[j]!;
  }
}

/** The mean of the first rows; of float32 values a float32, so that what is left less it is rounded once at most. */
function meanOf(x: Dense, rows: number): Float64Array {
  const sum = new Float64Array(x.width);
  addRows(x, rows, new Float64Array(x.width), sum);
  return sum.map((s) => (x.data instanceof Float32Array ? Math.fround(s / rows) : s / rows));
}
