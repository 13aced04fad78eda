import { type Bins, binSlots } from './bins.js';
import { classScores } from './categories.js';
import type { Splitter } from './grow.js';
import { NodeBins, together } from './node-bins.js';
import { missingBin } from './quantiles.js';
import type { RowView } from './row-view.js';
import { keepSplit, newSplit } from './tree-writer.js';

export interface ClassifyOptions {
  readonly classes: number;
  readonly criterion: 'gini' | 'entropy';
  readonly minLeaf: number;
  /** Draws the one cut looked at, for extremely randomised trees. */
  readonly uniform?: () => number;
}

/**
 * Best split by Gini impurity or entropy (bits), from per-bin class weights. Targets are class codes.
 * A histogram costs one pass over the node's rows, the scan O(filled bins × classes).
 */
export function classifySplitter(bins: Bins, rowsInBag: number, options: ClassifyOptions): Splitter {
  const { classes, minLeaf, uniform } = options;
  const entropy = options.criterion === 'entropy';
  const node = new NodeBins(bins, classes);
  const { order } = node;
  const nodeClass = new Uint16Array(rowsInBag);
  const nodeWeight = new Float64Array(rowsInBag);
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  const best = newSplit();
  const scanned: Scanned = { score: 0, cut: 0 };
  let { sums: histogram, count } = node.parts[0]!;
  let view: RowView;
  let rows: Int32Array;
  let lo = 0;
  let n = 0;
  let weight = 0;
  /** Score of the node unsplit, and of `best`. */
  let purity = 0;
  let top = Number.NEGATIVE_INFINITY;

  const load = (on: RowView, from: Int32Array, begin: number, end: number) => {
    view = on;
    rows = from;
    lo = begin;
    n = end - begin;
    const mixed = gather(
      from,
      begin,
      n,
      view.target as Uint16Array,
      view.weight,
      nodeClass,
      nodeWeight,
      total,
    );
    weight = 0;
    for (let c = 0; c < classes; c++) weight += total[c]!;
    left.fill(0);
    purity = entropy ? -uncertainty(left, total, 0, weight) : squares(total) / weight;
    top = Number.NEGATIVE_INFINITY;
    best.feature = -1;
    return mixed;
  };

  const sortByClass = () => {
    const cells = new Float64Array(node.size * classes);
    for (let k = 0; k < node.size; k++)
      for (let c = 0; c < classes; c++) cells[k * classes + c] = histogram[order[k]! * classes + c]!;
    node.sortBy(classScores(cells, node.size, classes));
  };

  const scan = (feature: number, missingLeft: boolean, only: number) => {
    const missing = count[missingBin]!;
    const last = missing > 0 && !missingLeft ? node.size : node.size - 1;
    const first = only >= 0 ? only - 1 : 0;
    const stop = only >= 0 ? Math.min(last, only) : last;
    for (let c = 0; c < classes; c++) left[c] = missingLeft ? histogram[missingBin * classes + c]! : 0;
    scanned.score = top;
    scanned.cut = -1;
    const begun = missingLeft ? missing : 0;
    if (entropy) scanEntropy(histogram, count, order, first, stop, left, total, begun, n, minLeaf, scanned);
    else if (classes === 2)
      scanTwo(histogram, count, order, first, stop, left, total, begun, n, minLeaf, scanned);
    else scanGini(histogram, count, order, first, stop, left, total, begun, n, minLeaf, scanned);
    if (scanned.cut < 0) return;
    top = scanned.score;
    best.feature = feature;
    best.gain = Math.max(0, top - purity);
    best.missingLeft = missing > 0 ? missingLeft : leftIsHeavier(scanned.cut);
    keepSplit(best, order, node.size, scanned.cut, bins.categories[feature]! > 0);
  };

  /** Values unseen here follow the heavier side. */
  const leftIsHeavier = (cut: number) => {
    let sum = 0;
    for (let k = 0; k < cut; k++)
      for (let c = 0; c < classes; c++) sum += histogram[order[k]! * classes + c]!;
    return 2 * sum > weight;
  };

  /** Looks for the best split by the k-th histogram. False when the feature is constant. */
  const inspect = (feature: number, k: number) => {
    ({ sums: histogram, count } = node.parts[k]!);
    node.collect(k);
    const missing = count[missingBin]! > 0;
    const informative = node.size + (missing ? 1 : 0) > 1;
    if (informative) {
      if (bins.categories[feature]! > 0) sortByClass();
      const only = uniform ? node.randomCut(feature, uniform()) : -1;
      scan(feature, false, only);
      if (missing && node.size > 1) scan(feature, true, only);
    }
    node.clear(k);
    return informative;
  };

  const consider = (features: Int32Array, begin: number, among: number) => {
    const base = (k: number) => features[begin + k]! * view.rows;
    if (among === together)
      fillThree(
        view.codes,
        base(0),
        base(1),
        base(2),
        rows,
        lo,
        n,
        nodeClass,
        nodeWeight,
        node.sums,
        classes,
        node.count,
        node.marks,
      );
    else
      for (let k = 0; k < among; k++) {
        const { sums, count, marks } = node.parts[k]!;
        fillOne(view.codes, base(k), rows, lo, n, nodeClass, nodeWeight, sums, classes, count, marks);
      }
    let informative = 0;
    for (let k = 0; k < among; k++) if (inspect(features[begin + k]!, k)) informative++;
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

// The loops below get every array as an argument: reading them from the closure above costs three times as much.

interface Scanned {
  /** Best score so far and where it cut, −1 when nothing was better. */
  score: number;
  cut: number;
}

/** Brings the node's classes and weights together and adds up the class weights. True when classes differ. */
function gather(
  rows: Int32Array,
  begin: number,
  n: number,
  classOf: Uint16Array,
  weightOf: Float64Array,
  nodeClass: Uint16Array,
  nodeWeight: Float64Array,
  total: Float64Array,
): boolean {
  total.fill(0);
  let mixed = 0;
  const first = classOf[rows[begin]!]!;
  for (let i = 0; i < n; i++) {
    const row = rows[begin + i]!;
    const c = classOf[row]!;
    const w = weightOf[row]!;
    nodeClass[i] = c;
    nodeWeight[i] = w;
    total[c]! += w;
    mixed |= c ^ first;
  }
  return mixed !== 0;
}

function fillOne(
  codes: Uint8Array,
  base: number,
  rows: Int32Array,
  begin: number,
  n: number,
  nodeClass: Uint16Array,
  nodeWeight: Float64Array,
  sums: Float64Array,
  classes: number,
  count: Int32Array,
  marks: Int32Array,
): void {
  for (let i = 0; i < n; i++) {
    const b = codes[base + rows[begin + i]!]!;
    sums[b * classes + nodeClass[i]!]! += nodeWeight[i]!;
    count[b]! += 1;
    marks[b >> 5]! |= 1 << (b & 31);
  }
}

/** Three features in one pass, which a processor does half again as fast: it need not wait for one bin after the other. */
function fillThree(
  codes: Uint8Array,
  base0: number,
  base1: number,
  base2: number,
  rows: Int32Array,
  begin: number,
  n: number,
  nodeClass: Uint16Array,
  nodeWeight: Float64Array,
  sums: Float64Array,
  classes: number,
  count: Int32Array,
  marks: Int32Array,
): void {
  const second = binSlots * classes;
  for (let i = 0; i < n; i++) {
    const row = rows[begin + i]!;
    const c = nodeClass[i]!;
    const w = nodeWeight[i]!;
    const b0 = codes[base0 + row]!;
    sums[b0 * classes + c]! += w;
    count[b0]! += 1;
    marks[b0 >> 5]! |= 1 << (b0 & 31);
    const b1 = codes[base1 + row]!;
    sums[second + b1 * classes + c]! += w;
    count[binSlots + b1]! += 1;
    marks[8 + (b1 >> 5)]! |= 1 << (b1 & 31);
    const b2 = codes[base2 + row]!;
    sums[2 * second + b2 * classes + c]! += w;
    count[2 * binSlots + b2]! += 1;
    marks[16 + (b2 >> 5)]! |= 1 << (b2 & 31);
  }
}

type Scan = (
  histogram: Float64Array,
  count: Int32Array,
  order: Uint8Array,
  /** Cuts are scored after bin `first` … `stop − 1` of the order. */
  first: number,
  stop: number,
  left: Float64Array,
  total: Float64Array,
  leftRows: number,
  n: number,
  minLeaf: number,
  best: Scanned,
) => void;

const squares = (sums: Float64Array) => {
  let sum = 0;
  for (let c = 0; c < sums.length; c++) sum += sums[c]! * sums[c]!;
  return sum;
};

/** Gini: the score Σ s² / w over both sides grows as they get purer. */
const scanGini: Scan = (histogram, count, order, first, stop, left, total, leftRows, n, minLeaf, best) => {
  const classes = total.length;
  for (let k = 0; k < stop; k++) {
    const b = order[k]!;
    leftRows += count[b]!;
    let leftWeight = 0;
    let rightWeight = 0;
    let leftSquares = 0;
    let rightSquares = 0;
    for (let c = 0; c < classes; c++) {
      const l = left[c]! + histogram[b * classes + c]!;
      const r = total[c]! - l;
      left[c] = l;
      leftWeight += l;
      rightWeight += r;
      leftSquares += l * l;
      rightSquares += r * r;
    }
    if (k < first || leftRows < minLeaf || n - leftRows < minLeaf) continue;
    const score = leftSquares / leftWeight + rightSquares / rightWeight;
    if (score > best.score) {
      best.score = score;
      best.cut = k + 1;
    }
  }
};

/** `scanGini` for two classes, as most tables have, without inner loop; scores are compared as fractions, since dividing is dear. */
const scanTwo: Scan = (histogram, count, order, first, stop, left, total, leftRows, n, minLeaf, best) => {
  let l0 = left[0]!;
  let l1 = left[1]!;
  const t0 = total[0]!;
  const t1 = total[1]!;
  let top = best.score;
  let over = 1;
  let cut = best.cut;
  for (let k = 0; k < stop; k++) {
    const b = order[k]!;
    leftRows += count[b]!;
    l0 += histogram[2 * b]!;
    l1 += histogram[2 * b + 1]!;
    if (k < first || leftRows < minLeaf || n - leftRows < minLeaf) continue;
    const r0 = t0 - l0;
    const r1 = t1 - l1;
    const left = l0 + l1;
    const right = r0 + r1;
    const score = (l0 * l0 + l1 * l1) * right + (r0 * r0 + r1 * r1) * left;
    const under = left * right;
    if (score * over > top * under) {
      top = score;
      over = under;
      cut = k + 1;
    }
  }
  best.score = top / over;
  best.cut = cut;
};

const scanEntropy: Scan = (histogram, count, order, first, stop, left, total, leftRows, n, minLeaf, best) => {
  const classes = total.length;
  for (let k = 0; k < stop; k++) {
    const b = order[k]!;
    leftRows += count[b]!;
    let leftWeight = 0;
    let rightWeight = 0;
    for (let c = 0; c < classes; c++) {
      const l = left[c]! + histogram[b * classes + c]!;
      left[c] = l;
      leftWeight += l;
      rightWeight += total[c]! - l;
    }
    if (k < first || leftRows < minLeaf || n - leftRows < minLeaf) continue;
    const score = -uncertainty(left, total, leftWeight, rightWeight);
    if (score > best.score) {
      best.score = score;
      best.cut = k + 1;
    }
  }
};

/** Weighted entropy in bits of the left side and the rest: −Σ s log₂ (s / w). */
function uncertainty(
  left: Float64Array,
  total: Float64Array,
  leftWeight: number,
  rightWeight: number,
): number {
  let sum = 0;
  for (let c = 0; c < total.length; c++) {
    const l = left[c]!;
    const r = total[c]! - l;
    if (l > 0) sum -= l * Math.log2(l / leftWeight);
    if (r > 0) sum -= r * Math.log2(r / rightWeight);
  }
  return sum;
}
