import type { Kernel } from '../compute/kernel.js';
import { type Bins, binSlots } from './bins.js';
import { type BoostLimits, bestCut, candidateSize, type NodeSums } from './boost-split.js';
import { growBoosted } from './boost-tree.js';
import type { Tree } from './ensemble.js';
import { derivatives, type Targets } from './losses.js';
import { type Packing, pack } from './packing.js';
import { dismiss, help, lead, taskNumbers, type Work } from './team.js';

/** Everything one tree of a boosted ensemble is grown from. All arrays are on shared memory. */
export interface BoostArgs {
  readonly bins: Bins;
  readonly targets: Targets;
  readonly limits: BoostLimits;
  readonly learningRate: number;
  /** Of each output and row: gradient, then hessian packed with a count. */
  readonly pairs: Float64Array;
  readonly packing: Packing;
  /** The output that this tree adds to; with the first one the derivatives of all are renewed. */
  readonly output: number;
  /** Room for the rows in the bag, the first `inBag` of them, ascending; reordered by leaf. */
  readonly rows: Int32Array;
  readonly inBag: number;
  /** Features that this tree may use, ascending. */
  readonly active: Int32Array;
  readonly room: BoostRoom;
  /** Fresh for every call. */
  readonly control: Int32Array;
}

/** Working memory, kept from tree to tree. */
export interface BoostRoom {
  readonly scratch: Int32Array;
  /** Pairs of the node at hand in the order of its rows. */
  readonly ordered: Float64Array;
  /** Slots of features × 256 × 2 numbers. */
  readonly histograms: Float64Array;
  readonly slots: number;
  /** Best cut of each feature for two nodes. */
  readonly candidates: Float64Array;
  readonly categoryBits: Int32Array;
  /** Sums and bounds of two nodes. */
  readonly sums: Float64Array;
  /** Leaves of the finished tree: begin and end. */
  readonly leafRows: Int32Array;
  readonly leafValues: Float64Array;
}

const helpers = 7;
const rowBlock = 4096;
/** Features whose histograms are built together. */
const groupSize = 4;

/** Grows one tree: block 0 leads, the others help with long steps (see team.ts). The part of block 0 is the tree. */
export const boostKernel: Kernel<BoostArgs, Tree | undefined> = {
  name: 'boostKernel',
  url: import.meta.url,
  blocks: () => 1 + helpers,
  run(args, block) {
    const work = workOf(args);
    if (block > 0) {
      help(args.control, work);
      return undefined;
    }
    try {
      return growBoosted(args, new Steps(args, work));
    } finally {
      dismiss(args.control);
    }
  },
};

const DERIVATIVES = 0;
const HISTOGRAMS = 1;
const SCORES = 2;

/** The long steps of growing a tree, done by the whole team. */
export class Steps {
  constructor(
    private readonly args: BoostArgs,
    private readonly work: Work,
  ) {}

  derivatives(): void {
    const chunks = Math.ceil(this.args.targets.y.length / rowBlock);
    lead(this.args.control, this.work, DERIVATIVES, chunks, chunks > 1);
  }

  /**
   * Histograms of rows[lo, hi) into a slot and, if `parent` ≥ 0, of their sibling by subtraction in place of its
   * parent's; then the best cut of each active feature for those of the two nodes whose sums are given.
   */
  histograms(
    lo: number,
    hi: number,
    slot: number,
    parent: number,
    node: NodeSums | undefined,
    sibling: NodeSums | undefined,
    whole: boolean,
  ): void {
    const { control, room, active } = this.args;
    [node, sibling].forEach((sums, k) => {
      if (sums) room.sums.set([sums.gradient, sums.packed, sums.min, sums.max], 4 * k);
    });
    const numbers = [lo, hi, slot, parent, (node ? 1 : 0) | (sibling ? 2 : 0), whole ? 1 : 0];
    control.set(numbers, taskNumbers);
    const chunks = Math.ceil(active.length / groupSize);
    lead(control, this.work, HISTOGRAMS, chunks, (hi - lo) * active.length > 20_000);
  }

  /** Adds the leaf values to the scores of the rows in the leaves. */
  scores(leaves: number): void {
    lead(this.args.control, this.work, SCORES, leaves, true);
  }
}

