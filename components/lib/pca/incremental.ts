import type { Compute } from '../compute/kernel.js';
import { InputError } from '../errors.js';
import { eigenKernel } from '../linalg/eigen.js';
import { createMoments } from './moments.js';
import { type Pca, shares } from './pca.js';

/**
 * Incremental principal components (Ross, Lim, Lin and Yang 2008), equal to scikit-learn's IncrementalPCA for
 * the same batches: only `count` components are kept between batches, so the result is approximate and depends
 * on how the rows are cut. Signs as there: the largest entry of every component is positive.
 *
 * The singular values of the stacked matrix come from its Gram matrix: O(rows · width² + width³) a batch. Where
 * the width allows that, `createMoments` gives the exact result in the same memory.
 */
export function createIncremental(compute: Compute, width: number, count: number) {
  let seen = 0;
  let mean: Float64Array = new Float64Array(width);
  let scatter: Float64Array = new Float64Array(width);
  let components: Float64Array = new Float64Array(count * width);
  let singular: Float64Array = new Float64Array(count);

  return {
    /** A batch of at least `count` rows, by rows. Throws `too-few-rows`, `bad-components`, `not-finite`. */
    async add(batch: Float32Array | Float64Array, signal?: AbortSignal): Promise<void> {
      const rows = batch.length / width;
      if (!Number.isInteger(count) || count < 1 || count > width) {
        throw new InputError('bad-components', `${count} components of ${width} columns`);
      }
      if (rows < count) {
        throw new InputError('too-few-rows', `a batch of ${rows} rows for ${count} components`);
      }
      const builder = createMoments(compute, width);
      await builder.add(batch, signal);
      const here = await builder.finish(signal);
      const matrix = here.scatter.slice();
      for (let k = 0; k < count; k++) {
        addOuter(matrix, components.subarray(k * width, (k + 1) * width), singular[k]! ** 2);
      }
      const total = seen + rows;
      const weight = (seen * rows) / total;
      const step = here.mean.map((m, j) => m - mean[j]!);
      addOuter(matrix, step, weight);
      const [eigen] = await compute(eigenKernel, { matrix, n: width, count }, signal ? { signal } : {});
      components = signed(eigen!.vectors, width);
      singular = eigen!.values.slice(0, count).map((v) => Math.sqrt(Math.max(0, v)));
      scatter = scatter.map((s, j) => s + here.variance[j]! * rows + weight * step[j]! ** 2);
      mean = mean.map((m, j) => m + (step[j]! * rows) / total);
      seen = total;
    },
    finish(): Pca {
      if (seen < 2) throw new InputError('too-few-rows', `principal components need 2 rows, got ${seen}`);
      const variance = singular.map((s) => s ** 2 / (seen - 1));
      const all = scatter.reduce((sum, s) => sum + s, 0) / (seen - 1);
      return { mean, scale: mean.map(() => 1), components, variance, ratio: shares(variance, all) };
    },
  };
}

function addOuter(matrix: Float64Array, v: Float64Array, weight: number) {
  if (weight === 0) return;
  const n = v.length;
  for (let i = 0; i < n; i++) {
    const factor = weight * v[i]!;
    for (let j = 0; j < n; j++) matrix[i * n + j]! += factor * v[j]!;
  }
}

function signed(components: Float64Array, width: number): Float64Array {
  for (let at = 0; at < components.length; at += width) {
    const row = components.subarray(at, at + width);
    const largest = row.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
    if (largest < 0) for (let j = 0; j < width; j++) row[j] = -row[j]!;
  }
  return components;
}
