import type { Compute } from '#dist/components/lib/compute/kernel.js';
import { type Random, random } from '#dist/components/lib/random.js';

/** A column-major table from rows. */
export function columns(rows: readonly (readonly number[])[]): Float32Array {
  const features = rows[0]?.length ?? 0;
  const x = new Float32Array(rows.length * features);
  rows.forEach((row, i) => {
    row.forEach((v, j) => {
      x[j * rows.length + i] = v;
    });
  });
  return x;
}

/** Blocks run as `workers` workers might: each takes every n-th block, on copies of the arguments, last worker first. */
export const computeAs =
  (workers: number): Compute =>
  async (kernel, args) => {
    const total = kernel.blocks(args);
    const parts = new Array(total);
    for (let worker = workers - 1; worker >= 0; worker--) {
      const own = structuredClone(args);
      for (let block = worker; block < total; block += workers)
        parts[block] = structuredClone(kernel.run(own, block));
    }
    return parts;
  };

export interface Labelled {
  x: Float32Array;
  rows: number;
  features: number;
  y: Float64Array;
  classes: number;
}

/** Two noisy informative features among others, with repeated values when `levels` is given. */
export function classification(
  rows: number,
  features: number,
  classes: number,
  seed: number,
  levels = 0,
): Labelled {
  const r: Random = random(seed);
  const x = new Float32Array(rows * features);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < features; j++) {
      const v = r.normal();
      x[j * rows + i] = levels > 0 ? Math.round(v * levels) : v;
    }
    const angle = Math.atan2(x[rows + i]!, x[i]!) / (2 * Math.PI) + 0.5;
    y[i] = r.uniform() < 0.05 ? r.int(classes) : Math.min(classes - 1, Math.floor(angle * classes));
  }
  return { x, rows, features, y, classes };
}

export const accuracy = (probability: Float64Array, classes: number, y: ArrayLike<number>) => {
  let hits = 0;
  for (let i = 0; i < y.length; i++) {
    const row = probability.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === y[i]) hits++;
  }
  return hits / y.length;
};
