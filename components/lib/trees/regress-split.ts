import { type Bins, binSlots, missingBin } from './bins.js';
import type { Splitter } from './grow.js';
import { NodeBins } from './node-bins.js';
import { markLeft, newSplit } from './tree-writer.js';

export interface RegressOptions {
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/**
 * Best split by squared error, from per-bin weights and weighted target sums. Targets are taken relative to
 * `center`, so that a large common offset costs no digits. Rows in `yOf` and `weightOf` are by row.
 */
export function regressSplitter(
  bins: Bins,
  yOf: Float64Array,
  center: number,
  weightOf: Float64Array,
  { minLeaf, uniform }: RegressOptions,
): Splitter {
  const { codes } = bins;
  const binWeight = new Float64Array(binSlots);
  const binSum = new Float64Array(binSlots);
  const node = new NodeBins(bins);
  const { count, order, marks } = node;
  const nodeSum = new Float64Array(yOf.length);
  const nodeWeight = new Float64Array(yOf.length);
  const best = newSplit();
  let rows = new Int32Array(0);
  let lo = 0;
  let n = 0;
  let weight = 0;
  let sum = 0;
  let mixed = false;
  /** Score of `best`. */
  let top = Number.NEGATIVE_INFINITY;

  const load = (from: Int32Array, begin: number, end: number) => {
    rows = from as Int32Array<ArrayBuffer>;
    lo = begin;
    n = end - begin;
    weight = 0;
    sum = 0;
    const first = yOf[from[begin]!]!;
    mixed = false;
    for (let i = 0; i < n; i++) {
      const row = from[begin + i]!;
      const y = yOf[row]!;
      const w = weightOf[row]!;
      const s = w * (y - center);
      nodeSum[i] = s;
      nodeWeight[i] = w;
      sum += s;
      weight += w;
      if (y !== first) mixed = true;
    }
    top = Number.NEGATIVE_INFINITY;
    best.feature = -1;
    return mixed;
  };

  const fill = (feature: number, sparse: boolean) => {
    const base = feature * bins.rows;
    const nodeRows = rows;
    const begin = lo;
    const end = n;
    for (let i = 0; i < end; i++) {
      const b = codes[base + nodeRows[begin + i]!]!;
      binSum[b]! += nodeSum[i]!;
      binWeight[b]! += nodeWeight[i]!;
      count[b]! += 1;
      if (sparse) marks[b >> 5]! |= 1 << (b & 31);
    }
  };

  const sortByMean = () => {
    const sorted = Array.from(order.subarray(0, node.size)).sort(
      (a, b) => binSum[a]! / binWeight[a]! - binSum[b]! / binWeight[b]! || a - b,
    );
    order.set(sorted);
  };

  /** Moves the bins to the left one by one and scores each cut: Σ s² / w over the two sides. */
  const scan = (feature: number, missingLeft: boolean, only: number) => {
    const missing = count[missingBin]!;
    let leftRows = missingLeft ? missing : 0;
    let leftSum = missingLeft ? binSum[missingBin]! : 0;
    let leftWeight = missingLeft ? binWeight[missingBin]! : 0;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    let bestCut = -1;
    let bestWeight = 0;
    for (let k = 0; k < last; k++) {
      const b = order[k]!;
      leftRows += count[b]!;
      leftSum += binSum[b]!;
      leftWeight += binWeight[b]!;
      if (leftRows < minLeaf || n - leftRows < minLeaf) continue;
      if (only >= 0 && k + 1 !== only) continue;
      const rightSum = sum - leftSum;
      const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight);
      if (score > top) {
        top = score;
        bestCut = k + 1;
        bestWeight = leftWeight;
      }
    }
    if (bestCut < 0) return;
    best.feature = feature;
    best.gain = Math.max(0, top - (sum * sum) / weight);
    best.lastLeft = order[bestCut - 1]!;
    best.firstRight = bestCut < node.size ? order[bestCut]! : -1;
    // Values unseen here follow the heavier side.
    best.missingLeft = missing > 0 ? missingLeft : 2 * bestWeight > weight;
    markLeft(best, order.subarray(0, node.size), bestCut, best.missingLeft);
  };

  const clear = () => {
    for (let k = 0; k <= node.size; k++) {
      const b = k < node.size ? order[k]! : missingBin;
      count[b] = 0;
      binSum[b] = 0;
      binWeight[b] = 0;
    }
  };

  const consider = (feature: number) => {
    const sparse = NodeBins.sparse(n);
    fill(feature, sparse);
    node.collect(feature, sparse);
    const missing = count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) sortByMean();
      const only = uniform ? node.randomCut(feature, uniform()) : -1;
      scan(feature, false, only);
      if (missing && node.size > 1) scan(feature, true, only);
    }
    clear();
    return informative;
  };

  return {
    load,
    consider,
    best,
    get weight() {
      return weight;
    },
    // Equal targets are given back to the last digit.
    leaf: () => [mixed ? center + sum / weight : yOf[rows[lo]!]!],
  };
}
