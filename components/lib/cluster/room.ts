import { SharedLayout } from '../wasm/layout.js';
import type { SharedMemory } from '../wasm/module.js';
import { LANES } from './distance-wasm.js';

/** Groups of centres that a row keeps a bound for, at most. */
const mostGroups = 16;
/** Rows of a chunk while centres are sought to start from, and while rows are laid out. */
export const seedRows = 1024;

/**
 * What k-means works on: views of one memory, at whose `byteOffset` WebAssembly finds them. The state of Lloyd's
 * iterations has the place of that of the seeding, which is over by then.
 */
export interface Room {
  readonly memory: SharedMemory;
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  /** Values a row takes in `data`: the features padded with zeros to whole vectors. */
  readonly stride: number;
  /** Lower bounds a row, and blocks of four centres that one of them is for. */
  readonly bounds: number;
  readonly span: number;
  /** Rows of a chunk of an iteration. */
  readonly chunkRows: number;
  /** Feature f of row i at [i * stride + f]. */
  readonly data: Float32Array<SharedArrayBuffer>;
  readonly labels: Int32Array<SharedArrayBuffer>;
  /** Rows in doubt while a chunk is worked on. */
  readonly list: Int32Array<SharedArrayBuffer>;
  readonly upper: Float32Array<SharedArrayBuffer>;
  readonly lower: Float32Array<SharedArrayBuffer>;
  /** Two by turns: for each block of four rows tried as centres, of each row four squared distances. */
  readonly left: Float32Array<SharedArrayBuffer>;
  /** By chunk of `seedRows` the sums of those. */
  readonly leftSums: Float64Array<SharedArrayBuffer>;
  /** Centres as `packCentres` lays them out. */
  readonly packed: Float32Array<SharedArrayBuffer>;
  /** Centres in float64, row-major clusters × stride. */
  readonly exact: Float64Array<SharedArrayBuffer>;
  /** Rows tried as centres, laid out alike. */
  readonly tried: Float32Array<SharedArrayBuffer>;
  readonly limits: Float32Array<SharedArrayBuffer>;
  readonly moved: Float32Array<SharedArrayBuffer>;
  readonly drift: Float32Array<SharedArrayBuffer>;
  /** Row-major clusters × features. */
  readonly centres: Float64Array<SharedArrayBuffer>;
  /** By chunk of an iteration what it changes: how many rows, then each cluster's size; and the clusters' sums. */
  readonly counts: Int32Array<SharedArrayBuffer>;
  readonly sums: Float64Array<SharedArrayBuffer>;
  /** By chunk the sum of squared distances to the rows' centres. */
  readonly inertia: Float64Array<SharedArrayBuffer>;
}

/** Blocks of four rows that are tried as the next centre of `clusters`. */
export const triedBlocks = (clusters: number): number => Math.ceil(triesOf(clusters) / LANES);
/** Rows tried for each centre. */
export const triesOf = (clusters: number): number => 2 + Math.floor(Math.log(clusters));

/** Throws InputError `table-too-large` when 4 GiB are not enough. */
export function makeRoom(rows: number, features: number, clusters: number): Room {
  const stride = Math.ceil(features / LANES) * LANES;
  const blocks = Math.ceil(clusters / LANES);
  const span = Math.ceil(blocks / mostGroups);
  const bounds = Math.ceil(Math.ceil(blocks / span) / LANES) * LANES;
  // Some 10 million coordinate differences a chunk at most, and sixteen chunks of a table of thousands of rows.
  const chunkRows = Math.max(
    256,
    Math.floor(Math.min(65536, rows / 16, 1e7 / (stride * (clusters + LANES)))),
  );
  const chunks = Math.ceil(rows / chunkRows);
  const tried = LANES * triedBlocks(clusters);
  const rest = { rows, features, clusters, stride, bounds, span, chunkRows };
  const layout = new SharedLayout<Room>();
  const place = layout.place.bind(layout);
  place('data', Float32Array, rows * stride);
  place('labels', Int32Array, rows);
  place('limits', Float32Array, 16);
  place('packed', Float32Array, LANES * span * Math.ceil(blocks / span) * stride);
  place('exact', Float64Array, clusters * stride);
  place('tried', Float32Array, tried * stride);
  place('moved', Float32Array, clusters);
  place('drift', Float32Array, clusters * bounds);
  place('centres', Float64Array, clusters * features);
  place('inertia', Float64Array, chunks);
  place('counts', Int32Array, chunks * (clusters + 1));
  place('sums', Float64Array, chunks * clusters * stride);
  place('leftSums', Float64Array, Math.ceil(rows / seedRows) * tried);
  const start = layout.at;
  place('left', Float32Array, 2 * tried * rows);
  layout.at = start;
  place('list', Int32Array, rows);
  place('upper', Float32Array, rows);
  place('lower', Float32Array, bounds * rows);
  return layout.make(`k-means of ${rows} × ${features} values`, rest);
}
