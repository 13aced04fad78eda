import { fitGrid, positionOf, type SurveyGrid } from '../segy/grid.js';
import { argsort } from '../statistics/order.js';
import { median } from './robust.js';
import { counted, countedHeaders, type Issue, type Measured, moot } from './rules.js';

/** Where traces lie, a value a trace; what a table has no column for is absent. */
export interface Positions {
  readonly inline: Float64Array;
  readonly crossline: Float64Array;
  /** What stands in `crossline`: `crossline` where absent, or `cdp` along a line without line numbers. */
  readonly along?: string;
  readonly offset?: Float64Array;
  readonly x?: Float64Array;
  readonly y?: Float64Array;
}

/** Line numbers as places from 0 on: value = first + place · step. */
interface Places {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly at: Int32Array;
}

export interface Grid {
  readonly inline: Places;
  readonly crossline: Places;
  /** Fewest traces in any bin that has one, and most. */
  readonly fold: readonly [number, number];
}

/** More places than this for each trace are no grid but numbers that mean something else. */
const emptiest = 50;

/** The grid on which the traces lie; undefined where line numbers tell no two traces apart, or are no grid. */
export function gridOf({ inline, crossline }: Positions): Grid | undefined {
  const [il, xl] = [placesOf(inline), placesOf(crossline)];
  if (!il || !xl) return undefined;
  const bins = il.count * xl.count;
  if (bins <= 1 || bins > Math.max(1000, emptiest * inline.length)) return undefined;
  const held = new Int32Array(bins);
  il.at.forEach((place, row) => {
    held[place * xl.count + xl.at[row]!]!++;
  });
  const some = held.filter((count) => count > 0);
  const fold = [some.reduce((a, b) => Math.min(a, b)), some.reduce((a, b) => Math.max(a, b))] as const;
  return { inline: il, crossline: xl, fold };
}

