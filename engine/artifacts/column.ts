import { sharedBytes, sharedF32, sharedU8 } from '../../components/lib/compute/shared.js';
import type { ColumnType } from './schema.js';

/**
 * Values of a column in memory, one entry a row. Nulls are rows whose `valid` byte is 0; without `valid` there
 * are none. A null slot of a float column holds NaN, of any other 0, so kernels can read values alone.
 *
 * | type      | values                                                        |
 * |-----------|---------------------------------------------------------------|
 * | float64   | Float64Array                                                  |
 * | float32   | Float32Array                                                  |
 * | int64     | Float64Array of whole numbers up to ±2^53                      |
 * | int32     | Int32Array                                                    |
 * | bool      | Uint8Array of 0 and 1                                         |
 * | date      | Int32Array, days since 1970-01-01                             |
 * | timestamp | Float64Array, whole microseconds since 1970-01-01T00:00Z      |
 * | string    | Int32Array of codes into `dictionary` (−1 in null slots)      |
 * | vector    | Float32Array, row-major: row i at `values[i * width …]`       |
 */
export interface NumericColumn {
  readonly type: Exclude<ColumnType, 'string' | 'vector'>;
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array;
  readonly valid?: Uint8Array;
}

export interface StringColumn {
  readonly type: 'string';
  readonly values: Int32Array;
  readonly dictionary: readonly string[];
  readonly valid?: Uint8Array;
}

export interface VectorColumn {
  readonly type: 'vector';
  readonly values: Float32Array;
  readonly width: number;
  readonly valid?: Uint8Array;
}

export type Column = NumericColumn | StringColumn | VectorColumn;

/** Types that arithmetic takes: not text, truth, dates or vectors. */
export const isNumber = (type: ColumnType): boolean =>
  type === 'float64' || type === 'float32' || type === 'int64' || type === 'int32';

export const rowsOf = (column: Column): number =>
  column.type === 'vector' ? column.values.length / column.width : column.values.length;

export const isNull = (column: Column, row: number): boolean => column.valid?.[row] === 0;

/** The value of one cell as a person would write it in JSON: number, text, true/false, or null. Not for loops. */
export function cell(column: Column, row: number): string | number | boolean | null | readonly number[] {
  if (isNull(column, row)) return null;
  switch (column.type) {
    case 'string':
      return column.dictionary[column.values[row]!]!;
    case 'vector':
      return [...column.values.subarray(row * column.width, (row + 1) * column.width)];
    case 'bool':
      return column.values[row] === 1;
    case 'date':
      return new Date(column.values[row]! * 86_400_000).toISOString().slice(0, 10);
    case 'timestamp':
      return isoTime(column.values[row]!);
    default: {
      const value = column.values[row]!;
      return Number.isNaN(value) ? null : value;
    }
  }
}

/** ISO 8601 in UTC with milliseconds, or with microseconds where there are any. */
function isoTime(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const text = new Date(millis).toISOString();
  const rest = micros - millis * 1000;
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** Rows of a column by index, in the order of `rows`. */
export function take(column: Column, rows: Uint32Array): Column {
  const n = rows.length;
  let valid: Uint8Array | undefined;
  if (column.valid) {
    valid = sharedU8(n);
    for (let i = 0; i < n; i++) valid[i] = column.valid[rows[i]!]!;
  }
  if (column.type === 'vector') {
    const { width } = column;
    const values = sharedF32(n * width);
    for (let i = 0; i < n; i++)
      values.set(column.values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    return { type: 'vector', width, values, ...(valid && { valid }) };
  }
  const values = sameKind(column.values, n);
  for (let i = 0; i < n; i++) values[i] = column.values[rows[i]!]!;
  return { ...column, values, ...(valid && { valid }) } as Column;
}

/** A zeroed array of `n` entries on shared memory, of the same kind as `like`. */
export function sameKind<A extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  like: A,
  n: number,
): A {
  const Kind = like.constructor as new (buffer: SharedArrayBuffer) => A;
  return new Kind(sharedBytes(n * like.BYTES_PER_ELEMENT));
}
