import type { Dense } from './dense.js';

type Shape = Pick<Dense, 'rows' | 'width'>;

/** How XᵀX is cut into blocks of equal work: pairs of stripes of columns, times chunks of rows. */
export interface Tiling {
  /** Columns of a stripe at most. */
  readonly widest: number;
  /** Rows that are packed together. */
  readonly depth: number;
  /** Multiplications of a block, about. */
  readonly work: number;
}

function stripesOf(width: number, { widest }: Tiling) {
  const stripes = Math.ceil(width / widest);
  return { stripes, stripe: Math.ceil(width / stripes / 4) * 4 };
}

/** Rows multiplied in one block. */
export function chunkRows(width: number, tiling: Tiling): number {
  const { stripe } = stripesOf(width, tiling);
  const { depth, work } = tiling;
  return depth * Math.min(128, Math.max(1, Math.round(work / (stripe * stripe * depth))));
}

/** Columns are cut into equal stripes, rows into chunks; both depend on the shape alone. */
export function blocksOf({ rows, width }: Shape, tiling: Tiling) {
  const { stripes, stripe } = stripesOf(width, tiling);
  const chunks = Math.ceil(rows / chunkRows(width, tiling));
  const pairs = (stripes * (stripes + 1)) / 2;
  return { stripe, pairs, blocks: chunks * pairs };
}

export interface Stripe {
  readonly firstColumn: number;
  readonly columns: number;
}

/** What one block multiplies: two stripes, the first not right of the second, over rows from … to − 1. */
export function blockOf(x: Shape, tiling: Tiling, block: number) {
  const { stripes, stripe } = stripesOf(x.width, tiling);
  const { pairs } = blocksOf(x, tiling);
  const chunk = chunkRows(x.width, tiling);
  let [i, rest] = [0, block % pairs];
  while (rest >= stripes - i) rest -= stripes - i++;
  const at = (s: number): Stripe => ({
    firstColumn: s * stripe,
    columns: Math.min(stripe, x.width - s * stripe),
  });
  const from = Math.floor(block / pairs) * chunk;
  return { left: at(i), right: at(i + rest), from, to: Math.min(x.rows, from + chunk) };
}

/**
 * Adds the parts of all blocks, stripe × stripe by rows, to the upper triangle of width × width sums. Entry i, j is
 * multiplied by scale[i] · scale[j] first.
 */
export function addBlocks(
  x: Shape,
  tiling: Tiling,
  parts: readonly Float64Array[],
  sum: Float64Array,
  scale: Float64Array,
): void {
  const { stripe } = blocksOf(x, tiling);
  parts.forEach((part, block) => {
    const { left, right } = blockOf(x, tiling, block);
    const diagonal = left.firstColumn === right.firstColumn;
    for (let r = 0; r < left.columns; r++) {
      const own = scale[left.firstColumn + r]!;
      const to = (left.firstColumn + r) * x.width + right.firstColumn;
      const from = r * stripe;
      for (let c = diagonal ? r : 0; c < right.columns; c++)
        sum[to + c]! += part[from + c]! * own * scale[right.firstColumn + c]!;
    }
  });
}

/** Copies the upper triangle of a matrix, width × width, to the lower one. */
export function mirror(matrix: Float64Array, width: number): void {
  for (let r = 0; r < width; r++) for (let c = 0; c < r; c++) matrix[r * width + c] = matrix[c * width + r]!;
}
