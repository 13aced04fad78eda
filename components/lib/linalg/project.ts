import type { Kernel } from '../compute/kernel.js';
import { type Dense, refuseNonFinite } from './dense.js';
import { pack, workspace } from './panels.js';

/** Scores are rows × count: x times the transposed weights, plus an offset a column. */
export interface Projection {
  readonly x: Dense;
  /** count × width, one weight vector a row. */
  readonly weights: Float64Array;
  readonly offset: Float64Array;
}

/** Rows packed at a time. */
const ROWS = 64;

/** Rows a block, a multiple of those packed: some 20 ms of work, fewer where rows are wide or weights are many. */
const blockRows = ({ x, offset }: Projection): number =>
  ROWS * Math.max(1, Math.min(32, Math.floor(40e6 / (ROWS * x.width * Math.max(1, offset.length)))));

export const projectionBlocks = (args: Projection) => Math.ceil(args.x.rows / blockRows(args));

type Emit = (row: number, column: number, score: number) => void;

/** Calls `emit` with (row, column, score) for all rows of one block, in order of rows. */
export function projectBlock(args: Projection, block: number, emit: Emit): void {
  const size = blockRows(args);
  projectRows(args, block * size, Math.min(args.x.rows, (block + 1) * size), emit);
}

/** As `projectBlock`, for rows from … to−1. */
export function projectRows({ x, weights, offset }: Projection, from: number, to: number, emit: Emit): void {
  const { rows, width, order } = x;
  const count = offset.length;
  // The tiles multiply columns, so a row of x is packed as a column of its transpose.
  const transposed: Dense = {
    data: x.data,
    rows: width,
    width: rows,
    order: order === 'rows' ? 'columns' : 'rows',
  };
  const columns: Dense = { data: weights, rows: width, width: count, order: 'columns' };
  const room = workspace(width, ROWS, count);
  pack(columns, { from: 0, rows: width, firstColumn: 0, columns: count }, room.b);
  for (let first = from; first < to; first += ROWS) {
    const here = Math.min(ROWS, to - first);
    if (here < ROWS) room.a.fill(0);
    const check = pack(transposed, { from: 0, rows: width, firstColumn: first, columns: here }, room.a);
    if (Number.isNaN(check)) refuseNonFinite(x, first, first + here);
    room.c.fill(0);
    room.multiply(width);
    for (let i = 0; i < here; i++) {
      for (let k = 0; k < count; k++) emit(first + i, k, room.c[i * room.stride + k]! + offset[k]!);
    }
  }
}

export interface ProjectArgs extends Projection {
  /** Shared, rows × count: row i, column k at out[i * count + k] or, by columns, out[k * rows + i]. */
  readonly out: Float32Array | Float64Array;
  readonly outOrder: 'rows' | 'columns';
}

/** One block: the scores of one chunk of rows into `out`. Time O(rows · width · count). */
export const projectKernel: Kernel<ProjectArgs> = {
  name: 'projectKernel',
  url: import.meta.url,
  blocks: projectionBlocks,
  run(args, block) {
    const { out, outOrder, x, offset } = args;
    const [row, column] = outOrder === 'rows' ? [offset.length, 1] : [1, x.rows];
    projectBlock(args, block, (i, k, score) => {
      out[i * row + k * column] = score;
    });
  },
};
