import type { Compute, Kernel } from '../compute/kernel.js';
import { columnMoments, standardScale } from '../linalg/columns.js';
import type { Dense } from '../linalg/dense.js';
import { symmetricEigen } from '../linalg/eigen.js';
import { pack, workspace } from '../linalg/panels.js';
import { orthonormal } from '../linalg/qr.js';
import { random } from '../random.js';
import { checkComponents, type Pca, type PcaParams, shares } from './pca.js';

interface RangeArgs {
  /** By rows; centred and scaled on the way. */
  readonly x: Dense;
  readonly mean: Float64Array;
  /** width × count by columns, already divided by the columns' scale. */
  readonly basis: Float64Array;
  readonly count: number;
}

/** Rows packed at a time. */
const ROWS = 64;
/** Rows a block: equal work, and enough of it that handing back width × count numbers costs little. */
const chunkRows = ({ x, count }: RangeArgs) =>
  ROWS * Math.max(4, Math.round(2 ** 25 / (x.width * count * ROWS)));

/** One block: Xᵀ(XQ) of one chunk of centred rows, width × (count rounded up to 4) by rows. */
export const rangeKernel: Kernel<RangeArgs, Float64Array> = {
  name: 'rangeKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.x.rows / chunkRows(args)),
  run(args, block) {
    const { x, mean, basis, count } = args;
    const chunk = chunkRows(args);
    const { width } = x;
    const columns: Dense = { data: basis, rows: width, width: count, order: 'columns' };
    const padded = Math.ceil(count / 4) * 4;
    const sum = new Float64Array(width * padded);
    const rows = new Float64Array(ROWS * width);
    const end = Math.min(x.rows, (block + 1) * chunk);
    for (let from = block * chunk; from < end; from += ROWS) {
      const here = Math.min(ROWS, end - from);
      for (let i = 0, at = 0; i < here; i++) {
        for (let j = 0; j < width; j++, at++) rows[at] = x.data[(from + i) * width + j]! - mean[j]!;
      }
      const part: Dense = { data: rows, rows: here, width, order: 'rows' };
      const transposed: Dense = { data: rows, rows: width, width: here, order: 'columns' };
      const first = workspace(width, here, count);
      pack(transposed, { from: 0, rows: width, firstColumn: 0, columns: here }, first.a);
      pack(columns, { from: 0, rows: width, firstColumn: 0, columns: count }, first.b);
      first.multiply(width);
      const scores: Dense = {
        data: first.c.slice(0, here * first.stride),
        rows: here,
        width: first.stride,
        order: 'rows',
      };
      const second = workspace(here, width, padded);
      pack(part, { from: 0, rows: here, firstColumn: 0, columns: width }, second.a);
      pack(scores, { from: 0, rows: here, firstColumn: 0, columns: padded }, second.b);
      second.multiply(here);
      for (let i = 0; i < sum.length; i++) sum[i]! += second.c[i]!;
    }
    return sum;
  },
};

/** Columns drawn beyond those asked for, and power iterations: scikit-learn's defaults. */
const OVERSAMPLING = 10;
const iterations = (count: number, rows: number, width: number) =>
  count < 0.1 * Math.min(rows, width) ? 7 : 4;

/**
 * Principal components by randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4), with
 * the iterations done on XᵀX so that rows are read once for each and nothing as tall as X is kept. Time
 * O(rows · width · count) an iteration; memory O(width · count). The same seed gives the same bytes.
 */
export async function randomizedPca(
  compute: Compute,
  { data, width }: { data: Float32Array | Float64Array; width: number },
  params: PcaParams & { seed: number },
  signal?: AbortSignal,
): Promise<Pca> {
  const rows = data.length / width;
  checkComponents(params.components, rows, width);
  const options = signal ? { signal } : {};
  const x: Dense = { data, rows, width, order: 'rows' };
  const moments = await columnMoments(compute, { x }, options);
  const { mean, variance: spread } = moments;
  const scale = params.standardize ? standardScale(moments) : mean.map(() => 1);
  const count = Math.min(params.components + OVERSAMPLING, rows, width);
  const padded = Math.ceil(count / 4) * 4;

  const range = async (q: Float64Array) => {
    const basis = q.map((v, at) => v / scale[at % width]!);
    const image = new Float64Array(width * count);
    for (const part of await compute(rangeKernel, { x, mean, basis, count }, options)) {
      for (let j = 0; j < width; j++) {
        for (let k = 0; k < count; k++) image[k * width + j]! += part[j * padded + k]! / scale[j]!;
      }
    }
    return image;
  };

  const { normal } = random(params.seed);
  let q = orthonormal(Float64Array.from({ length: width * count }, normal), width, count);
  for (let i = iterations(params.components, rows, width); i >= 0; i--)
    q = orthonormal(await range(q), width, count);

  // Rayleigh–Ritz: the best directions within the subspace found.
  const image = await range(q);
  const small = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += q[a * width + j]! * image[b * width + j]!;
      small[a * count + b] = sum;
    }
  }
  const { values, vectors } = symmetricEigen(small, count, params.components);
  const components = new Float64Array(params.components * width);
  for (let k = 0; k < params.components; k++) {
    for (let a = 0; a < count; a++) {
      const factor = vectors[k * count + a]!;
      for (let j = 0; j < width; j++) components[k * width + j]! += factor * q[a * width + j]!;
    }
  }
  const variance = values.slice(0, params.components).map((v) => Math.max(0, v) / (rows - 1));
  let all = 0;
  for (let j = 0; j < width; j++) all += (spread[j]! / scale[j]! ** 2) * (rows / (rows - 1));
  return { mean, scale, components, variance, ratio: shares(variance, all) };
}
