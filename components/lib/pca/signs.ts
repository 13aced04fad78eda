import type { Compute, Kernel } from '../compute/kernel.js';
import { type Projection, projectBlock, projectionBlocks } from '../linalg/project.js';
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

/**
 * Signs as scikit-learn 1.3 gives them (`svd_flip`, decided by U): the score of largest size over the training
 * rows is positive. Takes the training rows again, in batches by rows; `finish` hands back the signed components.
 */
export function createSigns(compute: Compute, pca: Pca) {
  const largest = new Float64Array(pca.variance.length);
  return {
    async add(batch: Float32Array | Float64Array, signal?: AbortSignal): Promise<void> {
      const parts = await compute(extremesKernel, pcaProjection(pca, batch), signal ? { signal } : {});
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
