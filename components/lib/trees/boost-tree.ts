import { binSlots } from './bins.js';
import type { BoostArgs } from './boost-kernel.js';
import {
  type BoostLimits,
  boundedValue,
  candidateSize,
  LAST_LEFT,
  LEFT_GRADIENT,
  LEFT_PACKED,
  MISSING_LEFT,
  type NodeSums,
  SCORE,
} from './boost-split.js';
import type { Steps } from './boost-steps.js';
import { groupBytes, groupSize } from './boost-wasm.js';
import type { Tree } from './ensemble.js';
import { leafQuantile, weightedQuantile } from './losses.js';
import { hessianIn, type Packing, rowsIn } from './packing.js';
import { type Split, TreeWriter } from './tree-writer.js';

interface Leaf extends NodeSums {
  readonly node: number;
  readonly lo: number;
  readonly hi: number;
  readonly depth: number;
  /** Histogram kept for the sibling subtraction, −1 when it was given up. */
  slot: number;
  /** Best split, with its gain; undefined when there is none. */
  split: (Split & { readonly leftGradient: number; readonly leftPacked: number }) | undefined;
}

/**
 * Grows one tree leaf by leaf, always the one that gains most (as LightGBM), and with all rows in the bag
 * adds its values to their scores. Only the smaller child's histogram is built; its sibling's is the parent's less that.
 */
export function growBoosted(args: BoostArgs, steps: Steps, active: Int32Array, output: number): Tree {
  const { bins, targets, inBag, room, limits } = args;
  const n = targets.y.length;
  const whole = inBag === n;
  const writer = new TreeWriter(bins, 2 * Math.min(limits.leaves, inBag) - 1);
  const { packing, ...sums } = steps.begin(active, output);

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

  /** Takes the best of the features' candidates for a leaf, whose histograms are in a slot. */
  const choose = (leaf: Leaf, which: number, slot: number) => {
    const { candidates } = room;
    let best = -1;
    for (const feature of active) {
      const place = which * bins.features + feature;
      const score = candidates[place * candidateSize + SCORE]!;
      if (score > (best < 0 ? Number.NEGATIVE_INFINITY : candidates[best * candidateSize + SCORE]!))
        best = place;
    }
    if (best < 0) return;
    const at = best * candidateSize;
    const improved = candidates[at + SCORE]! - unsplitScore(leaf, packing, limits);
    if (!(improved > Math.max(limits.minGain, 1e-12 * Math.abs(candidates[at + SCORE]!)))) return;
    const feature = best - which * bins.features;
    const lastLeft = candidates[at + LAST_LEFT]!;
    const goesLeft = new Uint8Array(binSlots);
    if (bins.categories[feature]! > 0)
      for (let b = 0; b < binSlots; b++)
        goesLeft[b] = (room.categoryBits[8 * best + (b >> 5)]! >>> (b & 31)) & 1;
    leaf.split = {
      feature,
      gain: improved,
      lastLeft,
      firstRight: nextFilled(args, slot, feature, lastLeft),
      missingLeft: candidates[at + MISSING_LEFT] === 1,
      goesLeft,
      leftGradient: candidates[at + LEFT_GRADIENT]!,
      leftPacked: candidates[at + LEFT_PACKED]!,
    };
  };

  /** A leaf without a histogram. Spelt out: spreading sums into it takes as long as a search through ten features. */
  const newLeaf = (
    { gradient, packed, min, max }: NodeSums,
    lo: number,
    hi: number,
    depth: number,
  ): Leaf => ({
    gradient,
    packed,
    min,
    max,
    node: writer.add(0),
    lo,
    hi,
    depth,
    slot: -1,
    split: undefined,
  });

  const evaluate = (node: Leaf, parent: number, sibling?: Leaf) => {
    const all = whole && node.hi - node.lo === n;
    const own = canSplit(node) ? node : undefined;
    const other = sibling && canSplit(sibling) ? sibling : undefined;
    steps.histograms(node.lo, node.hi, node.slot, parent, own, other, all);
    if (own) choose(own, 0, node.slot);
    if (other) choose(other, 1, parent);
  };

  const free = Array.from({ length: room.slots }, (_, k) => room.slots - 1 - k);
  const root = newLeaf(sums, 0, inBag, 0);
  root.slot = free.pop()!;
  const leaves = [root];
  if (canSplit(root)) evaluate(root, -1);

  while (leaves.length < limits.leaves) {
    let chosen = 0;
    for (let k = 1; k < leaves.length; k++) if (gain(leaves[k]!) > gain(leaves[chosen]!)) chosen = k;
    const parent = leaves[chosen]!;
    const { split } = parent;
    if (!split) break;
    writer.split(parent.node, split);
    const mid = steps.part(parent.lo, parent.hi, split);
    const [leftSums, rightSums] = childSums(parent, split, packing, args);
    const depth = parent.depth + 1;
    const left = newLeaf(leftSums, parent.lo, mid, depth);
    const right = newLeaf(rightSums, mid, parent.hi, depth);
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
    const value = leafValue(leaf, packing, output, args) * args.learningRate;
    writer.leaf(leaf.node, [value]);
    writer.setCover(leaf.node, leafCover(leaf, packing, args));
    room.leafRows[2 * k] = leaf.lo;
    room.leafRows[2 * k + 1] = leaf.hi;
    room.leafValues[k] = value;
  });
  writer.sumCover();
  if (whole) steps.scores(leaves.length);
  return writer.finish(output);
}

const unsplitScore = (node: NodeSums, packing: Packing, limits: BoostLimits): number => {
  const hessian = hessianIn(node.packed, packing) + limits.l2;
  const value = boundedValue(node.gradient, hessian, node);
  return -(2 * node.gradient * value + hessian * value * value);
};

/** Sums of the children and, below a monotone split, the bounds between their values. */
function childSums(
  parent: Leaf,
  split: NonNullable<Leaf['split']>,
  packing: Packing,
  { limits }: BoostArgs,
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

/** The next bin of a feature that holds rows of the node, −1 when there is none. */
function nextFilled({ bins, room }: BoostArgs, slot: number, feature: number, bin: number): number {
  const groups = Math.ceil(bins.features / groupSize);
  const at = (slot * groups * groupBytes) / 8 + feature * binSlots * 2;
  for (let b = bin + 1; b < bins.counts[feature]!; b++) if (room.histograms[at + 2 * b + 1]! > 0) return b;
  return -1;
}

/** A Newton step, or for absolute and quantile loss the quantile of the leaf's residuals, within its bounds. */
function leafValue(
  leaf: Leaf,
  packing: Packing,
  output: number,
  { targets, room, limits }: BoostArgs,
): number {
  const share = leafQuantile(targets.loss, targets.quantile);
  if (share === undefined)
    return boundedValue(leaf.gradient, hessianIn(leaf.packed, packing) + limits.l2, leaf);
  const own = room.rows.subarray(leaf.lo, leaf.hi);
  const offset = output * targets.y.length;
  const residuals = Float64Array.from(own, (row) => targets.y[row]! - targets.scores[offset + row]!);
  const weight = Float64Array.from(own, (row) => targets.weight[row]!);
  return Math.min(leaf.max, Math.max(leaf.min, weightedQuantile(residuals, weight, share)));
}

function leafCover(leaf: Leaf, packing: Packing, { targets, room, equalWeights }: BoostArgs): number {
  if (equalWeights) return rowsIn(leaf.packed, packing);
  let sum = 0;
  for (let i = leaf.lo; i < leaf.hi; i++) sum += targets.weight[room.rows[i]!]!;
  return sum;
}
