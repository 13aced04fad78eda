import type { Schema as ArrowSchema, Data, DataType, Utf8, Vector } from 'apache-arrow';
import { sharedF64, sharedU8 } from '../../components/lib/compute/shared.js';
import { type Column, isNull, rowsOf, type StringColumn } from './column.js';
import type { Frame } from './frame.js';
import type { TableSchema } from './schema.js';
import { normal } from './slice.js';
import { decodeTexts, encodeTexts } from './texts.js';

type Arrow = typeof import('apache-arrow');

/** Loading takes 0.1 s and more, so commands that touch no table must not pay for it. */
const library = (): Promise<Arrow> => import('apache-arrow');

/**
 * One column as an Arrow IPC file with one record batch and one field, `value`:
 * float64, float32, int32, date (day) as their buffers; int64 and timestamp (µs, UTC) as 64-bit integers; bool as
 * bits; string as a dictionary; vector as FixedSizeList<Float32>. Equal columns give equal bytes.
 */
export async function encodeColumn(column: Column): Promise<Uint8Array> {
  const arrow = await library();
  const data = dataOf(arrow, normal(column));
  const schema = new arrow.Schema([new arrow.Field('value', data.type, data.nullCount > 0)]);
  const rows = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: data.length,
    nullCount: 0,
    children: [data],
  });
  return arrow.RecordBatchFileWriter.writeAll([new arrow.RecordBatch(schema, rows)]).toUint8Array(true);
}

/**
 * Frames as one Arrow IPC stream or file that any Arrow reader takes: a record batch a frame, text as plain strings.
 */
export async function encodeFrames(
  schema: TableSchema,
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  form: 'stream' | 'file' = 'stream',
): Promise<Uint8Array> {
  const arrow = await library();
  const writer = form === 'file' ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter();
  let fields: ArrowSchema | undefined;
  for await (const frame of frames) {
    const seen = new Set<ArrayBufferLike>();
    const children = frame.schema.fields.map((field) =>
      plainData(arrow, ownValues(normal(frame.column(field.name)), seen)),
    );
    fields ??= new arrow.Schema(
      children.map((data, i) => new arrow.Field(schema.fields[i]!.name, data.type, true)),
    );
    const type = new arrow.Struct(fields.fields);
    writer.write(
      new arrow.RecordBatch(fields, arrow.makeData({ type, length: frame.rows, nullCount: 0, children })),
    );
  }
  return writer.finish().toUint8Array(true);
}

/**
 * Equal columns may lie on the same bytes. The writer of Arrow takes the same bytes twice in a row for one stretch and
 * writes them once, so a column whose bytes were there before gets its own.
 */
function ownValues(column: Column, seen: Set<ArrayBufferLike>): Column {
  if (!seen.has(column.values.buffer)) {
    seen.add(column.values.buffer);
    return column;
  }
  return { ...column, values: column.values.slice() } as Column;
}

function plainData(arrow: Arrow, column: Column): Data<DataType> {
  if (column.type !== 'string') return dataOf(arrow, column);
  const texts = Array.from(column.values, (code, row) =>
    isNull(column, row) ? null : column.dictionary[code]!,
  );
  return arrow.vectorFromArray(texts, new arrow.Utf8()).data[0]!;
}

/**
 * The column in the bytes that `encodeColumn` made. Numbers that lie in the file as they lie in memory are views on
 * `bytes`, which should be on shared memory; the rest is converted to shared memory.
 */
export async function decodeColumn(bytes: Uint8Array): Promise<Column> {
  const arrow = await library();
  // Views on 64-bit numbers need an aligned start.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : copy(bytes);
  const data = arrow.tableFromIPC(aligned).getChildAt(0)!.data[0] as Data<DataType>;
  return columnOf(arrow, data);
}

const copy = (bytes: Uint8Array): Uint8Array => {
  const shared = sharedU8(bytes.length);
  shared.set(bytes);
  return shared;
};

