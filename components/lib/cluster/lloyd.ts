import type { Kernel } from '../compute/kernel.js';
import { dismiss, help, lead, taskNumbers, type Work } from '../compute/team.js';
import { meanCentres, restartEmpty, showCentres } from './centres.js';
import { clusterFunctions } from './cluster-wasm.js';
import { LANES } from './distance-wasm.js';
import { squaredDistance } from './points.js';
import type { Room } from './room.js';
import { callTime, helpers } from './seeding.js';

/** How far Lloyd's algorithm has come with `room.centres`. */
export interface Progress {
  /** Rows are assigned and centres moved; rows are assigned to the last centres; each gets its exact label. */
  readonly phase: 'iterate' | 'settle' | 'label' | 'done';
  readonly iteration: number;
  /** Chunks of the phase that are done. */
  readonly chunks: number;
  /** Whether rows have been assigned before. */
  readonly assigned: boolean;
  /** Sums, row-major clusters × features, and sizes of the clusters. */
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
  /** How far each centre moved last. */
  readonly moved: Float64Array;
  readonly inertia: number;
}

interface LloydArgs {
  readonly room: Room;
  readonly progress: Progress;
  /** Iterations at most, and the sum of squared moves that ends them. */
  readonly iterations: number;
  readonly stop: number;
  readonly control: Int32Array;
}

const ASSIGN = 0;
const LABEL = 1;
/** Chunks between two looks at the clock. */
const together = 16;
/** Rows assigned in one go: looked at three times, they had better stay in the cache. */
const near = 4096;

/** Goes on for some time: block 0 leads, the others help (see team.ts). The part of block 0 is how far it came. */
export const lloydKernel: Kernel<LloydArgs, Progress | undefined> = {
  name: 'lloydKernel',
  url: import.meta.url,
  blocks: () => 1 + helpers,
  run(args, block) {
    const { room, control } = args;
    const work = workOf(room, control);
    if (block > 0) {
      help(control, work);
      return undefined;
    }
    const until = performance.now() + callTime;
    const all = room.inertia.length;
    let { progress } = args;
    try {
      do {
        const { phase, chunks, assigned } = progress;
        if (chunks === 0 && phase !== 'label') showCentres(room, progress.moved);
        const next = Math.min(together, all - chunks);
        control.set([chunks, assigned ? 1 : 0], taskNumbers);
        lead(control, work, phase === 'label' ? LABEL : ASSIGN, next);
        progress = chunks + next < all ? { ...progress, chunks: chunks + next } : conclude(args, progress);
      } while (progress.phase !== 'done' && performance.now() < until);
    } finally {
      dismiss(control);
    }
    return progress;
  },
};

/** Ends a phase whose chunks are all done. */
function conclude({ room, iterations, stop }: LloydArgs, progress: Progress): Progress {
  const whole = { ...progress, chunks: 0, assigned: true };
  if (progress.phase === 'label')
    return { ...whole, phase: 'done', inertia: room.inertia.reduce((a, b) => a + b, 0) };
  if (progress.phase === 'settle') return { ...whole, phase: 'label' };
  const { sums, sizes } = progress;
  const changed = addParts(room, sums, sizes);
  const iteration = progress.iteration + 1;
  if (changed === 0 && progress.assigned) return { ...whole, iteration, phase: 'label' };
  if (sizes.includes(0)) restartEmpty(room, sums, sizes);
  const moved = meanCentres(room, sums, sizes);
  const still = moved.reduce((sum, d) => sum + d * d, 0) <= stop;
  return { ...whole, iteration, moved, phase: still || iteration >= iterations ? 'settle' : 'iterate' };
}

/** Adds what the chunks change, in their order, and tells how many rows that were. */
function addParts(room: Room, sums: Float64Array, sizes: Float64Array): number {
  const { clusters, features, stride, counts } = room;
  let changed = 0;
  for (let chunk = 0; chunk < room.inertia.length; chunk++) {
    const at = chunk * (clusters + 1);
    if (counts[at] === 0) continue;
    changed += counts[at]!;
    for (let c = 0; c < clusters; c++) {
      sizes[c]! += counts[at + 1 + c]!;
      const from = (chunk * clusters + c) * stride;
      for (let f = 0; f < features; f++) sums[c * features + f]! += room.sums[from + f]!;
    }
  }
  return changed;
}

/** What a member of the team does with a chunk. */
function workOf(room: Room, control: Int32Array): Work {
  const { data, labels, upper, lower, limits, packed, exact, moved, drift, counts } = room;
  const { clusters, stride, bounds, span, chunkRows } = room;
  const functions = clusterFunctions(room.memory);
  const assign = (chunk: number, start: number, end: number) => {
    if (control[taskNumbers + 1] === 0) {
      // At the first centre as far as is known, and perhaps nearer to any other.
      labels.fill(0, start, end);
      upper.fill(Number.POSITIVE_INFINITY, start, end);
      lower.fill(0, start * bounds, end * bounds);
    }
    const part = counts.subarray(chunk * (clusters + 1), (chunk + 1) * (clusters + 1)).fill(0);
    const size = clusters * stride;
    const sums = room.sums.subarray(chunk * size, (chunk + 1) * size).fill(0);
    for (let first = start; first < end; first += near)
      functions.assign(
        Math.min(near, end - first),
        data.byteOffset + 4 * stride * first,
        labels.byteOffset + 4 * first,
        upper.byteOffset + 4 * first,
        lower.byteOffset + 4 * bounds * first,
        limits.byteOffset,
        packed.byteOffset,
        exact.byteOffset,
        moved.byteOffset,
        drift.byteOffset,
        part.byteOffset,
        sums.byteOffset,
        stride / LANES,
        bounds / LANES,
        span,
        room.list.byteOffset + 4 * first,
      );
  };
  const label = (chunk: number, start: number, end: number) => {
    const { centres, features } = room;
    let inertia = 0;
    for (let i = start; i < end; i++) {
      // Bounds spare what they can; where they leave a choice, float64 decides, for the first of equals.
      const u = upper[i]!;
      let alone = true;
      for (let g = i * bounds; alone && g < (i + 1) * bounds; g++) alone = u < lower[g]!;
      const first = alone ? labels[i]! : 0;
      const last = alone ? first : clusters - 1;
      let least = Number.POSITIVE_INFINITY;
      for (let c = first; c <= last; c++) {
        const d = squaredDistance(data, i * stride, centres, c * features, features);
        if (d >= least) continue;
        least = d;
        labels[i] = c;
      }
      inertia += least;
    }
    room.inertia[chunk] = inertia;
  };
  return (task, place) => {
    const chunk = control[taskNumbers]! + place;
    const start = chunk * chunkRows;
    const end = Math.min(room.rows, start + chunkRows);
    (task === ASSIGN ? assign : label)(chunk, start, end);
  };
}
