/** Most bins a feature can have; code 255 is left for missing values. */
export const maxBins = 255;

/** The bin code of a missing value. */
export const missingBin = 255;

/** Rows looked at for quantiles; tables with more rows are sampled at even steps. */
export const quantileRows = 200_000;

/**
 * The float32 threshold between two neighbouring values: halfway, and always `low ≤ t < high`, so that `x ≤ t`
 * parts the two in float32 arithmetic, here as in ONNX.
 */
export function halfway(low: number, high: number): number {
  const t = Math.fround((low + high) / 2);
  return t >= low && t < high ? t : low;
}

/**
 * Ascending thresholds that cut a column into at most 255 bins: one a distinct value where there are no more,
 * else close to equal weight. Value v lies in the first bin b with `v ≤ cuts[b]`, or the last. NaN is skipped.
 * O(n) time: radix sort of at most `quantileRows` values.
 */
export function findCuts(column: Float32Array, weight: Float64Array | undefined): Float32Array {
  const few = fewDistinct(column);
  if (few)
    return Float32Array.from({ length: Math.max(0, few.length - 1) }, (_, k) =>
      halfway(few[k]!, few[k + 1]!),
    );
  const { values, weights } = distinct(column, weight);
  return equalWeightCuts(values, weights);
}

/** Cells of the even grid by which `assignBins` finds a value's bin. */
const cells = 2048;

/**
 * Writes the bin of each value and widens each bin's least and greatest value. False when all are missing.
 * A grid over the cuts leaves a search of none or few steps for each value.
 */
export function assignBins(
  column: Float32Array,
  cuts: Float32Array,
  codes: Uint8Array,
  low: Float32Array,
  high: Float32Array,
): boolean {
  const finite = cuts.filter((cut) => Number.isFinite(cut));
  const origin = finite[0] ?? 0;
  const width = (finite.at(-1) ?? 0) - origin;
  const scale = width > 0 && Number.isFinite(width) ? (cells - 1) / width : 0;
  /** Cuts in earlier cells; since the cell grows with the value, they are all below it. */
  const before = new Uint8Array(cells + 1);
  for (const cut of cuts) before[cellOf(cut, origin, scale) + 1]! += 1;
  for (let c = 0; c < cells; c++) before[c + 1]! += before[c]!;
  let any = false;
  for (let i = 0; i < column.length; i++) {
    const v = column[i]!;
    if (Number.isNaN(v)) {
      codes[i] = missingBin;
      continue;
    }
    const cell = cellOf(v, origin, scale);
    let b = before[cell]!;
    let end = before[cell + 1]!;
    while (b < end) {
      const mid = (b + end) >> 1;
      if (cuts[mid]! < v) b = mid + 1;
      else end = mid;
    }
    codes[i] = b;
    if (v < low[b]!) low[b] = v;
    if (v > high[b]!) high[b] = v;
    any = true;
  }
  return any;
}

function cellOf(v: number, origin: number, scale: number): number {
  const at = (v - origin) * scale;
  // Written so that infinities, and infinity times zero, end at an edge.
  return at < cells - 1 ? (at > 0 ? Math.floor(at) : 0) : at >= cells - 1 ? cells - 1 : 0;
}

/** The sorted distinct values if there are at most `maxBins`, else undefined. −0 and 0 are one value. */
function fewDistinct(column: Float32Array): Float32Array | undefined {
  const slots = 1024;
  const table = new Float32Array(slots).fill(Number.NaN);
  const bits = new Int32Array(1);
  const asFloat = new Float32Array(bits.buffer);
  let count = 0;
  let last = Number.NaN;
  for (let i = 0; i < column.length; i++) {
    const v = column[i]!;
    if (v === last || Number.isNaN(v)) continue;
    last = v;
    asFloat[0] = v + 0;
    let slot = Math.imul(bits[0]!, 0x9e3779b1) >>> 22;
    while (!Number.isNaN(table[slot]!) && table[slot] !== v) slot = (slot + 1) & (slots - 1);
    if (table[slot] === v) continue;
    if (count === maxBins) return undefined;
    table[slot] = v;
    count++;
  }
  return table.filter((v) => !Number.isNaN(v)).sort();
}

function distinct(column: Float32Array, weight: Float64Array | undefined) {
  const n = Math.min(column.length, quantileRows);
  const step = column.length / n;
  const sample = new Float32Array(n);
  let m = 0;
  for (let i = 0; i < n; i++) {
    const v = column[Math.floor(i * step)]!;
    if (!Number.isNaN(v)) sample[m++] = v + 0;
  }
  const sorted = sortFloats(sample.subarray(0, m));
  const values = new Float32Array(m);
  const weights = new Float64Array(m);
  let count = 0;
  for (let i = 0; i < m; i++) {
    if (count === 0 || sorted[i] !== values[count - 1]) values[count++] = sorted[i]!;
    weights[count - 1]! += 1;
  }
  if (weight) {
    weights.fill(0);
    const found = values.subarray(0, count);
    for (let i = 0; i < n; i++) {
      const row = Math.floor(i * step);
      const v = column[row]!;
      if (!Number.isNaN(v)) weights[firstAtLeast(found, v)]! += weight[row]!;
    }
  }
  return { values: values.subarray(0, count), weights: weights.subarray(0, count) };
}

/** Closes a bin where its weight comes closest to an equal share of what is left. */
function equalWeightCuts(values: Float32Array, weights: Float64Array): Float32Array {
  const cuts = new Float32Array(maxBins - 1);
  let left = 0;
  for (const w of weights) left += w;
  let count = 0;
  let current = 0;
  for (let i = 0; i + 1 < values.length && count < maxBins - 1; i++) {
    current += weights[i]!;
    const share = left / (maxBins - count);
    const next = weights[i + 1]!;
    if (current >= share || current + next - share > share - current) {
      cuts[count++] = halfway(values[i]!, values[i + 1]!);
      left -= current;
      current = 0;
    }
  }
  return cuts.slice(0, count);
}

/** First index whose value is at least v, in an ascending array; its length when there is none. */
function firstAtLeast(sorted: Float32Array, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid]! < v) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Ascending copy, by radix sort on the bit patterns made monotone (three passes of 11 bits). */
function sortFloats(values: Float32Array): Float32Array {
  const n = values.length;
  let from = new Uint32Array(n);
  let to = new Uint32Array(n);
  const bits = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < n; i++) {
    const b = bits[i]!;
    from[i] = b >>> 31 ? ~b : b | 0x80000000;
  }
  const start = new Uint32Array(2049);
  for (let shift = 0; shift < 33; shift += 11) {
    start.fill(0);
    for (let i = 0; i < n; i++) start[((from[i]! >>> shift) & 2047) + 1]!++;
    for (let k = 0; k < 2048; k++) start[k + 1]! += start[k]!;
    for (let i = 0; i < n; i++) to[start[(from[i]! >>> shift) & 2047]!++] = from[i]!;
    [from, to] = [to, from];
  }
  for (let i = 0; i < n; i++) {
    const key = from[i]!;
    from[i] = key >>> 31 ? key & 0x7fffffff : ~key;
  }
  return new Float32Array(from.buffer);
}
