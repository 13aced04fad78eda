import { type Code, f32x4, f64x2, i32, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Pointer, reach } from '../wasm/module.js';

/** Columns and rows that are turned at a time. */
const LANES = 4;
/** Rows that are turned before the next columns: together they stay in the first or second level of cache. */
const AHEAD = 64;

export interface Selection {
  /** Rows of `width` values, by rows. */
  readonly data: Float32Array;
  readonly width: number;
  /** Rows from … to − 1. */
  readonly from: number;
  readonly to: number;
  readonly firstColumn: number;
  readonly columns: number;
  /** One a column of `data`. */
  readonly shift: Float32Array;
  readonly unit: Float32Array;
}

/** On the packer's memory, until it packs again. */
export interface Packed {
  /** (x − shift) · unit: column j at [j * depth, (j + 1) * depth). */
  readonly columns: Float32Array<ArrayBuffer>;
  /** Rows up to a multiple of four; those beyond the last are zeros. */
  readonly depth: number;
  /** Σ (x − shift), a column each. */
  readonly sums: Float64Array;
}

const round = (count: number) => Math.ceil(count / LANES) * LANES;

/** Turns rows of float32 into columns, on memory of its own; one thread may hold several. */
export function columnPacker(): (selection: Selection) => Packed {
  const module = new ModuleBuilder();
  module.define(turn, 'run', 8);
  const { memory, exports } = module.instantiate();
  return ({ data, width, from, to, firstColumn, columns, shift, unit }) => {
    const [depth, stride] = [round(to - from), round(columns)];
    const startShift = depth * stride;
    const [startUnit, startSums] = [startShift + stride, startShift + 2 * stride];
    const startOut = startSums + 2 * stride;
    reach(memory, 4 * (startOut + depth * stride));
    const floats = (start: number, length: number) => new Float32Array(memory.buffer, 4 * start, length);
    const values = floats(0, startSums).fill(0, startShift);
    const sums = new Float64Array(memory.buffer, 4 * startSums, stride).fill(0);
    const mine = (values: Float32Array, row = 0) =>
      values.subarray(row * width + firstColumn, row * width + firstColumn + columns);
    values.set(mine(shift), startShift);
    values.set(mine(unit), startUnit);
    for (let r = 0; r < depth; r++)
      values.set(from + r < to ? mine(data, from + r) : mine(shift), r * stride);
    const groups = stride / LANES;
    for (let r = 0; r < depth; r += AHEAD) {
      const quads = Math.min(AHEAD, depth - r) / LANES;
      const [rowsAt, shiftAt, unitAt, sumsAt] = [r * stride, startShift, startUnit, startSums].map(
        (at) => 4 * at,
      );
      exports.run!(rowsAt!, 4 * (startOut + r), shiftAt!, unitAt!, sumsAt!, groups, quads, 4 * depth);
    }
    return { columns: floats(startOut, columns * depth), depth, sums: sums.subarray(0, columns) };
  };
}

type Eight = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];

/**
 * Arguments: addresses of the rows, of the columns, of shifts, units and sums, groups of four columns in a row, groups of
 * four rows, bytes from column to column.
 */
function turn(body: Body): void {
  const [rows, out, shifts, units, sums, groups, quads, depth] = body.arguments as Eight;
  const stride = body.pointer(i32.shiftLeft(groups.get, i32.const(4)));
  const low = body.variable(v128.zero);
  const high = body.variable(v128.zero);
  body.countdown(groups, () => {
    const shift = body.value(v128.load(shifts.get, 0));
    const unit = body.value(v128.load(units.get, 0));
    const from = body.pointer(rows.get);
    const to = body.pointer(out.get);
    const left = body.pointer(quads.get);
    low.set(v128.load(sums.get, 0));
    high.set(v128.load(sums.get, 16));
    body.countdown(left, () => {
      const values = four.map(() => {
        const value = body.value(f32x4.sub(v128.load(from.get, 0), shift));
        from.move(stride.get);
        return value;
      });
      const [a, b, c, d] = values as Quad;
      const sum = body.value(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
      low.set(f64x2.add(low.get, f64x2.promote(sum)));
      high.set(f64x2.add(high.get, f64x2.promote(f32x4.shuffle([2, 3, 2, 3])(sum, sum))));
      const column = body.pointer(to.get);
      for (const turned of transposed(
        body,
        values.map((value) => body.value(f32x4.mul(value, unit))) as Quad,
      )) {
        body.store(column.get, 0, turned);
        column.move(depth.get);
      }
      to.move(16);
    });
    body.store(sums.get, 0, low.get);
    body.store(sums.get, 16, high.get);
    for (const pointer of [rows, shifts, units]) pointer.move(16);
    sums.move(32);
    out.move(i32.shiftLeft(depth.get, i32.const(2)));
  });
}

const four = [0, 1, 2, 3];
type Quad = [Code, Code, Code, Code];

function transposed(body: Body, [a, b, c, d]: Quad): Quad {
  const firsts = f32x4.shuffle([0, 4, 1, 5]);
  const lasts = f32x4.shuffle([2, 6, 3, 7]);
  const [ab, cd] = [body.value(firsts(a, b)), body.value(firsts(c, d))];
  const [abLast, cdLast] = [body.value(lasts(a, b)), body.value(lasts(c, d))];
  return [v128.lows(ab, cd), v128.highs(ab, cd), v128.lows(abLast, cdLast), v128.highs(abLast, cdLast)];
}
