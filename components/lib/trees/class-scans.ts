/**
 * Scans of a histogram of class weights (`classes` numbers a bin) for the best cut: bins move to the left one by one.
 * `left` holds the class weights that are there at first, and is used up; `total` those of the node. Each takes
 * O(bins × classes), and gets every array as an argument: reading them from a closure costs three times as much.
 */
interface Best {
  /** Best score so far, and where this scan cut: −1 when nothing was better. */
  score: number;
  cut: number;
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
  best: Best,
) => void;

export const squares = (sums: Float64Array) => {
  let sum = 0;
  for (let c = 0; c < sums.length; c++) sum += sums[c]! * sums[c]!;
  return sum;
};

/** Gini: the score Σ s² / w over both sides grows as they get purer. */
export const scanGini: Scan = (
  histogram,
  count,
  order,
  first,
  stop,
  left,
  total,
  leftRows,
  n,
  minLeaf,
  best,
) => {
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
export const scanTwo: Scan = (
  histogram,
  count,
  order,
  first,
  stop,
  left,
  total,
  leftRows,
  n,
  minLeaf,
  best,
) => {
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

export const scanEntropy: Scan = (
  histogram,
  count,
  order,
  first,
  stop,
  left,
  total,
  leftRows,
  n,
  minLeaf,
  best,
) => {
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
export function uncertainty(
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