function placesOf(numbers: Float64Array): Places | undefined {
  const distinct = Float64Array.from(new Set(numbers)).sort();
  const first = distinct[0];
  if (first === undefined || !distinct.every(Number.isInteger)) return undefined;
  let step = 0;
  for (const number of distinct) step = greatestCommonDivisor(step, number - first);
  step ||= 1;
  const count = (distinct.at(-1)! - first) / step + 1;
  return count > 1e7
    ? undefined
    : { first, step, count, at: Int32Array.from(numbers, (n) => (n - first) / step) };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

const numberAt = ({ first, step }: Places, place: number): number => first + place * step;

/** Rules over line numbers and coordinates; traces more than `binsOff` bins off the grid are listed. */
export function positionRules(
  positions: Positions,
  grid: Grid | undefined,
  binsOff: number,
): readonly Measured[] {
  const none = 'line numbers do not tell traces apart';
  return [
    ...(grid
      ? [duplicates(positions, grid), holes(grid)]
      : (['duplicate_position', 'missing_traces'] as const).map((name) => moot(name, none))),
    ...coordinates(positions, grid, binsOff),
  ];
}

function duplicates({ offset }: Positions, { inline, crossline }: Grid): Measured {
  const traces = inline.at.length;
  const offsets = new Map<number, number>();
  const key = new Float64Array(traces);
  for (let row = 0; row < traces; row++) {
    const value = offset?.[row] ?? 0;
    if (!offsets.has(value)) offsets.set(value, offsets.size);
    const bin = inline.at[row]! * crossline.count + crossline.at[row]!;
    key[row] = bin * traces + offsets.get(value)!;
  }
  const order = argsort(key);
  const issues: Issue[] = [];
  let first = order[0]!;
  for (let i = 1; i < traces; i++) {
    const row = order[i]!;
    if (key[row] === key[first]) issues.push({ row, measured: 1, note: `as trace ${first + 1}` });
    else first = row;
  }
  issues.sort((a, b) => a.row! - b.row!);
  return counted(
    'duplicate_position',
    issues,
    traces,
    'traces have line numbers and offset of an earlier one',
  );
}

/** Share of the rectangle of lines from which on it is taken for the outline of the survey. */
const rectangular = 0.9;

/**
 * Empty bins within the survey: of the rectangle of lines where nine tenths of it hold traces, else those with a trace on
 * either side along their inline or their crossline.
 */
function holes({ inline, crossline }: Grid): Measured {
  const width = crossline.count;
  const held = new Uint8Array(inline.count * width);
  inline.at.forEach((place, row) => {
    held[place * width + crossline.at[row]!] = 1;
  });
  const within = new Uint8Array(held.length);
  const mark = (lines: number, length: number, at: (line: number, place: number) => number) => {
    for (let line = 0; line < lines; line++) {
      let [from, to] = [0, length - 1];
      while (from < length && held[at(line, from)] === 0) from++;
      while (to > from && held[at(line, to)] === 0) to--;
      for (let place = from; place <= to; place++) within[at(line, place)] = 1;
    }
  };
  if (held.reduce((n, one) => n + one, 0) >= rectangular * held.length) within.fill(1);
  mark(inline.count, width, (line, place) => line * width + place);
  mark(width, inline.count, (line, place) => place * width + line);
  const issues: Issue[] = [];
  let bins = 0;
  within.forEach((isWithin, bin) => {
    bins += isWithin;
    if (isWithin && held[bin] === 0)
      issues.push({
        inline: numberAt(inline, Math.floor(bin / width)),
        crossline: numberAt(crossline, bin % width),
        measured: 1,
      });
  });
  return counted('missing_traces', issues, bins, 'bins within the survey have no trace');
}

function coordinates(positions: Positions, grid: Grid | undefined, binsOff: number): readonly Measured[] {
  const { x, y, inline } = positions;
  if (!x || !y)
    return (['missing_coordinates', 'grid_fit'] as const).map((name) =>
      moot(name, 'there are no coordinates'),
    );
  const lacking: Issue[] = [];
  for (let row = 0; row < inline.length; row++)
    if ((x[row] === 0 && y[row] === 0) || !Number.isFinite(x[row]! + y[row]!))
      lacking.push({ row, measured: 1 });
  const missing = countedHeaders('missing_coordinates', lacking, inline.length, 'traces have no coordinates');
  return [missing, gridFit({ ...positions, x, y }, grid, new Set(lacking.map(({ row }) => row!)), binsOff)];
}

/** Share of the traces that the grid is fitted to, once those far off it are left out. */
const kept = 0.75;

function gridFit(
  { inline, crossline, x, y }: Positions & { readonly x: Float64Array; readonly y: Float64Array },
  grid: Grid | undefined,
  lacking: ReadonlySet<number>,
  binsOff: number,
): Measured {
  const rows = Uint32Array.from(inline.keys()).filter((row) => !lacking.has(row));
  const fit = grid && robustGrid({ inline, crossline, x, y }, rows);
  if (!fit) return moot('grid_fit', 'inlines and crosslines with coordinates span no plane');
  const [step, size] = [fit.inlineStep, fit.crosslineStep].map((way) => Math.hypot(...way)) as [
    number,
    number,
  ];
  const bin = Math.min(step * grid.inline.step, size * grid.crossline.step);
  if (!(bin > 0)) return moot('grid_fit', 'coordinates do not change with the lines');
  const issues: Issue[] = [];
  let most = 0;
  for (const row of rows) {
    const off = offset(fit, inline[row]!, crossline[row]!, x[row]!, y[row]!) / bin;
    most = Math.max(most, off);
    if (off > binsOff) issues.push({ row, measured: Number(off.toPrecision(4)), note: 'bins off the grid' });
  }
  return {
    rule: 'grid_fit',
    value: most,
    issues,
    message: `${issues.length} of ${rows.length} traces lie more than ${binsOff} bins off the grid, the farthest ${Number(most.toPrecision(3))} bins`,
  };
}

const offset = (fit: Plane, inline: number, crossline: number, x: number, y: number): number => {
  const [gx, gy] = positionOf(fit, inline, crossline);
  return Math.hypot(x - gx, y - gy);
};

type Placed = Required<Omit<Positions, 'offset' | 'along'>>;

/**
 * Least trimmed squares: from medians of the steps between neighbours, least squares over the three quarters of the
 * traces that lie closest, until they stay the same. Up to a quarter of the traces may lie anywhere.
 */
function robustGrid(all: Placed, rows: Uint32Array): SurveyGrid | undefined {
  const through = (chosen: Uint32Array) => {
    const take = (values: Float64Array) => Float64Array.from(chosen, (row) => values[row]!);
    return fitGrid({
      inline: take(all.inline),
      crossline: take(all.crossline),
      x: take(all.x),
      y: take(all.y),
    });
  };
  let plane: Plane | undefined = medianGrid(all, rows);
  let fit = through(rows);
  if (!fit) return undefined;
  plane ??= fit;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const from = plane;
    const away = Float64Array.from(rows, (row) =>
      offset(from, all.inline[row]!, all.crossline[row]!, all.x[row]!, all.y[row]!),
    );
    const closest = argsort(away).subarray(0, Math.ceil(kept * rows.length));
    const next = through(Uint32Array.from(closest, (i) => rows[i]!).sort());
    if (!next || next.residual.rms >= best * (1 - 1e-9)) return fit;
    best = next.residual.rms;
    fit = next;
    plane = next;
  }
  return fit;
}

