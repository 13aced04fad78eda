import type { Dense } from '../linalg/dense.js';

/** Rows worked on at a time, so that what is added up stays in the first-level cache. */
export const SLICE = 2048;

/**
 * Scores of rows from … to − 1, by outputs: output k, row i at [k * (to − from) + i − from]. θ holds for every
 * output its coefficients, then its intercept, for columns (held by columns) less `shift`.
 */
export function scores(
  { data, rows, width }: Dense,
  shift: Float64Array,
  theta: Float64Array,
  outputs: number,
  from: number,
  to: number,
): Float64Array {
  const n = to - from;
  const z = new Float64Array(outputs * n);
  for (let k = 0; k < outputs; k++) {
    const own = theta.subarray(k * (width + 1), (k + 1) * (width + 1));
    let offset = own[width]!;
    for (let j = 0; j < width; j++) offset -= own[j]! * shift[j]!;
    for (let first = 0; first < n; first += SLICE) {
      const out = z.subarray(k * n + first, k * n + Math.min(n, first + SLICE));
      addColumns(data, from + first, rows, own.subarray(0, width), out.fill(offset));
    }
  }
  return z;
}

/** out += Xb for out.length rows from `from`; four columns at a time, so that out is read less often. */
function addColumns(data: Dense['data'], from: number, rows: number, b: Float64Array, out: Float64Array) {
  const n = out.length;
  let j = 0;
  for (; j + 4 <= b.length; j += 4) {
    const [b0, b1, b2, b3] = [b[j]!, b[j + 1]!, b[j + 2]!, b[j + 3]!];
    const at = j * rows + from;
    const x0 = data.subarray(at, at + n);
    const x1 = data.subarray(at + rows, at + rows + n);
    const x2 = data.subarray(at + 2 * rows, at + 2 * rows + n);
    const x3 = data.subarray(at + 3 * rows, at + 3 * rows + n);
    for (let i = 0; i < n; i++) out[i]! += b0 * x0[i]! + b1 * x1[i]! + (b2 * x2[i]! + b3 * x3[i]!);
  }
  for (; j < b.length; j++) {
    const factor = b[j]!;
    for (let i = 0, at = j * rows + from; i < n; i++, at++) out[i]! += factor * data[at]!;
  }
}

export interface Truth {
  /** Of each row the class's place among the outputs (0 or 1 if there is one output), and the row's weight. */
  readonly code: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Turns scores of n rows into probabilities in place (of the second class if there is one output). Given the
 * truth, returns Σ weight · −log p(code), exact in the tails.
 */
export function toProbabilities(z: Float64Array, outputs: number, n: number, truth?: Truth): number {
  return outputs === 1 ? sigmoid(z, n, truth) : softmax(z, outputs, n, truth);
}

function sigmoid(z: Float64Array, n: number, truth?: Truth): number {
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const score = z[i]!;
    const e = Math.exp(-Math.abs(score));
    z[i] = (score > 0 ? 1 : e) / (1 + e);
    if (!truth) continue;
    const margin = truth.code[i] === 1 ? score : -score;
    loss += truth.weight[i]! * (Math.log1p(e) - Math.min(0, margin));
  }
  return loss;
}

function softmax(z: Float64Array, outputs: number, n: number, truth?: Truth): number {
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = i; at < z.length; at += n) largest = Math.max(largest, z[at]!);
    const own = truth ? z[truth.code[i]! * n + i]! : 0;
    let sum = 0;
    for (let at = i; at < z.length; at += n) sum += z[at] = Math.exp(z[at]! - largest);
    for (let k = 0; k < outputs; k++) z[k * n + i]! /= sum;
    if (truth) loss += truth.weight[i]! * (Math.log(sum) + largest - own);
  }
  return loss;
}
