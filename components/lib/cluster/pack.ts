import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { shareF32 } from '../compute/shared.js';
import { checkFinite, checkShape, type Matrix, transpose } from './points.js';
import type { Room } from './room.js';

interface PackArgs {
  readonly matrix: Matrix;
  readonly data: Room['data'];
  readonly stride: number;
}

/** Of each feature in a block of rows the sum, and the sum of squared differences from the block's mean. */
interface Moments {
  readonly size: number;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

const packRows = 4096;

/** Lays rows out one after another. */
export const packKernel: Kernel<PackArgs, Moments> = {
  name: 'packKernel',
  url: import.meta.url,
  blocks: ({ matrix }) => Math.ceil(matrix.rows / packRows),
  run({ matrix, data, stride }, block) {
    const { x, rows, features } = matrix;
    const start = block * packRows;
    const end = Math.min(rows, start + packRows);
    transpose(matrix, start, end, data, stride);
    const size = end - start;
    const sums = new Float64Array(features);
    const squares = new Float64Array(features);
    for (let j = 0; j < features; j++) {
      const column = x.subarray(j * rows + start, j * rows + end);
      // Differences from one of the values: an offset that all have costs no digits.
      const origin = column[0]!;
      let [sum, square, otherSum, otherSquare] = [0, 0, 0, 0];
      for (let i = 0; i < size - 1; i += 2) {
        const here = column[i]! - origin;
        const next = column[i + 1]! - origin;
        sum += here;
        otherSum += next;
        square += here * here;
        otherSquare += next * next;
      }
      const last = size % 2 === 1 ? column[size - 1]! - origin : 0;
      sum += otherSum + last;
      sums[j] = origin * size + sum;
      squares[j] = square + otherSquare + last * last - (sum * sum) / size;
    }
    return { size, sums, squares };
  },
};

/** Lays a table out in a room. Gives the features' sums and mean population variance. Throws as `checkFinite`. */
export async function pack(
  compute: Compute,
  matrix: Matrix,
  { data, stride }: Room,
  options?: ComputeOptions,
): Promise<{ readonly sums: Float64Array; readonly variance: number }> {
  checkShape(matrix);
  const { rows, features } = matrix;
  const shared = { ...matrix, x: shareF32(matrix.x) };
  const parts = await compute(packKernel, { matrix: shared, data, stride }, options);
  const sums = new Float64Array(features);
  for (const part of parts) for (let j = 0; j < features; j++) sums[j]! += part.sums[j]!;
  let variance = 0;
  for (const part of parts)
    for (let j = 0; j < features; j++) {
      const apart = part.sums[j]! / part.size - sums[j]! / rows;
      variance += (part.squares[j]! + part.size * apart * apart) / (rows * features);
    }
  // What is not finite makes this so too, and only then is it sought.
  if (!Number.isFinite(variance)) checkFinite(matrix);
  return { sums, variance };
}
