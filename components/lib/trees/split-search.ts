import type { Bins } from './bins.js';
import type { Splitter } from './grow.js';
import { type NodeBins, together } from './node-bins.js';
import { missingBin } from './quantiles.js';
import type { RowView } from './row-view.js';
import { keepSplit, newSplit } from './tree-writer.js';

/** The histogram of one feature in the node at hand, and what a scan of it finds. */
export interface Scanned {
  readonly sums: Float64Array;
  readonly count: Int32Array;
  /** Best score so far, and where this scan cut: −1 when nothing was better. */
  score: number;
  cut: number;
}

/**
 * What decides between splits. Its loops are plain functions that get every array as an argument: reading them from a
 * closure costs three times as much. So they are told here once a feature, not once a row.
 */
export interface Criterion {
  /** Reads the node's rows. False when it is pure and cannot get better. */
  gather(view: RowView, rows: Int32Array, begin: number, n: number): boolean;
  /** Training weight of the node, and the score of leaving it whole. */
  readonly weight: number;
  readonly unsplit: number;
  /** Adds the node's rows to the histogram of one feature, whose codes begin at a base, or to those of three. */
  fillOne(codes: Uint8Array, base: number, rows: Int32Array, begin: number, n: number, place: number): void;
  fillThree(
    codes: Uint8Array,
    base0: number,
    base1: number,
    base2: number,
    rows: Int32Array,
    begin: number,
    n: number,
  ): void;
  /** Sorts the filled bins of a histogram of categories. */
  sortCategories(sums: Float64Array): void;
  /** Scores cuts after bin `first` … `stop − 1` of the node's order, of a node of n rows. */
  scan(scanned: Scanned, first: number, stop: number, missingLeft: boolean, n: number): void;
  /** Weight left of the cut that the last scan found. */
  leftWeight(scanned: Scanned): number;
  leaf(view: RowView, rows: Int32Array, begin: number): ArrayLike<number>;
}

export interface SearchOptions {
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/** The best split of a node over its histograms, by a criterion whose scores grow as the sides get purer. */
export function splitSearch(
  bins: Bins,
  node: NodeBins,
  criterion: Criterion,
  { uniform }: SearchOptions,
): Splitter {
  const { order } = node;
  const best = newSplit();
  const scans: Scanned[] = node.parts.map(({ sums, count }) => ({ sums, count, score: 0, cut: -1 }));
  let view: RowView;
  let rows: Int32Array;
  let lo = 0;
  let n = 0;
  let top = Number.NEGATIVE_INFINITY;

  const load = (on: RowView, from: Int32Array, begin: number, end: number) => {
    view = on;
    rows = from;
    lo = begin;
    n = end - begin;
    top = Number.NEGATIVE_INFINITY;
    best.feature = -1;
    return criterion.gather(on, from, begin, n);
  };

  const scan = (of: Scanned, feature: number, missingLeft: boolean, only: number) => {
    const missing = of.count[missingBin]!;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    of.score = top;
    of.cut = -1;
    criterion.scan(of, only >= 0 ? only - 1 : 0, only >= 0 ? Math.min(last, only) : last, missingLeft, n);
    if (of.cut < 0) return;
    top = of.score;
    best.feature = feature;
    best.gain = Math.max(0, top - criterion.unsplit);
    // Values unseen here follow the heavier side.
    best.missingLeft = missing > 0 ? missingLeft : 2 * criterion.leftWeight(of) > criterion.weight;
    keepSplit(best, order, node.size, of.cut, bins.categories[feature]! > 0);
  };

  /** Looks for the best split by the k-th histogram. False when the feature is constant. */
  const inspect = (feature: number, k: number) => {
    const of = scans[k]!;
    node.collect(k);
    const missing = of.count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) criterion.sortCategories(of.sums);
      const only = uniform ? node.randomCut(feature, uniform()) : -1;
      scan(of, feature, false, only);
      if (missing && node.size > 1) scan(of, feature, true, only);
    }
    node.clear(k);
    return informative;
  };

  const consider = (features: Int32Array, begin: number, among: number) => {
    const { codes, rows: all } = view;
    if (among === together) {
      const [a, b, c] = [features[begin]!, features[begin + 1]!, features[begin + 2]!];
      criterion.fillThree(codes, a * all, b * all, c * all, rows, lo, n);
    } else
      for (let k = 0; k < among; k++) criterion.fillOne(codes, features[begin + k]! * all, rows, lo, n, k);
    let informative = 0;
    for (let k = 0; k < among; k++) if (inspect(features[begin + k]!, k)) informative++;
    return informative;
  };

  return {
    load,
    consider,
    best,
    get weight() {
      return criterion.weight;
    },
    leaf: () => criterion.leaf(view, rows, lo),
  };
}