function dataOf(arrow: Arrow, column: Column): Data<DataType> {
  const length = rowsOf(column);
  const nulls = column.valid
    ? { nullBitmap: bitsOf(column.valid), nullCount: column.valid.reduce((n, v) => n + (v === 0 ? 1 : 0), 0) }
    : { nullCount: 0 };
  switch (column.type) {
    case 'float64':
      return arrow.makeData({
        type: new arrow.Float64(),
        length,
        data: column.values as Float64Array,
        ...nulls,
      });
    case 'float32':
      return arrow.makeData({
        type: new arrow.Float32(),
        length,
        data: column.values as Float32Array,
        ...nulls,
      });
    case 'int32':
      return arrow.makeData({ type: new arrow.Int32(), length, data: column.values as Int32Array, ...nulls });
    case 'date':
      return arrow.makeData({
        type: new arrow.DateDay(),
        length,
        data: column.values as Int32Array,
        ...nulls,
      });
    case 'int64':
      return arrow.makeData({ type: new arrow.Int64(), length, data: toInt64(column.values), ...nulls });
    case 'timestamp': {
      const type = new arrow.TimestampMicrosecond('UTC');
      return arrow.makeData({ type, length, data: toInt64(column.values), ...nulls });
    }
    case 'bool':
      return arrow.makeData({
        type: new arrow.Bool(),
        length,
        data: bitsOf(column.values as Uint8Array),
        ...nulls,
      });
    case 'string': {
      const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 0);
      const dictionary = textVector(arrow, column);
      return arrow.makeData({ type, length, data: column.values, dictionary, ...nulls });
    }
    case 'vector': {
      const item = new arrow.Float32();
      const child = arrow.makeData({ type: item, length: column.values.length, data: column.values });
      const type = new arrow.FixedSizeList(column.width, new arrow.Field('item', item, false));
      return arrow.makeData({ type, length, child, ...nulls });
    }
  }
}

function textVector(arrow: Arrow, column: StringColumn): Vector {
  const { bytes, offsets } = encodeTexts(column.dictionary);
  const data = arrow.makeData({
    type: new arrow.Utf8(),
    length: column.dictionary.length,
    nullCount: 0,
    valueOffsets: offsets,
    data: bytes,
  });
  return arrow.makeVector(data);
}

function columnOf(arrow: Arrow, data: Data<DataType>): Column {
  const { type, length } = data;
  const valid = data.nullCount > 0 ? { valid: bytesOf(data.nullBitmap, data.offset, length) } : {};
  if (arrow.DataType.isFixedSizeList(type)) {
    const values = data.children[0]!.values as Float32Array;
    return {
      type: 'vector',
      width: type.listSize,
      values: values.subarray(0, length * type.listSize),
      ...valid,
    };
  }
  if (arrow.DataType.isDictionary(type)) {
    const dictionary = (data.dictionary as Vector<Utf8>).data.flatMap(({ values, valueOffsets, length }) =>
      decodeTexts(values, valueOffsets, length),
    );
    return { type: 'string', values: (data.values as Int32Array).subarray(0, length), dictionary, ...valid };
  }
  if (arrow.DataType.isBool(type))
    return { type: 'bool', values: bytesOf(data.values as Uint8Array, data.offset, length), ...valid };
  if (arrow.DataType.isTimestamp(type))
    return { type: 'timestamp', values: fromInt64(data.values as BigInt64Array, length), ...valid };
  if (arrow.DataType.isInt(type) && type.bitWidth === 64)
    return { type: 'int64', values: fromInt64(data.values as BigInt64Array, length), ...valid };
  const values = (data.values as Float64Array | Float32Array | Int32Array).subarray(0, length);
  if (arrow.DataType.isDate(type)) return { type: 'date', values, ...valid };
  if (arrow.DataType.isInt(type)) return { type: 'int32', values, ...valid };
  if (arrow.DataType.isFloat(type))
    return { type: values instanceof Float64Array ? 'float64' : 'float32', values, ...valid };
  throw new Error(`no column holds Arrow's ${type}`);
}

function bitsOf(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(bytes.length / 64) * 8);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

function bytesOf(bits: Uint8Array, offset: number, length: number): Uint8Array {
  const bytes = sharedU8(length);
  for (let i = 0; i < length; i++) bytes[i] = (bits[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1;
  return bytes;
}

const high = 4294967296;

/** Whole numbers up to ±2^53 as two's complement, by halves: many times faster than by BigInt. */
function toInt64(values: Column['values']): BigInt64Array {
  const out = new BigInt64Array(values.length);
  const halves = new Int32Array(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const upper = Math.floor(values[i]! / high);
    halves[2 * i] = values[i]! - upper * high;
    halves[2 * i + 1] = upper;
  }
  return out;
}

function fromInt64(values: BigInt64Array, length: number): Float64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, length * 2);
  const out = sharedF64(length);
  for (let i = 0; i < length; i++) out[i] = halves[2 * i + 1]! * high + (halves[2 * i]! >>> 0);
  return out;
}
