import { sharedF64 } from '#dist/components/lib/compute/shared.js';
import { random } from '#dist/components/lib/random.js';

/** Seeded standard normal numbers. */
export const normals = (n: number, seed = 1): Float64Array =>
  Float64Array.from({ length: n }, random(seed).normal);

/** Rows × width by rows, turned to columns (or back, with the two swapped). */
export function transposed(a: ArrayLike<number>, rows: number, width: number): Float64Array {
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) out[j * rows + i] = a[i * width + j]!;
  return out;
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
};

/** A copy that all threads see. */
export function shared(values: ArrayLike<number>): Float64Array {
  const out = sharedF64(values.length);
  out.set(values);
  return out;
}

/** Equal to the last bit; quicker on long arrays than comparing entry by entry. */
export const sameBytes = (a: Float64Array, b: Float64Array): boolean =>
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;

export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Of the sample. */
export const variance = (values: readonly number[]) =>
  values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1);

/** How many standard errors the means of two samples lie apart. */
export const standardErrorsApart = (a: readonly number[], b: readonly number[]) =>
  Math.abs(mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
