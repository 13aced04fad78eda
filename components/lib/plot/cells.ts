/** Line numbers as equal steps: cell i holds the numbers from `first + (i − ½) step` up to `first + (i + ½) step`. */
export interface LineAxis {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** More cells a line than a picture has pixels help nobody. */
const mostCells = 2000;

/**
 * The steps on which line numbers lie: their greatest common step where they are whole numbers, else the least
 * distance of two. Where that makes more than 2,000 cells, several lines share one. O(n log n); numbers that are not
 * finite are left out.
 */
export function lineAxis(...numbers: readonly ArrayLike<number>[]): LineAxis {
  const distinct = new Set<number>();
  for (const list of numbers) for (let i = 0; i < list.length; i++) distinct.add(list[i]!);
  const sorted = [...distinct].filter(Number.isFinite).sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const span = (sorted.at(-1) ?? 0) - first;
  if (span === 0) return { first, step: 1, count: 1 };
  const whole = sorted.every(Number.isInteger);
  let step = whole ? 0 : span;
  for (let i = 1; i < sorted.length; i++) {
    const apart = sorted[i]! - sorted[i - 1]!;
    step = whole ? greatestCommonDivisor(step, apart) : Math.min(step, apart);
  }
  step *= Math.max(1, Math.ceil((span / step + 1) / mostCells));
  return { first, step, count: Math.floor(span / step + 0.5) + 1 };
}

const greatestCommonDivisor = (a: number, b: number): number => {
  let [p, q] = [a, b];
  while (q > 0) [p, q] = [q, p % q];
  return p;
};

/** First and last line number with half a step on either side: the ends of an axis. */
export const endsOf = ({ first, step, count }: LineAxis): readonly [number, number] => [
  first - step / 2,
  first + (count - 0.5) * step,
];

export interface LineGrid {
  readonly inline: LineAxis;
  readonly crossline: LineAxis;
}

export const cellCount = ({ inline, crossline }: LineGrid): number => inline.count * crossline.count;

/** Number of the cell of each row, crosslines fastest; −1 outside the grid or without line numbers. */
export function cellsOf(grid: LineGrid, inline: ArrayLike<number>, crossline: ArrayLike<number>): Int32Array {
  const place = ({ first, step, count }: LineAxis, value: number) => {
    const at = Math.floor((value - first) / step + 0.5);
    return at >= 0 && at < count ? at : -1;
  };
  return Int32Array.from(inline, (number, i) => {
    const [il, xl] = [place(grid.inline, number), place(grid.crossline, crossline[i]!)];
    return il >= 0 && xl >= 0 ? il * grid.crossline.count + xl : -1;
  });
}

/**
 * The most frequent code of the rows of each cell, the lowest of equals; NaN where there is none. Codes below 0 do not
 * count. O(n) where the rows of a cell agree, O(n log n) in the others.
 */
export function mostFrequent(cells: Int32Array, codes: Int32Array, count: number): Float64Array {
  const winners = new Float64Array(count).fill(Number.NaN);
  const contested = new Uint8Array(count);
  const counts = (row: number) => cells[row]! >= 0 && codes[row]! >= 0;
  for (let row = 0; row < cells.length; row++) {
    if (!counts(row)) continue;
    const cell = cells[row]!;
    if (Number.isNaN(winners[cell])) winners[cell] = codes[row]!;
    else if (winners[cell] !== codes[row]) contested[cell] = 1;
  }
  const order = Uint32Array.from(cells.keys())
    .filter((row) => counts(row) && contested[cells[row]!] === 1)
    .sort((a, b) => cells[a]! - cells[b]! || codes[a]! - codes[b]!);
  const votes = new Uint32Array(count);
  for (let i = 0; i < order.length; ) {
    const [cell, code] = [cells[order[i]!]!, codes[order[i]!]!];
    let end = i;
    while (end < order.length && cells[order[end]!] === cell && codes[order[end]!] === code) end++;
    if (end - i > votes[cell]!) {
      votes[cell] = end - i;
      winners[cell] = code;
    }
    i = end;
  }
  return winners;
}

/** Mean of the finite values of each cell, NaN where there is none. */
export function meanOf(cells: Int32Array, values: ArrayLike<number>, count: number): Float64Array {
  const sums = new Float64Array(count);
  const rows = new Uint32Array(count);
  for (let i = 0; i < cells.length; i++) {
    if (cells[i]! < 0 || !Number.isFinite(values[i]!)) continue;
    sums[cells[i]!]! += values[i]!;
    rows[cells[i]!]!++;
  }
  return sums.map((sum, cell) => (rows[cell]! > 0 ? sum / rows[cell]! : Number.NaN));
}

/** How two values a cell compare, over the cells that have both and, where `only` is given, are marked in it. */
export function compareCells(a: Float64Array, b: Float64Array, only?: Uint8Array) {
  let cells = 0;
  let equal = 0;
  let apart = 0;
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]!) || Number.isNaN(b[i]!) || only?.[i] === 0) continue;
    cells++;
    if (a[i] === b[i]) equal++;
    apart += Math.abs(a[i]! - b[i]!);
  }
  return { cells, equal: equal / cells, difference: apart / cells };
}
