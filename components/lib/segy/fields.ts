/** Byte order of headers and samples; revision 2 states it, earlier files are big-endian by the standard. */
export type Endian = 'big' | 'little';

export type FieldType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int24'
  | 'uint24'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** A number in a binary or trace header. */
export interface HeaderField {
  readonly name: string;
  /** 1-based, as the standard counts: 1 … 240 in a trace header, 3201 … 3600 in the binary header. */
  readonly byte: number;
  readonly type: FieldType;
}

export const fieldWidth: Readonly<Record<FieldType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int24: 3,
  uint24: 3,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const uint24 = (view: DataView, at: number, little: boolean): number =>
  little
    ? view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    : (view.getUint8(at) << 16) | view.getUint16(at + 1);

/** The number at 0-based offset `at`. 64-bit integers are rounded to the nearest double. */
export function readNumber(view: DataView, at: number, type: FieldType, endian: Endian): number {
  const little = endian === 'little';
  switch (type) {
    case 'int8':
      return view.getInt8(at);
    case 'uint8':
      return view.getUint8(at);
    case 'int16':
      return view.getInt16(at, little);
    case 'uint16':
      return view.getUint16(at, little);
    case 'int24':
      return (uint24(view, at, little) << 8) >> 8;
    case 'uint24':
      return uint24(view, at, little);
    case 'int32':
      return view.getInt32(at, little);
    case 'uint32':
      return view.getUint32(at, little);
    case 'int64':
      return Number(view.getBigInt64(at, little));
    case 'uint64':
      return Number(view.getBigUint64(at, little));
    case 'float32':
      return view.getFloat32(at, little);
    case 'float64':
      return view.getFloat64(at, little);
  }
}

/** Smallest and largest whole number of an integer type; for 64 bits those that a double holds exactly. */
export function integerRange(type: FieldType): readonly [number, number] | undefined {
  if (type.startsWith('float')) return undefined;
  const bits = Math.min(8 * fieldWidth[type], 53);
  if (type.startsWith('u')) return [0, 2 ** bits - 1];
  return bits === 53 ? [-(2 ** 53) + 1, 2 ** 53 - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Writes `value` at 0-based offset `at`; false, and nothing written, when the type cannot hold it. */
export function writeNumber(
  view: DataView,
  at: number,
  type: FieldType,
  endian: Endian,
  value: number,
): boolean {
  const range = integerRange(type);
  if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) return false;
  const little = endian === 'little';
  switch (type) {
    case 'int8':
    case 'uint8':
      view.setInt8(at, value);
      break;
    case 'int16':
    case 'uint16':
      view.setInt16(at, value, little);
      break;
    case 'int24':
    case 'uint24':
      view.setInt16(little ? at : at + 1, value, little);
      view.setInt8(little ? at + 2 : at, value >> 16);
      break;
    case 'int32':
    case 'uint32':
      view.setInt32(at, value, little);
      break;
    case 'int64':
    case 'uint64':
      view.setBigInt64(at, BigInt(value), little);
      break;
    case 'float32':
      view.setFloat32(at, value, little);
      break;
    case 'float64':
      view.setFloat64(at, value, little);
      break;
  }
  return true;
}
