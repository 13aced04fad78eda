import type { BoostArgs, Steps } from './boost-kernel.js';
import {
  boundedValue,
  candidateSize,
  FIRST_RIGHT,
  LAST_LEFT,
  LEFT_GRADIENT,
  LEFT_PACKED,
  MISSING_LEFT,
  type NodeSums,
  SCORE,
} from './boost-split.js';
import type { Tree } from './ensemble.js';
import { leafQuantile, weightedQuantile } from './losses.js';
import { hessianIn } from './packing.js';
import { newSplit, partition, type Split, TreeWriter } from './tree-writer.js';

interface Leaf extends NodeSums {
  readonly node: number;
  readonly lo: number;
  readonly hi: number;
  readonly depth: number;
  /** Histogram kept for the sibling subtraction, −1 when it was given up. */
  slot: number;
  /** Best split, with its gain; undefined when there is none. */
  split?: Split & { readonly leftGradient: number; readonly leftPacked: number };
}

/**
 * Grows one tree leaf by leaf, always the one that gains most (as LightGBM), and with all rows in the bag
 * adds its values to their scores. Only the smaller child's histogram is built; its sibling's is the parent's less that.
 */
export function growBoosted(args: BoostArgs, steps: Steps): Tree {
  const { bins, targets, rows, inBag, room, limits, output } = args;
  const n = targets.y.length;
  const pairs = args.pairs.subarray(2 * output * n, 2 * (output + 1) * n);
  const whole = inBag === n;
  const view = { rows: bins.rows, codes: bins.codes };
  const writer = new TreeWriter(bins, 2 * Math.min(limits.leaves, inBag) - 1);
  if (output === 0) steps.derivatives();

  const gain = (leaf: Leaf) => leaf.split?.gain ?? Number.NEGATIVE_INFINITY;
  const canSplit = (leaf: Leaf) =>
    leaf.depth < limits.maxDepth &&
    leaf.hi - leaf.lo >= limits.minSplit &&
    leaf.hi - leaf.lo >= 2 * limits.minLeaf;

  /** A slot for one more histogram: a free one, or that of the leaf that is least likely to be split. */
  const takeSlot = (leaves: readonly Leaf[], free: number[]): number => {
    const slot = free.pop();
    if (slot !== undefined) return slot;
    const holders = leaves.filter((leaf) => leaf.slot >= 0);
    const least = holders.reduce((a, b) => (gain(b) < gain(a) ? b : a));
    const given = least.slot;
    least.slot = -1;
    return given;
  };

  const choose = (leaf: Leaf, which: number) => {
    const { candidates } = room;
    let best = -1;
    for (const feature of args.active) {
      const place = which * bins.features + feature;
      const score = candidates[place * candidateSize + SCORE]!;
      if (score > (best < 0 ? Number.NEGATIVE_INFINITY : candidates[best * candidateSize + SCORE]!))
        best = place;
    }
    if (best < 0) return;
    const at = best * candidateSize;
    const improved = candidates[at + SCORE]! - unsplitScore(leaf, args);
    if (!(improved > Math.max(limits.minGain, 1e-12 * Math.abs(candidates[at + SCORE]!)))) return;
    const split = newSplit();
    split.feature = best - which * bins.features;
    split.gain = improved;
    split.lastLeft = candidates[at + LAST_LEFT]!;
    split.firstRight = candidates[at + FIRST_RIGHT]!;
    split.missingLeft = candidates[at + MISSING_LEFT] === 1;
    if (bins.categories[split.feature]! > 0)
      for (let b = 0; b < split.goesLeft.length; b++)
        split.goesLeft[b] = (room.categoryBits[8 * best + (b >> 5)]! >>> (b & 31)) & 1;
    leaf.split = Object.assign(split, {
      leftGradient: candidates[at + LEFT_GRADIENT]!,
      leftPacked: candidates[at + LEFT_PACKED]!,
    });
  };

  const evaluate = (node: Leaf, parent: number, sibling?: Leaf) => {
    const all = whole && node.hi - node.lo === n;
    if (!all) gather(pairs, rows, node.lo, node.hi, room.ordered);
    const own = canSplit(node) ? node : undefined;
    const other = sibling && canSplit(sibling) ? sibling : undefined;
    steps.histograms(node.lo, node.hi, node.slot, parent, own, other, all);
    if (own) choose(own, 0);
    if (other) choose(other, 1);
  };

  const free = Array.from({ length: room.slots }, (_, k) => room.slots - 1 - k);
  const root: Leaf = {
    node: writer.add(0),
    lo: 0,
    hi: inBag,
    depth: 0,
    slot: free.pop()!,
    ...rootSums(pairs, rows, inBag),
  };
  const leaves = [root];
  if (canSplit(root)) evaluate(root, -1);

  while (leaves.length < limits.leaves) {
    let chosen = 0;
    for (let k = 1; k < leaves.length; k++) if (gain(leaves[k]!) > gain(leaves[chosen]!)) chosen = k;
    const parent = leaves[chosen]!;
    const { split } = parent;
    if (!split) break;
    writer.split(parent.node, split);
    const mid = partition(bins, view, split, rows, parent.lo, parent.hi, room.scratch);
    const [leftSums, rightSums] = childSums(parent, split, args);
    const depth = parent.depth + 1;
    const left: Leaf = { ...leftSums, node: writer.add(0), lo: parent.lo, hi: mid, depth, slot: -1 };
    const right: Leaf = { ...rightSums, node: writer.add(0), lo: mid, hi: parent.hi, depth, slot: -1 };
    writer.link(parent.node, left.node, right.node);
    leaves[chosen] = left;
    leaves.push(right);
    if (leaves.length === limits.leaves || !(canSplit(left) || canSplit(right))) {
      if (parent.slot >= 0) free.push(parent.slot);
      continue;
    }
    const [smaller, larger] = mid - parent.lo <= parent.hi - mid ? [left, right] : [right, left];
    larger.slot = parent.slot;
    smaller.slot = takeSlot(
      leaves.filter((leaf) => leaf !== larger),
      free,
    );
    if (larger.slot >= 0) evaluate(smaller, larger.slot, larger);
    else {
      evaluate(smaller, -1);
      larger.slot = takeSlot(
        leaves.filter((leaf) => leaf !== smaller),
        free,
      );
      evaluate(larger, -1);
    }
  }

  leaves.forEach((leaf, k) => {
    const value = leafValue(leaf, args) * args.learningRate;
    writer.leaf(leaf.node, [value]);
    writer.setCover(leaf.node, leafCover(leaf, args));
    room.leafRows[2 * k] = leaf.lo;
    room.leafRows[2 * k + 1] = leaf.hi;
    room.leafValues[k] = value;
  });
  writer.sumCover();
  if (whole) steps.scores(leaves.length);
  return writer.finish(output);
}