type Plane = Pick<SurveyGrid, 'origin' | 'inlineStep' | 'crosslineStep'>;

/** A grid from medians: of the steps from trace to trace along lines, and of what is left. */
function medianGrid({ inline, crossline, x, y }: Placed, rows: Uint32Array): Plane | undefined {
  const along = (fixed: Float64Array, running: Float64Array) => {
    const order = rows.toSorted((a, b) => fixed[a]! - fixed[b]! || running[a]! - running[b]!);
    const steps: [number[], number[]] = [[], []];
    for (let i = 1; i < order.length; i++) {
      const [from, to] = [order[i - 1]!, order[i]!];
      const lines = running[to]! - running[from]!;
      if (fixed[from] !== fixed[to] || lines === 0) continue;
      steps[0].push((x[to]! - x[from]!) / lines);
      steps[1].push((y[to]! - y[from]!) / lines);
    }
    return steps[0].length > 0 ? ([median(steps[0]), median(steps[1])] as const) : undefined;
  };
  const [crosslineStep, inlineStep] = [along(inline, crossline), along(crossline, inline)];
  if (!crosslineStep || !inlineStep) return undefined;
  const rest = (values: Float64Array, k: 0 | 1) =>
    median(
      Float64Array.from(
        rows,
        (row) => values[row]! - inline[row]! * inlineStep[k] - crossline[row]! * crosslineStep[k],
      ),
    );
  return { origin: [rest(x, 0), rest(y, 1)], inlineStep, crosslineStep };
}

/** How many lines and places away a trace still is a neighbour. */
const reach = 2;
const along = 6;

/**
 * Rows to compare a row with: of gathers the same offset in the six gathers before and after it; where every bin holds one
 * trace, up to 24 traces at most two lines and two places away; else the six before and after it in the file.
 */
export function neighboursOn(
  grid: Grid | undefined,
  { inline, offset }: Positions,
): (row: number) => ArrayLike<number> {
  const traces = inline.length;
  if (offset?.some((value) => value !== offset[0])) return sameOffset(offset);
  if (!grid || grid.fold[1] > 1 || grid.inline.count < 2 || grid.crossline.count < 2)
    return (row) => nearby(row, 0, traces);
  const width = grid.crossline.count;
  const rows = new Int32Array(grid.inline.count * width).fill(-1);
  grid.inline.at.forEach((place, row) => {
    rows[place * width + grid.crossline.at[row]!] = row;
  });
  return (row) => {
    const list: number[] = [];
    const [il, xl] = [grid.inline.at[row]!, grid.crossline.at[row]!];
    for (let i = Math.max(0, il - reach); i <= Math.min(grid.inline.count - 1, il + reach); i++)
      for (let k = Math.max(0, xl - reach); k <= Math.min(width - 1, xl + reach); k++) {
        const other = rows[i * width + k]!;
        if (other >= 0 && other !== row) list.push(other);
      }
    return list;
  };
}

function nearby(at: number, from: number, to: number): number[] {
  const list: number[] = [];
  for (let k = Math.max(from, at - along); k < Math.min(to, at + along + 1); k++) if (k !== at) list.push(k);
  return list;
}

/** Amplitudes of a gather fall off with offset, so a trace is like those of its offset, not like the next one. */
function sameOffset(offset: Float64Array): (row: number) => ArrayLike<number> {
  const order = argsort(offset);
  const place = new Uint32Array(order.length);
  const from = new Uint32Array(order.length);
  const to = new Uint32Array(order.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && offset[order[end]!] === offset[order[start]!]) end++;
    for (let k = start; k < end; k++) {
      place[order[k]!] = k;
      from[order[k]!] = start;
      to[order[k]!] = end;
    }
    start = end;
  }
  return (row) => nearby(place[row]!, from[row]!, to[row]!).map((k) => order[k]!);
}
