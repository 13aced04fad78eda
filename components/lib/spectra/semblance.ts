import type { Kernel } from '../compute/kernel.js';

/** Rows of the traces beside each trace, itself included; −1 where there is none. traces × size. */
export interface Neighbourhood {
  readonly rows: Int32Array;
  readonly size: number;
}

/**
 * The traces within `radius` inlines and crosslines of each trace, by their numbers, which may have gaps; where two traces
 * share a place the last counts. Numbers are looked up in steps of 1. O(traces · (2·radius+1)²).
 */
export function gridNeighbourhood(
  inlines: ArrayLike<number>,
  crosslines: ArrayLike<number>,
  radius = 1,
): Neighbourhood {
  const places = new Map<string, number>();
  for (let row = 0; row < inlines.length; row++) places.set(`${inlines[row]},${crosslines[row]}`, row);
  const width = 2 * radius + 1;
  const size = width * width;
  const rows = new Int32Array(inlines.length * size);
  for (let row = 0; row < inlines.length; row++) {
    for (let k = 0; k < size; k++) {
      const inline = inlines[row] + Math.floor(k / width) - radius;
      const crossline = crosslines[row] + (k % width) - radius;
      rows[row * size + k] =
        inline === inlines[row] && crossline === crosslines[row]
          ? row
          : (places.get(`${inline},${crossline}`) ?? -1);
    }
  }
  return { rows, size };
}

/**
 * Semblance of a trace and its neighbours, Σ_t (Σ_k x_k)² / (K Σ_t Σ_k x_k²) (Neidell and Taner 1971; Marfurt et al.
 * 1998 without dip search): 1 where all K traces are the same, 1/K where they have nothing in common. Alone it is 1; among
 * dead traces 0, and NaN where one of them holds a NaN. O(n · K).
 */
export function semblance(
  samples: Float32Array,
  n: number,
  { rows, size }: Neighbourhood,
  trace: number,
): number {
  const group: number[] = [];
  for (let k = 0; k < size; k++) {
    const row = rows[trace * size + k];
    if (row >= 0) group.push(row * n);
  }
  let stacked = 0;
  let energy = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < group.length; k++) {
      const x = samples[group[k] + i];
      sum += x;
      energy += x * x;
    }
    stacked += sum * sum;
  }
  return energy === 0 ? 0 : stacked / (group.length * energy);
}

export interface SemblanceArgs {
  /** Row-major traces × n. On SharedArrayBuffer, as is `out`. */
  readonly samples: Float32Array;
  readonly n: number;
  readonly neighbourhood: Neighbourhood;
  /** One value a trace. */
  readonly out: Float32Array | Float64Array;
}

const blockTraces = (n: number, size: number) => Math.max(1, Math.floor(4_000_000 / (n * size)));

/** `semblance` of every trace, in parallel over blocks. */
export const semblanceKernel: Kernel<SemblanceArgs> = {
  name: 'semblanceKernel',
  url: import.meta.url,
  blocks: ({ n, neighbourhood: { rows, size } }) => Math.ceil(rows.length / size / blockTraces(n, size)),
  run({ samples, n, neighbourhood, out }, block) {
    const count = blockTraces(n, neighbourhood.size);
    const last = Math.min((block + 1) * count, neighbourhood.rows.length / neighbourhood.size);
    for (let trace = block * count; trace < last; trace++) {
      out[trace] = semblance(samples, n, neighbourhood, trace);
    }
  },
};
