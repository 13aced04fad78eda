import { PAGE } from '../linalg/wasm.js';
import { distanceTile, LANES } from './distance-tile.js';
import type { Points } from './points.js';

/** Rows taken together. */
export const BATCH = 64;

let engine: ReturnType<typeof distanceTile> | undefined;

/**
 * Squared distances from chosen rows to all of `count` centres (row-major, count × features), some eight times as
 * fast as a loop in JavaScript, in float32: `error` bounds their relative error. Rows are handed in by `add`;
 * `each(row, distances, at)` is called in that order with the squared distance to centre c at distances[at + c], for
 * full batches and at `flush`. One instance a thread at a time.
 */
export function centreDistances(
  { data, features, stride }: Points,
  centres: ArrayLike<number>,
  count: number,
  each: (row: number, distances: Float32Array, at: number) => void,
) {
  engine ??= distanceTile();
  const { memory, run } = engine;
  const vectors = stride / LANES;
  const groups = Math.ceil(count / LANES);
  const width = groups * LANES;
  const [startCentres, startOut] = [BATCH * stride, BATCH * stride + width * stride];
  const missing = 4 * (startOut + BATCH * width) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const values = new Float32Array(memory.buffer, 0, BATCH * stride);
  const packed = new Float32Array(memory.buffer, 4 * startCentres, width * stride).fill(0);
  const out = new Float32Array(memory.buffer, 4 * startOut, BATCH * width);
  for (let c = 0; c < count; c++)
    for (let f = 0; f < features; f++) {
      const vector = (c & -LANES) * stride + (f & -LANES) * LANES;
      packed[vector + (c & (LANES - 1)) * LANES + (f & (LANES - 1))] = centres[c * features + f]!;
    }
  const rows = new Int32Array(BATCH);
  let filled = 0;
  const flush = () => {
    if (filled === 0) return;
    const pairs = (filled + 1) >> 1;
    run(0, 4 * startCentres, 4 * startOut, vectors, groups, pairs, 4 * stride);
    for (let i = 0; i < filled; i++) each(rows[i]!, out, i * width);
    filled = 0;
  };
  const add = (row: number) => {
    const from = row * stride;
    const to = filled * stride;
    for (let f = 0; f < stride; f++) values[to + f] = data[from + f]!;
    rows[filled++] = row;
    if (filled === BATCH) flush();
  };
  /** Rows from … to−1, copied in one go. */
  const addAll = (from: number, to: number) => {
    flush();
    for (let first = from; first < to; first += BATCH) {
      filled = Math.min(BATCH, to - first);
      values.set(data.subarray(first * stride, (first + filled) * stride));
      for (let i = 0; i < filled; i++) rows[i] = first + i;
      flush();
    }
  };
  return { add, addAll, flush };
}

/** Relative error at most of a squared distance: one rounding a summand in a lane, of the difference and the square. */
export const distanceError = (features: number): number => (features / LANES + 6) * 2 ** -23;
