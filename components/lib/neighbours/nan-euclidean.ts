import { workspace } from '../linalg/panels.js';
import { TILE } from '../linalg/tiles.js';

/** A table of numbers, NaN where one is missing: column-major, feature j of row i at `x[j * rows + i]`. */
export interface Table {
  readonly x: Float32Array | Float64Array;
  readonly rows: number;
  readonly features: number;
}

/** Two tables of the same columns, and what every distance between them needs. */
export interface TablePair {
  readonly queries: Table;
  readonly donors: Table;
  /** Taken off every column first, so that a far-off table loses no digits. */
  readonly shift: Float64Array;
  /** Whether neither table has a missing value. */
  readonly complete: boolean;
}

/** Rows of each table that are measured together. */
export const BATCH = 128;

/**
 * nan-euclidean distance, squared: the sum of squared differences over features present in both rows, scaled by
 * features / present; NaN where none is. Time O(queries · donors · features) by the blocked matrix product:
 * with m = 1 where present, Σ m m′ (x − y)² = Σ x² · m′ + m · y² − 2 x · y, missing x and y read as 0.
 */
export function distanceBatches({ queries, donors, shift, complete }: TablePair, rows: ArrayLike<number>) {
  const { features } = queries;
  const depth = complete ? features + 2 : 3 * features;
  const words = Math.ceil(features / 32);
  const room = workspace(depth, rows.length, BATCH);
  const { a, b, c, stride } = room;
  const ours = { present: new Uint32Array(BATCH * words), norms: new Float64Array(BATCH) };
  const theirs = { present: new Uint32Array(BATCH * words), norms: new Float64Array(BATCH) };
  const least = new Float64Array(rows.length);
  a.fill(0);
  for (let i = 0; i < rows.length; i++)
    complete ? packComplete(a, queries, rows[i]!, i, true) : packMissing(a, queries, rows[i]!, i, true);

  function packComplete(
    out: Float64Array,
    { x, rows: height }: Table,
    row: number,
    i: number,
    query: boolean,
  ) {
    const at = (i & -TILE) * depth + (i & (TILE - 1));
    let norm = 0;
    for (let f = 0; f < features; f++) {
      const value = x[f * height + row]! - shift[f]!;
      norm += value * value;
      out[at + (f + 2) * TILE] = query ? -2 * value : value;
    }
    out[at] = query ? norm : 1;
    out[at + TILE] = query ? 1 : norm;
    (query ? ours : theirs).norms[i] = norm;
  }

  function packMissing(
    out: Float64Array,
    { x, rows: height }: Table,
    row: number,
    i: number,
    query: boolean,
  ) {
    const { present, norms } = query ? ours : theirs;
    const at = (i & -TILE) * depth + (i & (TILE - 1));
    const square = at + (query ? 0 : features * TILE);
    const mask = at + (query ? features * TILE : 0);
    const plain = at + 2 * features * TILE;
    let norm = 0;
    let bits = 0;
    for (let f = 0; f < features; f++) {
      const value = x[f * height + row]! - shift[f]!;
      const there = !Number.isNaN(value);
      const known = there ? value : 0;
      norm += known * known;
      out[square + f * TILE] = known * known;
      out[mask + f * TILE] = there ? 1 : 0;
      out[plain + f * TILE] = query ? -2 * known : known;
      if (there) bits |= 1 << (f & 31);
      if ((f & 31) === 31 || f === features - 1) {
        present[i * words + (f >> 5)] = bits;
        bits = 0;
      }
    }
    norms[i] = norm;
  }

  /** Turns the sums of squares of query i into scaled squared distances. */
  function scale(i: number, count: number) {
    const at = i * stride;
    let smallest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      let shared = features;
      if (!complete) {
        shared = 0;
        for (let w = 0; w < words; w++)
          shared += ones(ours.present[i * words + w]! & theirs.present[j * words + w]!);
      }
      const sum = c[at + j]!;
      const d = shared === 0 ? Number.NaN : ((sum > 0 ? sum : 0) * features) / shared;
      if (d < smallest) smallest = d;
      c[at + j] = d;
    }
    least[i] = smallest;
  }

  return {
    /** Sum of squares of query i (present values less shift): the scale of the rounding of its distances. */
    norm: (i: number) => ours.norms[i]!,
    /** Measures donors from … to−1, at most BATCH of them: to donor from + j at squared[at(i) + j]. */
    measure(from: number, to: number) {
      b.fill(0);
      for (let j = from; j < to; j++)
        complete ? packComplete(b, donors, j, j - from, false) : packMissing(b, donors, j, j - from, false);
      c.fill(0);
      room.multiply(depth);
      for (let i = 0; i < rows.length; i++) scale(i, to - from);
    },
    squared: c,
    /** The smallest squared distance of query i in the last measure, ∞ where it has none. */
    least: (i: number) => least[i]!,
    at: (i: number) => i * stride,
  };
}

function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The same distance of one pair of rows, without rounding from shifts and products; NaN where none is shared. */
export function nanEuclidean(a: Table, i: number, b: Table, j: number): number {
  let sum = 0;
  let shared = 0;
  for (let f = 0; f < a.features; f++) {
    const d = a.x[f * a.rows + i]! - b.x[f * b.rows + j]!;
    if (Number.isNaN(d)) continue;
    sum += d * d;
    shared++;
  }
  return shared === 0 ? Number.NaN : Math.sqrt((sum * a.features) / shared);
}