function workOf(args: BoostArgs): Work {
  const { bins, targets, pairs, packing, output, rows, room, active, control, limits } = args;
  const n = targets.y.length;
  const own = pairs.subarray(2 * output * n, 2 * (output + 1) * n);
  const stride = bins.features * binSlots * 2;
  const sums = (k: number): NodeSums => {
    const [gradient, packed, min, max] = room.sums.subarray(4 * k, 4 * k + 4);
    return { gradient: gradient!, packed: packed!, min: min!, max: max! };
  };

  const derive = (chunk: number) => {
    const begin = chunk * rowBlock;
    const end = Math.min(n, begin + rowBlock);
    derivatives(targets, begin, end, pairs);
    for (let k = 0; k < targets.outputs; k++)
      pack(pairs.subarray(2 * k * n, 2 * (k + 1) * n), begin, end, packing);
  };

  const build = (chunk: number) => {
    const [lo, hi, slot, parent, wanted, whole] = control.subarray(taskNumbers) as unknown as number[];
    const group = active.subarray(chunk * groupSize, (chunk + 1) * groupSize);
    // The last group may be short: its last feature is then added up more than once, beside the point.
    const base = (k: number) => group[Math.min(k, group.length - 1)]! * bins.rows;
    const values = whole ? own : room.ordered;
    addRows(bins.codes, base(0), base(1), base(2), base(3), rows, lo!, hi! - lo!, values, together.fill(0));
    group.forEach((feature, k) => {
      const offset = feature * binSlots * 2;
      const at = slot! * stride + offset;
      const siblingAt = parent! * stride + offset;
      store(together, k * 2 * binSlots, room.histograms, at, parent! >= 0 ? siblingAt : -1);
      if (wanted! & 1) search(feature, 0, at);
      if (wanted! & 2) search(feature, 1, siblingAt);
    });
  };

  /** The best cut of a feature for one of the two nodes, from its histogram. */
  const search = (feature: number, which: number, at: number) => {
    const place = which * bins.features + feature;
    bestCut(
      room.histograms,
      at,
      bins.counts[feature]!,
      bins.categories[feature]! > 0,
      sums(which),
      packing,
      limits,
      limits.monotone[feature] ?? 0,
      room.candidates,
      place * candidateSize,
      room.categoryBits,
      place * 8,
    );
  };

  const addScores = (leaf: number) => {
    const scores = targets.scores.subarray(output * n, (output + 1) * n);
    addValue(scores, rows, room.leafRows[2 * leaf]!, room.leafRows[2 * leaf + 1]!, room.leafValues[leaf]!);
  };

  return (task, chunk) => {
    if (task === HISTOGRAMS) build(chunk);
    else if (task === DERIVATIVES) derive(chunk);
    else addScores(chunk);
  };
}

/** Histograms of the group at hand; one buffer a thread, small enough for the first-level cache. */
const together = new Float64Array(groupSize * 2 * binSlots);

/** Adds rows to the histograms of four features at once: row numbers and values are read once for all. */
function addRows(
  codes: Uint8Array,
  base0: number,
  base1: number,
  base2: number,
  base3: number,
  rows: Int32Array,
  lo: number,
  n: number,
  values: Float64Array,
  histograms: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = rows[lo + i]!;
    const gradient = values[2 * i]!;
    const packed = values[2 * i + 1]!;
    const cell0 = 2 * codes[base0 + row]!;
    histograms[cell0]! += gradient;
    histograms[cell0 + 1]! += packed;
    const cell1 = 2 * binSlots + 2 * codes[base1 + row]!;
    histograms[cell1]! += gradient;
    histograms[cell1 + 1]! += packed;
    const cell2 = 4 * binSlots + 2 * codes[base2 + row]!;
    histograms[cell2]! += gradient;
    histograms[cell2 + 1]! += packed;
    const cell3 = 6 * binSlots + 2 * codes[base3 + row]!;
    histograms[cell3]! += gradient;
    histograms[cell3 + 1]! += packed;
  }
}

/** Keeps a node's histogram of one feature, and takes it off its parent's, which becomes its sibling's. */
function store(
  from: Float64Array,
  begin: number,
  histograms: Float64Array,
  at: number,
  parent: number,
): void {
  for (let k = 0; k < 2 * binSlots; k++) histograms[at + k] = from[begin + k]!;
  if (parent >= 0) for (let k = 0; k < 2 * binSlots; k++) histograms[parent + k]! -= from[begin + k]!;
}

function addValue(scores: Float64Array, rows: Int32Array, lo: number, hi: number, value: number): void {
  for (let i = lo; i < hi; i++) scores[rows[i]!]! += value;
}
