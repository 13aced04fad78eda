import { type Code, f64x2, i32, v128 } from '../wasm/code.js';
import { type Body, ModuleBuilder, type SharedMemory } from '../wasm/module.js';
import { binSlots } from './bins.js';
import { defineCuts } from './boost-cut.js';
import { logistic } from './boost-logistic.js';

/** Features whose codes lie together, four bytes a row, and whose histograms are built together. */
export const groupSize = 4;
/** Bytes of a histogram cell (gradient and packed hessian), of a feature's and of a group's histogram. */
export const cellBytes = 16;
export const histogramBytes = binSlots * cellBytes;
export const groupBytes = groupSize * histogramBytes;

/**
 * The inner loops of boosting on the memory that all threads share. Arguments are byte addresses and counts ≥ 1.
 * Each is a plain loop in the order of the rows, so its result does not depend on who runs it.
 */
export interface BoostFunctions {
  /** A group's histograms of rows[0, count), from the codes of the group and the rows' pairs in order. */
  build(rows: number, count: number, codes: number, ordered: number, histograms: number): void;
  /** A group's histograms less those of one of two children: what is left is the other's, and 0 where it has no rows. */
  subtract(parent: number, child: number): void;
  /** Parts rows by one feature's codes (every fourth byte), and tells how many went left. */
  part(
    rows: number,
    count: number,
    codes: number,
    goesLeft: number,
    left: number,
    right: number,
    told: number,
  ): void;
  /** Copies bytes. */
  copy(to: number, from: number, bytes: number): void;
  /** The pairs of rows in their order. */
  gather(rows: number, count: number, pairs: number, ordered: number): void;
  /** The sum of the pairs of rows. */
  sum(rows: number, count: number, pairs: number, sum: number): void;
  /** See boost-logistic.ts. */
  logistic(
    scores: number,
    targets: number,
    weights: number,
    pairs: number,
    limits: number,
    first: number,
    count: number,
  ): void;
  /** See boost-cut.ts. */
  cut(cells: number, cellPairs: number, start: number, limits: number, node: number, found: number): void;
  cutBounded(
    cells: number,
    cellPairs: number,
    start: number,
    limits: number,
    node: number,
    found: number,
  ): void;
}

let attach: ((memory: SharedMemory) => unknown) | undefined;

/** The functions on a memory; the module is compiled once a thread. */
export function boostFunctions(memory: SharedMemory): BoostFunctions {
  if (!attach) {
    const module = new ModuleBuilder();
    module.define(build, 'build', 5);
    module.define(subtract, 'subtract', 2);
    module.define(part, 'part', 7);
    module.define((body) => body.copy(...(body.arguments.map(({ get }) => get) as Three)), 'copy', 3);
    module.define(gather, 'gather', 4);
    module.define(sum, 'sum', 4);
    module.define(logistic, 'logistic', 7);
    defineCuts(module);
    attach = module.shared();
  }
  return attach(memory) as BoostFunctions;
}

const four = (value: readonly number[]) => i32.shiftLeft(value, i32.const(2));
const sixteen = (value: readonly number[]) => i32.shiftLeft(value, i32.const(4));

function build(body: Body): void {
  const [rows, count, codes, ordered, histograms] = body.arguments as Five;
  body.clear(histograms.get, i32.const(groupBytes));
  const group = body.pointer(0);
  const cell = body.pointer(0);
  body.countdown(count, () => {
    group.set(i32.load(i32.add(codes.get, four(i32.load(rows.get, 0))), 0));
    const pair = body.value(v128.load(ordered.get, 0));
    for (let k = 0; k < groupSize; k++) {
      // Byte k of the group times 16, the bytes of a cell.
      const shifted = k === 0 ? sixteen(group.get) : i32.shiftRight(group.get, i32.const(8 * k - 4));
      cell.set(i32.add(histograms.get, i32.and(shifted, i32.const(0xff0))));
      const at = k * histogramBytes;
      body.store(cell.get, at, f64x2.add(v128.load(cell.get, at), pair));
    }
    rows.move(4);
    ordered.move(cellBytes);
  });
}

function subtract(body: Body): void {
  const [parent, child] = body.arguments as Two;
  const unrolled = 4;
  const zero = body.value(v128.zero);
  body.repeat(groupBytes / cellBytes / unrolled, () => {
    for (let at = 0; at < unrolled * cellBytes; at += cellBytes) {
      const rest = body.value(f64x2.sub(v128.load(parent.get, at), v128.load(child.get, at)));
      // Crumbs of gradients in empty cells are cleared.
      body.store(parent.get, at, v128.and(rest, f64x2.greater(v128.highs(rest, rest), zero)));
    }
    parent.move(unrolled * cellBytes);
    child.move(unrolled * cellBytes);
  });
}

function part(body: Body): void {
  const [rows, count, codes, goesLeft, left, right, told] = body.arguments as Seven;
  const begin = body.pointer(left.get);
  const row = body.pointer(0);
  const toLeft = body.pointer(0);
  body.countdown(count, () => {
    row.set(i32.load(rows.get, 0));
    const code = i32.loadByte(i32.add(codes.get, four(row.get)), 0);
    toLeft.set(four(i32.loadByte(i32.add(goesLeft.get, code), 0)));
    // Written to both sides, kept on one: cheaper than a branch that nobody can predict.
    body.do(i32.store(left.get, 0, row.get));
    body.do(i32.store(right.get, 0, row.get));
    left.move(toLeft.get);
    right.move(i32.sub(i32.const(4), toLeft.get));
    rows.move(4);
  });
  body.do(i32.store(told.get, 0, i32.shiftRight(i32.sub(left.get, begin.get), i32.const(2))));
}

function gather(body: Body): void {
  const [rows, count, pairs, ordered] = body.arguments as Four;
  body.countdown(count, () => {
    body.store(ordered.get, 0, v128.load(i32.add(pairs.get, sixteen(i32.load(rows.get, 0))), 0));
    rows.move(4);
    ordered.move(cellBytes);
  });
}

function sum(body: Body): void {
  const [rows, count, pairs, to] = body.arguments as Four;
  const total = body.variable(v128.zero);
  body.countdown(count, () => {
    total.set(f64x2.add(total.get, v128.load(i32.add(pairs.get, sixteen(i32.load(rows.get, 0))), 0)));
    rows.move(4);
  });
  body.store(to.get, 0, total.get);
}

type Pointer = Body['arguments'][number];
type Two = [Pointer, Pointer];
type Three = [Code, Code, Code];
type Four = [...Two, ...Two];
type Five = [...Four, Pointer];
type Seven = [...Five, ...Two];
