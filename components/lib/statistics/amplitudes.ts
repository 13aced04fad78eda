import { quantileSorted } from './order.js';

/** Values of all samples together; NaN and infinities are counted apart and left out of the rest. */
export interface Amplitudes {
  readonly count: number;
  readonly notFinite: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly sd: number;
  readonly rms: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly zeros: number;
  /** Samples that equal the minimum, and the maximum. */
  readonly atMinimum: number;
  readonly atMaximum: number;
  /** Linear between neighbours: numpy.percentile. */
  quantile(share: number): number;
  /** Samples in equal bins from minimum to maximum, the upper end in the last. */
  histogram(bins: number): { readonly edges: Float64Array; readonly counts: Float64Array };
}

/** Sorts the values in place: O(n log n). Undefined where none is finite. */
export function amplitudesOf(values: Float32Array): Amplitudes | undefined {
  // Sorting puts NaN last; infinities stand at the ends.
  values.sort();
  let from = 0;
  let to = values.length;
  while (to > 0 && !Number.isFinite(values[to - 1]!)) to--;
  while (from < to && !Number.isFinite(values[from]!)) from++;
  const finite = values.subarray(from, to);
  const count = finite.length;
  if (count === 0) return undefined;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  for (const value of finite) {
    sum += value;
    squares += value * value;
    if (value === 0) zeros++;
  }
  const mean = sum / count;
  let deviations = 0;
  for (const value of finite) deviations += (value - mean) ** 2;
  const [minimum, maximum] = [finite[0]!, finite[count - 1]!];
  let atMinimum = 0;
  while (finite[atMinimum] === minimum) atMinimum++;
  let atMaximum = 0;
  while (finite[count - 1 - atMaximum] === maximum) atMaximum++;
  return {
    count,
    notFinite: values.length - count,
    mean,
    sd: Math.sqrt(deviations / count),
    rms: Math.sqrt(squares / count),
    minimum,
    maximum,
    zeros,
    atMinimum,
    atMaximum,
    quantile: (share) => quantileSorted(finite, share),
    histogram: (bins) => histogram(finite, bins),
  };
}

function histogram(ascending: Float32Array, bins: number) {
  const [low, high] = [ascending[0]!, ascending.at(-1)!];
  // One value alone has bins about it.
  const [from, to] = high > low ? [low, high] : [low - 0.5, low + 0.5];
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? to : from + ((to - from) * i) / bins,
  );
  const counts = new Float64Array(bins);
  let bin = 0;
  for (const value of ascending) {
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { edges, counts };
}
