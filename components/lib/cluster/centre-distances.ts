import { reach } from '../wasm/module.js';
import { distanceTile, LANES, SUMMARY } from './distance-tile.js';
import type { Points } from './points.js';

/** Rows taken together. */
export const BATCH = 64;

/** Further than any point: what the lanes without a centre hold. */
const NOWHERE = 1e19;

/** What is found of one row; the object is used again for the next one. */
export interface Found {
  /** A nearest centre, its squared distance, and that of the second nearest: the same where two are nearest. */
  centre: number;
  least: number;
  second: number;
  /** Squared distance to centre c at distances[at + c]. */
  readonly distances: Float32Array;
  at: number;
}

let engine: ReturnType<typeof distanceTile> | undefined;

/**
 * Squared distances from chosen rows to all of `count` centres (row-major, count × features), in float32:
 * `distanceError` bounds their relative error. Rows are handed in by `add` and `addAll`; `each(row, found)` is called
 * in that order, for full batches and at `flush`. One instance a thread at a time.
 */
export function centreDistances(
  { data, features, stride }: Points,
  centres: ArrayLike<number>,
  count: number,
  each: (row: number, found: Found) => void,
) {
  engine ??= distanceTile();
  const { memory, exports } = engine;
  const vectors = stride / LANES;
  const groups = Math.ceil(count / LANES);
  const width = groups * LANES;
  const startCentres = BATCH * stride;
  const startOut = startCentres + width * stride;
  const startSummary = startOut + BATCH * width;
  reach(memory, 4 * (startSummary + BATCH * SUMMARY));
  const values = new Float32Array(memory.buffer, 0, BATCH * stride);
  const packed = new Float32Array(memory.buffer, 4 * startCentres, width * stride).fill(0);
  const distances = new Float32Array(memory.buffer, 4 * startOut, BATCH * width);
  const summary = new Float32Array(memory.buffer, 4 * startSummary, BATCH * SUMMARY);
  const nearest = new Int32Array(memory.buffer, 4 * startSummary, BATCH * SUMMARY);
  for (let c = 0; c < width; c++)
    for (let f = 0; f < features; f++) {
      const vector = (c & -LANES) * stride + (f & -LANES) * LANES;
      const at = vector + (c & (LANES - 1)) * LANES + (f & (LANES - 1));
      packed[at] = c < count ? centres[c * features + f]! : NOWHERE;
    }
  const rows = new Int32Array(BATCH);
  const found: Found = { centre: 0, least: 0, second: 0, distances, at: 0 };
  let filled = 0;

  const flush = () => {
    if (filled === 0) return;
    const pairs = (filled + 1) >> 1;
    exports.run!(0, 4 * startCentres, 4 * startOut, 4 * startSummary, vectors, groups, pairs, 4 * stride);
    for (let i = 0; i < filled; i++) {
      const at = i * SUMMARY;
      found.least = summary[at]!;
      found.second = summary[at + 1]!;
      found.centre = nearest[at + 2]!;
      found.at = i * width;
      each(rows[i]!, found);
    }
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
