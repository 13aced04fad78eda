import type { Kernel } from '../compute/kernel.js';
import { chiSquare } from './chi-square.js';
import { wasserstein } from './distance.js';
import { countsBetween, jensenShannon, psi, quantileEdges, totalVariation } from './divergence.js';
import { ksTwoSample } from './kolmogorov-smirnov.js';
import { sorted } from './order.js';
import { checkSample, mean, type Sample, sampleVariance } from './sample.js';

/** How far a sample is from a reference, and whether chance explains it. */
export interface Difference {
  readonly psi: number;
  /** Jensen–Shannon distance over the same bins or classes, 0 to 1. */
  readonly jensenShannon: number;
  /** Of numbers the Kolmogorov–Smirnov distance, of classes the total variation distance, 0 to 1. */
  readonly distance: number;
  /** Two-sided: Kolmogorov–Smirnov, or χ². */
  readonly p: number;
  readonly test: 'ks' | 'chi-square';
  /** Of numbers, in their own unit. */
  readonly wasserstein?: number;
  /** In standard deviations of both samples together; 0 where neither varies. */
  readonly wassersteinScaled?: number;
  /** Difference of the means in pooled standard deviations (Cohen's d), by its sign. */
  readonly meanShift?: number;
}

/** Exact p up to as many lattice points: some milliseconds. Above the limit distribution is as good. */
const exactWithin = 1e6;

/**
 * Inner edges of about ten bins that hold equal shares of the reference. A value that fills a bin and more (many zeros) gets
 * one of its own, so that neither what is above it nor what is below hides in it.
 */
export function referenceEdges(reference: Sample, sample: Sample, bins = 10): Float64Array {
  const values = sorted([...Array.from(reference), ...Array.from(sample)]).filter(
    (v, i, all) => v !== all[i - 1],
  );
  if (values.length <= bins) return values.slice(1);
  const edges = new Set(quantileEdges(reference, bins));
  const counts = new Map<number, number>();
  for (let i = 0; i < reference.length; i++) {
    const value = reference[i]!;
    if (edges.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const [value, count] of counts) {
    if (count * bins < reference.length) continue;
    const above = values[firstAbove(values, value)];
    if (above !== undefined) edges.add(above);
  }
  return Float64Array.from(edges).sort();
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Numbers against a reference: PSI and Jensen–Shannon distance over the reference's bins, Wasserstein distance, the
 * two-sample Kolmogorov–Smirnov test. O(n log n). Throws `too-few-rows` for an empty sample, `not-finite`.
 */
export function compareNumbers(reference: Sample, sample: Sample): Difference {
  checkSample(reference, 1);
  checkSample(sample, 1);
  const edges = referenceEdges(reference, sample);
  const [a, b] = [countsBetween(reference, edges), countsBetween(sample, edges)];
  const few = reference.length * sample.length <= exactWithin;
  const { statistic, p } = ksTwoSample(reference, sample, few ? 'exact' : 'asymptotic');
  const moved = wasserstein(reference, sample);
  const both = Float64Array.of(...[reference, sample].map(squares));
  const n = reference.length + sample.length;
  const gap = mean(sample) - mean(reference);
  const within = Math.sqrt((both[0]! + both[1]!) / Math.max(1, n - 2));
  const whole = Math.sqrt(
    (both[0]! + both[1]! + (gap * gap * reference.length * sample.length) / n) / Math.max(1, n - 1),
  );
  return {
    psi: psi(a, b),
    jensenShannon: jensenShannon(a, b),
    distance: statistic,
    p: Math.min(1, p),
    test: 'ks',
    wasserstein: moved,
    wassersteinScaled: whole === 0 ? 0 : moved / whole,
    ...(within > 0 && { meanShift: gap / within }),
  };
}

/** Sum of squared differences from the mean. */
const squares = (values: Sample): number =>
  values.length < 2 ? 0 : sampleVariance(values) * (values.length - 1);

/**
 * Counts of the same classes against a reference: PSI, Jensen–Shannon and total variation distance, Pearson's χ² test.
 * Throws `counts`, `empty`.
 */
export function compareCounts(reference: ArrayLike<number>, sample: ArrayLike<number>): Difference {
  const filled = Array.from(reference, (count, i) => count + sample[i]!).filter((count) => count > 0).length;
  return {
    psi: psi(reference, sample),
    jensenShannon: jensenShannon(reference, sample),
    distance: totalVariation(reference, sample),
    p: filled < 2 ? 1 : chiSquare([reference, sample]).p,
    test: 'chi-square',
  };
}

/** One column of numbers on a worker. */
export const compareKernel: Kernel<
  { readonly reference: Float64Array; readonly sample: Float64Array },
  Difference
> = {
  name: 'compareKernel',
  url: import.meta.url,
  blocks: () => 1,
  run: ({ reference, sample }) => compareNumbers(reference, sample),
};

export type ColumnVerdict = 'stable' | 'shifted' | 'moved';

/**
 * PSI at and above 0.1 is a shift, above 0.25 a move, if the p-value (corrected for the number of tests) is at most alpha:
 * small samples differ by chance, and of large ones every difference is significant.
 */
export function columnVerdict(psi: number, p: number, alpha: number): ColumnVerdict {
  if (p > alpha || psi < 0.1) return 'stable';
  return psi > 0.25 ? 'moved' : 'shifted';
}
