import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF32, sharedI32, sharedU8, shareF32, shareF64 } from '../compute/shared.js';
import { classScores, groupCategories } from './categories.js';
import { assignBins, findCuts, missingBin } from './quantiles.js';
import type { TreeTable } from './table.js';

/** Slots a feature takes in `low`, `high` and histograms. */
export const binSlots = 256;

/** A table cut into bins: one byte a value, column-major, on shared memory. */
export interface Bins extends BinLabels {
  /** Bin of row i in feature j at `codes[j * rows + i]`; 255 is missing. */
  readonly codes: Uint8Array;
}

/** What the bins of a table stand for. */
export interface BinLabels {
  readonly rows: number;
  readonly features: number;
  /** Bins in use, per feature, without the missing one. */
  readonly counts: Int32Array;
  /** Least and greatest training value of bin b of feature j at `[j * 256 + b]` (numeric features). */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Per feature its number of categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Bin of category k of feature j at `groupOf[groupStart[j] + k]`. */
  readonly groupOf: Uint8Array;
  readonly groupStart: readonly number[];
}

interface BinArgs {
  readonly bins: Bins;
  readonly x: Float32Array;
  readonly y: Float64Array;
  readonly classes: number;
  readonly weight: Float64Array | undefined;
}

/** Bins one feature a block, writing into the shared arrays of `args.bins`. */
export const binKernel: Kernel<BinArgs> = {
  name: 'binKernel',
  url: import.meta.url,
  blocks: ({ bins }) => bins.features,
  run(args, feature) {
    const { bins, x, weight } = args;
    const column = x.subarray(feature * bins.rows, (feature + 1) * bins.rows);
    if (bins.categories[feature]! > 0) binCategories(args, column, feature);
    else binNumbers(bins, column, weight, feature);
  },
};

function binNumbers(bins: Bins, column: Float32Array, weight: Float64Array | undefined, feature: number) {
  const cuts = findCuts(column, weight);
  const slots = [feature * binSlots, (feature + 1) * binSlots] as const;
  const any = assignBins(
    column,
    cuts,
    bins.codes.subarray(feature * bins.rows, (feature + 1) * bins.rows),
    bins.low.subarray(...slots).fill(Number.POSITIVE_INFINITY),
    bins.high.subarray(...slots).fill(Number.NEGATIVE_INFINITY),
  );
  bins.counts[feature] = any ? cuts.length + 1 : 0;
}

/** Pseudo-weight of the overall mean in the target score of a rare category (LightGBM's cat_smooth is 10). */
const smoothing = 10;

function binCategories(args: BinArgs, column: Float32Array, feature: number) {
  const { bins, y, classes, weight } = args;
  const categories = bins.categories[feature]!;
  const outputs = Math.max(1, classes);
  const sums = new Float64Array(categories * outputs);
  const total = new Float64Array(categories);
  const mean = new Float64Array(outputs);
  let all = 0;
  for (let i = 0; i < column.length; i++) {
    const k = column[i]!;
    if (Number.isNaN(k)) continue;
    const w = weight ? weight[i]! : 1;
    const c = classes > 0 ? y[i]! : 0;
    const amount = classes > 0 ? w : w * y[i]!;
    sums[k * outputs + c]! += amount;
    mean[c]! += amount;
    total[k]! += w;
    all += w;
  }
  for (let k = 0; k < categories; k++)
    for (let c = 0; c < outputs; c++) sums[k * outputs + c]! += all > 0 ? (smoothing * mean[c]!) / all : 0;
  const scores = classes > 0 ? classScores(sums, categories, classes) : undefined;
  const score = (k: number) => (scores ? scores[k]! : sums[k]! / (total[k]! + smoothing));
  const { bins: count, groupOf } = groupCategories(categories, total, score);
  bins.groupOf.set(groupOf, bins.groupStart[feature]!);
  bins.counts[feature] = count;
  const codes = bins.codes.subarray(feature * bins.rows, (feature + 1) * bins.rows);
  for (let i = 0; i < column.length; i++) {
    const k = column[i]!;
    codes[i] = !Number.isNaN(k) ? groupOf[k]! : missingBin;
  }
}

/** Cuts every feature into at most 255 bins and a missing one. The table must have passed `checkTable`. */
export async function binTable(compute: Compute, table: TreeTable, options?: ComputeOptions): Promise<Bins> {
  const { rows, features } = table;
  const categories = table.categories ?? new Array<number>(features).fill(0);
  const groupStart: number[] = [];
  let groups = 0;
  for (const count of categories) {
    groupStart.push(groups);
    groups += count;
  }
  const bins: Bins = {
    rows,
    features,
    codes: sharedU8(rows * features),
    counts: sharedI32(features),
    low: sharedF32(features * binSlots),
    high: sharedF32(features * binSlots),
    categories,
    groupOf: sharedU8(groups),
    groupStart,
  };
  const args: BinArgs = {
    bins,
    x: shareF32(table.x),
    y: shareF64(table.y),
    classes: table.classes ?? 0,
    weight: table.weight && shareF64(table.weight),
  };
  await compute(binKernel, args, options?.signal ? { signal: options.signal } : {});
  return bins;
}
