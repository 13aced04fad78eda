import { binSlots } from './bins.js';
import { foundPlaces, limitPlaces, nodePlaces } from './boost-cut.js';
import type { BoostRoom } from './boost-room.js';
import { type BoostFunctions, cellBytes } from './boost-wasm.js';
import { hessianIn, type Packing, quantaIn } from './packing.js';
import { missingBin } from './quantiles.js';

/** What a split of a boosted tree must keep. */
export interface BoostLimits {
  readonly leaves: number;
  readonly maxDepth: number;
  readonly minSplit: number;
  readonly minLeaf: number;
  readonly minHessian: number;
  readonly minGain: number;
  readonly l2: number;
  /** Per feature −1, 0 or 1: predictions must fall, may do anything, must rise. Empty: no constraints. */
  readonly monotone: readonly number[];
}

/** Sums over the rows of a node: gradients and packed hessians, and the bounds of its leaf values. */
export interface NodeSums {
  gradient: number;
  packed: number;
  min: number;
  max: number;
}

/** Numbers of one candidate split in a shared array: see the constants below. */
export const candidateSize = 5;
export const SCORE = 0;
export const LAST_LEFT = 1;
export const MISSING_LEFT = 2;
export const LEFT_GRADIENT = 3;
export const LEFT_PACKED = 4;

/** As LightGBM's cat_smooth and cat_l2: rare categories are neither sorted to the ends nor trusted at once. */
const categorySmooth = 10;
const categoryL2 = 10;
/** The bins of the categories at hand that hold rows; one buffer a thread. */
const filled = new Uint8Array(binSlots);
const [SCORES, CELL, GRADIENT, PACKED, DIRECTION] = foundPlaces.map((_, k) => 2 * k) as Five;
const QUANTUM = limitPlaces.indexOf('quantum');
const L2 = limitPlaces.indexOf('l2');
type Five = [number, number, number, number, number];

/** A float64 that is so many times a power of two or more has no digits below that. */
const rounding = 1.5 * 2 ** 52;

/** Tells the searches of a round what holds for all of them. */
export function setLimits({ limits: to }: BoostRoom, { unit, quantum }: Packing, limits: BoostLimits): void {
  const { minLeaf, minHessian, l2 } = limits;
  for (const [k, more] of [0, categoryL2].entries())
    to.set(
      [unit, quantum, rounding * unit, minLeaf * unit, minHessian / quantum, (l2 + more) / quantum],
      k * limitPlaces.length,
    );
}

/** Tells the searches the sums of one of two nodes. */
export function setNode({ nodes }: BoostRoom, which: number, sums: NodeSums, packing: Packing): void {
  const { gradient, packed, min, max } = sums;
  nodes.set([gradient, packed, quantaIn(packed, packing), min, max], which * nodePlaces.length);
}

/** How the hessians of the round are packed: as the searches were told. */
export const packingIn = ({ limits: [unit, quantum] }: BoostRoom): Packing => ({
  unit: unit!,
  quantum: quantum!,
});

/** What a thread needs to search a feature's histogram. */
export interface Search {
  readonly functions: BoostFunctions;
  readonly room: BoostRoom;
  readonly limits: BoostLimits;
}

/**
 * The best cut of one feature's histogram, whose cells begin at `at` in `room.histograms`, for one of two nodes: greatest
 * Σ G² / (H + λ) over both sides, the second-order decrease of the loss (Chen and Guestrin 2016, without their ½).
 * Missing values are tried on either side. Writes the feature's candidate, with score −∞ when there is none, and for
 * categories the bins that go left.
 */
