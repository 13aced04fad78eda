import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { checkShape, type Dense, refuseNonFinite, steps } from './dense.js';

export interface ColumnMoments {
  /** Sum of the weights; the number of rows without weights. */
  readonly total: number;
  readonly mean: Float64Array;
  /** Population variance (divided by the total). */
  readonly variance: Float64Array;
}

export interface ColumnArgs {
  readonly x: Dense;
  readonly weight?: Float64Array;
}

const CHUNK_VALUES = 2 ** 22;
const chunkRows = ({ width }: Dense) => Math.max(1, Math.floor(CHUNK_VALUES / Math.max(1, width)));

/** One block: mean and sum of squared differences from it, of every column over one chunk of rows. */
export const columnMomentsKernel: Kernel<
  ColumnArgs,
  { total: number; mean: Float64Array; m2: Float64Array }
> = {
  name: 'columnMomentsKernel',
  url: import.meta.url,
  blocks: ({ x }) => Math.ceil(x.rows / chunkRows(x)),
  run({ x, weight }, block) {
    const { data, width, rows } = x;
    const [row, column] = steps(x);
    const from = block * chunkRows(x);
    const to = Math.min(rows, from + chunkRows(x));
    let total = to - from;
    if (weight) {
      total = 0;
      for (let i = from; i < to; i++) total += weight[i]!;
    }
    const mean = new Float64Array(width);
    const m2 = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let i = from, at = i * row + j * column; i < to; i++, at += row) {
        sum += weight ? weight[i]! * data[at]! : data[at]!;
      }
      const centre = total > 0 ? sum / total : 0;
      let square = 0;
      for (let i = from, at = i * row + j * column; i < to; i++, at += row) {
        const d = data[at]! - centre;
        square += weight ? weight[i]! * d * d : d * d;
      }
      if (!Number.isFinite(square)) refuseNonFinite(x, from, to);
      mean[j] = centre;
      m2[j] = square;
    }
    return { total, mean, m2 };
  },
};

/**
 * Weighted mean and population variance of every column: two passes within a chunk of rows, chunks merged in
 * order (Chan, Golub and LeVeque 1983). Throws `no-features`, `no-rows` when the weights add up to zero, `not-finite`.
 */
export async function columnMoments(
  compute: Compute,
  args: ColumnArgs,
  options?: ComputeOptions,
): Promise<ColumnMoments> {
  checkShape(args.x);
  if (args.x.width < 1) throw new InputError('no-features', 'there are no feature columns to learn from');
  const { width } = args.x;
  const mean = new Float64Array(width);
  const m2 = new Float64Array(width);
  let total = 0;
  for (const part of await compute(columnMomentsKernel, args, options)) {
    if (part.total === 0) continue;
    const sum = total + part.total;
    for (let j = 0; j < width; j++) {
      const d = part.mean[j]! - mean[j]!;
      mean[j]! += (d * part.total) / sum;
      m2[j]! += part.m2[j]! + (d * d * total * part.total) / sum;
    }
    total = sum;
  }
  if (total === 0) throw new InputError('no-rows', 'no rows with a weight above zero');
  return { total, mean, variance: m2.map((v) => v / total) };
}

/**
 * Standard deviation of every column, 1 where the column is constant: as scikit-learn's StandardScaler, whose
 * bound for "constant up to rounding" this is (`_is_constant_feature`).
 */
export function standardScale({ total, mean, variance }: ColumnMoments): Float64Array {
  return variance.map((v, j) => {
    const rounding = total * Number.EPSILON * v + (total * mean[j]! * Number.EPSILON) ** 2;
    return v <= rounding ? 1 : Math.sqrt(v);
  });
}

export interface StandardizeArgs {
  readonly x: Dense;
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** Shared, in the order of x; may be x's own data. */
  readonly out: Float32Array | Float64Array;
}

/** One block: (x − mean) / scale of one chunk of rows into `out`. */
export const standardizeKernel: Kernel<StandardizeArgs> = {
  name: 'standardizeKernel',
  url: import.meta.url,
  blocks: ({ x }) => Math.ceil(x.rows / chunkRows(x)),
  run({ x, mean, scale, out }, block) {
    const [row, column] = steps(x);
    const from = block * chunkRows(x);
    const to = Math.min(x.rows, from + chunkRows(x));
    for (let j = 0; j < x.width; j++) {
      const [m, s] = [mean[j]!, scale[j]!];
      for (let i = from, at = i * row + j * column; i < to; i++, at += row) out[at] = (x.data[at]! - m) / s;
    }
  },
};
