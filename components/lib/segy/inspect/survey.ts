import { columnsOf } from '../columns.js';
import { type Geometry, geometryOf } from '../geometry.js';
import type { Layout } from '../layout.js';
import { readHeaders } from '../reader.js';
import type { ByteSource } from '../source.js';
import { spreadTraces } from './selection.js';

/** More traces than these are looked at in 200 runs of neighbours spread over the file. */
const mostTraces = 1_000_000;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** How the traces of a file lie, from its trace headers. Plain data but for `headers`. */
export interface Survey {
  /** Traces whose headers were read. */
  readonly seen: number;
  /** `lines`, `steps` and ranges hold for what was seen; gaps, duplicates and fold only where it is all. */
  readonly all: boolean;
  readonly geometry: Geometry;
  /** Traces with the place and the offset of an earlier one; on a 2-D line the place is the CDP. */
  readonly repeated: number;
  /** Where the coordinates were taken from: CDP_X and CDP_Y; else halfway between source and group, or the one of them that there is; else none. */
  readonly coordinates: 'cdp' | 'midpoint' | 'source' | 'group' | 'none';
  readonly x?: Range;
  readonly y?: Range;
  /** Fewest and most traces with the same place on the line or grid. */
  readonly fold: readonly [number, number];
  /** Of a 2-D line with coordinates. */
  readonly line?: { readonly azimuth: number; readonly spacing: number };
  /** Distinct values as stored, fewest first traces first, at most 5. */
  readonly scalars: readonly number[];
  readonly coordinateUnits: number;
  readonly sampleCounts: readonly number[];
  readonly intervals: readonly number[];
  readonly headers: Positions;
}

/** A value a trace that was seen, in file order. */
export interface Positions {
  readonly traces: Uint32Array;
  readonly inline: ArrayLike<number>;
  readonly crossline: ArrayLike<number>;
  readonly cdp: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const places = ['INLINE_3D', 'CROSSLINE_3D', 'CDP', 'offset', 'CDP_X', 'CDP_Y'];
const ends = ['SourceX', 'SourceY', 'GroupX', 'GroupY'];
const stated = ['SourceGroupScalar', 'CoordinateUnits', 'TRACE_SAMPLE_COUNT', 'TRACE_SAMPLE_INTERVAL'];

/** Reads the trace headers of at most a million traces: O(traces · log traces). Undefined for a file without traces. */
export async function surveyOf(source: ByteSource, layout: Layout): Promise<Survey | undefined> {
  const { traces } = layout.trace;
  if (traces === 0) return undefined;
  const picked = spreadTraces(traces, mostTraces, 200);
  const all = picked.length === traces;
  const columns = columnsOf(layout, [...places, ...ends, ...stated]);
  const selection = all ? { first: 0, count: traces } : picked;
  const read = await readHeaders(source, layout.trace, columns, selection);
  const of = (name: string) => read[name]!;
  const { coordinates, x, y } = coordinatesOf(of);
  const headers = {
    traces: picked,
    inline: of('INLINE_3D'),
    crossline: of('CROSSLINE_3D'),
    cdp: of('CDP'),
    offset: of('offset'),
    x,
    y,
  };
  const geometry = geometryOf(headers);
  const line = geometry.kind === '3d' ? undefined : lineThrough(x, y);
  return {
    seen: picked.length,
    all,
    geometry,
    coordinates,
    ...(coordinates !== 'none' && { x: rangeOf(x, y), y: rangeOf(y, x) }),
    repeated: geometry.cdps ? repeatedIn(headers.cdp, headers.offset) : geometry.duplicates,
    fold: geometry.cdps ? foldOf(headers.cdp) : geometry.fold,
    ...(line && { line }),
    scalars: some(of('SourceGroupScalar')),
    coordinateUnits: of('CoordinateUnits')[0]!,
    sampleCounts: some(of('TRACE_SAMPLE_COUNT')),
    intervals: some(of('TRACE_SAMPLE_INTERVAL')),
    headers,
  };
}

function coordinatesOf(of: (name: string) => ArrayLike<number>) {
  const [x, y] = [Float64Array.from(of('CDP_X')), Float64Array.from(of('CDP_Y'))];
  const none = (a: Float64Array, b: Float64Array) => a.every((value, i) => value === 0 && b[i] === 0);
  if (!none(x, y)) return { coordinates: 'cdp', x, y } as const;
  const [sx, sy, gx, gy] = ends.map((name) => Float64Array.from(of(name)));
  const [noSource, noGroup] = [none(sx!, sy!), none(gx!, gy!)];
  if (noSource && noGroup) return { coordinates: 'none', x, y } as const;
  if (noGroup) return { coordinates: 'source', x: sx!, y: sy! } as const;
  if (noSource) return { coordinates: 'group', x: gx!, y: gy! } as const;
  const half = (a: Float64Array, b: Float64Array) => a.map((value, i) => (value + b[i]!) / 2);
  return { coordinates: 'midpoint', x: half(sx!, gx!), y: half(sy!, gy!) } as const;
}

/** Of the traces that have coordinates. */
function rangeOf(values: Float64Array, other: Float64Array): Range {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0 && other[i] === 0) continue;
    from = Math.min(from, values[i]!);
    to = Math.max(to, values[i]!);
  }
  return { from, to };
}

function repeatedIn(places: ArrayLike<number>, offsets: ArrayLike<number>): number {
  const seen = new Map<number, Set<number>>();
  let repeated = 0;
  for (let i = 0; i < places.length; i++) {
    const here = seen.get(places[i]!) ?? new Set();
    seen.set(places[i]!, here);
    repeated += Number(here.has(offsets[i]!));
    here.add(offsets[i]!);
  }
  return repeated;
}

function foldOf(numbers: ArrayLike<number>): readonly [number, number] {
  const counts = new Map<number, number>();
  for (let i = 0; i < numbers.length; i++) counts.set(numbers[i]!, (counts.get(numbers[i]!) ?? 0) + 1);
  let [least, most] = [numbers.length, 0];
  for (const count of counts.values()) {
    least = Math.min(least, count);
    most = Math.max(most, count);
  }
  return [least, most];
}

/** From the first to the last trace, and the median distance of neighbours at different places. */
function lineThrough(x: Float64Array, y: Float64Array): Survey['line'] {
  const last = x.length - 1;
  const [dx, dy] = [x[last]! - x[0]!, y[last]! - y[0]!];
  if (dx === 0 && dy === 0) return undefined;
  const steps = Float64Array.from({ length: last }, (_, i) =>
    Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!),
  )
    .filter((step) => step > 0)
    .sort();
  const azimuth = ((Math.atan2(dx, dy) * 180) / Math.PI + 360) % 360;
  return { azimuth, spacing: steps[steps.length >> 1]! };
}

const some = (values: ArrayLike<number>): number[] => [...new Set(Array.from(values))].slice(0, 5);
