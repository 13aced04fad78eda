import { endianness } from 'node:os';
import type { Endian } from './fields.js';

/** Whether data of this byte order must be swapped on this machine. */
export const mustSwap = (endian: Endian): boolean => (endian === 'little') !== (endianness() === 'LE');

export const swap32 = (word: number): number =>
  (word << 24) | ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | (word >>> 24);

export const swap16 = (word: number): number => ((word << 8) & 0xff00) | ((word >>> 8) & 0xff);

/** `count` 32-bit words at byte `at`, as a view where alignment allows it (every file of whole words), else copied. */
export function words32(bytes: Uint8Array, at: number, count: number): Int32Array {
  const start = bytes.byteOffset + at;
  if (start % 4 === 0) return new Int32Array(bytes.buffer, start, count);
  return new Int32Array(bytes.slice(at, at + 4 * count).buffer, 0, count);
}

export function words16(bytes: Uint8Array, at: number, count: number): Int16Array {
  const start = bytes.byteOffset + at;
  if (start % 2 === 0) return new Int16Array(bytes.buffer, start, count);
  return new Int16Array(bytes.slice(at, at + 2 * count).buffer, 0, count);
}

/** The bits of `count` float32 values from `from` on. */
export const floatBits = (values: Float32Array, from: number, count: number): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset + 4 * from, count);
