import { reach } from '../wasm/module.js';
import { distanceTile, LANES, SUMMARY } from './distance-tile.js';
import type { Points } from './points.js';

/** Rows taken together at most. */
export const BATCH = 64;
/** Of a batch, rows above which all are fetched in one go: as quick as so many one by one. */
const MANY = 12;

/** Further than any point: what the lanes without a centre hold. */
const NOWHERE = 1e19;

/** Squared distances in float32 of the rows measured last, the k-th at place k; `distanceError` bounds their relative error. */
export interface CentreDistances {
  /** The least and, SUMMARY places apart, of the next row; behind it the second least: the same where two are nearest. */
  readonly summary: Float32Array;
  /** A nearest centre, at SUMMARY · k + NEAREST. */
  readonly nearest: Int32Array;
  /** To centre c at [k * width + c]. */
  readonly distances: Float32Array;
  readonly width: number;
  /** Measures `count` of the rows from … to − 1 (BATCH at most), which are listed in ascending order. */
  measure(from: number, to: number, list: Int32Array, count: number): void;
  /** Measures rows from … to − 1, BATCH at most. */
  measureAll(from: number, to: number): void;
}
export const NEAREST = 2;

let engine: ReturnType<typeof distanceTile> | undefined;

/** Distances from rows to all of `count` centres (row-major, count × features). One instance a thread at a time. */
export function centreDistances(
  { data, features, stride }: Points,
  centres: ArrayLike<number>,
  count: number,
): CentreDistances {
  engine ??= distanceTile();
  const { memory, exports } = engine;
  const vectors = stride / LANES;
  const groups = Math.ceil(count / LANES);
  const width = groups * LANES;
  const startCentres = BATCH * stride;
  const startOut = startCentres + width * stride;
  const startSummary = startOut + BATCH * width;
  const startList = startSummary + BATCH * SUMMARY;
  reach(memory, 4 * (startList + BATCH));
  const values = new Float32Array(memory.buffer, 0, BATCH * stride);
  const packed = new Float32Array(memory.buffer, 4 * startCentres, width * stride).fill(0);
  const addresses = new Int32Array(memory.buffer, 4 * startList, BATCH);
  for (let c = 0; c < width; c++)
    for (let f = 0; f < features; f++) {
      const vector = (c & -LANES) * stride + (f & -LANES) * LANES;
      const at = vector + (c & (LANES - 1)) * LANES + (f & (LANES - 1));
      packed[at] = c < count ? centres[c * features + f]! : NOWHERE;
    }

  const measure = (from: number, to: number, list: Int32Array, chosen: number) => {
    const together = chosen > MANY;
    if (together) values.set(data.subarray(from * stride, to * stride));
    for (let k = 0; k < chosen; k++) {
      const row = list[k]!;
      const place = together ? row - from : k;
      addresses[k] = 4 * stride * place;
      if (!together) for (let f = 0; f < stride; f++) values[k * stride + f] = data[row * stride + f]!;
    }
    // Of an odd number the last row has itself beside it.
    if (chosen % 2 === 1) addresses[chosen] = addresses[chosen - 1]!;
    const pairs = (chosen + 1) >> 1;
    exports.run!(4 * startList, 4 * startCentres, 4 * startOut, 4 * startSummary, vectors, groups, pairs);
  };
  const rows = new Int32Array(BATCH);
  return {
    summary: new Float32Array(memory.buffer, 4 * startSummary, BATCH * SUMMARY),
    nearest: new Int32Array(memory.buffer, 4 * startSummary, BATCH * SUMMARY),
    distances: new Float32Array(memory.buffer, 4 * startOut, BATCH * width),
    width,
    measure,
    measureAll(from, to) {
      for (let k = 0; k < to - from; k++) rows[k] = from + k;
      measure(from, to, rows, to - from);
    },
  };
}

/** Relative error at most of a squared distance: one rounding a summand in a lane, of the difference and the square. */
export const distanceError = (features: number): number => (features / LANES + 6) * 2 ** -23;