const unsplitScore = (node: NodeSums, { packing, limits }: BoostArgs): number => {
  const hessian = hessianIn(node.packed, packing) + limits.l2;
  const value = boundedValue(node.gradient, hessian, node);
  return -(2 * node.gradient * value + hessian * value * value);
};

/** Sums of the children and, below a monotone split, the bounds between their values. */
function childSums(
  parent: Leaf,
  split: NonNullable<Leaf['split']>,
  { limits, packing }: BoostArgs,
): [NodeSums, NodeSums] {
  const { min, max } = parent;
  const left = { gradient: split.leftGradient, packed: split.leftPacked, min, max };
  const right = {
    gradient: parent.gradient - split.leftGradient,
    packed: parent.packed - split.leftPacked,
    min,
    max,
  };
  const direction = limits.monotone[split.feature] ?? 0;
  if (direction !== 0) {
    const value = (node: NodeSums) =>
      boundedValue(node.gradient, hessianIn(node.packed, packing) + limits.l2, node);
    const middle = (value(left) + value(right)) / 2;
    if (direction > 0) left.max = right.min = middle;
    else left.min = right.max = middle;
  }
  return [left, right];
}

function rootSums(pairs: Float64Array, rows: Int32Array, n: number): NodeSums {
  let gradient = 0;
  let packed = 0;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    gradient += pairs[2 * row]!;
    packed += pairs[2 * row + 1]!;
  }
  return { gradient, packed, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
}

function gather(pairs: Float64Array, rows: Int32Array, lo: number, hi: number, ordered: Float64Array): void {
  for (let i = lo; i < hi; i++) {
    const row = rows[i]!;
    ordered[2 * (i - lo)] = pairs[2 * row]!;
    ordered[2 * (i - lo) + 1] = pairs[2 * row + 1]!;
  }
}

/** A Newton step, or for absolute and quantile loss the quantile of the leaf's residuals, within its bounds. */
function leafValue(leaf: Leaf, { targets, rows, limits, packing, output }: BoostArgs): number {
  const share = leafQuantile(targets.loss, targets.quantile);
  if (share === undefined)
    return boundedValue(leaf.gradient, hessianIn(leaf.packed, packing) + limits.l2, leaf);
  const own = rows.subarray(leaf.lo, leaf.hi);
  const offset = output * targets.y.length;
  const residuals = Float64Array.from(own, (row) => targets.y[row]! - targets.scores[offset + row]!);
  const weight = Float64Array.from(own, (row) => targets.weight[row]!);
  return Math.min(leaf.max, Math.max(leaf.min, weightedQuantile(residuals, weight, share)));
}

function leafCover(leaf: Leaf, { targets, rows }: BoostArgs): number {
  let sum = 0;
  for (let i = leaf.lo; i < leaf.hi; i++) sum += targets.weight[rows[i]!]!;
  return sum;
}
