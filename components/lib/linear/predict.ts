import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import { checkShape } from '../linalg/dense.js';
import { projectKernel } from '../linalg/project.js';
import { dense, type Features, type LinearModel } from './data.js';

/** Xb + c, one a row. */
export async function predictLinear(
  compute: Compute,
  { coef, intercept }: LinearModel,
  rows: Features,
  options?: ComputeOptions,
): Promise<Float64Array<SharedArrayBuffer>> {
  const x = dense(rows);
  checkShape(x);
  const out = sharedF64(rows.rows);
  const args = { x, weights: coef, offset: Float64Array.of(intercept), out, outOrder: 'columns' } as const;
  await compute(projectKernel, args, options);
  return out;
}
