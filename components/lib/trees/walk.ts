import { defaultLeft, type Ensemble } from './ensemble.js';

/** Up to so many rows an ensemble is walked row by row. */
export const fewRows = 64;

/** Words of a node: what it asks, the threshold's bits, its left child; the right one follows that. */
const WORDS = 3;
/** Trees walked side by side: while one waits for its next node to come from memory, others go on. */
const SIDE = 8;

/**
 * An ensemble for single rows. The arrays of an `Ensemble` suit many rows, for which one tree after the other stays in
 * the cache; a single row meets every tree, and each of its nodes in five arrays is five trips to memory. Here a node
 * is 12 bytes in one place, several trees are walked at once, and where most rows go lies next.
 */
interface Walk {
  /**
   * Per node: `feature << 1 | missing goes left`, or −1 at a leaf; the threshold, or at a leaf the place of its first
   * value; the place of its left child.
   */
  readonly nodes: Int32Array;
  readonly thresholds: Float32Array;
  /** Places of the roots, filled up to a multiple of `SIDE`. */
  readonly roots: Int32Array;
}

const walks = new WeakMap<Ensemble, Walk>();

/** Made once an ensemble, 12 bytes a node. */
function walkOf(ensemble: Ensemble): Walk {
  let walk = walks.get(ensemble);
  if (!walk) {
    walk = pack(ensemble);
    walks.set(ensemble, walk);
  }
  return walk;
}

function pack({ roots, feature, threshold, left, right, flags, cover }: Ensemble): Walk {
  const nodes = new Int32Array(feature.length * WORDS);
  const thresholds = new Float32Array(nodes.buffer);
  const padded = new Int32Array(Math.ceil(roots.length / SIDE) * SIDE);
  let free = 0;
  const waiting: number[] = [];
  for (const [t, root] of roots.entries()) {
    padded[t] = free;
    waiting.push(root, free);
    free += WORDS;
    while (waiting.length > 0) {
      const at = waiting.pop()!;
      const n = waiting.pop()!;
      if (feature[n]! < 0) {
        nodes[at] = -1;
        nodes[at + 1] = left[n]!;
        continue;
      }
      nodes[at] = (feature[n]! << 1) | (flags[n]! & defaultLeft);
      thresholds[at + 1] = threshold[n]!;
      nodes[at + 2] = free;
      const [a, b] = [left[n]!, right[n]!];
      // The child that more rows reach is taken up next.
      if (cover[a]! >= cover[b]!) waiting.push(b, free + WORDS, a, free);
      else waiting.push(a, free, b, free + WORDS);
      free += 2 * WORDS;
    }
  }
  padded.fill(padded[roots.length - 1]!, roots.length);
  return { nodes, thresholds, roots: padded };
}

/** Can single rows be walked so? Not where a node asks for a category, whose bits lie elsewhere. */
export const isWalked = ({ categoryStart, roots }: Ensemble): boolean =>
  categoryStart.length === 0 && roots.length > 0;

/**
 * Adds the leaves of row i of a column-major table to `sums` from `into` on, tree by tree: the same sums, to the last
 * bit, as of `findLeaf` for one tree after the other.
 */
export function addLeaves(
  ensemble: Ensemble,
  x: Float32Array,
  rows: number,
  i: number,
  sums: Float64Array,
  into: number,
): void {
  const { treeOutput, values, meta } = ensemble;
  const { nodes, thresholds, roots } = walkOf(ensemble);
  const trees = treeOutput.length;
  for (let t = 0; t < roots.length; t += SIDE) {
    for (let s = 0; s < SIDE; s++) place[s] = roots[t + s]!;
    for (let going = true; going; ) {
      going = false;
      for (let s = 0; s < SIDE; s++) {
        const at = place[s]!;
        const asks = nodes[at]!;
        if (asks < 0) continue;
        const v = x[(asks >> 1) * rows + i]!;
        const toLeft = v <= thresholds[at + 1]! || (Number.isNaN(v) && (asks & 1) === 1);
        place[s] = nodes[at + 2]! + (toLeft ? 0 : WORDS);
        going = true;
      }
    }
    const end = Math.min(SIDE, trees - t);
    for (let s = 0; s < end; s++) {
      const leaf = nodes[place[s]! + 1]!;
      const output = treeOutput[t + s]!;
      if (output >= 0) sums[into + output]! += values[leaf]!;
      else for (let o = 0; o < meta.outputs; o++) sums[into + o]! += values[leaf + o]!;
    }
  }
}

const place = new Int32Array(SIDE);
