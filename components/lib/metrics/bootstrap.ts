import type { Compute, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { type Random, random } from '../random.js';
import { quantileSorted } from '../statistics/order.js';
import { CONFUSION_METRICS, confusionMetrics } from './classification.js';
import { type Classification, checkClassification } from './confusion.js';

export interface BootstrapOptions {
  readonly seed: number;
  /** 1,000 when absent. */
  readonly replicates?: number;
  /** 0.95 when absent. */
  readonly confidence?: number;
  /** A code 0, 1, … a row: each replicate keeps the size of every stratum. */
  readonly strata?: Int32Array;
}

/** Percentile interval (Efron 1979) and standard deviation of the replicates. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
}

/** Rows in order of stratum and where each stratum begins; one stratum of all rows in their order by default. */
export function layout(rows: number, strata: Int32Array | undefined) {
  if (rows === 0) throw new InputError('empty', 'no rows to resample');
  const order = sharedI32(rows);
  if (!strata) {
    for (let i = 0; i < rows; i++) order[i] = i;
    return { order, starts: [0, rows] };
  }
  if (strata.length !== rows) throw new InputError('length', `${strata.length} strata for ${rows} rows`);
  const starts: number[] = [0];
  for (const code of strata) {
    if (code < 0) throw new InputError('class-code', `stratum ${code} is below 0`);
    while (starts.length < code + 2) starts.push(0);
    starts[code + 1]!++;
  }
  for (let s = 1; s < starts.length; s++) starts[s]! += starts[s - 1]!;
  const next = [...starts];
  for (let i = 0; i < rows; i++) order[next[strata[i]!]!++] = i;
  return { order, starts };
}

/** Calls `each` with every row of one replicate, drawn with replacement inside its stratum. */
function resample(draw: Random, order: Int32Array, starts: readonly number[], each: (row: number) => void) {
  for (let s = 0; s + 1 < starts.length; s++) {
    const start = starts[s]!;
    const size = starts[s + 1]! - start;
    for (let i = 0; i < size; i++) each(order[start + draw.int(size)]!);
  }
}

/** Replicates to be drawn in parallel: the rows as `layout` gives them, and how many. */
export interface Replicates {
  readonly order: Int32Array;
  readonly starts: readonly number[];
  readonly seed: number;
  readonly replicates: number;
}

/** Some 2 million draws a block. */
const perBlock = ({ order }: Replicates) => Math.max(1, Math.floor(2e6 / order.length));
export const replicateBlocks = (args: Replicates): number => Math.ceil(args.replicates / perBlock(args));

/** `width` numbers of each replicate of a block, one after another, as `measure` gives them; it is handed the resampling. */
export function measureReplicates(
  args: Replicates,
  block: number,
  width: number,
  measure: (drawn: (each: (row: number) => void) => void) => ArrayLike<number>,
): Float64Array {
  const { order, starts, seed, replicates } = args;
  const first = block * perBlock(args);
  const last = Math.min(replicates, first + perBlock(args));
  const out = new Float64Array((last - first) * width);
  for (let r = first; r < last; r++)
    out.set(
      measure((each) => resample(random(seed, r), order, starts, each)),
      (r - first) * width,
    );
  return out;
}

export function interval(values: Float64Array, confidence: number): Interval {
  values.sort();
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return {
    lower: quantileSorted(values, (1 - confidence) / 2),
    upper: quantileSorted(values, (1 + confidence) / 2),
    standardError: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0,
  };
}

export function settings({ replicates = 1000, confidence = 0.95 }: BootstrapOptions) {
  if (!(Number.isInteger(replicates) && replicates >= 1))
    throw new InputError('replicates', `${replicates} is not a number of replicates`);
  if (!(confidence > 0 && confidence < 1))
    throw new InputError('confidence', `${confidence} is not between 0 and 1`);
  return { replicates, confidence };
}

/**
 * Intervals of any named numbers of resampled rows. `statistic` gets the drawn row numbers (reused between calls)
 * and may leave out a number that is not defined for them: the interval is then over the replicates that have it.
 * The random stream is the replicate's number.
 */
export function bootstrap(
  rows: number,
  statistic: (rows: Int32Array) => Readonly<Record<string, number>>,
  options: BootstrapOptions,
): Record<string, Interval> {
  const { replicates, confidence } = settings(options);
  const { order, starts } = layout(rows, options.strata);
  const drawn = new Int32Array(rows);
  const values = new Map<string, number[]>();
  for (let r = 0; r < replicates; r++) {
    let at = 0;
    resample(random(options.seed, r), order, starts, (row) => {
      drawn[at++] = row;
    });
    for (const [name, value] of Object.entries(statistic(drawn))) {
      const list = values.get(name);
      if (list) list.push(value);
      else values.set(name, [value]);
    }
  }
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, interval(Float64Array.from(list), confidence)]),
  );
}

interface ConfusionArgs extends Replicates {
  /** truth · classes + prediction of every row. */
  readonly cell: Int32Array;
  readonly weight: Float64Array | undefined;
  readonly classes: number;
}

/** CONFUSION_METRICS of a block of replicates, one after another. */
export const confusionBootstrapKernel: Kernel<ConfusionArgs, Float64Array> = {
  name: 'confusionBootstrapKernel',
  url: import.meta.url,
  blocks: replicateBlocks,
  run: (args, block) => {
    const { cell, weight, classes } = args;
    const confusion = new Float64Array(classes * classes);
    return measureReplicates(args, block, CONFUSION_METRICS.length, (drawn) => {
      confusion.fill(0);
      drawn((row) => {
        confusion[cell[row]!]! += weight ? weight[row]! : 1;
      });
      return confusionMetrics(confusion, classes);
    });
  },
};

/**
 * Intervals of every metric that needs only truth and prediction: the confusion matrix of each replicate is counted
 * straight from drawn rows. O(rows · replicates), in parallel over replicates, equal for any number of workers.
 */
export async function bootstrapClassification(
  compute: Compute,
  input: Classification,
  options: BootstrapOptions,
): Promise<Record<string, Interval>> {
  checkClassification(input);
  const { replicates, confidence } = settings(options);
  const rows = input.truth.length;
  const cell = sharedI32(rows);
  for (let i = 0; i < rows; i++) cell[i] = input.truth[i]! * input.classes + input.predicted[i]!;
  const weight = input.weight && sharedF64(rows);
  weight?.set(input.weight!);
  const parts = await compute(confusionBootstrapKernel, {
    cell,
    weight,
    classes: input.classes,
    ...layout(rows, options.strata),
    seed: options.seed,
    replicates,
  });
  const width = CONFUSION_METRICS.length;
  const columns = CONFUSION_METRICS.map(() => new Float64Array(replicates));
  let r = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i += width, r++)
      for (let m = 0; m < width; m++) columns[m]![r] = part[i + m]!;
  return Object.fromEntries(CONFUSION_METRICS.map((name, m) => [name, interval(columns[m]!, confidence)]));
}
