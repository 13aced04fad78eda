import { type Code, f64x2, i32, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Pointer } from '../wasm/module.js';
import { sigmoid, softmax } from './probability-tiles.js';

/** Outputs that are worked on together at most, and rows in a tile: a slice has a multiple of as many. */
export const OUTPUTS = 4;
export const ROW_TILE = 16;
/** Columns come in a multiple of this; what the last ones hold beyond the table's is of no consequence. */
export const COLUMN_TILE = 8;

/** Bytes of a value, 4 for float32 and 8 for float64. */
export type ValueBytes = 4 | 8;

/**
 * The two products of a linear classifier with a slice of `rows` rows by columns (each column's values together):
 * `scores1` … `scores4` give Xθ, `gradient1` … `gradient4` Xᵀr, for so many outputs. All sums are in float64, with two
 * rows a vector, in the order of the columns (scores) or of pairs of rows (gradients).
 *
 * scores(x, θ, z, columns, row tiles): θ holds the intercepts of the outputs, then column by column their
 * coefficients; output k's scores are `rows` float64 at z + 8·k·rows.
 * gradient(x, r, out, column groups, pairs of rows): adds to out, column by column, for each output a vector of two
 * sums, over even and over odd rows. A group has `columnsTogether(outputs)` columns.
 * `sigmoid` and `softmax` are those of probability-tiles.ts.
 */
export function sliceTiles(rows: number, bytes: ValueBytes) {
  const module = new ModuleBuilder();
  for (let outputs = 1; outputs <= OUTPUTS; outputs++) {
    module.define((body) => scores(body, outputs, rows, bytes), `scores${outputs}`, 5);
    module.define((body) => gradient(body, outputs, rows, bytes), `gradient${outputs}`, 5);
  }
  module.define(sigmoid, 'sigmoid', 4);
  module.define((body) => softmax(body, rows), 'softmax', 6);
  return module.instantiate();
}

/** So that the sums of a tile stay in registers. */
export const columnsTogether = (outputs: number): number => (outputs < 3 ? 8 / outputs : 2);

const count = (n: number) => Array.from({ length: n }, (_, k) => k);
const pairAt = (bytes: ValueBytes, pointer: Code, pair: number): Code =>
  bytes === 8 ? v128.load(pointer, 16 * pair) : f64x2.promote(v128.load64(pointer, 8 * pair));

function scores(body: Body, outputs: number, rows: number, bytes: ValueBytes): void {
  const [x, theta, z, columns, tiles] = body.arguments as Five;
  const pairs = count(outputs === 1 ? 8 : outputs === 2 ? 4 : 2);
  const each = count(outputs);
  const sums = each.map(() => pairs.map(() => body.variable(v128.zero)));
  const tileRows = 2 * pairs.length;
  const parts = body.pointer(0);
  body.countdown(tiles, () => {
    parts.set(i32.const(ROW_TILE / tileRows));
    body.countdown(parts, () => {
      const from = body.pointer(x.get);
      const factor = body.pointer(theta.get);
      const left = body.pointer(columns.get);
      for (const k of each) for (const sum of sums[k]!) sum.set(v128.loadSplat(factor.get, 8 * k));
      factor.move(8 * outputs);
      body.countdown(left, () => {
        const values = pairs.map((p) => body.value(pairAt(bytes, from.get, p)));
        for (const k of each) {
          const by = body.value(v128.loadSplat(factor.get, 8 * k));
          for (const p of pairs) sums[k]![p]!.set(f64x2.add(sums[k]![p]!.get, f64x2.mul(by, values[p]!)));
        }
        from.move(bytes * rows);
        factor.move(8 * outputs);
      });
      for (const k of each) for (const p of pairs) body.store(z.get, 8 * rows * k + 16 * p, sums[k]![p]!.get);
      x.move(bytes * tileRows);
      z.move(8 * tileRows);
    });
  });
}

function gradient(body: Body, outputs: number, rows: number, bytes: ValueBytes): void {
  const [x, residuals, out, groups, pairs] = body.arguments as Five;
  const columns = count(columnsTogether(outputs));
  const each = count(outputs);
  const sums = columns.map(() => each.map(() => body.variable(v128.zero)));
  body.countdown(groups, () => {
    const from = body.pointer(x.get);
    const residual = body.pointer(residuals.get);
    const left = body.pointer(pairs.get);
    for (const sum of sums.flat()) sum.set(v128.zero);
    body.countdown(left, () => {
      const r = each.map((k) => body.value(v128.load(residual.get, 8 * rows * k)));
      for (const c of columns) {
        const value = body.value(pairAt(bytes, i32.add(from.get, i32.const(bytes * rows * c)), 0));
        for (const k of each) sums[c]![k]!.set(f64x2.add(sums[c]![k]!.get, f64x2.mul(value, r[k]!)));
      }
      from.move(2 * bytes);
      residual.move(16);
    });
    sums.flat().forEach((sum, at) => {
      body.store(out.get, 16 * at, f64x2.add(v128.load(out.get, 16 * at), sum.get));
    });
    out.move(16 * columns.length * outputs);
    x.move(bytes * rows * columns.length);
  });
}

type Five = [Pointer, Pointer, Pointer, Pointer, Pointer];
