import type { SurveyGrid } from './grid.js';
import { fitGrid } from './grid.js';

/** The numbers of one kind of line, or the offsets. */
export interface Lines {
  /** Distinct numbers in the order in which the file has them first. */
  readonly values: readonly number[];
  readonly first: number;
  readonly last: number;
  /** Largest step that all of them lie on, counted from the smallest; 0 where there is but one. */
  readonly step: number;
}

export interface Geometry {
  /** `3d`: several inlines and crosslines; `2d`: one line, by its line numbers or its CDPs; else `none`. */
  readonly kind: '3d' | '2d' | 'none';
  /** Several offsets, or several traces in a bin. */
  readonly prestack: boolean;
  /** Which line number changes slowest, as segyio names it; absent where neither tells the traces apart. */
  readonly sorting?: 'inline' | 'crossline';
  readonly inlines: Lines;
  readonly crosslines: Lines;
  readonly offsets: Lines;
  /** Along a 2-D line that has no line numbers. */
  readonly cdps?: Lines;
  /** Bins of the full rectangle of inlines and crosslines, and how many of them hold no trace. */
  readonly bins: number;
  readonly missing: number;
  /** Traces that share inline, crossline and offset with an earlier one. */
  readonly duplicates: number;
  /** Fewest and most traces in a bin that holds any. */
  readonly fold: readonly [number, number];
  /** Every bin holds the same number of traces, none twice. */
  readonly regular: boolean;
  readonly grid?: SurveyGrid;
  /** Distance between neighbouring lines of each kind, in coordinate units. */
  readonly binSize?: { readonly inline: number; readonly crossline: number };
}

/** A value a trace. Coordinates with their scalars applied. */
export interface GeometryColumns {
  readonly inline: ArrayLike<number>;
  readonly crossline: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
  readonly cdp?: ArrayLike<number>;
  readonly x?: ArrayLike<number>;
  readonly y?: ArrayLike<number>;
}

/** How the traces of a survey lie: O(traces · log traces), and memory for a few numbers a trace. */
export function geometryOf(columns: GeometryColumns): Geometry {
  const traces = columns.inline.length;
  const inlines = distinct(columns.inline);
  const crosslines = distinct(columns.crossline);
  const offsets = distinct(columns.offset);
  const bins = inlines.lines.values.length * crosslines.lines.values.length;

  const bin = indexed(
    inlines.index.map((il, i) => il * crosslines.lines.values.length + crosslines.index[i]),
  ).index;
  const occupied = runLengths(bin);
  const withOffset = bin.map((at, i) => at * offsets.lines.values.length + offsets.index[i]);
  const duplicates = traces - runLengths(withOffset).length;
  const fold = [minimum(occupied), maximum(occupied)] as const;

  const lineNumbers = [inlines, crosslines].map(({ lines }) => lines.values.length);
  const cdps = columns.cdp && bins === 1 ? distinct(columns.cdp).lines : undefined;
  const isLine = Math.max(...lineNumbers) > 1 || (cdps?.values.length ?? 0) > 1;
  const kind = Math.min(...lineNumbers) > 1 ? '3d' : isLine ? '2d' : 'none';
  const sorting = sortingOf(columns, bins > 1 || duplicates === 0);
  const { inline, crossline, x, y } = columns;
  const grid = x && y ? fitGrid({ inline, crossline, x, y }) : undefined;
  return {
    kind,
    prestack: offsets.lines.values.length > 1 || fold[1] > 1,
    ...(sorting ? { sorting } : {}),
    inlines: inlines.lines,
    crosslines: crosslines.lines,
    offsets: offsets.lines,
    ...(cdps ? { cdps } : {}),
    bins,
    missing: bins - occupied.length,
    duplicates,
    fold,
    regular: traces > 0 && bins === occupied.length && duplicates === 0 && fold[0] === fold[1],
    ...(grid ? { grid, binSize: binSize(grid, inlines.lines, crosslines.lines) } : {}),
  };
}

/** Distinct values in order of appearance, and the place of each value among them. */
function indexed(values: ArrayLike<number>): { numbers: number[]; index: Float64Array } {
  const order = new Map<number, number>();
  const index = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let at = order.get(values[i]);
    if (at === undefined) {
      at = order.size;
      order.set(values[i], at);
    }
    index[i] = at;
  }
  return { numbers: [...order.keys()], index };
}

function distinct(values: ArrayLike<number>): { lines: Lines; index: Float64Array } {
  const { numbers, index } = indexed(values);
  const sorted = Float64Array.from(numbers).sort();
  let step = 0;
  for (let i = 1; i < sorted.length; i++) step = greatestCommonDivisor(step, sorted[i] - sorted[i - 1]);
  return { lines: { values: numbers, first: sorted[0] ?? 0, last: sorted.at(-1) ?? 0, step }, index };
}

const greatestCommonDivisor = (a: number, b: number): number => {
  let [p, q] = [a, b];
  while (q > 0) [p, q] = [q, p % q];
  return p;
};

/** How often each key occurs, by ascending key. */
function runLengths(keys: Float64Array): number[] {
  const sorted = keys.slice().sort();
  const lengths: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    lengths.push(end - start);
    start = end;
  }
  return lengths;
}

const minimum = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

function sortingOf({ inline, crossline }: GeometryColumns, told: boolean): Geometry['sorting'] {
  if (!told || inline.length === 0) return undefined;
  let inlineChanges = 0;
  let crosslineChanges = 0;
  for (let i = 1; i < inline.length; i++) {
    if (inline[i] !== inline[i - 1]) inlineChanges++;
    if (crossline[i] !== crossline[i - 1]) crosslineChanges++;
  }
  return crosslineChanges > inlineChanges ? 'inline' : 'crossline';
}

/** Perpendicular distances, so that a skewed grid is told from a rectangular one. */
function binSize({ inlineStep, crosslineStep }: SurveyGrid, inlines: Lines, crosslines: Lines) {
  const area = Math.abs(inlineStep[0] * crosslineStep[1] - inlineStep[1] * crosslineStep[0]);
  return {
    inline: (inlines.step * area) / Math.hypot(...crosslineStep),
    crossline: (crosslines.step * area) / Math.hypot(...inlineStep),
  };
}
