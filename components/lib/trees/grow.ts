import type { Random } from '../random.js';
import type { Bins } from './bins.js';
import type { Tree } from './ensemble.js';
import { together } from './node-bins.js';
import { type RowView, RowViews } from './row-view.js';
import { partition, type Split, TreeWriter } from './tree-writer.js';

/** Looks for the best split of a node by one criterion. */
export interface Splitter {
  /** Reads the node's rows from a view and forgets the last best split. False when it is pure and cannot get better. */
  load(view: RowView, rows: Int32Array, lo: number, hi: number): boolean;
  /** Training weight of the node loaded last. */
  readonly weight: number;
  /**
   * Keeps the best split of features[begin] … features[begin + count − 1], at most `together` of them, in `best` if it
   * beats what is there. Returns how many are not constant in the node.
   */
  consider(features: Int32Array, begin: number, count: number): number;
  readonly best: Split;
  /** The leaf values of the node loaded last. */
  leaf(): ArrayLike<number>;
}

export interface GrowLimits {
  readonly maxDepth: number;
  /** Least rows of a node that may be split. */
  readonly minSplit: number;
  /** Least rows of a leaf. */
  readonly minLeaf: number;
  /** Features drawn at a node. */
  readonly drawn: number;
  /** Features are looked at in their own order, so that of equal cuts the first one's is taken: a tree without chance. */
  readonly inOrder: boolean;
}

/**
 * Grows one tree depth first, left before right, as scikit-learn's DepthFirstTreeBuilder does: at each node
 * features are drawn without replacement until `drawn` were looked at and one of them was not constant. Of equal cuts
 * the one drawn first is taken: small nodes have many, and they must not all fall to the first column.
 * `rows` are the rows in the bag and are reordered. O(depth × rows × drawn).
 */
export function growTree(
  bins: Bins,
  whole: RowView,
  rows: Int32Array,
  splitter: Splitter,
  limits: GrowLimits,
  random: Random,
): Tree {
  const { features } = bins;
  const writer = new TreeWriter(bins, 2 * Math.ceil(rows.length / Math.max(1, limits.minLeaf)));
  const views = new RowViews(whole, features, limits.drawn);
  const scratch = new Int32Array(rows.length);
  const pool = Int32Array.from({ length: features }, (_, j) => j);
  const fixed = limits.inOrder && limits.drawn >= features;

  const search = () => {
    let informative = 0;
    for (let seen = 0; seen < features && (seen < limits.drawn || informative === 0); ) {
      const count = seen < limits.drawn ? Math.min(together, limits.drawn - seen) : 1;
      for (let k = seen; k < seen + count && !fixed; k++) {
        const pick = k + random.int(features - k);
        const feature = pool[pick]!;
        pool[pick] = pool[k]!;
        pool[k] = feature;
      }
      informative += splitter.consider(pool, seen, count);
      seen += count;
    }
    return splitter.best.feature >= 0;
  };

  // Nodes still to grow: begin, end, depth, and the parent whose right child this is (−1: linked already).
  const stack: [lo: number, hi: number, depth: number, parent: number][] = [[0, rows.length, 0, -1]];
  const leftOf: number[] = [];
  for (let item = stack.pop(); item; item = stack.pop()) {
    const lo = item[0];
    let [, hi, depth, parent] = item;
    // Follow the left edge down; right children wait on the stack, so that nodes are stored in preorder.
    for (;;) {
      const view = views.enter(rows, lo, hi);
      const impure = splitter.load(view, rows, lo, hi);
      const node = writer.add(splitter.weight);
      if (parent >= 0) writer.link(parent, leftOf[parent]!, node);
      parent = -1;
      const n = hi - lo;
      const grows = impure && depth < limits.maxDepth && n >= limits.minSplit && n >= 2 * limits.minLeaf;
      if (!grows || !search()) {
        writer.leaf(node, splitter.leaf());
        break;
      }
      writer.split(node, splitter.best);
      const mid = partition(bins, view, splitter.best, rows, lo, hi, scratch);
      leftOf[node] = node + 1;
      depth++;
      stack.push([mid, hi, depth, node]);
      hi = mid;
    }
  }
  return writer.finish(-1);
}
