/** Sorting, ranks and quantiles of float64 values. None of them accepts NaN; callers check first. */

const COMPARE_BELOW = 2048;

/**
 * Indices that sort `values` ascending, stable: equal values keep their order, and −0 equals +0.
 * Radix sort of the 64 key bits by 16, O(n), 24 bytes a value; comparison sort where n is small.
 */
export function argsort(values: ArrayLike<number>): Uint32Array {
  const n = values.length;
  let order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (n < COMPARE_BELOW) return order.sort((a, b) => values[a]! - values[b]! || a - b);

  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const float = new Float64Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < n; i++) {
    float[0] = values[i]! + 0; // −0 + 0 = +0
    // Makes the bit pattern order like the number: negative ones are mirrored, positive ones lifted above.
    const mirror = bits[1]! >>> 31 ? 0xffffffff : 0;
    low[i] = bits[0]! ^ mirror;
    high[i] = bits[1]! ^ (mirror | 0x80000000);
  }
  let next = new Uint32Array(n);
  const counts = new Uint32Array(65536);
  for (let pass = 0; pass < 4; pass++) {
    const word = pass < 2 ? low : high;
    const shift = pass % 2 ? 16 : 0;
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[(word[i]! >>> shift) & 0xffff]!++;
    let start = 0;
    for (let d = 0; d < 65536; d++) {
      const count = counts[d]!;
      counts[d] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const row = order[i]!;
      next[counts[(word[row]! >>> shift) & 0xffff]!++] = row;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** A sorted copy as float64. */
export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/**
 * Ranks from 1, ties sharing their mean rank, and the sum of t³ − t over groups of t ties
 * (scipy.stats.rankdata, method "average").
 */
export function midranks(values: ArrayLike<number>): { ranks: Float64Array; ties: number } {
  const order = argsort(values);
  const n = order.length;
  const ranks = new Float64Array(n);
  let ties = 0;
  for (let i = 0; i < n; ) {
    let j = i + 1;
    while (j < n && values[order[j]!] === values[order[i]!]) j++;
    for (let k = i; k < j; k++) ranks[order[k]!] = (i + 1 + j) / 2;
    const t = j - i;
    ties += t * t * t - t;
    i = j;
  }
  return { ranks, ties };
}

/** Quantile of ascending values by linear interpolation (numpy.quantile's default, Hyndman and Fan's type 7). */
export function quantileSorted(ascending: ArrayLike<number>, q: number): number {
  const position = (ascending.length - 1) * q;
  const below = Math.floor(position);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return low + (high - low) * (position - below);
}
