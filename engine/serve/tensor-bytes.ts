import { Refusal } from './refusal.js';

/*
 * The binary tensor data extension of the Open Inference Protocol: values lie behind the JSON of a body, little-endian,
 * a text as its UTF-8 bytes after their number as u32, truth as a byte. A missing value is NaN.
 */

/** A body of JSON with bytes behind it, as the header `Inference-Header-Content-Length` divides them. */
export class BinaryBody {
  constructor(
    readonly json: unknown,
    readonly bytes: Buffer,
  ) {}
}

export const BINARY_HEADER = 'inference-header-content-length';

type Read = (bytes: DataView, at: number) => number | boolean;
const reads: { readonly [datatype: string]: readonly [size: number, read: Read] } = {
  BOOL: [1, (bytes, at) => bytes.getUint8(at) !== 0],
  INT8: [1, (bytes, at) => bytes.getInt8(at)],
  INT16: [2, (bytes, at) => bytes.getInt16(at, true)],
  INT32: [4, (bytes, at) => bytes.getInt32(at, true)],
  INT64: [8, (bytes, at) => Number(bytes.getBigInt64(at, true))],
  UINT8: [1, (bytes, at) => bytes.getUint8(at)],
  UINT16: [2, (bytes, at) => bytes.getUint16(at, true)],
  UINT32: [4, (bytes, at) => bytes.getUint32(at, true)],
  UINT64: [8, (bytes, at) => Number(bytes.getBigUint64(at, true))],
  FP16: [2, (bytes, at) => half(bytes.getUint16(at, true))],
  FP32: [4, (bytes, at) => bytes.getFloat32(at, true)],
  FP64: [8, (bytes, at) => bytes.getFloat64(at, true)],
};

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The values of a tensor as JSON has them; throws a Refusal where the bytes are none of its type. */
export function valuesIn(datatype: string, bytes: Buffer, what: string): unknown[] {
  if (datatype === 'BYTES') return textsIn(bytes, what);
  const known = Object.hasOwn(reads, datatype) ? reads[datatype] : undefined;
  if (!known) throw new Refusal('request/shape', `${what} is of no type that is known`);
  const [size, read] = known;
  if (bytes.length % size !== 0) throw cut(what);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const value = read(view, i * size);
    return Number.isNaN(value) ? null : value;
  });
}

function textsIn(bytes: Buffer, what: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const begin = at + 4;
    if (begin > bytes.length) throw cut(what);
    const end = begin + bytes.readUInt32LE(at);
    if (end > bytes.length) throw cut(what);
    texts.push(bytes.toString('utf8', begin, end));
    at = end;
  }
  return texts;
}

const cut = (what: string) => new Refusal('request/shape', `the bytes of ${what} end within a value`);

/** Values of an output as bytes; `datatype` is one that outputs have. */
export function bytesOf(datatype: string, values: readonly unknown[]): Buffer {
  if (datatype === 'BYTES')
    return Buffer.concat(
      values.flatMap((value) => {
        const text = Buffer.from(value === null ? '' : String(value));
        const size = Buffer.alloc(4);
        size.writeUInt32LE(text.length);
        return [size, text];
      }),
    );
  const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
  switch (datatype) {
    case 'BOOL':
      return Buffer.from(Uint8Array.from(numbers));
    case 'INT32':
      return Buffer.from(Int32Array.from(numbers).buffer);
    case 'FP32':
      return Buffer.from(Float32Array.from(numbers).buffer);
    default:
      return Buffer.from(Float64Array.from(numbers).buffer);
  }
}
