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

export interface SearchOptions {
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/**
 * The best split of a node over its histograms, by a criterion whose scores grow as the sides get purer: a subclass.
 * Its loops are plain functions that get every array as an argument, as reading them from an object in a loop costs
 * three times as much; so the methods here are called once a feature, not once a row. They are methods of a class, not
 * closures made for each tree, since only the former are inlined.
 */
export abstract class SplitSearch implements Splitter {
  readonly best = newSplit();
  /** Training weight of the node, and the score of leaving it whole. */
  weight = 0;
  protected unsplit = 0;
  protected view: RowView | undefined;
  protected rows: Int32Array = new Int32Array(0);
  protected lo = 0;
  /** Rows of the node. */
  protected n = 0;
  private top = Number.NEGATIVE_INFINITY;
  private readonly scans: readonly Scanned[];

  protected constructor(
    private readonly bins: Bins,
    protected readonly node: NodeBins,
    protected readonly options: SearchOptions,
  ) {
    this.scans = node.parts.map(({ sums, count }) => ({ sums, count, score: 0, cut: -1 }));
  }

  /** Reads the node's rows, and sets `weight` and `unsplit`. False when it is pure and cannot get better. */
  protected abstract gather(view: RowView): boolean;
  /** Adds the node's rows to the histogram of one feature, whose codes begin at a base, or to those of three. */
  protected abstract fillOne(codes: Uint8Array, base: number, place: number): void;
  protected abstract fillThree(codes: Uint8Array, base0: number, base1: number, base2: number): void;
  /** Sorts the filled bins of a histogram of categories. */
  protected abstract sortCategories(sums: Float64Array): void;
  /** Scores cuts after bin `first` … `stop − 1` of the node's order. */
  protected abstract scan(on: Scanned, first: number, stop: number, missingLeft: boolean): void;
  /** Weight left of the cut that the last scan found. */
  protected abstract leftWeight(on: Scanned): number;
  abstract leaf(): ArrayLike<number>;

  load(view: RowView, rows: Int32Array, lo: number, hi: number): boolean {
    this.view = view;
    this.rows = rows;
    this.lo = lo;
    this.n = hi - lo;
    this.top = Number.NEGATIVE_INFINITY;
    this.best.feature = -1;
    return this.gather(view);
  }

  consider(features: Int32Array, begin: number, among: number): number {
    const { codes, rows: all } = this.view!;
    if (among === together)
      this.fillThree(codes, features[begin]! * all, features[begin + 1]! * all, features[begin + 2]! * all);
    else for (let k = 0; k < among; k++) this.fillOne(codes, features[begin + k]! * all, k);
    let informative = 0;
    for (let k = 0; k < among; k++) if (this.inspect(features[begin + k]!, k)) informative++;
    return informative;
  }

  /** Looks for the best split by the k-th histogram. False when the feature is constant. */
  private inspect(feature: number, k: number): boolean {
    const { node, bins } = this;
    const { uniform } = this.options;
    const on = this.scans[k]!;
    node.collect(k);
    const missing = on.count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) this.sortCategories(on.sums);
      const only = uniform ? node.randomCut(feature, uniform()) : -1;
      this.look(on, feature, false, only);
      if (missing && node.size > 1) this.look(on, feature, true, only);
    }
    node.clear(k);
    return informative;
  }

  /** Scans the histogram with the missing values on one side, for all cuts or `only` one, and keeps what is better. */
  private look(on: Scanned, feature: number, missingLeft: boolean, only: number): void {
    const { node, best } = this;
    const missing = on.count[missingBin]!;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    on.score = this.top;
    on.cut = -1;
    this.scan(on, only >= 0 ? only - 1 : 0, only >= 0 ? Math.min(last, only) : last, missingLeft);
    if (on.cut < 0) return;
    this.top = on.score;
    best.feature = feature;
    best.gain = Math.max(0, this.top - this.unsplit);
    // Values unseen here follow the heavier side.
    best.missingLeft = missing > 0 ? missingLeft : 2 * this.leftWeight(on) > this.weight;
    keepSplit(best, node.order, node.size, on.cut, this.bins.categories[feature]! > 0);
  }
}
