import { sharedBytes } from '../compute/shared.js';
import { scaled, unscaled } from './axis.js';
import type { Endian, HeaderField } from './fields.js';
import { readNumber, viewOf, writeNumber } from './fields.js';
import type { Layout } from './layout.js';

/** A trace-header field read over many traces. Plain data. */
export interface HeaderColumn {
  readonly name: string;
  readonly field: HeaderField;
  /** The field that scales it: positive multiplies, negative divides, 0 leaves alone. */
  readonly scalar?: HeaderField;
  /** A scalar that holds for all traces, in place of that field. */
  readonly scale?: number;
  /** The field of extension 1 that, where it is not 0, is taken instead and is not scaled. */
  readonly instead?: HeaderField;
}

export type ColumnValues = Int32Array | Float64Array;

const scalarOf: Readonly<Record<string, readonly string[]>> = {
  SourceGroupScalar: ['SourceX', 'SourceY', 'GroupX', 'GroupY', 'CDP_X', 'CDP_Y'],
  ElevationScalar: [
    'ReceiverGroupElevation',
    'SourceSurfaceElevation',
    'SourceDepth',
    'ReceiverDatumElevation',
    'SourceDatumElevation',
    'SourceWaterDepth',
    'GroupWaterDepth',
  ],
  ShotPointScalar: ['ShotPoint'],
  ScalarTraceHeader: [
    'SourceUpholeTime',
    'GroupUpholeTime',
    'SourceStaticCorrection',
    'GroupStaticCorrection',
    'TotalStaticApplied',
    'LagTimeA',
    'LagTimeB',
    'DelayRecordingTime',
    'MuteTimeStart',
    'MuteTimeEND',
  ],
};

const scalarFor = new Map(
  Object.entries(scalarOf).flatMap(([scalar, names]) => names.map((name) => [name, scalar] as const)),
);

/**
 * Columns by field name. Coordinates, elevations, shot points and times have their scalars applied, and in files
 * with trace header extension 1 its more precise fields take the place of the standard ones; `raw` leaves both out.
 * A name that the layout does not know is left out of the result: compare the lengths, or ask `layout.fields`.
 */
export function columnsOf(layout: Layout, names: readonly string[], raw = false): HeaderColumn[] {
  const { fields, extension1, coordinateScalar } = layout;
  return names
    .filter((name) => Object.hasOwn(fields, name))
    .map((name) => {
      const scalar = raw ? undefined : scalarFor.get(name);
      const instead = raw || !extension1 ? undefined : fields[`Ext${name}`];
      return {
        name,
        field: fields[name],
        ...(scalar ? { scalar: fields[scalar] } : {}),
        ...(scalar === 'SourceGroupScalar' && coordinateScalar !== undefined
          ? { scale: coordinateScalar }
          : {}),
        ...(instead ? { instead } : {}),
      };
    });
}

const holdsInt32: ReadonlySet<string> = new Set([
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int24',
  'uint24',
  'int32',
]);

/** Int32Array where every value is a whole number of 32 bits, else Float64Array; over shared memory if asked. */
export function columnArray(
  { field, scalar, instead }: HeaderColumn,
  rows: number,
  shared = false,
): ColumnValues {
  const whole = holdsInt32.has(field.type) && !scalar && !instead;
  const bytes = rows * (whole ? 4 : 8);
  const buffer = shared ? sharedBytes(bytes) : new ArrayBuffer(bytes);
  return whole ? new Int32Array(buffer) : new Float64Array(buffer);
}

/** The first `traces` trace headers in `bytes`, `stride` bytes apart, → rows `to` and on of the column's array. */
export function decodeColumn(
  column: HeaderColumn,
  bytes: Uint8Array,
  traces: number,
  stride: number,
  endian: Endian,
  out: ColumnValues,
  to: number,
): void {
  const view = viewOf(bytes);
  const { field, instead } = column;
  for (let trace = 0; trace < traces; trace++) {
    const read = (from: HeaderField) => readNumber(view, trace * stride + from.byte - 1, from.type, endian);
    const value = instead ? read(instead) : 0;
    if (value !== 0) out[to + trace] = value;
    else out[to + trace] = scaled(read(field), scalarIn(column, read));
  }
}

/** The scalar of a column in one trace header; 0 where it has none. */
const scalarIn = ({ scalar, scale }: HeaderColumn, read: (field: HeaderField) => number): number =>
  scale ?? (scalar ? read(scalar) : 0);

/**
 * The opposite of {@link decodeColumn}: scalars must be in the header bytes before what they scale, and scaled
 * values are rounded to what the field holds. Returns the first row whose value does not fit its field.
 */
export function encodeColumn(
  column: HeaderColumn,
  bytes: Uint8Array,
  traces: number,
  stride: number,
  endian: Endian,
  values: ArrayLike<number>,
  from: number,
): number | undefined {
  const view = viewOf(bytes);
  const { field, scalar } = column;
  for (let trace = 0; trace < traces; trace++) {
    const start = trace * stride - 1;
    const value = values[from + trace];
    const read = (at: HeaderField) => readNumber(view, start + at.byte, at.type, endian);
    const stored = scalar ? Math.round(unscaled(value, scalarIn(column, read))) : value;
    if (!writeNumber(view, start + field.byte, field.type, endian, stored)) return from + trace;
  }
  return undefined;
}
