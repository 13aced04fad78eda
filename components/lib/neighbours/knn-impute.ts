import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF32, sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { BATCH, distanceBatches, type Table, type TablePair } from './nan-euclidean.js';
import { enter, entryLimit, type NearestLists } from './nearest-list.js';
import { checkTable, columnMeans, pairUp, ranges } from './pair.js';

/** What imputation learns: the table of donors, how many of them a value takes, and the columns' means. */
export interface KnnImputer {
  readonly donors: Table;
  readonly neighbours: number;
  readonly means: Float64Array;
}

/**
 * Learns from the training table. `neighbours` is 2 when absent, and all where there are fewer rows. Throws `empty`, `length`, `not-finite` (±∞),
 * `neighbours`, and `all-missing` where a column has no value.
 */
export function fitKnnImputer(donors: Table, neighbours = 2): KnnImputer {
  if (!(Number.isInteger(neighbours) && neighbours >= 1))
    throw new InputError('neighbours', `${neighbours} neighbours`);
  if (donors.rows === 0 || donors.features === 0) throw new InputError('empty', 'no rows to learn from');
  checkTable(donors);
  const means = columnMeans(donors);
  const empty = means.findIndex(Number.isNaN);
  if (empty >= 0) throw new InputError('all-missing', `feature ${empty} has no value in the training table`);
  return { donors, neighbours: Math.min(neighbours, donors.rows), means };
}

interface ImputeArgs extends TablePair {
  /** Rows with a missing value; the cells of row number q are firstCell[q] … firstCell[q + 1] − 1. */
  readonly rows: Int32Array;
  readonly firstCell: Int32Array;
  readonly column: Int32Array;
  /** One list a cell. */
  readonly lists: NearestLists;
  readonly means: Float64Array;
  readonly out: Float32Array | Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Takes donors from … to−1 into the lists of a batch of rows, and after the last of them fills the cells in. */
export const knnImputeKernel: Kernel<ImputeArgs> = {
  name: 'knnImputeKernel',
  url: import.meta.url,
  blocks: ({ rows }) => Math.ceil(rows.length / BATCH),
  run: (args, block) => {
    const { donors, rows, firstCell, column, lists, from, to } = args;
    const { x } = donors;
    const first = block * BATCH;
    const last = Math.min(rows.length, first + BATCH);
    const batch = distanceBatches(args, rows.subarray(first, last));
    const { squared } = batch;
    for (let start = from; start < to; start += BATCH) {
      const end = Math.min(to, start + BATCH);
      batch.measure(start, end);
      for (let q = first; q < last; q++) {
        const norm = batch.norm(q - first);
        const at = batch.at(q - first) - start;
        for (let cell = firstCell[q]!; cell < firstCell[q + 1]!; cell++) {
          const list = cell * lists.k;
          const values = column[cell]! * donors.rows;
          let limit = entryLimit(lists, list, norm);
          if (batch.least(q - first) >= limit) continue;
          for (let j = start; j < end; j++) {
            const d = squared[at + j]!;
            if (!(d < limit) || Number.isNaN(x[values + j]!)) continue;
            enter(lists, list, d, j, norm);
            limit = entryLimit(lists, list, norm);
          }
        }
      }
    }
    if (to === donors.rows) fill(args, first, last);
  },
};

function fill(
  { queries, donors, rows, firstCell, column, lists, means, out }: ImputeArgs,
  first: number,
  last: number,
) {
  for (let q = first; q < last; q++)
    for (let cell = firstCell[q]!; cell < firstCell[q + 1]!; cell++) {
      const f = column[cell]!;
      let sum = 0;
      let found = 0;
      for (; found < lists.k; found++) {
        const donor = lists.rows[cell * lists.k + found]!;
        if (donor < 0) break;
        sum += donors.x[f * donors.rows + donor]!;
      }
      out[f * queries.rows + rows[q]!] = found > 0 ? sum / found : means[f]!;
    }
}

/**
 * Fills every missing value with the mean of the nearest donors that have it, by nan-euclidean distance, of equals
 * the first; with the column's mean where no donor has a distance (scikit-learn's KNNImputer, uniform weights).
 * Gives a new column-major table of the input's type; present values stay as they are.
 * O(rows with a missing value · donors · features), in parallel over rows; memory 12 · missing values · neighbours.
 * Throws `length`, `not-finite` (±∞).
 */
export async function imputeKnn(
  compute: Compute,
  { donors, neighbours, means }: KnnImputer,
  table: Table,
  options?: ComputeOptions,
): Promise<Float32Array | Float64Array> {
  const pair = pairUp(table, donors);
  const out = table.x instanceof Float32Array ? sharedF32(table.x.length) : sharedF64(table.x.length);
  out.set(table.x);
  const cells = missingCells(table);
  const count = cells.column.length;
  if (count === 0) return out;
  const lists: NearestLists = {
    k: neighbours,
    rows: sharedI32(count * neighbours).fill(-1),
    distances: sharedF64(count * neighbours).fill(Number.POSITIVE_INFINITY),
  };
  for (const [from, to] of ranges(pair))
    await compute(knnImputeKernel, { ...pair, ...cells, lists, means, out, from, to }, options);
  return out;
}

/** The missing values by row: rows that have one, where each row's cells begin, and each cell's column. */
function missingCells({ x, rows, features }: Table) {
  const perRow = new Int32Array(rows);
  for (let f = 0; f < features; f++)
    for (let i = 0; i < rows; i++) if (Number.isNaN(x[f * rows + i]!)) perRow[i]!++;
  let total = 0;
  let affected = 0;
  for (const missing of perRow) {
    total += missing;
    if (missing > 0) affected++;
  }
  const list = sharedI32(affected);
  const firstCell = sharedI32(affected + 1);
  const column = sharedI32(total);
  let q = 0;
  let cell = 0;
  for (let i = 0; i < rows; i++) {
    if (perRow[i] === 0) continue;
    list[q] = i;
    for (let f = 0; f < features; f++) if (Number.isNaN(x[f * rows + i]!)) column[cell++] = f;
    firstCell[++q] = cell;
  }
  return { rows: list, firstCell, column };
}
