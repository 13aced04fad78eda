import type { Kernel } from '../compute/kernel.js';
import type { Dense } from '../linalg/dense.js';
import { pack, workspace } from '../linalg/panels.js';
import { slices } from './slices.js';

/**
 * The log-loss of a linear classifier, Σ weight · −log p(code), and its derivatives. One output (log odds of the
 * second class) for two classes, else one a class (softmax). Parameters θ: for every output its coefficients,
 * then its intercept. Columns are centred by `shift` on the way, which the intercepts absorb.
 */
export interface LossArgs {
  /** By columns. */
  readonly x: Dense;
  readonly shift: Float64Array;
  readonly code: Int32Array;
  readonly weight: Float64Array;
  readonly outputs: number;
  readonly theta: Float64Array;
  readonly intercept: boolean;
  readonly order: 'gradient' | 'hessian';
}

export interface LossPart {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Empty unless asked for. For every pair of outputs a ≤ b in turn, stride × stride, tiles on and above the diagonal. */
  readonly hessian: Float64Array;
}

const DEPTH = 128;
const pairsOf = (outputs: number) => (outputs * (outputs + 1)) / 2;
export const hessianStride = (width: number) => Math.ceil((width + 1) / 4) * 4;

function chunkRows({ x, outputs, order }: LossArgs) {
  const work = order === 'hessian' ? pairsOf(outputs) * x.width * x.width : 64 * outputs * x.width;
  return DEPTH * Math.min(128, Math.max(4, Math.round(2 ** 27 / (work * DEPTH))));
}

/** One block: loss, gradient and second derivatives over one chunk of rows, as far as `order` asks. */
export const lossKernel: Kernel<LossArgs, LossPart> = {
  name: 'lossKernel',
  url: import.meta.url,
  blocks: (args) => Math.ceil(args.x.rows / chunkRows(args)),
  run(args, block) {
    const { x, shift, outputs, theta, order, intercept } = args;
    const begin = block * chunkRows(args);
    const end = Math.min(x.rows, begin + chunkRows(args));
    const tiles = slices(x, shift, theta);
    const kept = order === 'hessian' ? new Float64Array(outputs * (end - begin)) : undefined;
    let loss = 0;
    for (let from = begin; from < end; from += tiles.rows) {
      const n = Math.min(tiles.rows, end - from);
      tiles.score(from, n);
      loss += tiles.loss(from, n, args);
      if (kept)
        for (let k = 0; k < outputs; k++)
          kept.set(tiles.p.subarray(k * tiles.rows, k * tiles.rows + n), k * (end - begin) + from - begin);
      tiles.toResiduals(from, n, args);
      tiles.addGradient(n);
    }
    const gradient = tiles.gradient();
    if (!intercept) for (let at = x.width; at < gradient.length; at += x.width + 1) gradient[at] = 0;
    const hessian = kept ? secondDerivatives(args, kept, begin, end) : new Float64Array(0);
    return { loss, gradient, hessian };
  },
};

/** Xᵀ diag(weight · (p_a [a = b] − p_a p_b)) X for every pair, X with a last column of ones. */
function secondDerivatives(
  { x, shift, weight, outputs, intercept }: LossArgs,
  p: Float64Array,
  from: number,
  to: number,
) {
  const { width } = x;
  const n = to - from;
  const stride = hessianStride(width);
  const out = new Float64Array(pairsOf(outputs) * stride * stride);
  const curve = new Float64Array(DEPTH);
  for (let a = 0, pair = 0; a < outputs; a++) {
    for (let b = a; b < outputs; b++, pair++) {
      const room = workspace(DEPTH, width + 1, width + 1);
      for (let first = 0; first < n; first += DEPTH) {
        const here = Math.min(DEPTH, n - first);
        pack(x, { from: from + first, rows: here, firstColumn: 0, columns: width }, room.b, shift);
        placeColumn(room.b, here, width, intercept);
        for (let i = 0; i < here; i++) {
          const [pa, pb] = [p[a * n + first + i]!, p[b * n + first + i]!];
          curve[i] = weight[from + first + i]! * (a === b ? pa * (1 - pa) : -pa * pb);
        }
        scaled(room.b, curve, here, stride, room.a);
        room.multiply(here, true);
      }
      out.set(room.c, pair * stride * stride);
    }
  }
  return out;
}

/** Puts a column of ones (zeros without intercept) after `width` packed columns, and zeros to the panel's end. */
function placeColumn(packed: Float64Array, rows: number, width: number, ones: boolean) {
  const start = (width & ~3) * rows;
  for (let j = width & 3; j < 4; j++) {
    const value = ones && j === (width & 3) ? 1 : 0;
    for (let r = 0, at = start + j; r < rows; r++, at += 4) packed[at] = value;
  }
}

function scaled(packed: Float64Array, by: Float64Array, rows: number, columns: number, out: Float64Array) {
  for (let at = 0; at < columns * rows; ) {
    for (let r = 0; r < rows; r++, at += 4) {
      const w = by[r]!;
      out[at] = w * packed[at]!;
      out[at + 1] = w * packed[at + 1]!;
      out[at + 2] = w * packed[at + 2]!;
      out[at + 3] = w * packed[at + 3]!;
    }
  }
}
