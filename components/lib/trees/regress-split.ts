import { type Bins, binSlots } from './bins.js';
import type { Splitter } from './grow.js';
import { NodeBins } from './node-bins.js';
import { missingBin } from './quantiles.js';
import type { RowView } from './row-view.js';
import { keepSplit, newSplit } from './tree-writer.js';

export interface RegressOptions {
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/**
 * Best split by squared error, from per-bin weights and weighted target sums. Targets are taken relative to
 * `center`, so that a large common offset costs no digits.
 */
export function regressSplitter(
  bins: Bins,
  rowsInBag: number,
  center: number,
  { minLeaf, uniform }: RegressOptions,
): Splitter {
  /** Bin b's target sum at 2b, its weight at 2b + 1; likewise by row of the node. */
  const histogram = new Float64Array(2 * binSlots);
  const nodeSums = new Float64Array(2 * rowsInBag);
  const node = new NodeBins(bins);
  const { count, order } = node;
  const best = newSplit();
  const state: State = { sum: 0, weight: 0, mixed: false, score: 0, cut: 0, cutWeight: 0 };
  let view: RowView;
  let rows: Int32Array;
  let lo = 0;
  let n = 0;

  const load = (on: RowView, from: Int32Array, begin: number, end: number) => {
    view = on;
    rows = from;
    lo = begin;
    n = end - begin;
    gather(rows, begin, n, view.target as Float64Array, center, view.weight, nodeSums, state);
    state.score = Number.NEGATIVE_INFINITY;
    best.feature = -1;
    return state.mixed;
  };

  const sortByMean = () =>
    node.sortBy(
      Float64Array.from(order.subarray(0, node.size), (b) => histogram[2 * b]! / histogram[2 * b + 1]!),
    );

  const scan = (feature: number, missingLeft: boolean, only: number) => {
    const missing = count[missingBin]!;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    const first = only >= 0 ? only - 1 : 0;
    const stop = only >= 0 ? Math.min(last, only) : last;
    state.cut = -1;
    scanCuts(histogram, count, order, first, stop, missingLeft, n, minLeaf, state);
    if (state.cut < 0) return;
    best.feature = feature;
    best.gain = Math.max(0, state.score - (state.sum * state.sum) / state.weight);
    // Values unseen here follow the heavier side.
    best.missingLeft = missing > 0 ? missingLeft : 2 * state.cutWeight > state.weight;
    keepSplit(best, order, node.size, state.cut, bins.categories[feature]! > 0);
  };

  const consider = (feature: number) => {
    const sparse = NodeBins.sparse(n);
    const fill = sparse ? fillSparse : fillDense;
    fill(view.codes, feature * view.rows, rows, lo, n, nodeSums, histogram, count, node.marks);
    node.collect(feature, sparse);
    const missing = count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) sortByMean();
      const only = uniform ? node.randomCut(feature, uniform()) : -1;
      scan(feature, false, only);
      if (missing && node.size > 1) scan(feature, true, only);
    }
    clear(histogram, count, order, node.size);
    return informative;
  };

  return {
    load,
    consider,
    best,
    get weight() {
      return state.weight;
    },
    // Equal targets are given back to the last digit.
    leaf: () => [state.mixed ? center + state.sum / state.weight : view.target[rows[lo]!]!],
  };
}

// The loops below get every array as an argument: reading them from the closure above costs three times as much.

interface State {
  /** Of the node. */
  sum: number;
  weight: number;
  mixed: boolean;
  /** Best score so far, where this scan cut (−1: nothing was better), and the weight left of it. */
  score: number;
  cut: number;
  cutWeight: number;
}

function gather(
  rows: Int32Array,
  begin: number,
  n: number,
  yOf: Float64Array,
  center: number,
  weightOf: Float64Array,
  nodeSums: Float64Array,
  state: State,
): void {
  let sum = 0;
  let weight = 0;
  let mixed = false;
  const first = yOf[rows[begin]!]!;
  for (let i = 0; i < n; i++) {
    const row = rows[begin + i]!;
    const y = yOf[row]!;
    const w = weightOf[row]!;
    const s = w * (y - center);
    nodeSums[2 * i] = s;
    nodeSums[2 * i + 1] = w;
    sum += s;
    weight += w;
    if (y !== first) mixed = true;
  }
  state.sum = sum;
  state.weight = weight;
  state.mixed = mixed;
}

type Fill = (
  codes: Uint8Array,
  base: number,
  rows: Int32Array,
  begin: number,
  n: number,
  nodeSums: Float64Array,
  histogram: Float64Array,
  count: Int32Array,
  marks: Int32Array,
) => void;

const fillDense: Fill = (codes, base, rows, begin, n, nodeSums, histogram, count) => {
  for (let i = 0; i < n; i++) {
    const b = codes[base + rows[begin + i]!]!;
    histogram[2 * b]! += nodeSums[2 * i]!;
    histogram[2 * b + 1]! += nodeSums[2 * i + 1]!;
    count[b]! += 1;
  }
};

const fillSparse: Fill = (codes, base, rows, begin, n, nodeSums, histogram, count, marks) => {
  for (let i = 0; i < n; i++) {
    const b = codes[base + rows[begin + i]!]!;
    histogram[2 * b]! += nodeSums[2 * i]!;
    histogram[2 * b + 1]! += nodeSums[2 * i + 1]!;
    count[b]! += 1;
    marks[b >> 5]! |= 1 << (b & 31);
  }
};

function clear(histogram: Float64Array, count: Int32Array, order: Uint8Array, size: number) {
  for (let k = 0; k <= size; k++) {
    const b = k < size ? order[k]! : missingBin;
    count[b] = 0;
    histogram[2 * b] = 0;
    histogram[2 * b + 1] = 0;
  }
}

/** Moves the bins to the left one by one and scores the cuts after bin `first` … `stop − 1`: Σ s² / w of both sides. */
function scanCuts(
  histogram: Float64Array,
  count: Int32Array,
  order: Uint8Array,
  first: number,
  stop: number,
  missingLeft: boolean,
  n: number,
  minLeaf: number,
  state: State,
): void {
  const { sum, weight } = state;
  let leftRows = missingLeft ? count[missingBin]! : 0;
  let leftSum = missingLeft ? histogram[2 * missingBin]! : 0;
  let leftWeight = missingLeft ? histogram[2 * missingBin + 1]! : 0;
  for (let k = 0; k < stop; k++) {
    const b = order[k]!;
    leftRows += count[b]!;
    leftSum += histogram[2 * b]!;
    leftWeight += histogram[2 * b + 1]!;
    if (k < first || leftRows < minLeaf || n - leftRows < minLeaf) continue;
    const rightSum = sum - leftSum;
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight);
    if (score > state.score) {
      state.score = score;
      state.cut = k + 1;
      state.cutWeight = leftWeight;
    }
  }
}
