import { reach } from '../wasm/module.js';
import { type Dense, steps } from './dense.js';
import { TILE, tiles } from './tiles.js';

/** A packed operand: column j, row r at data[(j >> 2) * depth * 4 + r * 4 + (j & 3)]; unused columns are zero. */
export interface Panels {
  readonly data: Float64Array;
  readonly depth: number;
}

/** Room for one product C += AᵀB on this thread; valid until the next `workspace` call. */
export interface Workspace {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** The product, zero at first: row i, column j at c[i * stride + j]. */
  readonly c: Float64Array;
  readonly stride: number;
  /** C += AᵀB over packed panels of `depth` rows. With `upper`, tiles below the diagonal are left out. */
  multiply(depth: number, upper?: boolean): void;
  /** C += AᵀA, tiles on and above the diagonal. */
  square(depth: number): void;
}

const padded = (columns: number) => Math.ceil(columns / TILE) * TILE;

let engine: ReturnType<typeof tiles> | undefined;

/** Panels of up to `depth` rows (fastest near 128, when they stay in the second-level cache). */
export function workspace(depth: number, columnsA: number, columnsB: number): Workspace {
  engine ??= tiles();
  const { memory, exports } = engine;
  const [m, n] = [padded(columnsA), padded(columnsB)];
  reach(memory, 8 * (depth * (m + n) + m * n));
  const view = (offset: number, length: number) => new Float64Array(memory.buffer, 8 * offset, length);
  const [startB, startC] = [depth * m, depth * (m + n)];
  const c = view(startC, m * n).fill(0);
  const product = (base: number, rows: number, upper: boolean) => {
    for (let i = 0; i < m; i += TILE) {
      const j = upper ? i : 0;
      const address = 8 * (startC + i * n + j);
      exports.run!(8 * i * rows, 8 * (base + j * rows), address, rows, (n - j) / TILE, 8 * n);
    }
  };
  return {
    a: view(0, depth * m),
    b: view(startB, depth * n),
    c,
    stride: n,
    multiply: (rows, upper = false) => product(startB, rows, upper),
    square: (rows) => product(0, rows, true),
  };
}

export interface Selection {
  readonly from: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/**
 * Packs part of a matrix, less `shift[column]`. Returns NaN if a value was not finite, else 0.
 */
export function pack(x: Dense, part: Selection, out: Float64Array, shift?: Float64Array): number {
  const { data } = x;
  const [row, column] = steps(x);
  const { from, rows, firstColumn, columns } = part;
  let check = 0;
  for (let j = 0; j < padded(columns); j++) {
    let to = (j & ~(TILE - 1)) * rows + (j & (TILE - 1));
    if (j >= columns) {
      for (let r = 0; r < rows; r++, to += TILE) out[to] = 0;
      continue;
    }
    const less = shift ? shift[firstColumn + j]! : 0;
    let at = from * row + (firstColumn + j) * column;
    for (let r = 0; r < rows; r++, to += TILE, at += row) {
      const value = data[at]! - less;
      check += value - value;
      out[to] = value;
    }
  }
  return check;
}
