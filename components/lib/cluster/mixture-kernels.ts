import type { Kernel } from '../compute/kernel.js';
import { projectRows } from '../linalg/project.js';
import type { Matrix } from './points.js';

/** Rows a block. */
const CHUNK = 2048;

/**
 * The components of a Gaussian mixture as densities are computed from them: log density of row x in component k is
 * constant[k] − ½ Σ z², z = W x + offset, where W is the inverse of the covariance's Cholesky factor
 * (features × features a component), or its diagonal alone (features a component).
 */
export interface Densities {
  readonly components: number;
  readonly covariance: 'full' | 'diagonal';
  readonly whitening: Float64Array;
  readonly offset: Float64Array;
  /** ln weight + ln |W| − ½ features ln 2π. */
  readonly constant: Float64Array;
}

export interface ExpectationArgs extends Densities {
  readonly matrix: Matrix;
  /** Component by component, rows each: share of the row that belongs to the component. */
  readonly shares: Float64Array;
  /** Log density of each row under the whole mixture. */
  readonly logDensity: Float64Array;
}

/** Sums over a block of rows: of the log density, of each component's shares, and of its shares times the rows. */
export interface ExpectationPart {
  readonly logDensity: number;
  readonly sizes: Float64Array;
  readonly sums: Float64Array;
}

const dense = ({ x, rows, features }: Matrix) => ({
  data: x,
  rows,
  width: features,
  order: 'columns' as const,
});

/** Shares and log density of a block of rows (the E step), with what the means need of the M step. */
export const expectationKernel: Kernel<ExpectationArgs, ExpectationPart> = {
  name: 'expectationKernel',
  url: import.meta.url,
  blocks: ({ matrix }) => Math.ceil(matrix.rows / CHUNK),
  run: (args, block) => {
    const { matrix, components, shares, logDensity } = args;
    const { x, rows, features } = matrix;
    const first = block * CHUNK;
    const last = Math.min(rows, first + CHUNK);
    const forms = squaredForms(args, first, last);
    const sizes = new Float64Array(components);
    const sums = new Float64Array(components * features);
    let total = 0;
    for (let i = first; i < last; i++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < components; k++) {
        const log = args.constant[k]! - forms[(i - first) * components + k]! / 2;
        forms[(i - first) * components + k] = log;
        if (log > most) most = log;
      }
      let sum = 0;
      for (let k = 0; k < components; k++) sum += Math.exp(forms[(i - first) * components + k]! - most);
      const density = most + Math.log(sum);
      logDensity[i] = density;
      total += density;
      for (let k = 0; k < components; k++) {
        const share = Math.exp(forms[(i - first) * components + k]! - density);
        shares[k * rows + i] = share;
        sizes[k]! += share;
      }
    }
    for (let k = 0; k < components; k++)
      for (let f = 0; f < features; f++) {
        let sum = 0;
        for (let i = first; i < last; i++) sum += shares[k * rows + i]! * x[f * rows + i]!;
        sums[k * features + f] = sum;
      }
    return { logDensity: total, sizes, sums };
  },
};

/** Σ z² of rows first … last−1, rows × components. */
function squaredForms(args: ExpectationArgs, first: number, last: number): Float64Array {
  const { matrix, components, covariance, whitening, offset } = args;
  const { x, rows, features } = matrix;
  const forms = new Float64Array((last - first) * components);
  if (covariance === 'full') {
    const owner = Int32Array.from({ length: components * features }, (_, column) =>
      Math.floor(column / features),
    );
    projectRows({ x: dense(matrix), weights: whitening, offset }, first, last, (i, column, z) => {
      forms[(i - first) * components + owner[column]!]! += z * z;
    });
    return forms;
  }
  for (let k = 0; k < components; k++)
    for (let f = 0; f < features; f++) {
      const w = whitening[k * features + f]!;
      const shift = offset[k * features + f]!;
      for (let i = first; i < last; i++) {
        const z = w * x[f * rows + i]! + shift;
        forms[(i - first) * components + k]! += z * z;
      }
    }
  return forms;
}

export interface SpreadArgs {
  readonly matrix: Matrix;
  readonly components: number;
  readonly shares: Float64Array;
  readonly means: Float64Array;
}

/** Sums over a block of rows of share · (x − mean)², components × features (the M step of diagonal covariances). */
export const spreadKernel: Kernel<SpreadArgs, Float64Array> = {
  name: 'spreadKernel',
  url: import.meta.url,
  blocks: ({ matrix }) => Math.ceil(matrix.rows / CHUNK),
  run: ({ matrix, components, shares, means }, block) => {
    const { x, rows, features } = matrix;
    const sums = new Float64Array(components * features);
    const last = Math.min(rows, (block + 1) * CHUNK);
    for (let k = 0; k < components; k++)
      for (let f = 0; f < features; f++) {
        const mean = means[k * features + f]!;
        let sum = 0;
        for (let i = block * CHUNK; i < last; i++) {
          const d = x[f * rows + i]! - mean;
          sum += shares[k * rows + i]! * d * d;
        }
        sums[k * features + f] = sum;
      }
    return sums;
  },
};
