import { type Bins, binSlots } from './bins.js';
import { missingBin } from './quantiles.js';

/** Nodes with fewer rows note which bins they fill in a bit set, instead of looking through all. */
const sparseRows = 512;

/**
 * The bins that a node fills, in ascending order: shared by the split searches, which add up their own sums.
 * Counting marks a bit a bin for small nodes, since most nodes are small and fill few of the 255 bins.
 */
export class NodeBins {
  /** Rows of the node in each bin of the feature at hand. */
  readonly count = new Int32Array(binSlots);
  /** The bins in order, without the missing one. */
  readonly order = new Uint8Array(binSlots);
  readonly marks = new Int32Array(8);
  size = 0;

  constructor(private readonly bins: Bins) {}

  static sparse(rows: number): boolean {
    return rows < sparseRows;
  }

  /** Lists the bins with rows. Call after `count` (and for a sparse node `marks`) are filled. */
  collect(feature: number, sparse: boolean): void {
    this.size = sparse
      ? fromMarks(this.marks, this.order)
      : fromCounts(this.count, this.bins.counts[feature]!, this.order);
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
    const { order, size, bins } = this;
    if (size < 2) return size;
    if (bins.categories[feature]! > 0) return 1 + Math.floor(uniform * (size - 1));
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

function fromCounts(count: Int32Array, used: number, order: Uint8Array): number {
  let size = 0;
  for (let b = 0; b < used; b++) if (count[b]! > 0) order[size++] = b;
  return size;
}
