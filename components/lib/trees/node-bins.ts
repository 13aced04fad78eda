import { type Bins, binSlots } from './bins.js';
import { missingBin } from './quantiles.js';

/** Features whose histograms are filled in one pass: more would not fit the first-level cache. */
export const together = 3;

/** Filled bins above which a histogram is cleared as a whole. */
const manyBins = 64;

/** The histogram of one feature in a node: `width` numbers a bin, and its rows. */
interface Histogram {
  readonly sums: Float64Array;
  readonly count: Int32Array;
  readonly marks: Int32Array;
}

/**
 * Histograms of up to three features in a node, and the bins that the one at hand fills. Filling marks a bit a bin,
 * since most nodes are small and fill few of the 255 bins.
 */
export class NodeBins {
  readonly sums: Float64Array;
  readonly count = new Int32Array(together * binSlots);
  readonly marks = new Int32Array(together * 8);
  /** The parts of the above by feature. */
  readonly parts: readonly Histogram[];
  /** The filled bins of the feature at hand in order, without the missing one. */
  readonly order = new Uint8Array(binSlots);
  size = 0;

  constructor(
    private readonly bins: Bins,
    private readonly width: number,
  ) {
    this.sums = new Float64Array(together * binSlots * width);
    this.parts = Array.from({ length: together }, (_, k) => ({
      sums: this.sums.subarray(k * binSlots * width, (k + 1) * binSlots * width),
      count: this.count.subarray(k * binSlots, (k + 1) * binSlots),
      marks: this.marks.subarray(k * 8, (k + 1) * 8),
    }));
  }

  /** Lists the bins that the k-th feature fills. */
  collect(k: number): void {
    this.size = fromMarks(this.parts[k]!.marks, this.order);
  }

  /** Empties the histogram of the k-th feature, whose bins were collected last. */
  clear(k: number): void {
    const { sums, count } = this.parts[k]!;
    if (this.size > manyBins) {
      sums.fill(0);
      count.fill(0);
    } else clear(sums, count, this.order, this.size, this.width);
  }

  /** Puts the bins in ascending order of a score, given in their present order. */
  sortBy(scores: Float64Array): void {
    const sorted = Array.from(this.order.subarray(0, this.size).entries()).sort(
      ([a, x], [b, y]) => scores[a]! - scores[b]! || x - y,
    );
    sorted.forEach(([, bin], k) => {
      this.order[k] = bin;
    });
  }

  /** Where an extremely randomised split cuts the ordered bins (Geurts et al. 2006): uniform between the node's extremes. */
  randomCut(feature: number, uniform: number): number {
    const { order, size } = this;
    const bins = this.bins;
    if (size < 2) return size;
    if (this.bins.categories[feature]! > 0) return 1 + Math.floor(uniform * (size - 1));
    const base = feature * binSlots;
    const from = clampFinite(bins.high[base + order[0]!]!);
    const to = clampFinite(bins.low[base + order[size - 1]!]!);
    const at = from + uniform * (to - from);
    let cut = 1;
    while (cut < size - 1 && bins.low[base + order[cut]!]! <= at) cut++;
    return cut;
  }
}

const largest = 3.4028234663852886e38;
const clampFinite = (v: number) => Math.min(largest, Math.max(-largest, v));

function fromMarks(marks: Int32Array, order: Uint8Array): number {
  let size = 0;
  for (let word = 0; word < 8; word++) {
    let bits = marks[word]!;
    marks[word] = 0;
    while (bits !== 0) {
      order[size++] = (word << 5) | (31 - Math.clz32(bits & -bits));
      bits &= bits - 1;
    }
  }
  return size > 0 && order[size - 1] === missingBin ? size - 1 : size;
}

function clear(sums: Float64Array, count: Int32Array, order: Uint8Array, size: number, width: number): void {
  for (let k = 0; k <= size; k++) {
    const b = k < size ? order[k]! : missingBin;
    count[b] = 0;
    for (let c = 0; c < width; c++) sums[b * width + c] = 0;
  }
}
