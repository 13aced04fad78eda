import type { Compute, ComputeOptions } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { columnMoments } from '../linalg/columns.js';
import { dense } from './data.js';
import { evenOdds } from './even-odds.js';
import type { Precondition } from './lbfgs.js';
import type { ClassData, Prepared } from './logistic-data.js';
import { hessianStride, type LossArgs, type LossPart, lossKernel } from './logistic-loss.js';
import type { Objective } from './objective.js';

/** What to add to the mean loss: l2 / 2 |b|² + l1 |b|₁. */
export interface Penalised {
  readonly outputs: number;
  readonly intercept: boolean;
  readonly l2: number;
  readonly l1: number;
}

/** The mean loss with its penalty, what columns are centred by, and its curvature far from the truth, inverted. */
export async function logisticObjective(
  compute: Compute,
  data: ClassData,
  prepared: Prepared,
  { outputs, intercept, l2, l1 }: Penalised,
  options?: ComputeOptions,
): Promise<{
  objective: Objective;
  shift: Float64Array;
  curvature: () => Promise<Precondition | undefined>;
}> {
  const x = dense(data);
  const { total } = prepared;
  const width = data.features;
  const size = outputs * (width + 1);
  const moments = await columnMoments(compute, { x, weight: prepared.weight }, options);
  const shift = intercept ? moments.mean : new Float64Array(width);
  const code = sharedI32(data.rows);
  code.set(prepared.code);
  const weight = sharedF64(data.rows);
  weight.set(prepared.weight);
  const fixed = { x, shift, code, weight, outputs, intercept };
  const isCoef = (p: number) => p % (width + 1) < width;
  const penalty = l1 > 0 ? Float64Array.from({ length: size }, (_, p) => (isCoef(p) ? l1 : 0)) : undefined;

  const evaluate: Objective['evaluate'] = async (theta, order) => {
    const args: LossArgs = { ...fixed, theta, order };
    const parts = await compute(lossKernel, args, options);
    let value = 0;
    for (const part of parts) value += part.loss / total;
    for (let p = 0; p < size; p++) if (isCoef(p)) value += (l2 / 2) * theta[p]! ** 2;
    const gradient = new Float64Array(size);
    for (const part of parts) for (let p = 0; p < size; p++) gradient[p]! += part.gradient[p]! / total;
    for (let p = 0; p < size; p++) if (isCoef(p)) gradient[p]! += l2 * theta[p]!;
    const hessian = order === 'hessian' ? assemble(parts, outputs, width, total) : new Float64Array(0);
    if (order === 'hessian') {
      for (let p = 0; p < size; p++) if (isCoef(p)) hessian[p * size + p]! += l2;
      if (!intercept) for (let p = width; p < size; p += width + 1) hessian[p * size + p] = 1;
      if (outputs > 1 && !penalty) fixGauge(hessian, outputs, width, l2 > 0);
    }
    return { value, gradient, hessian };
  };
  const spread = moments.variance.map((v, j) => v + (moments.mean[j]! - shift[j]!) ** 2);
  const curvature = () => evenOdds(compute, { x, shift, weight }, spread, outputs, l2, options);
  return { objective: { size, penalty, evaluate }, shift, curvature };
}

function assemble(parts: readonly LossPart[], outputs: number, width: number, total: number): Float64Array {
  const size = outputs * (width + 1);
  const stride = hessianStride(width);
  const hessian = new Float64Array(size * size);
  const sum = new Float64Array(parts[0]!.hessian.length);
  for (const part of parts) for (let i = 0; i < sum.length; i++) sum[i]! += part.hessian[i]!;
  for (let a = 0, pair = 0; a < outputs; a++) {
    for (let b = a; b < outputs; b++, pair++) {
      for (let i = 0; i <= width; i++) {
        for (let j = i; j <= width; j++) {
          const value = sum[(pair * stride + i) * stride + j]! / total;
          const [ai, aj, bi, bj] = [
            a * (width + 1) + i,
            a * (width + 1) + j,
            b * (width + 1) + i,
            b * (width + 1) + j,
          ];
          hessian[ai * size + bj] = hessian[bj * size + ai] = value;
          hessian[aj * size + bi] = hessian[bi * size + aj] = value;
        }
      }
    }
  }
  return hessian;
}

/**
 * Adding the same to all classes changes no probability, so along that direction there is no curvature (but from
 * l2, on coefficients). The gradient has no part in it either: any curvature put there keeps the sums at zero.
 */
function fixGauge(hessian: Float64Array, outputs: number, width: number, onlyIntercept: boolean) {
  const size = outputs * (width + 1);
  for (let j = onlyIntercept ? width : 0; j <= width; j++) {
    const value = hessian[j * size + j]!;
    for (let a = j; a < size; a += width + 1)
      for (let b = j; b < size; b += width + 1) hessian[a * size + b]! += value;
  }
}
