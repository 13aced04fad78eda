import { type BinLabels, type Bins, binSlots } from './bins.js';
import { categorical, defaultLeft, type Tree } from './ensemble.js';
import { halfway, missingBin } from './quantiles.js';
import type { RowView } from './row-view.js';

/** A split of one node as the search leaves it. */
export interface Split {
  feature: number;
  /** Decrease of weighted impurity (or loss). */
  gain: number;
  /** Numeric: the greatest bin of the node that goes left and the least that goes right, −1 when only missing do. */
  lastLeft: number;
  firstRight: number;
  missingLeft: boolean;
  /** 1 for each bin that goes left. For numbers `markSides` fills it. */
  readonly goesLeft: Uint8Array;
}

export const newSplit = (): Split => ({
  feature: -1,
  gain: 0,
  lastLeft: -1,
  firstRight: -1,
  missingLeft: false,
  goesLeft: new Uint8Array(binSlots),
});

/** Grows the arrays of one tree, node by node. */
export class TreeWriter {
  private capacity: number;
  private nodes = 0;
  private feature: Int32Array;
  private threshold: Float32Array;
  private left: Int32Array;
  private right: Int32Array;
  private flags: Uint8Array;
  private categoryStart: Int32Array;
  private cover: Float64Array;
  private gain: Float64Array;
  private readonly values: number[] = [];
  private readonly bits: number[] = [];
  private readonly anyCategories: boolean;

  constructor(
    private readonly bins: BinLabels,
    expectedNodes: number,
  ) {
    this.capacity = Math.max(1, expectedNodes);
    this.anyCategories = bins.categories.some((count) => count > 0);
    this.feature = new Int32Array(this.capacity);
    this.threshold = new Float32Array(this.capacity);
    this.left = new Int32Array(this.capacity);
    this.right = new Int32Array(this.capacity);
    this.flags = new Uint8Array(this.capacity);
    this.categoryStart = new Int32Array(this.anyCategories ? this.capacity : 0);
    this.cover = new Float64Array(this.capacity);
    this.gain = new Float64Array(this.capacity);
  }

  /** A new node, still a leaf without value. */
  add(cover: number): number {
    if (this.nodes === this.capacity) this.grow();
    const node = this.nodes++;
    this.feature[node] = -1;
    this.cover[node] = cover;
    return node;
  }

  leaf(node: number, values: ArrayLike<number>): void {
    this.left[node] = this.values.length;
    for (let k = 0; k < values.length; k++) this.values.push(values[k]!);
  }

  /** Makes a node an inner one; children are set by `link`. */
  split(node: number, split: Split): void {
    const { feature } = split;
    this.feature[node] = feature;
    this.gain[node] = split.gain;
    this.flags[node] = split.missingLeft ? defaultLeft : 0;
    const categories = this.bins.categories[feature]!;
    if (categories > 0) {
      this.flags[node]! |= categorical;
      this.categoryStart[node] = this.bits.length;
      const group = this.bins.groupStart[feature]!;
      for (let word = 0; word < categories; word += 32) {
        let bits = 0;
        for (let k = word; k < Math.min(categories, word + 32); k++)
          if (split.goesLeft[this.bins.groupOf[group + k]!]) bits |= 1 << (k - word);
        this.bits.push(bits);
      }
      return;
    }
    const base = feature * binSlots;
    this.threshold[node] =
      split.firstRight < 0
        ? Number.POSITIVE_INFINITY
        : halfway(this.bins.high[base + split.lastLeft]!, this.bins.low[base + split.firstRight]!);
  }

  link(node: number, left: number, right: number): void {
    this.left[node] = left;
    this.right[node] = right;
  }

  /** Sets the training weight of a node that was not known when it was added. */
  setCover(node: number, cover: number): void {
    this.cover[node] = cover;
  }

  /** Training weight of the inner nodes from that of the leaves. */
  sumCover(): void {
    for (let n = this.nodes - 1; n >= 0; n--)
      if (this.feature[n]! >= 0) this.cover[n] = this.cover[this.left[n]!]! + this.cover[this.right[n]!]!;
  }

  finish(output: number): Tree {
    const n = this.nodes;
    return {
      output,
      feature: this.feature.slice(0, n),
      threshold: this.threshold.slice(0, n),
      left: this.left.slice(0, n),
      right: this.right.slice(0, n),
      flags: this.flags.slice(0, n),
      categoryStart: this.categoryStart.slice(0, this.anyCategories ? n : 0),
      categoryBits: Uint32Array.from(this.bits),
      values: Float64Array.from(this.values),
      cover: this.cover.slice(0, n),
      gain: this.gain.slice(0, n),
    };
  }

  private grow() {
    this.capacity *= 2;
    const wider = <A extends Int32Array | Float32Array | Float64Array | Uint8Array>(from: A, to: A): A => {
      to.set(from as never);
      return to;
    };
    const size = this.capacity;
    this.feature = wider(this.feature, new Int32Array(size));
    this.threshold = wider(this.threshold, new Float32Array(size));
    this.left = wider(this.left, new Int32Array(size));
    this.right = wider(this.right, new Int32Array(size));
    this.flags = wider(this.flags, new Uint8Array(size));
    if (this.anyCategories) this.categoryStart = wider(this.categoryStart, new Int32Array(size));
    this.cover = wider(this.cover, new Float64Array(size));
    this.gain = wider(this.gain, new Float64Array(size));
  }
}

/**
 * Keeps a split of the ordered bins of a node, of which the first `cut` go left. Other categories of the feature
 * follow the missing ones.
 */
export function keepSplit(
  split: Split,
  order: Uint8Array,
  size: number,
  cut: number,
  isCategory: boolean,
): void {
  split.lastLeft = order[cut - 1]!;
  split.firstRight = cut < size ? order[cut]! : -1;
  if (!isCategory) return;
  split.goesLeft.fill(split.missingLeft ? 1 : 0);
  for (let k = 0; k < size; k++) split.goesLeft[order[k]!] = k < cut ? 1 : 0;
}

/** For a number's split marks the bins that go left; those of a category are known already. */
export function markSides(bins: BinLabels, split: Split): void {
  if (bins.categories[split.feature] === 0)
    split.goesLeft.fill(1, 0, split.lastLeft + 1).fill(0, split.lastLeft + 1);
  split.goesLeft[missingBin] = split.missingLeft ? 1 : 0;
}

/**
 * Parts rows[lo, hi) by the split, keeping their order on both sides. Returns where the right side begins.
 * `scratch` has room for hi − lo rows.
 */
export function partition(
  bins: Bins,
  view: Pick<RowView, 'rows' | 'codes'>,
  split: Split,
  rows: Int32Array,
  lo: number,
  hi: number,
  scratch: Int32Array,
): number {
  markSides(bins, split);
  return part(view.codes, split.feature * view.rows, split.goesLeft, rows, lo, hi, scratch);
}

function part(
  codes: Uint8Array,
  base: number,
  goesLeft: Uint8Array,
  rows: Int32Array,
  lo: number,
  hi: number,
  scratch: Int32Array,
): number {
  let left = lo;
  let right = 0;
  for (let i = lo; i < hi; i++) {
    const row = rows[i]!;
    const toLeft = goesLeft[codes[base + row]!]!;
    rows[left] = row;
    scratch[right] = row;
    left += toLeft;
    right += 1 - toLeft;
  }
  for (let i = 0; i < right; i++) rows[left + i] = scratch[i]!;
  return left;
}
