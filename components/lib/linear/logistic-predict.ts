import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { checkShape, refuseNonFinite } from '../linalg/dense.js';
import { dense, type Features } from './data.js';
import type { LogisticModel } from './logistic.js';
import { scores, toProbabilities } from './softmax.js';

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
    const n = to - from;
    const p = scores(dense(args), new Float64Array(features), theta, outputs, from, to);
    if (p.some(Number.isNaN)) refuseNonFinite(dense(args), from, to);
    toProbabilities(p, outputs, n);
    for (let i = 0; i < n; i++) {
      const row = (from + i) * classes;
      if (outputs === 1) {
        out[row + present[0]!] = 1 - p[i]!;
        out[row + present[1]!] = p[i]!;
      } else {
        for (let k = 0; k < outputs; k++) out[row + present[k]!] = p[k * n + i]!;
      }
    }
  },
};

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
