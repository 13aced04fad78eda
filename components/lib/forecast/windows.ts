import type { Kernel } from '../compute/kernel.js';
import { sharedF64 } from '../compute/shared.js';

export type WindowStat = 'mean' | 'std' | 'min' | 'max';

export interface WindowArgs {
  /** Columns to look back on, NaN where missing. */
  readonly columns: readonly Float64Array[];
  /** Series of each row: 0, 1, … */
  readonly series: Int32Array;
  /** Place of each row on the grid of its series: whole, ≥ 0, each once. */
  readonly step: Float64Array;
  readonly lags: readonly number[];
  readonly windows: readonly number[];
  readonly stats: readonly WindowStat[];
  /** Steps from a row to the latest value that its windows hold. */
  readonly delay: number;
}

/**
 * Values of earlier steps and statistics of windows of them, by row: first the lags, then for each window its
 * statistics (pandas: groupby.shift(lag) and groupby.shift(delay).rolling(window)). NaN where a value of them is
 * missing; the standard deviation divides by n − 1. A block a column. Time O(rows · Σ windows).
 */
export const windowKernel: Kernel<WindowArgs, Float64Array[]> = {
  name: 'windowKernel',
  url: import.meta.url,
  blocks: ({ columns }) => columns.length,
  run({ columns, series, step, lags, windows, stats, delay }, block) {
    const values = columns[block]!;
    const rows = values.length;
    const past = bySeries(values, series, step);
    const add = (valueAt: (own: Float64Array, at: number) => number) => {
      const out = sharedF64(rows);
      for (let row = 0; row < rows; row++) out[row] = valueAt(past[series[row]!]!, step[row]!);
      return out;
    };
    return [
      ...lags.map((lag) => add((own, at) => own[at - lag] ?? Number.NaN)),
      ...windows.flatMap((width) =>
        stats.map((stat) => add((own, at) => measure[stat](own, at - delay - width + 1, at - delay + 1))),
      ),
    ];
  },
};

function bySeries(values: Float64Array, series: Int32Array, step: Float64Array): Float64Array[] {
  const lengths: number[] = [];
  for (let row = 0; row < values.length; row++)
    lengths[series[row]!] = Math.max(lengths[series[row]!] ?? 0, step[row]! + 1);
  const past = lengths.map((length) => new Float64Array(length).fill(Number.NaN));
  for (let row = 0; row < values.length; row++) past[series[row]!]![step[row]!] = values[row]!;
  return past;
}

type Measure = (own: Float64Array, from: number, to: number) => number;

const fold =
  (combine: (a: number, b: number) => number): Measure =>
  (own, from, to) => {
    let result = own[from] ?? Number.NaN;
    for (let i = from + 1; i < to; i++) result = combine(result, own[i]!);
    return result;
  };

const mean: Measure = (own, from, to) => fold((a, b) => a + b)(own, from, to) / (to - from);

const measure: { readonly [stat in WindowStat]: Measure } = {
  mean,
  min: fold(Math.min),
  max: fold(Math.max),
  std(own, from, to) {
    const centre = mean(own, from, to);
    let squares = 0;
    for (let i = from; i < to; i++) squares += ((own[i] ?? Number.NaN) - centre) ** 2;
    return Math.sqrt(squares / (to - from - 1));
  },
};
