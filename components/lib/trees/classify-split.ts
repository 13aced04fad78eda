import { type Bins, binSlots, missingBin } from './bins.js';
import { classScores } from './categories.js';
import type { Splitter } from './grow.js';
import { NodeBins } from './node-bins.js';
import { markLeft, newSplit } from './tree-writer.js';

export interface ClassifyOptions {
  readonly classes: number;
  readonly criterion: 'gini' | 'entropy';
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/**
 * Best split by Gini impurity or entropy (bits), from per-bin class weights. `classOf` and `weightOf` are by row.
 * A histogram costs one pass over the node's rows, the scan O(filled bins × classes).
 */
export function classifySplitter(
  bins: Bins,
  classOf: Uint16Array,
  weightOf: Float64Array,
  options: ClassifyOptions,
): Splitter {
  const { classes, minLeaf, uniform } = options;
  const entropy = options.criterion === 'entropy';
  const { codes } = bins;
  const size = classOf.length;
  const histogram = new Float64Array(binSlots * classes);
  const node = new NodeBins(bins);
  const { count, order, marks } = node;
  const nodeClass = new Uint16Array(size);
  const nodeWeight = new Float64Array(size);
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  const best = newSplit();
  let rows = new Int32Array(0);
  let lo = 0;
  let n = 0;
  let weight = 0;
  let purity = 0;
  /** Score of `best`. */
  let top = Number.NEGATIVE_INFINITY;

  /** What a side adds to the score: Σ s² / w for Gini, Σ s log₂ (s / w) for entropy. Both grow as it gets purer. */
  const side = (sums: Float64Array, w: number) => {
    let sum = 0;
    if (entropy) {
      for (let c = 0; c < classes; c++) if (sums[c]! > 0) sum += sums[c]! * Math.log2(sums[c]! / w);
      return sum;
    }
    for (let c = 0; c < classes; c++) sum += sums[c]! * sums[c]!;
    return sum / w;
  };

  const load = (from: Int32Array, begin: number, end: number) => {
    rows = from as Int32Array<ArrayBuffer>;
    lo = begin;
    n = end - begin;
    total.fill(0);
    let mixed = 0;
    const first = classOf[from[begin]!]!;
    for (let i = 0; i < n; i++) {
      const row = from[begin + i]!;
      const c = classOf[row]!;
      const w = weightOf[row]!;
      nodeClass[i] = c;
      nodeWeight[i] = w;
      total[c]! += w;
      mixed |= c ^ first;
    }
    weight = 0;
    for (let c = 0; c < classes; c++) weight += total[c]!;
    purity = side(total, weight);
    top = Number.NEGATIVE_INFINITY;
    best.feature = -1;
    return mixed !== 0;
  };

  const fill = (feature: number, sparse: boolean) => {
    const h = histogram;
    const nodeRows = rows;
    const base = feature * bins.rows;
    const begin = lo;
    const end = n;
    if (sparse) {
      for (let i = 0; i < end; i++) {
        const b = codes[base + nodeRows[begin + i]!]!;
        h[b * classes + nodeClass[i]!]! += nodeWeight[i]!;
        count[b]! += 1;
        marks[b >> 5]! |= 1 << (b & 31);
      }
      return;
    }
    for (let i = 0; i < end; i++) {
      const b = codes[base + nodeRows[begin + i]!]!;
      h[b * classes + nodeClass[i]!]! += nodeWeight[i]!;
      count[b]! += 1;
    }
  };

  const sortByClass = () => {
    const cells = new Float64Array(node.size * classes);
    for (let k = 0; k < node.size; k++)
      for (let c = 0; c < classes; c++) cells[k * classes + c] = histogram[order[k]! * classes + c]!;
    const scores = classScores(cells, node.size, classes);
    const sorted = Array.from(order.subarray(0, node.size).entries()).sort(
      ([a, x], [b, y]) => scores[a]! - scores[b]! || x - y,
    );
    sorted.forEach(([, bin], k) => {
      order[k] = bin;
    });
  };

  /** Moves the bins to the left one by one and scores each cut. */
  const scan = (feature: number, missingLeft: boolean, only: number) => {
    const h = histogram;
    const missing = count[missingBin]!;
    let leftRows = missingLeft ? missing : 0;
    for (let c = 0; c < classes; c++) left[c] = missingLeft ? h[missingBin * classes + c]! : 0;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    let bestCut = -1;
    for (let k = 0; k < last; k++) {
      const b = order[k]!;
      leftRows += count[b]!;
      const cell = b * classes;
      let leftWeight = 0;
      let leftSquares = 0;
      let rightSquares = 0;
      for (let c = 0; c < classes; c++) {
        const l = left[c]! + h[cell + c]!;
        const r = total[c]! - l;
        left[c] = l;
        leftWeight += l;
        leftSquares += l * l;
        rightSquares += r * r;
      }
      if (leftRows < minLeaf || n - leftRows < minLeaf) continue;
      if (only >= 0 && k + 1 !== only) continue;
      const rightWeight = weight - leftWeight;
      const score = entropy
        ? entropyScore(leftWeight, rightWeight)
        : leftSquares / leftWeight + rightSquares / rightWeight;
      if (score > top) {
        top = score;
        bestCut = k + 1;
      }
    }
    if (bestCut < 0) return;
    best.feature = feature;
    best.gain = Math.max(0, top - purity);
    best.lastLeft = order[bestCut - 1]!;
    best.firstRight = bestCut < node.size ? order[bestCut]! : -1;
    best.missingLeft = missingLeft;
    if (missing === 0) best.missingLeft = leftIsHeavier(bestCut);
    markLeft(best, order.subarray(0, node.size), bestCut, best.missingLeft);
  };

  const entropyScore = (leftWeight: number, rightWeight: number) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const l = left[c]!;
      const r = total[c]! - l;
      if (l > 0) sum += l * Math.log2(l / leftWeight);
      if (r > 0) sum += r * Math.log2(r / rightWeight);
    }
    return sum;
  };

  /** Values unseen here follow the heavier side. */
  const leftIsHeavier = (cut: number) => {
    let sum = 0;
    for (let k = 0; k < cut; k++)
      for (let c = 0; c < classes; c++) sum += histogram[order[k]! * classes + c]!;
    return 2 * sum > weight;
  };

  const clear = () => {
    for (let k = 0; k < node.size; k++) {
      const b = order[k]!;
      count[b] = 0;
      for (let c = 0; c < classes; c++) histogram[b * classes + c] = 0;
    }
    count[missingBin] = 0;
    for (let c = 0; c < classes; c++) histogram[missingBin * classes + c] = 0;
  };

  const consider = (feature: number) => {
    const sparse = NodeBins.sparse(n);
    fill(feature, sparse);
    node.collect(feature, sparse);
    const missing = count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) sortByClass();
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
    leaf: () => total.map((w) => w / weight),
  };
}
