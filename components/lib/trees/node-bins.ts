import { type Bins, binSlots, missingBin } from './bins.js';

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
    const { order, count, marks } = this;
    let size = 0;
    if (sparse) {
      for (let word = 0; word < 8; word++) {
        let bits = marks[word]!;
        marks[word] = 0;
        while (bits !== 0) {
          const bit = 31 - Math.clz32(bits & -bits);
          order[size++] = (word << 5) | bit;
          bits &= bits - 1;
        }
      }
      if (size > 0 && order[size - 1] === missingBin) size--;
    } else {
      const used = this.bins.counts[feature]!;
      for (let b = 0; b < used; b++) if (count[b]! > 0) order[size++] = b;
    }
    this.size = size;
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
