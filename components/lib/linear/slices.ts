import type { Dense } from '../linalg/dense.js';
import { reach } from '../wasm/module.js';
import {
  COLUMN_TILE,
  columnsTogether,
  OUTPUTS,
  ROW_TILE,
  sliceTiles,
  type ValueBytes,
} from './slice-tiles.js';

/** Rows of a slice: so few that it stays in the second-level cache, fewer of very wide tables. */
const rowsFor = (width: number) => (width <= 512 ? 1024 : 64);

const engines = new Map<string, ReturnType<typeof sliceTiles>>();

export interface Truth {
  /** Of each row the class's place among the outputs (0 or 1 if there is one output), and the row's weight. */
  readonly code: Int32Array;
  readonly weight: Float64Array;
}

/** A linear classifier on slices of rows of a table by columns, on this thread; valid until the next call of `slices`. */
export interface Slices {
  /** Rows of a slice at most. */
  readonly rows: number;
  /** Scores of the slice's rows by outputs, output k of row i at z[k * rows + i]. */
  readonly z: Float64Array;
  /** Probabilities in the same order, of the second class if there is one output; may be overwritten by residuals. */
  readonly p: Float64Array;
  /** Fetches rows from … from + n − 1, scores them, z = (x − shift) θ, and sets their probabilities. */
  score(from: number, n: number): void;
  /** Σ weight · −log p(code) over the n rows from `from` on, which were scored last; exact in the tails. */
  loss(from: number, n: number, truth: Truth): number;
  /** Overwrites their probabilities by weight · (p − 1) for a row's own class, weight · p for others. */
  toResiduals(from: number, n: number, truth: Truth): void;
  /** Adds (x − shift)ᵀ r of the n rows fetched last to the gradient, for residuals r in place of p. */
  addGradient(n: number): void;
  /** The gradient, in the order of θ. */
  gradient(): Float64Array;
}

/**
 * For a table by columns and parameters θ: for every output its coefficients, then its intercept, for columns less
 * `shift`. Time O(rows · width · outputs), some 6 GFLOP/s; memory `width` × 1024 values.
 */
