import { controlSize, lead, taskNumbers, type Work } from '../compute/team.js';
import { binSlots } from './bins.js';
import type { BoostArgs } from './boost-kernel.js';
import { rowBlock } from './boost-room.js';
import { bestCut, type NodeSums, packingIn, setLimits, setNode } from './boost-split.js';
import { boostFunctions, cellBytes, groupBytes, groupSize } from './boost-wasm.js';
import { derivatives, hessianBound } from './losses.js';
import { type Packing, pack, packingFor } from './packing.js';
import { markSides, type Split } from './tree-writer.js';

const DERIVATIVES = 0;
const SUMS = 1;
const GATHER = 2;
const HISTOGRAMS = 3;
const PART = 4;
const PLACE = 5;
const SCORES = 6;

/** Place of the output that the tree at hand adds to. */
const OUTPUT = controlSize - 1;

const blocksOf = (lo: number, hi: number) => Math.ceil((hi - lo) / rowBlock);

/** The long steps of growing a tree, done by the whole team. */
export class Steps {
  private packing: Packing = { unit: 1, quantum: 1 };
  private groups = 0;

  constructor(
    private readonly args: BoostArgs,
    private readonly work: Work,
  ) {}

  /** Begins a tree of some features for an output, and gives the sums over the rows in the bag. */
  begin(active: Int32Array, output: number): NodeSums & { readonly packing: Packing } {
    const { targets, limits, heaviest, room, inBag, control } = this.args;
    const n = targets.y.length;
    control[OUTPUT] = output;
    if (output === 0) {
      this.packing = packingFor(n, heaviest * hessianBound(targets.loss, targets.scores, targets.outputs));
      setLimits(room, this.packing, limits);
      this.team(DERIVATIVES, blocksOf(0, n));
    } else this.packing = packingIn(room); // of the derivatives that another call made with output 0
    room.activeBits.fill(0);
    for (const feature of active)
      room.activeBits[Math.floor(feature / groupSize)]! |= 1 << (feature % groupSize);
    this.groups = 0;
    room.activeBits.forEach((bits, group) => {
      if (bits !== 0) room.activeGroups[this.groups++] = group;
    });
    const blocks = blocksOf(0, inBag);
    this.team(SUMS, blocks);
    let [gradient, packed] = [0, 0];
    for (let k = 0; k < blocks; k++) {
      gradient += room.sums[2 * k]!;
      packed += room.sums[2 * k + 1]!;
    }
    const [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return { gradient, packed, min, max, packing: this.packing };
  }

  /**
   * Histograms of rows[lo, hi) into a slot and, if `parent` ≥ 0, of their sibling by subtraction in place of its
   * parent's; then the best cut of each active feature for those of the two nodes whose sums are given.
   * `all`: these are all rows of the table.
   */
  histograms(
    lo: number,
    hi: number,
    slot: number,
    parent: number,
    node: NodeSums | undefined,
    sibling: NodeSums | undefined,
    all: boolean,
  ): void {
    const { args, packing } = this;
    const { room } = args;
    if (!all) this.team(GATHER, blocksOf(lo, hi), lo, hi);
    if (node) setNode(room, 0, node, packing);
    if (sibling) setNode(room, 1, sibling, packing);
    const wanted = (node ? 1 : 0) | (sibling ? 2 : 0);
    this.team(HISTOGRAMS, this.groups, lo, hi, slot, parent, wanted, all ? 1 : 0);
  }

  /** Parts rows[lo, hi) by the split, keeping their order on both sides; where the right side begins. */
  part(lo: number, hi: number, split: Split): number {
    const { bins, room } = this.args;
    const { parted } = room;
    markSides(bins, split);
    room.goesLeft.set(split.goesLeft);
    const blocks = blocksOf(lo, hi);
    this.team(PART, blocks, lo, hi, split.feature);
    let left = lo;
    for (let k = 0; k < blocks; k++) left += parted[2 * k]!;
    const mid = left;
    for (let k = blocks - 1, right = hi; k >= 0; k--) {
      const size = Math.min(hi, lo + (k + 1) * rowBlock) - (lo + k * rowBlock);
      right -= size - parted[2 * k]!;
      left -= parted[2 * k]!;
      parted[2 * k] = left;
      parted[2 * k + 1] = right;
    }
    this.team(PLACE, blocks, lo, hi, mid);
    return mid;
  }

  /** Adds the leaf values to the scores of the rows in the leaves. */
  scores(leaves: number): void {
    this.team(SCORES, leaves);
  }

  private team(task: number, chunks: number, ...numbers: number[]): void {
    this.args.control.set(numbers, taskNumbers);
    if (chunks === 1) this.work(task, 0);
    else lead(this.args.control, this.work, task, chunks);
  }
}

/** What a member of the team does with a chunk of a task, whose numbers are in `control`. */
export function workOf(args: BoostArgs): Work {
  const { bins, targets, room, control, limits } = args;
  const { pairs, rows, ordered, histograms, parted } = room;
  const n = targets.y.length;
  const functions = boostFunctions(room.memory);
  const search = { functions, room, limits };
  const slotBytes = Math.ceil(bins.features / groupSize) * groupBytes;
  const ownPairs = () => pairs.byteOffset + cellBytes * control[OUTPUT]! * n;
  const rowsAt = (row: number) => rows.byteOffset + 4 * row;
  const number = (k: number) => control[taskNumbers + k]!;
  /** The rows of a block within [lo, hi). */
  const range = (chunk: number, lo: number, hi: number) => {
    const begin = lo + chunk * rowBlock;
    return [begin, Math.min(hi, begin + rowBlock)] as const;
  };

  const derive = (chunk: number) => {
    const [begin, end] = range(chunk, 0, n);
    if (targets.loss === 'logistic') {
      const [scores, y, weight] = [room.scores, room.y, room.weight].map((of) => of.byteOffset + 8 * begin);
      const to = pairs.byteOffset + cellBytes * begin;
      functions.logistic(scores!, y!, weight!, to, room.limits.byteOffset, begin, (end - begin + 1) >> 1);
      return;
    }
    const packing = packingIn(room);
    derivatives(targets, begin, end, pairs);
    for (let k = 0; k < targets.outputs; k++)
      pack(pairs.subarray(2 * k * n, 2 * (k + 1) * n), begin, end, packing);
  };

  const sum = (chunk: number) => {
    const [begin, end] = range(chunk, 0, args.inBag);
    if (args.inBag === n) for (let i = begin; i < end; i++) rows[i] = i;
    functions.sum(rowsAt(begin), end - begin, ownPairs(), room.sums.byteOffset + cellBytes * chunk);
  };

  const gather = (chunk: number) => {
    const lo = number(0);
    const [begin, end] = range(chunk, lo, number(1));
    functions.gather(rowsAt(begin), end - begin, ownPairs(), ordered.byteOffset + cellBytes * (begin - lo));
  };

  const build = (chunk: number) => {
    const [lo, hi, slot] = [number(0), number(1), number(2)];
    const [parent, wanted, all] = [number(3), number(4), number(5)];
    const group = room.activeGroups[chunk]!;
    const at = histograms.byteOffset + slot * slotBytes + group * groupBytes;
    const parentAt = histograms.byteOffset + parent * slotBytes + group * groupBytes;
    const codes = room.codes.byteOffset + 4 * group * n;
    functions.build(rowsAt(lo), hi - lo, codes, all ? ownPairs() : ordered.byteOffset, at);
    if (parent >= 0) functions.subtract(parentAt, at);
    for (let k = 0; k < groupSize; k++) {
      if ((room.activeBits[group]! & (1 << k)) === 0) continue;
      const feature = groupSize * group + k;
      for (let which = 0; which < 2; which++) {
        if ((wanted & (1 << which)) === 0) continue;
        const begin = ((which === 0 ? at : parentAt) - histograms.byteOffset) / 8 + 2 * binSlots * k;
        bestCut(search, feature, bins.counts[feature]!, bins.categories[feature]! > 0, group, which, begin);
      }
    }
  };

  const part = (chunk: number) => {
    const lo = number(0);
    const feature = number(2);
    const [begin, end] = range(chunk, lo, number(1));
    const group = Math.floor(feature / groupSize);
    functions.part(
      rowsAt(begin),
      end - begin,
      room.codes.byteOffset + 4 * group * n + (feature % groupSize),
      room.goesLeft.byteOffset,
      ordered.byteOffset + 4 * begin,
      ordered.byteOffset + 4 * (n + begin),
      parted.byteOffset + 8 * chunk,
    );
  };

  const place = (chunk: number) => {
    const [begin, end] = range(chunk, number(0), number(1));
    const mid = number(2);
    const [left, right] = [parted[2 * chunk]!, parted[2 * chunk + 1]!];
    const lastBlock = end === number(1);
    const lefts = (lastBlock ? mid : parted[2 * chunk + 2]!) - left;
    const from = ordered.byteOffset + 4 * begin;
    functions.copy(rowsAt(left), from, 4 * lefts);
    functions.copy(rowsAt(right), from + 4 * n, 4 * (end - begin - lefts));
  };

  const addScores = (leaf: number) => {
    const output = control[OUTPUT]!;
    const scores = targets.scores.subarray(output * n, (output + 1) * n);
    addValue(scores, rows, room.leafRows[2 * leaf]!, room.leafRows[2 * leaf + 1]!, room.leafValues[leaf]!);
  };

  const tasks = [derive, sum, gather, build, part, place, addScores];
  return (task, chunk) => tasks[task]!(chunk);
}

function addValue(scores: Float64Array, rows: Int32Array, lo: number, hi: number, value: number): void {
  for (let i = lo; i < hi; i++) scores[rows[i]!]! += value;
}
