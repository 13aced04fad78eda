import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedI32 } from '../compute/shared.js';
import { controlSize, dismiss, help, lead, taskNumbers, type Work } from '../compute/team.js';
import type { Random } from '../random.js';
import { clusterFunctions } from './cluster-wasm.js';
import { LANES, packCentres } from './distance-wasm.js';
import { type Room, seedRows, triesOf } from './room.js';

interface SeedingArgs {
  readonly room: Room;
  readonly chosen: Chosen;
  /** For each centre but the first the numbers in [0, 1) that its tries are drawn by. */
  readonly draws: Float64Array;
  readonly control: Int32Array;
}

interface Chosen {
  /** The first is given. */
  readonly rows: readonly number[];
  /** How many of them `left` knows of, and which of the tries the last of these was. */
  readonly known: number;
  readonly place: number;
}

/** A call ends after so many milliseconds, so that it can be stopped between two. */
export const callTime = 20;
export const helpers = 7;

/** Chooses rows for some time: block 0 leads, the others help (see team.ts). The part of block 0 is what is chosen. */
export const seedingKernel: Kernel<SeedingArgs, Chosen | undefined> = {
  name: 'seedingKernel',
  url: import.meta.url,
  blocks: () => 1 + helpers,
  run({ room, chosen, draws, control }, block) {
    const work = leaving(room, control);
    if (block > 0) {
      help(control, work);
      return undefined;
    }
    const until = performance.now() + callTime;
    let { rows, known, place } = chosen;
    const tries = triesOf(room.clusters);
    try {
      while (known < room.clusters && performance.now() < until) {
        const from = (known - 1) * tries;
        const left = closest(room, known, place);
        const tried =
          known === 0
            ? rows
            : Array.from(draws.subarray(from, from + tries), (draw) => drawByDistance(left, draw));
        lay(room, tried);
        control.set([known, place, tried.length], taskNumbers);
        lead(control, work, 0, Math.ceil(room.rows / seedRows));
        const potential = tried.map((_, c) => total(closest(room, known + 1, c)));
        place = potential.indexOf(Math.min(...potential));
        if (known > 0) rows = [...rows, tried[place]!];
        known++;
      }
    } finally {
      dismiss(control);
    }
    return { rows, known, place };
  },
};

/** Lays rows out as centres. */
function lay({ data, stride, features, tried }: Room, rows: readonly number[]): void {
  const values = new Float32Array(rows.length * features);
  rows.forEach((row, c) => {
    values.set(data.subarray(row * stride, row * stride + features), c * features);
  });
  packCentres(tried, values, features, stride);
}

/** Squared distances of the rows to the nearest of so many centres, the last of which was a certain one of the tries. */
interface Closest {
  /** That of row i at [i * LANES]. */
  readonly values: Float32Array;
  readonly rows: number;
  /** Those of a chunk in all. */
  readonly sum: (chunk: number) => number;
}

function closest({ left, leftSums, rows, tried, stride }: Room, known: number, place: number): Closest {
  const lanes = tried.length / stride;
  const lane = place % LANES;
  const start = ((known % 2) * lanes + place - lane) * rows;
  return {
    values: left.subarray(start + lane, start + LANES * rows),
    rows,
    sum: (chunk) => leftSums[chunk * lanes + place]!,
  };
}

function total({ rows, sum }: Closest): number {
  let all = 0;
  for (let chunk = 0; chunk < Math.ceil(rows / seedRows); chunk++) all += sum(chunk);
  return all;
}

/** The row that a number in [0, 1) draws with probability proportional to its squared distance. */
function drawByDistance(left: Closest, draw: number): number {
  const { values, rows, sum } = left;
  let r = draw * total(left);
  let chunk = 0;
  while (chunk < Math.ceil(rows / seedRows) - 1 && r >= sum(chunk)) r -= sum(chunk++);
  const end = Math.min(rows, (chunk + 1) * seedRows);
  let row = chunk * seedRows;
  for (; row < end - 1; row++) {
    r -= values[row * LANES]!;
    if (r < 0) break;
  }
  return row;
}

/** What a member of the team does with a chunk: finds what each row tried would leave of the distances. */
function leaving(room: Room, control: Int32Array): Work {
  const functions = clusterFunctions(room.memory);
  const { rows, stride, data, leftSums, tried } = room;
  const lanes = tried.length / stride;
  return (_, chunk) => {
    const [known, place, count] = control.subarray(taskNumbers) as unknown as [number, number, number];
    const first = chunk * seedRows;
    const at = ({ values }: Closest) => values.byteOffset + 4 * LANES * first;
    for (let c = 0; c < count; c += LANES) {
      const sums = leftSums.subarray(chunk * lanes + c, chunk * lanes + c + LANES).fill(0);
      functions.leave(
        Math.min(seedRows, rows - first),
        data.byteOffset + 4 * stride * first,
        at(closest(room, known, place)),
        at(closest(room, known + 1, c)),
        tried.byteOffset + 4 * stride * c,
        sums.byteOffset,
        stride / LANES,
      );
    }
  };
}

/**
 * Rows to start k-means from: greedy k-means++ (Arthur and Vassilvitskii 2007), each centre the best of 2 + ⌊ln k⌋
 * rows drawn by squared distance, as scikit-learn does. Where fewer than k rows are distinct, rows repeat.
 * O(rows · clusters · tries · features).
 */
export async function seedCentres(
  compute: Compute,
  room: Room,
  draw: Random,
  options?: ComputeOptions,
): Promise<readonly number[]> {
  const { clusters } = room;
  let chosen: Chosen = { rows: [draw.int(room.rows)], known: 0, place: 0 };
  const draws = Float64Array.from({ length: (clusters - 1) * triesOf(clusters) }, draw.uniform);
  closest(room, 0, 0).values.fill(Number.POSITIVE_INFINITY);
  while (chosen.known < clusters) {
    const control = sharedI32(controlSize);
    const parts = await compute(seedingKernel, { room, chosen, draws, control }, options);
    chosen = parts[0]!;
  }
  return chosen.rows;
}
