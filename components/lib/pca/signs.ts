import type { Compute, Kernel } from '../compute/kernel.js';
import { loadBlas } from '../linalg/blas.js';
import { mayUseSingle } from '../linalg/gram-single.js';
import { type Projection, projectBlock, projectionBlocks } from '../linalg/project.js';
import { spares } from '../linalg/spares.js';
import { type Pca, pcaProjection } from './pca.js';

/** One block: for every component the score of largest size among the rows of one chunk, the first of equals. */
export const extremesKernel: Kernel<Projection, Float64Array> = {
  name: 'extremesKernel',
  url: import.meta.url,
  blocks: projectionBlocks,
  run(args, block) {
    const largest = new Float64Array(args.offset.length);
    projectBlock(args, block, (_row, k, score) => {
      if (Math.abs(score) > Math.abs(largest[k]!)) largest[k] = score;
    });
    return largest;
  },
};

/** Rows that are projected at a time in float32. */
const ROWS = 1024;

interface SingleArgs {
  /** rows × width by rows. */
  readonly data: Float32Array;
  readonly mean: Float32Array;
  /** count × width: components, divided by the scale of the columns. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** One block: as `extremesKernel`, with scores in float32; all NaN where one left its range. */
export const singleExtremesKernel: Kernel<SingleArgs, Promise<Float64Array>> = {
  name: 'singleExtremesKernel',
  url: import.meta.url,
  blocks: ({ data, mean }) => Math.ceil(data.length / (ROWS * mean.length)),
  async run({ data, mean, weights }, block) {
    const width = mean.length;
    const first = block * ROWS * width;
    const size = Math.min(ROWS * width, data.length - first);
    const blas = await loadBlas();
    const room = centredRows.take();
    if (room.values.length < size) room.values = new Float32Array(size);
    const centred = room.values.subarray(0, size);
    for (let at = 0; at < size; )
      for (let j = 0; j < width; j++, at++) centred[at] = data[first + at]! - mean[j]!;
    const scores = await blas.multiply(centred, weights, width);
    centredRows.give(room);
    const count = weights.length / width;
    const largest = new Float64Array(count);
    let check = 0;
    for (let at = 0; at < scores.length; ) {
      for (let k = 0; k < count; k++, at++) {
        const score = scores[at]!;
        check += score - score;
        if (Math.abs(score) > Math.abs(largest[k]!)) largest[k] = score;
      }
    }
    return Number.isNaN(check) ? largest.fill(Number.NaN) : largest;
  },
};
const centredRows = spares(() => ({ values: new Float32Array(0) }));

/**
 * Signs as scikit-learn 1.3 gives them (`svd_flip`, decided by U): the score of largest size over the training
 * rows is positive. Takes the training rows again, in batches by rows; `finish` hands back the signed components.
 */
export function createSigns(compute: Compute, pca: Pca) {
  const largest = new Float64Array(pca.variance.length);
  return {
    async add(batch: Float32Array | Float64Array, signal?: AbortSignal): Promise<void> {
      const projection = pcaProjection(pca, batch);
      const options = signal ? { signal } : {};
      let parts: Float64Array[] = [];
      if (mayUseSingle(compute, batch, pca.mean.length)) {
        const mean = Float32Array.from(pca.mean);
        const weights = Float32Array.from(projection.weights);
        parts = await compute(singleExtremesKernel, { data: batch, mean, weights }, options);
      }
      if (parts.length === 0 || parts.some((part) => part.some(Number.isNaN)))
        parts = await compute(extremesKernel, projection, options);
      for (const part of parts) {
        part.forEach((score, k) => {
          if (Math.abs(score) > Math.abs(largest[k]!)) largest[k] = score;
        });
      }
    },
    finish(): Pca {
      const width = pca.mean.length;
      return {
        ...pca,
        components: pca.components.map((v, at) => (largest[Math.floor(at / width)]! < 0 ? -v : v)),
      };
    },
  };
}
