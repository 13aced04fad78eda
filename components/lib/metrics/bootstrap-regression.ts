import type { Compute, Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';
import {
  type BootstrapOptions,
  type Interval,
  interval,
  layout,
  measureReplicates,
  type Replicates,
  replicateBlocks,
  settings,
} from './bootstrap.js';
import { type Regression, regressionMetrics } from './regression.js';

/** What each row adds to the sums that the metrics are made of. */
const LOSSES = ['absolute', 'squared', 'symmetric', 'size', 'centred', 'centredSquared', 'relative'] as const;
/** Metrics that are made of sums over rows; the median error is not. */
const METRICS = ['mae', 'rmse', 'smape', 'r2', 'wape', 'mape'] as const;

interface RegressionArgs extends Replicates {
  /** Row-major rows × losses. */
  readonly losses: Float64Array;
}

/** METRICS of a block of replicates, one after another; NaN where one is not defined. */
export const regressionBootstrapKernel: Kernel<RegressionArgs, Float64Array> = {
  name: 'regressionBootstrapKernel',
  url: import.meta.url,
  blocks: replicateBlocks,
  run: (args, block) => {
    const { losses, order } = args;
    const sums = new Float64Array(LOSSES.length);
    return measureReplicates(args, block, METRICS.length, (drawn) => {
      sums.fill(0);
      drawn((row) => {
        for (let k = 0; k < LOSSES.length; k++) sums[k]! += losses[row * LOSSES.length + k]!;
      });
      return metricsOf(sums, order.length);
    });
  },
};

function metricsOf(sums: Float64Array, rows: number): number[] {
  const [absolute, squared, symmetric, size, centred, centredSquared, relative] = sums as unknown as number[];
  const spread = centredSquared! - centred! ** 2 / rows;
  return [
    absolute! / rows,
    Math.sqrt(squared! / rows),
    symmetric! / rows,
    spread > 1e-12 * centredSquared! ? 1 - squared! / spread : Number.NaN,
    size! > 0 ? absolute! / size! : Number.NaN,
    relative! / rows,
  ];
}

/**
 * Intervals of the metrics of `regressionMetrics` that are sums over rows, so of all but `median_ape` and `r2_log`, by resampling
 * rows; a metric that the rows do not define is absent. O(rows · replicates), in parallel over replicates, equal for
 * any number of workers. Equals `bootstrap` over `regressionMetrics` up to rounding. Weights are not taken.
 */
export async function bootstrapRegression(
  compute: Compute,
  input: Omit<Regression, 'weight'>,
  options: BootstrapOptions,
): Promise<Record<string, Interval>> {
  const { replicates, confidence } = settings(options);
  const defined = regressionMetrics(input);
  const rows = input.truth.length;
  const losses = sharedF64(rows * LOSSES.length);
  let mean = 0;
  for (let i = 0; i < rows; i++) mean += input.truth[i]! / rows;
  for (let i = 0; i < rows; i++) {
    const [y, p] = [input.truth[i]!, input.predicted[i]!];
    const error = Math.abs(y - p);
    const both = Math.abs(y) + Math.abs(p);
    losses.set(
      [
        error,
        error ** 2,
        both > 0 ? (2 * error) / both : 0,
        Math.abs(y),
        y - mean,
        (y - mean) ** 2,
        error / Math.abs(y),
      ],
      i * LOSSES.length,
    );
  }
  const parts = await compute(regressionBootstrapKernel, {
    losses,
    ...layout(rows, options.strata),
    seed: options.seed,
    replicates,
  });
  const values = Float64Array.from(parts.flatMap((part) => Array.from(part)));
  return Object.fromEntries(
    METRICS.flatMap((name, m) => {
      const found = values.filter((value, i) => i % METRICS.length === m && Number.isFinite(value));
      return name in defined && found.length > 0 ? [[name, interval(found, confidence)] as const] : [];
    }),
  );
}