export function bestCut(
  { functions, room, limits }: Search,
  feature: number,
  bins: number,
  isCategory: boolean,
  group: number,
  which: number,
  at: number,
): void {
  const { histograms, candidates, sorted } = room;
  const places = candidates.length / candidateSize / 2;
  const into = (which * places + feature) * candidateSize;
  candidates[into + SCORE] = Number.NEGATIVE_INFINITY;
  let size = bins;
  let cells = histograms.byteOffset + 8 * at;
  const missingAt = cells + cellBytes * missingBin;
  if (isCategory) {
    size = sortCategories(histograms, at, bins, packingIn(room));
    const from = group * binSlots * 2;
    // With an empty cell behind, since cells are searched in pairs.
    for (let k = 0; k <= size; k++)
      for (const side of [0, 1])
        sorted[from + 2 * k + side] = k < size ? histograms[at + 2 * filled[k]! + side]! : 0;
    cells = sorted.byteOffset + 8 * from;
  }
  if (size === 0) return;
  const missing = histograms[at + 2 * missingBin + 1]! > 0;
  const bounded = limits.monotone.length > 0;
  const found = group * 2 * foundPlaces.length;
  const node = which * nodePlaces.length;
  const limit = isCategory ? limitPlaces.length : 0;
  if (bounded) room.found.fill(limits.monotone[feature]!, found + DIRECTION, found + DIRECTION + 2);
  for (let left = 0; left < (missing ? 2 : 1); left++) {
    (bounded ? functions.cutBounded : functions.cut)(
      cells,
      (size + 1) >> 1,
      left === 1 ? missingAt : room.zero.byteOffset,
      room.limits.byteOffset + 8 * limit,
      room.nodes.byteOffset + 8 * node,
      room.found.byteOffset + 8 * found,
    );
    keep(room, found, into, missing ? left : -1, node, bounded ? -1 : limit);
  }
  if (!isCategory || candidates[into + SCORE] === Number.NEGATIVE_INFINITY) return;
  markCategories(room, size, into, 8 * (which * places + feature));
}

/** Makes the better of what the two lanes found the candidate if it beats that; `limit` < 0: scores are whole. */
function keep(
  { found, candidates, nodes, limits }: BoostRoom,
  at: number,
  into: number,
  missingLeft: number,
  node: number,
  limit: number,
): void {
  const [first, second] = [found[at + SCORES]!, found[at + SCORES + 1]!];
  const [a, b] = [found[at + CELL]!, found[at + CELL + 1]!];
  const lane = at + (second > first || (second === first && b < a) ? 1 : 0);
  const cell = found[lane + CELL]!;
  if (cell < 0) return;
  let score = found[lane + SCORES]!;
  if (limit >= 0) {
    const gradient = nodes[node]!;
    const hessian = nodes[node + 2]! + 2 * limits[limit + L2]!;
    score = (hessian * score + (gradient * gradient) / hessian) / limits[limit + QUANTUM]!;
  }
  if (!(score > candidates[into + SCORE]!)) return;
  const left = found[lane + PACKED]!;
  candidates[into + SCORE] = score;
  candidates[into + LAST_LEFT] = cell;
  candidates[into + LEFT_GRADIENT] = found[lane + GRADIENT]!;
  candidates[into + LEFT_PACKED] = left;
  // Values unseen here follow the side with more rows.
  candidates[into + MISSING_LEFT] = missingLeft >= 0 ? missingLeft : 2 * left > nodes[node + 1]! ? 1 : 0;
}

/** Lists the filled bins by gradient over hessian; how many there are. */
function sortCategories(histograms: Float64Array, at: number, bins: number, packing: Packing): number {
  let size = 0;
  for (let b = 0; b < bins; b++) {
    filled[size] = b;
    size += histograms[at + 2 * b + 1]! > 0 ? 1 : 0;
  }
  const score = (b: number) =>
    histograms[at + 2 * b]! / (hessianIn(histograms[at + 2 * b + 1]!, packing) + categorySmooth);
  filled.set(Array.from(filled.subarray(0, size)).sort((a, b) => score(a) - score(b) || a - b));
  return size;
}

/** The bins that go left as 8 words, and the last of them. Bins unseen here follow the missing ones. */
function markCategories(
  { candidates, categoryBits }: BoostRoom,
  size: number,
  into: number,
  bits: number,
): void {
  categoryBits.fill(candidates[into + MISSING_LEFT] === 1 ? -1 : 0, bits, bits + 8);
  const last = candidates[into + LAST_LEFT]!;
  for (let k = 0; k < size; k++) {
    const b = filled[k]!;
    const mask = 1 << (b & 31);
    if (k <= last) categoryBits[bits + (b >> 5)]! |= mask;
    else categoryBits[bits + (b >> 5)]! &= ~mask;
  }
}

/** Leaf value within the node's bounds, for gradient G and hessian plus λ; without any of these, 0. */
export const boundedValue = (gradient: number, hessian: number, { min, max }: NodeSums): number =>
  Math.min(max, Math.max(min, hessian > 0 ? -gradient / hessian : 0));
