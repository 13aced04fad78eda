import { type Bins, binSlots } from './bins.js';
import { NodeBins } from './node-bins.js';
import { missingBin } from './quantiles.js';
import type { RowView } from './row-view.js';
import { type Scanned, type SearchOptions, SplitSearch } from './split-search.js';

/**
 * Best split by squared error, from per-bin weights and weighted target sums. Targets are taken relative to
 * `center`, so that a large common offset costs no digits.
 */
export class RegressSplit extends SplitSearch {
  /** Target sum and weight of row i of the node at 2i and 2i + 1; likewise by bin in the histograms. */
  private readonly nodeSums: Float64Array;
  private readonly whole: Whole = { sum: 0, weight: 0, mixed: false, leftWeight: 0 };

  constructor(
    bins: Bins,
    rowsInBag: number,
    private readonly center: number,
    options: SearchOptions,
  ) {
    super(bins, new NodeBins(bins, 2), options);
    this.nodeSums = new Float64Array(2 * rowsInBag);
  }

  protected gather({ target, weight }: RowView): boolean {
    const { rows, lo, n, whole } = this;
    gather(rows, lo, n, target as Float64Array, this.center, weight, this.nodeSums, whole);
    this.weight = whole.weight;
    this.unsplit = (whole.sum * whole.sum) / whole.weight;
    return whole.mixed;
  }

  protected fillOne(codes: Uint8Array, base: number, place: number): void {
    const { sums, count, marks } = this.node.parts[place]!;
    const { rows, lo, n } = this;
    fillOne(codes, base, rows, lo, n, this.nodeSums, sums, count, marks);
  }

  protected fillThree(codes: Uint8Array, a: number, b: number, c: number): void {
    const { sums, count, marks } = this.node;
    const { rows, lo, n } = this;
    fillThree(codes, a, b, c, rows, lo, n, this.nodeSums, sums, count, marks);
  }

  protected sortCategories(sums: Float64Array): void {
    const { order, size } = this.node;
    const mean = (b: number) => sums[2 * b]! / sums[2 * b + 1]!;
    this.node.sortBy(Float64Array.from(order.subarray(0, size), mean));
  }

  protected scan(on: Scanned, first: number, stop: number, missingLeft: boolean): void {
    const { order } = this.node;
    const { n, whole } = this;
    scanCuts(on.sums, on.count, order, first, stop, missingLeft, n, this.options.minLeaf, on, whole);
  }

  protected leftWeight(): number {
    return this.whole.leftWeight;
  }

  leaf(): ArrayLike<number> {
    const { whole } = this;
    // Equal targets are given back to the last digit.
    return [whole.mixed ? this.center + whole.sum / whole.weight : this.view!.target[this.rows[this.lo]!]!];
  }
}

/** Sums over the node. */
interface Whole {
  sum: number;
  weight: number;
  mixed: boolean;
  /** Left of the cut found last. */
  leftWeight: number;
}

function gather(
  rows: Int32Array,
  begin: number,
  n: number,
  yOf: Float64Array,
  center: number,
  weightOf: Float64Array,
  nodeSums: Float64Array,
  whole: Whole,
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
  whole.sum = sum;
  whole.weight = weight;
  whole.mixed = mixed;
}

function fillOne(
  codes: Uint8Array,
  base: number,
  rows: Int32Array,
  begin: number,
  n: number,
  nodeSums: Float64Array,
  sums: Float64Array,
  count: Int32Array,
  marks: Int32Array,
): void {
  for (let i = 0; i < n; i++) {
    const b = codes[base + rows[begin + i]!]!;
    sums[2 * b]! += nodeSums[2 * i]!;
    sums[2 * b + 1]! += nodeSums[2 * i + 1]!;
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
  nodeSums: Float64Array,
  sums: Float64Array,
  count: Int32Array,
  marks: Int32Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = rows[begin + i]!;
    const s = nodeSums[2 * i]!;
    const w = nodeSums[2 * i + 1]!;
    const b0 = codes[base0 + row]!;
    sums[2 * b0]! += s;
    sums[2 * b0 + 1]! += w;
    count[b0]! += 1;
    marks[b0 >> 5]! |= 1 << (b0 & 31);
    const b1 = binSlots + codes[base1 + row]!;
    sums[2 * b1]! += s;
    sums[2 * b1 + 1]! += w;
    count[b1]! += 1;
    marks[b1 >> 5]! |= 1 << (b1 & 31);
    const b2 = 2 * binSlots + codes[base2 + row]!;
    sums[2 * b2]! += s;
    sums[2 * b2 + 1]! += w;
    count[b2]! += 1;
    marks[b2 >> 5]! |= 1 << (b2 & 31);
  }
}

/** Moves the bins to the left one by one and scores the cuts: Σ s² / w of both sides. */
function scanCuts(
  sums: Float64Array,
  count: Int32Array,
  order: Uint8Array,
  first: number,
  stop: number,
  missingLeft: boolean,
  n: number,
  minLeaf: number,
  on: Scanned,
  whole: Whole,
): void {
  const { sum, weight } = whole;
  let top = on.score;
  let leftRows = missingLeft ? count[missingBin]! : 0;
  let leftSum = missingLeft ? sums[2 * missingBin]! : 0;
  let leftWeight = missingLeft ? sums[2 * missingBin + 1]! : 0;
  for (let k = 0; k < stop; k++) {
    const b = order[k]!;
    leftRows += count[b]!;
    leftSum += sums[2 * b]!;
    leftWeight += sums[2 * b + 1]!;
    if (k < first || leftRows < minLeaf || n - leftRows < minLeaf) continue;
    const rightSum = sum - leftSum;
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight);
    if (score > top) {
      top = score;
      on.cut = k + 1;
      whole.leftWeight = leftWeight;
    }
  }
  on.score = top;
}
