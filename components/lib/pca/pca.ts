import type { Compute } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { standardScale } from '../linalg/columns.js';
import { eigenKernel } from '../linalg/eigen.js';
import type { Projection } from '../linalg/project.js';
import type { Moments } from './moments.js';

/** Principal components, by decreasing variance. */
export interface Pca {
  readonly mean: Float64Array;
  /** What centred columns are divided by first: all ones unless standardised. */
  readonly scale: Float64Array;
  /** count × width, orthonormal rows: component k at [k * width, (k + 1) * width). */
  readonly components: Float64Array;
  /** Variance of the scores (divisor rows − 1), and its share of the whole; shares are 0 when nothing varies. */
  readonly variance: Float64Array;
  readonly ratio: Float64Array;
}

export interface PcaParams {
  readonly components: number;
  /** Divide columns by their population standard deviation first (constant ones by 1). Default false. */
  readonly standardize?: boolean;
}

export function checkComponents(components: number, rows: number, width: number) {
  if (rows < 2) throw new InputError('too-few-rows', `principal components need 2 rows, got ${rows}`);
  if (!Number.isInteger(components) || components < 1 || components > Math.min(rows, width)) {
    throw new InputError(
      'bad-components',
      `${components} components of ${rows} rows and ${width} columns, expected 1 to ${Math.min(rows, width)}`,
    );
  }
}

export const shares = (variance: Float64Array, all: number): Float64Array =>
  variance.map((v) => (all > 0 ? v / all : 0));

/**
 * Components from the covariance of all rows (scikit-learn's `covariance_eigh`, equal to its `full` up to
 * rounding and sign; see `createSigns`). Time O(width³). Throws `too-few-rows`, `bad-components`.
 */
export async function principalComponents(
  compute: Compute,
  moments: Moments,
  { components: count, standardize = false }: PcaParams,
  signal?: AbortSignal,
): Promise<Pca> {
  const { mean, total, scatter } = moments;
  const width = mean.length;
  checkComponents(count, total, width);
  const scale = standardize ? standardScale(moments) : mean.map(() => 1);
  const matrix = new Float64Array(width * width);
  let all = 0;
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j < width; j++, at++) matrix[at] = scatter[at]! / (scale[i]! * scale[j]! * (total - 1));
    all += matrix[i * width + i]!;
  }
  const [eigen] = await compute(eigenKernel, { matrix, n: width, count }, signal ? { signal } : {});
  const variance = eigen!.values.slice(0, count).map((v) => Math.max(0, v));
  return { mean, scale, components: eigen!.vectors, variance, ratio: shares(variance, all) };
}

/** The projection of row-major rows on the components, with centring and scaling folded into its weights. */
export function pcaProjection(
  { mean, scale, components, variance }: Pca,
  data: Float32Array | Float64Array,
): Projection {
  const width = mean.length;
  if (data.length % width !== 0) {
    throw new InputError('wrong-shape', `${data.length} values are not whole rows of ${width}`);
  }
  const weights = components.map((value, at) => value / scale[at % width]!);
  const offset = variance.map((_, k) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum -= mean[j]! * weights[k * width + j]!;
    return sum;
  });
  return { x: { data, rows: data.length / width, width, order: 'rows' }, weights, offset };
}