export function slices({ data, rows: all, width }: Dense, shift: Float64Array, theta: Float64Array): Slices {
  const bytes: ValueBytes = data instanceof Float32Array ? 4 : 8;
  const rows = rowsFor(width);
  const outputs = theta.length / (width + 1);
  const key = `${rows} ${bytes}`;
  const engine = engines.get(key) ?? sliceTiles(rows, bytes);
  engines.set(key, engine);
  const { memory, exports } = engine;
  const columns = Math.ceil(width / COLUMN_TILE) * COLUMN_TILE;
  const startTheta = bytes * rows * columns;
  const startZ = startTheta + 8 * Math.ceil(theta.length / 2) * 2;
  const startP = startZ + 8 * rows * outputs;
  const startTail = startP + 8 * rows * outputs;
  const startTotal = startTail + 8 * rows;
  const startOut = startTotal + 8 * rows;
  reach(memory, startOut + 16 * columns * outputs);
  const Values = bytes === 4 ? Float32Array : Float64Array;
  const x = new Values(memory.buffer, 0, rows * columns);
  const z = new Float64Array(memory.buffer, startZ, rows * outputs);
  const p = new Float64Array(memory.buffer, startP, rows * outputs);
  /** Of each row log(1 + e^−|z|), or its greatest score; then Σ e^(score − greatest). */
  const tail = new Float64Array(memory.buffer, startTail, rows);
  const total = new Float64Array(memory.buffer, startTotal, rows);
  const out = new Float64Array(memory.buffer, startOut, 2 * columns * outputs).fill(0);
  new Float64Array(memory.buffer, startTheta, theta.length).set(inTiles(theta, shift, outputs));
  const residualSums = new Float64Array(outputs);

  /** First output, outputs, and address of the parameters of each tile of outputs. */
  const tiles = Array.from({ length: Math.ceil(outputs / OUTPUTS) }, (_, t) => {
    const first = t * OUTPUTS;
    return { first, size: Math.min(OUTPUTS, outputs - first), theta: startTheta + 8 * first * (width + 1) };
  });
  return {
    rows,
    z,
    p,
    score(from, n) {
      const whole = Math.ceil(n / ROW_TILE) * ROW_TILE;
      for (let j = 0; j < width; j++) {
        x.set(data.subarray(j * all + from, j * all + from + n), j * rows);
        if (n < whole) x.fill(0, j * rows + n, j * rows + whole);
      }
      for (const tile of tiles)
        exports[`scores${tile.size}`]!(
          0,
          tile.theta,
          startZ + 8 * rows * tile.first,
          width,
          whole / ROW_TILE,
        );
      if (outputs === 1) exports.sigmoid!(startZ, startP, startTail, whole / 2);
      else exports.softmax!(startZ, startP, startTail, startTotal, outputs, whole / 2);
    },
    loss(from, n, { code, weight }) {
      let loss = 0;
      if (outputs === 1)
        for (let i = 0; i < n; i++) {
          const margin = (2 * code[from + i]! - 1) * z[i]!;
          loss += weight[from + i]! * (tail[i]! + Math.max(0, -margin));
        }
      else
        for (let i = 0; i < n; i++) {
          const own = z[code[from + i]! * rows + i]!;
          loss += weight[from + i]! * (Math.log(total[i]!) + tail[i]! - own);
        }
      return loss;
    },
    toResiduals(from, n, { code, weight }) {
      // Without branches: which class a row has, no processor can predict.
      for (let k = 0; k < outputs; k++) for (let i = 0; i < n; i++) p[k * rows + i]! *= weight[from + i]!;
      if (outputs === 1) for (let i = 0; i < n; i++) p[i]! -= weight[from + i]! * code[from + i]!;
      else for (let i = 0; i < n; i++) p[code[from + i]! * rows + i]! -= weight[from + i]!;
    },
    addGradient(n) {
      if (n % 2 === 1) for (let k = 0; k < outputs; k++) p[k * rows + n] = 0;
      for (let k = 0; k < outputs; k++) for (let i = 0; i < n; i++) residualSums[k]! += p[k * rows + i]!;
      for (const { first, size } of tiles)
        exports[`gradient${size}`]!(
          0,
          startP + 8 * rows * first,
          startOut + 16 * columns * first,
          columns / columnsTogether(size),
          (n + 1) >> 1,
        );
    },
    gradient() {
      const gradient = new Float64Array(theta.length);
      for (const { first, size } of tiles) {
        const sums = out.subarray(2 * columns * first);
        for (let k = 0; k < size; k++) {
          const own = (first + k) * (width + 1);
          const all = residualSums[first + k]!;
          for (let j = 0; j < width; j++) {
            const at = 2 * (j * size + k);
            gradient[own + j] = sums[at]! + sums[at + 1]! - shift[j]! * all;
          }
          gradient[own + width] = all;
        }
      }
      return gradient;
    },
  };
}

/** θ for columns as they are, tile by tile of outputs: the tile's intercepts, then column by column its coefficients. */
function inTiles(theta: Float64Array, shift: Float64Array, outputs: number): Float64Array {
  const width = shift.length;
  const packed = new Float64Array(theta.length);
  for (let k = 0; k < outputs; k++) {
    const first = k - (k % OUTPUTS);
    const size = Math.min(OUTPUTS, outputs - first);
    const to = first * (width + 1) + (k - first);
    const own = theta.subarray(k * (width + 1), (k + 1) * (width + 1));
    let offset = own[width]!;
    for (let j = 0; j < width; j++) {
      offset -= own[j]! * shift[j]!;
      packed[to + (j + 1) * size] = own[j]!;
    }
    packed[to] = offset;
  }
  return packed;
}
