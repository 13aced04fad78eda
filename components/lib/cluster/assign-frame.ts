import { type Code, f32x4, i32, v128 } from '../wasm/code.js';
import type { Body, Pointer, Variable } from '../wasm/module.js';
import { type Measure, measureOf } from './distance-wasm.js';

/** What `assign` is given: byte addresses and counts. */
export type Arguments = [
  rows: Pointer,
  data: Pointer,
  labels: Pointer,
  upper: Pointer,
  lower: Pointer,
  /** Vectors of four equal values: 1 + error, 1 − error, how far at most a centre is from its rounding, and how an
   * upper bound becomes a lower one: times the fourth less twice the third. */
  limits: Pointer,
  /** As `packCentres` lays them out. */
  centres: Pointer,
  /** Them in float64, padded as rows are. */
  exact: Pointer,
  /** How far each centre moved. */
  moved: Pointer,
  /** For each centre and each group how far the group's others moved at most. */
  drift: Pointer,
  /** What the chunk changes: how many rows, then each cluster's size, all int32; and the clusters' sums in float64. */
  part: Pointer,
  sums: Pointer,
  vectors: Pointer,
  /** Vectors of lower bounds a row. */
  bounds: Pointer,
  /** Blocks of four centres in a group. */
  span: Pointer,
  /** Room for an int32 a row. */
  list: Pointer,
];

export const limitOf = ([, , , , , limits]: Arguments, k: number) => v128.load(limits.get, 16 * k);
/** An upper and a lower bound of the distance whose square was measured. */
export const outside = (args: Arguments, squared: Code) =>
  f32x4.add(f32x4.mul(f32x4.sqrt(squared), limitOf(args, 0)), limitOf(args, 2));
export const inside = (args: Arguments, squared: Code) =>
  f32x4.sub(f32x4.mul(f32x4.sqrt(squared), limitOf(args, 1)), limitOf(args, 2));

/** Where a row's values, label and bounds are. */
export interface Row {
  readonly data: Pointer;
  readonly label: Pointer;
  readonly upper: Pointer;
  readonly lower: Pointer;
}

export function locate(body: Body, args: Arguments, index: Code): Row {
  const [, data, labels, upper, lower, , , , , , , , vectors, bounds] = args;
  const size = (count: Pointer) => i32.mul(index, i32.shiftLeft(count.get, i32.const(4)));
  const four = i32.shiftLeft(index, i32.const(2));
  return {
    data: body.pointer(i32.add(data.get, size(vectors))),
    label: body.pointer(i32.add(labels.get, four)),
    upper: body.pointer(i32.add(upper.get, four)),
    lower: body.pointer(i32.add(lower.get, size(bounds))),
  };
}

/** Variables of the function. */
export interface Scratch {
  readonly measure: Measure;
  readonly own: Pointer;
  /** Of a pass: the next row's number or where it is listed, and where the next in doubt is listed. */
  readonly at: Pointer;
  readonly end: Pointer;
  /** Groups in doubt, one bit each. */
  readonly bits: Pointer;
  readonly low: Pointer;
  readonly drift: Pointer;
  readonly left: Pointer;
  readonly shift: Pointer;
  readonly group: Pointer;
  readonly block: Pointer;
  readonly to: Pointer;
  readonly from: Pointer;
  readonly ids: Variable;
  readonly least: Variable;
  readonly second: Variable;
  readonly which: Variable;
  readonly nearest: Variable;
}

export function scratchOf(body: Body): Scratch {
  const pointer = () => body.pointer(0);
  const vector = () => body.variable(v128.zero);
  return {
    measure: measureOf(body),
    own: pointer(),
    at: pointer(),
    end: pointer(),
    bits: pointer(),
    low: pointer(),
    drift: pointer(),
    left: pointer(),
    shift: pointer(),
    group: pointer(),
    block: pointer(),
    to: pointer(),
    from: pointer(),
    ids: vector(),
    least: vector(),
    second: vector(),
    which: vector(),
    nearest: vector(),
  };
}
