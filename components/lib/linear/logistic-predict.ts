import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { checkShape, refuseNonFinite } from '../linalg/dense.js';
import { dense, type Features } from './data.js';
import type { LogisticModel } from './logistic.js';
import { slices } from './slices.js';

interface PredictArgs extends Features {
  readonly model: LogisticModel;
  readonly out: Float64Array;
}
const CHUNK = 4096;

/** One block: class probabilities of one chunk of rows into `out`, rows × classes by rows. */
export const predictLogisticKernel: Kernel<PredictArgs> = {
  name: 'predictLogisticKernel',
  url: import.meta.url,
  blocks: ({ rows }) => Math.ceil(rows / CHUNK),
  run(args, block) {
    const { model, out } = args;
    const from = block * CHUNK;
    const to = Math.min(args.rows, from + CHUNK);
    const { present, classes, features, coef, intercept } = model;
    const outputs = intercept.length;
    const theta = new Float64Array(outputs * (features + 1));
    for (let k = 0; k < outputs; k++) {
      theta.set(coef.subarray(k * features, (k + 1) * features), k * (features + 1));
      theta[k * (features + 1) + features] = intercept[k]!;
    }
    const tiles = slices(dense(args), new Float64Array(features), theta);
    const { p, rows: stride } = tiles;
    for (let first = from; first < to; first += stride) {
      const n = Math.min(stride, to - first);
      tiles.score(first, n);
      if (hasNaN(p, outputs, n, stride)) refuseNonFinite(dense(args), first, first + n);
      for (let i = 0; i < n; i++) {
        const row = (first + i) * classes;
        if (outputs === 1) {
          out[row + present[0]!] = 1 - p[i]!;
          out[row + present[1]!] = p[i]!;
        } else {
          for (let k = 0; k < outputs; k++) out[row + present[k]!] = p[k * stride + i]!;
        }
      }
    }
  },
};

function hasNaN(p: Float64Array, outputs: number, n: number, stride: number): boolean {
  for (let k = 0; k < outputs; k++)
    for (let i = 0; i < n; i++) if (Number.isNaN(p[k * stride + i]!)) return true;
  return false;
}

/** Class probabilities, rows × classes by rows, on a SharedArrayBuffer. Throws `wrong-shape`, `not-finite`. */
export async function predictLogistic(
  compute: Compute,
  model: LogisticModel,
  { x, rows, features }: Features,
  options?: ComputeOptions,
): Promise<Float64Array<SharedArrayBuffer>> {
  if (features !== model.features) {
    throw new InputError('wrong-shape', `${features} features, the model has ${model.features}`);
  }
  checkShape(dense({ x, rows, features }));
  const out = sharedF64(rows * model.classes);
  await compute(predictLogisticKernel, { x, rows, features, model, out }, options);
  return out;
}
