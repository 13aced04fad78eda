import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { projectKernel } from '../linalg/project.js';
import { createIncremental } from './incremental.js';
import { createMoments } from './moments.js';
import { type Pca, type PcaParams, pcaProjection, principalComponents } from './pca.js';
import { randomizedPca } from './randomized.js';
import { createSigns } from './signs.js';

export interface Rows {
  /** rows × width, by rows: row i at [i * width, (i + 1) * width). */
  readonly data: Float32Array | Float64Array;
  readonly width: number;
}

export interface FitPcaParams extends PcaParams {
  /**
   * `full` (default): exact, from the covariance. `randomized`: for thousands of columns, where width³ is too
   * much. `incremental`: scikit-learn's IncrementalPCA in batches of 5 × width rows (its signs, not those of
   * 1.3's PCA; never standardised).
   */
  readonly solver?: 'full' | 'randomized' | 'incremental';
  /** For `randomized`. Default 0. */
  readonly seed?: number;
}

/**
 * Principal component analysis of rows in memory. Computes in float64. `full` takes O(rows · width² + width³).
 * Throws `wrong-shape`, `too-few-rows`, `bad-components`, `not-finite`, `bad-parameter`.
 */
export async function fitPca(
  compute: Compute,
  { data, width }: Rows,
  params: FitPcaParams,
  { signal }: ComputeOptions = {},
): Promise<Pca> {
  if (!Number.isInteger(width) || width < 1 || data.length % width !== 0) {
    throw new InputError('wrong-shape', `${data.length} values are not whole rows of ${width}`);
  }
  const { solver = 'full', seed = 0 } = params;
  if (solver === 'incremental') {
    if (params.standardize)
      throw new InputError('bad-parameter', 'the incremental solver does not standardise');
    const incremental = createIncremental(compute, width, params.components);
    const rows = data.length / width;
    // The last batch takes the remainder, so that none has fewer rows than components.
    for (let from = 0, size = 5 * width; from < rows; ) {
      const to = rows - from < 2 * size ? Math.min(rows, from + size + ((rows - from) % size)) : from + size;
      await incremental.add(data.subarray(from * width, to * width), signal);
      from = to;
    }
    return incremental.finish();
  }
  let pca: Pca;
  if (solver === 'randomized') {
    pca = await randomizedPca(compute, { data, width }, { ...params, seed }, signal);
  } else {
    const moments = createMoments(compute, width);
    await moments.add(data, signal);
    pca = await principalComponents(compute, await moments.finish(signal), params, signal);
  }
  const signs = createSigns(compute, pca);
  await signs.add(data, signal);
  return signs.finish();
}

/** Scores of rows on the components, rows × count by rows, on a SharedArrayBuffer. */
export async function transformPca(
  compute: Compute,
  pca: Pca,
  data: Float32Array | Float64Array,
  options?: ComputeOptions,
): Promise<Float32Array<SharedArrayBuffer>> {
  const projection = pcaProjection(pca, data);
  const out = sharedF32(projection.x.rows * pca.variance.length);
  await compute(projectKernel, { ...projection, out, outOrder: 'rows' }, options);
  return out;
}
