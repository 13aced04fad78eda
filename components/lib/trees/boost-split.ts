import { binSlots } from './bins.js';
import { hessianIn, type Packing } from './packing.js';
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
export const candidateSize = 6;
export const SCORE = 0;
export const LAST_LEFT = 1;
export const FIRST_RIGHT = 2;
export const MISSING_LEFT = 3;
export const LEFT_GRADIENT = 4;
export const LEFT_PACKED = 5;

/** As LightGBM's cat_smooth and cat_l2: rare categories are neither sorted to the ends nor trusted at once. */
const categorySmooth = 10;
const categoryL2 = 10;
/** The bins of the histogram at hand that hold rows; one buffer a thread. */
const filled = new Uint8Array(binSlots);

/**
 * The best cut of one feature's histogram (gradient sum and packed hessian sum of bin b at `at + 2b`): greatest
 * Σ G² / (H + λ) over both sides, the second-order decrease of the loss (Chen and Guestrin 2016, without their ½).
 * Missing values are tried on either side. Writes a candidate at `into`, with score −∞ when there is none, and for
 * categories the bins that go left as 8 words in `bits`.
 */
export function bestCut(
  histogram: Float64Array,
  at: number,
  bins: number,
  isCategory: boolean,
  node: NodeSums,
  packing: Packing,
  limits: BoostLimits,
  direction: number,
  candidates: Float64Array,
  into: number,
  bits: Int32Array,
  bitsInto: number,
): void {
  const order = filled;
  let size = 0;
  for (let b = 0; b < bins; b++) {
    order[size] = b;
    size += histogram[at + 2 * b + 1]! > 0 ? 1 : 0;
  }
  candidates[into + SCORE] = Number.NEGATIVE_INFINITY;
  if (isCategory) sortCategories(histogram, at, order, size, packing);
  const l2 = limits.l2 + (isCategory ? categoryL2 : 0);
  const missing = histogram[at + 2 * missingBin + 1]! > 0;
  const cut = (missingLeft: boolean) =>
    scan(
      histogram,
      at,
      order,
      size,
      missing,
      missingLeft,
      node,
      packing,
      limits,
      l2,
      direction,
      candidates,
      into,
    );
  cut(false);
  if (missing) cut(true);
  if (isCategory && candidates[into + SCORE]! > Number.NEGATIVE_INFINITY) {
    const missingLeft = candidates[into + MISSING_LEFT] === 1;
    bits.fill(missingLeft ? -1 : 0, bitsInto, bitsInto + 8);
    const last = candidates[into + LAST_LEFT]!;
    for (let k = 0, left = true; k < size; k++) {
      const b = order[k]!;
      const mask = 1 << (b & 31);
      if (left) bits[bitsInto + (b >> 5)]! |= mask;
      else bits[bitsInto + (b >> 5)]! &= ~mask;
      if (b === last) left = false;
    }
  }
}

function sortCategories(
  histogram: Float64Array,
  at: number,
  order: Uint8Array,
  size: number,
  packing: Packing,
): void {
  const score = (b: number) =>
    histogram[at + 2 * b]! / (hessianIn(histogram[at + 2 * b + 1]!, packing) + categorySmooth);
  order.set(Array.from(order.subarray(0, size)).sort((a, b) => score(a) - score(b) || a - b));
}

function scan(
  histogram: Float64Array,
  at: number,
  order: Uint8Array,
  size: number,
  missing: boolean,
  missingLeft: boolean,
  node: NodeSums,
  packing: Packing,
  limits: BoostLimits,
  l2: number,
  direction: number,
  candidates: Float64Array,
  into: number,
): void {
  const { unit, quantum } = packing;
  const { minHessian } = limits;
  const inverse = 1 / unit;
  const least = limits.minLeaf * unit;
  const constrained = limits.monotone.length > 0;
  const totalG = node.gradient;
  const totalP = node.packed;
  const totalH = hessianIn(totalP, packing);
  let leftG = missingLeft ? histogram[at + 2 * missingBin]! : 0;
  let leftP = missingLeft ? histogram[at + 2 * missingBin + 1]! : 0;
  let top = candidates[into + SCORE]!;
  let over = 1;
  let found = -1;
  let foundG = 0;
  let foundP = 0;
  const last = missing && !missingLeft ? size : size - 1;
  for (let k = 0; k < last; k++) {
    const cell = at + 2 * order[k]!;
    leftG += histogram[cell]!;
    leftP += histogram[cell + 1]!;
    if (leftP < least) continue;
    if (totalP - leftP < least) break;
    const leftH = (leftP - Math.floor(leftP * inverse) * unit) * quantum;
    const rightH = totalH - leftH;
    if (leftH < minHessian || rightH < minHessian) continue;
    const rightG = totalG - leftG;
    let score: number;
    let under = 1;
    if (constrained) score = boundedScore(leftG, leftH + l2, rightG, rightH + l2, node, direction);
    else {
      // Compared as fractions, since dividing is dear.
      const left = leftH + l2;
      const right = rightH + l2;
      score = leftG * leftG * right + rightG * rightG * left;
      under = left * right;
    }
    if (score * over > top * under) {
      top = score;
      over = under;
      found = k;
      foundG = leftG;
      foundP = leftP;
    }
  }
  if (found < 0) return;
  candidates[into + SCORE] = top / over;
  candidates[into + LAST_LEFT] = order[found]!;
  candidates[into + FIRST_RIGHT] = found + 1 < size ? order[found + 1]! : -1;
  candidates[into + LEFT_GRADIENT] = foundG;
  candidates[into + LEFT_PACKED] = foundP;
  // Values unseen here follow the side with more rows.
  candidates[into + MISSING_LEFT] = (missing ? missingLeft : 2 * foundP > totalP) ? 1 : 0;
}

/** Leaf value within the node's bounds, for gradient G and hessian plus λ; without any of these, 0. */
export const boundedValue = (gradient: number, hessian: number, { min, max }: NodeSums): number =>
  Math.min(max, Math.max(min, hessian > 0 ? -gradient / hessian : 0));

/** The score where leaf values are bounded, −∞ where they would break the order that `direction` asks for. */
function boundedScore(
  leftG: number,
  left: number,
  rightG: number,
  right: number,
  node: NodeSums,
  direction: number,
): number {
  const l = boundedValue(leftG, left, node);
  const r = boundedValue(rightG, right, node);
  if (direction * (r - l) < 0) return Number.NEGATIVE_INFINITY;
  return -(2 * leftG * l + left * l * l) - (2 * rightG * r + right * r * r);
}
