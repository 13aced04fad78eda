import { sharedF32 } from '../compute/shared.js';
import { InputError } from '../errors.js';

/** A table of numbers: column-major, feature j of row i at `x[j * rows + i]`. */
export interface Matrix {
  readonly x: Float32Array;
  readonly rows: number;
  readonly features: number;
}

/** Throws `length` or `empty` where the sizes do not fit. */
export function checkShape({ x, rows, features }: Matrix): void {
  if (x.length !== rows * features)
    throw new InputError('length', `${x.length} values where ${rows} × ${features} are due`);
  if (x.length === 0) throw new InputError('empty', `${rows} rows of ${features} features`);
}

/** Throws as `checkShape`, and `not-finite` where a value is missing or infinite. */
export function checkFinite(matrix: Matrix): void {
  checkShape(matrix);
  const { x, rows } = matrix;
  for (let at = 0; at < x.length; at++)
    if (!Number.isFinite(x[at]!))
      throw new InputError('not-finite', `row ${at % rows}, feature ${Math.floor(at / rows)} is ${x[at]}`);
}

/** Rows one after another on shared memory, each padded with zeros to a multiple of four values. */
export interface Points {
  /** Feature f of row i at data[i * stride + f]. */
  readonly data: Float32Array<SharedArrayBuffer>;
  readonly rows: number;
  readonly features: number;
  readonly stride: number;
}

/** The same table row by row, which is the order that distances read it in. */
export function rowMajor(matrix: Matrix): Points {
  const { rows, features } = matrix;
  const stride = Math.ceil(features / 4) * 4;
  const data = sharedF32(rows * stride);
  transpose(matrix, 0, rows, data, stride);
  return { data, rows, features, stride };
}

/** Lays rows start … end − 1 out one after another, each from i * stride on. */
export function transpose(
  { x, rows, features }: Matrix,
  start: number,
  end: number,
  data: Float32Array,
  stride: number,
): void {
  const tile = 64; // keeps both sides of the transposition in the first-level cache
  for (let top = start; top < end; top += tile) {
    const bottom = Math.min(end, top + tile);
    for (let j = 0; j < features; j++)
      for (let i = top; i < bottom; i++) data[i * stride + j] = x[j * rows + i]!;
  }
}

/**
 * Squared Euclidean distance of `length` numbers from a[i] and b[j] on; four sums let the processor overlap. One
 * type an argument: mixed ones would make every element's load look its type up.
 */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float64Array,
  j: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let f = 0;
  for (; f + 3 < length; f += 4) {
    const d0 = a[i + f]! - b[j + f]!;
    const d1 = a[i + f + 1]! - b[j + f + 1]!;
    const d2 = a[i + f + 2]! - b[j + f + 2]!;
    const d3 = a[i + f + 3]! - b[j + f + 3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; f < length; f++) {
    const d = a[i + f]! - b[j + f]!;
    s0 += d * d;
  }
  return s0 + s1 + (s2 + s3);
}

/** Euclidean distance of row i of `a` and row j of `b`, both row-major. */
export function distance(a: Float64Array, i: number, b: Float64Array, j: number, features: number): number {
  let squares = 0;
  for (let f = 0; f < features; f++) squares += (a[i * features + f]! - b[j * features + f]!) ** 2;
  return Math.sqrt(squares);
}
