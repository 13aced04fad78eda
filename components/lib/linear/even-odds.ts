import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF32, sharedF64 } from '../compute/shared.js';
import { choleskySolve, factorKernel } from '../linalg/cholesky.js';
import type { Dense } from '../linalg/dense.js';
import { gram } from '../linalg/gram.js';
import type { Precondition } from './lbfgs.js';

/** Up to here a factor of width × width pays. */
const FACTOR_WIDTH = 2048;
/** Rows, and rows a column, that correlations are taken from: it makes no odds if they are a little off. */
const ROWS = 16_384;
const ROWS_PER_COLUMN = 16;

interface Weighted {
  /** By columns. */
  readonly x: Dense;
  readonly shift: Float64Array;
  readonly weight: Float64Array;
}

/**
 * The inverse of the second derivatives of the mean loss where all classes are equally likely: the same block for
 * every output, and apart from the intercepts if columns are centred, so one Cholesky factor serves (Böhning 1992).
 * `spread` are the columns' mean squares about `shift` over all rows; their correlations are those of some of the rows.
 */
export async function evenOdds(
  compute: Compute,
  data: Weighted,
  spread: Float64Array,
  outputs: number,
  l2: number,
  options?: ComputeOptions,
): Promise<Precondition | undefined> {
  const { width } = data.x;
  if (width > FACTOR_WIDTH) return undefined;
  const odds = outputs === 1 ? 1 / 4 : 1 / outputs;
  const products = await gram(compute, someRows(data), options);
  const scale = spread.map((v, j) => {
    const own = products[j * width + j]!;
    return own > 0 ? Math.sqrt(v / own) : 0;
  });
  const matrix = products.map((v, at) => odds * v * scale[Math.floor(at / width)]! * scale[at % width]!);
  // A column that is constant in those rows has a spread all the same.
  for (let j = 0; j < width; j++) matrix[j * width + j] = odds * spread[j]! + l2;
  const [l] = await compute(factorKernel, { matrix, n: width }, options);
  return (v) => {
    const out = v.slice();
    for (let at = 0; at < out.length; at += width + 1) {
      choleskySolve(l!, width, out.subarray(at, at + width));
      out[at + width]! /= odds;
    }
    return out;
  };
}

/** Every so many rows; all where they are few. */
function someRows({ x, shift, weight }: Weighted): Weighted {
  const step = Math.floor(x.rows / Math.max(ROWS, ROWS_PER_COLUMN * x.width));
  if (step < 2) return { x, shift, weight };
  const rows = Math.floor(x.rows / step);
  const data = x.data instanceof Float32Array ? sharedF32(rows * x.width) : sharedF64(rows * x.width);
  for (let j = 0; j < x.width; j++)
    for (let i = 0; i < rows; i++) data[j * rows + i] = x.data[j * x.rows + i * step]!;
  const own = sharedF64(rows);
  for (let i = 0; i < rows; i++) own[i] = weight[i * step]!;
  return { x: { data, rows, width: x.width, order: 'columns' }, shift, weight: own };
}
