import { f32x4, f64x2, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type Pointer, type SharedMemory } from '../wasm/module.js';
import { assign } from './assign-wasm.js';
import { LANES, measureFour, measureOf } from './distance-wasm.js';

/** The inner loops of k-means on the memory that all threads share. Arguments are byte addresses and counts ≥ 1. */
export interface ClusterFunctions {
  /** See assign-wasm.ts. */
  assign(
    rows: number,
    data: number,
    labels: number,
    upper: number,
    lower: number,
    limits: number,
    centres: number,
    exact: number,
    moved: number,
    drift: number,
    part: number,
    sums: number,
    vectors: number,
    bounds: number,
    span: number,
    list: number,
  ): void;
  /**
   * What each of four more centres would leave of the rows' squared distances to the nearest: `closest` (every fourth
   * float32), or the distance to the centre if that is less, into `left` (four float32 a row), and added to `sums` (four float64).
   */
  leave(
    rows: number,
    data: number,
    closest: number,
    left: number,
    centres: number,
    sums: number,
    vectors: number,
  ): void;
}

let attach: ((memory: SharedMemory) => unknown) | undefined;

/** The functions on a memory; the module is compiled once a thread. */
export function clusterFunctions(memory: SharedMemory): ClusterFunctions {
  if (!attach) {
    const module = new ModuleBuilder();
    module.define(assign, 'assign', 16);
    module.define(leave, 'leave', 7);
    attach = module.shared();
  }
  return attach(memory) as ClusterFunctions;
}

function leave(body: Body): void {
  const [rows, row, closest, left, centres, sums, vectors] = body.arguments as Seven;
  const measure = measureOf(body);
  const halves = [0, 16].map((at) => body.variable(v128.load(sums.get, at)));
  body.countdown(rows, () => {
    const distances = measureFour(body, measure, row.get, centres.get, vectors.get);
    const least = body.value(f32x4.min(v128.load32Splat(closest.get, 0), distances));
    body.store(left.get, 0, least);
    const [low, high] = [least, f32x4.shuffle([2, 3, 2, 3])(least, least)];
    halves[0]!.set(f64x2.add(halves[0]!.get, f64x2.promote(low)));
    halves[1]!.set(f64x2.add(halves[1]!.get, f64x2.promote(high)));
    row.set(measure.row.get);
    closest.move(4 * LANES);
    left.move(4 * LANES);
  });
  halves.forEach((half, h) => void body.store(sums.get, 16 * h, half.get));
}

type Seven = [Pointer, Pointer, Pointer, Pointer, Pointer, Pointer, Pointer];
