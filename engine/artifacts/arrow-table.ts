import type { Data, DataType, Vector } from 'apache-arrow';
import { sharedF32, sharedF64, sharedI32, sharedU8 } from '../../components/lib/compute/shared.js';
import type { Column } from './column.js';
import { Frame } from './frame.js';
import type { ColumnType, Field } from './schema.js';

type Arrow = typeof import('apache-arrow');

/**
 * Frames of an Arrow IPC file or stream, one a record batch, whoever wrote it: numbers of any width (64-bit whole ones
 * up to ±2^53), truth, text and its dictionaries, dates, times in any unit, lists of floats of fixed length. All
 * columns are features. Throws a RangeError or an Error of Arrow's where the bytes are none, or hold other types.
 */
export async function* decodeFrames(bytes: Uint8Array): AsyncGenerator<Frame> {
  const arrow = await import('apache-arrow');
  const table = arrow.tableFromIPC(bytes);
  const fields = table.schema.fields.map((field, i): Field => {
    const type = typeOf(arrow, field.type, field.name);
    const width = arrow.DataType.isFixedSizeList(field.type) ? { width: field.type.listSize } : {};
    const nullable = (table.getChildAt(i)?.nullCount ?? 0) > 0;
    return { name: field.name, type, role: 'feature', nullable, ...width };
  });
  const batches = table.batches.filter((batch) => batch.numRows > 0);
  if (batches.length === 0) {
    const empty = fields.map((field) => [field.name, emptyOf(field)] as const);
    yield new Frame({ fields }, new Map(empty), 0);
  }
  for (const batch of batches) {
    const columns = fields.map((field, i) => {
      const vector = batch.getChildAt(i)!;
      return [field.name, columnOf(field, vector)] as const;
    });
    yield new Frame({ fields }, new Map(columns), batch.numRows);
  }
}

function typeOf(arrow: Arrow, type: DataType, name: string): ColumnType {
  const { DataType } = arrow;
  if (DataType.isDictionary(type)) return typeOf(arrow, type.dictionary as DataType, name);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'string';
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isInt(type))
    return type.bitWidth === 64 || (type.bitWidth === 32 && !type.isSigned) ? 'int64' : 'int32';
  if (DataType.isFloat(type)) return type.precision === arrow.Precision.DOUBLE ? 'float64' : 'float32';
  if (DataType.isDate(type)) return 'date';
  if (DataType.isTimestamp(type)) return 'timestamp';
  if (DataType.isFixedSizeList(type) && DataType.isFloat(type.children[0]!.type)) return 'vector';
  throw new RangeError(`column "${name}" is ${String(type)} in Arrow, which no column here holds`);
}

function emptyOf({ type, width }: Field): Column {
  if (type === 'string') return { type, values: sharedI32(0), dictionary: [] };
  if (type === 'vector') return { type, values: sharedF32(0), width: width! };
  return { type, values: arrayOf(type, 0) };
}

const arrayOf = (type: ColumnType, rows: number) =>
  type === 'bool'
    ? sharedU8(rows)
    : type === 'float32'
      ? sharedF32(rows)
      : type === 'int32' || type === 'date'
        ? sharedI32(rows)
        : sharedF64(rows);

function columnOf({ type, name, width }: Field, vector: Vector): Column {
  const rows = vector.length;
  const valid = validOf(vector);
  const missing = (row: number) => valid?.[row] === 0;
  if (type === 'string') {
    const codes = new Map<string, number>();
    const values = sharedI32(rows);
    for (let row = 0; row < rows; row++) {
      if (missing(row)) {
        values[row] = -1;
        continue;
      }
      const text = String(vector.get(row));
      const code = codes.get(text) ?? codes.size;
      if (code === codes.size) codes.set(text, code);
      values[row] = code;
    }
    return { type, values, dictionary: [...codes.keys()], ...(valid && { valid }) };
  }
  if (type === 'vector') {
    const values = sharedF32(rows * width!);
    for (let row = 0; row < rows; row++)
      if (!missing(row)) values.set((vector.get(row) as Vector).toArray() as Float32Array, row * width!);
    return { type, values, width: width!, ...(valid && { valid }) };
  }
  const values = arrayOf(type, rows);
  const read = readerOf(type, vector, name);
  const none = type === 'float64' || type === 'float32' ? Number.NaN : 0;
  for (let row = 0; row < rows; row++) values[row] = missing(row) ? none : read(row);
  return { type, values, ...(valid && { valid }) };
}

function validOf(vector: Vector): Uint8Array | undefined {
  if (vector.nullCount === 0) return undefined;
  const valid = sharedU8(vector.length);
  for (let row = 0; row < vector.length; row++) valid[row] = vector.isValid(row) ? 1 : 0;
  return valid;
}

const DAY_MS = 86_400_000;
/** Microseconds in a unit of time, by Arrow's number of the unit. */
const MICROS = [1e6, 1e3, 1, 1e-3];

function readerOf(type: ColumnType, vector: Vector, name: string): (row: number) => number {
  if (type === 'date') return (row) => Math.floor(Number(vector.get(row)) / DAY_MS);
  if (type === 'timestamp') {
    // What Arrow hands out is in milliseconds; the numbers themselves keep the microseconds.
    const data = vector.data[0] as Data<DataType>;
    const raw = data.values as BigInt64Array;
    const unit = MICROS[(data.type as InstanceType<Arrow['Timestamp']>).unit]!;
    return (row) => Math.floor(Number(raw[row]!) * unit);
  }
  if (type !== 'int64') return (row) => Number(vector.get(row));
  return (row) => {
    const value = Number(vector.get(row));
    if (!Number.isSafeInteger(value))
      throw new RangeError(`column "${name}" holds ${vector.get(row)}, and whole numbers go up to ±2^53`);
    return value;
  };
}
