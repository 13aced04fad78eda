import type { Endian, FieldType } from './fields.js';
import { integerRange, readNumber, viewOf, writeNumber } from './fields.js';
import { decodeIbm, encodeIbm } from './ibm.js';
import { floatBits, mustSwap, swap16, swap32, words16, words32 } from './words.js';

/** Data sample format codes of SEG-Y revision 0 – 2.1 (binary header bytes 3225–3226). */
export type FormatCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 15 | 16;

/** One format: rows of samples ↔ float32. `decode` and `encode` work on `count` samples from byte `at` on. */
interface Codec {
  /** Short name, also the word used in options: `ibm32`, `float32`, `int16` … */
  readonly name: string;
  /** Bytes a sample. */
  readonly width: number;
  decode(bytes: Uint8Array, at: number, count: number, out: Float32Array, to: number, endian: Endian): void;
  /** Returns how many values the format could not hold; those are clipped, NaN becomes 0 in integers. */
  encode(
    values: Float32Array,
    from: number,
    count: number,
    bytes: Uint8Array,
    at: number,
    endian: Endian,
  ): number;
}

const ibm32: Codec = {
  name: 'ibm32',
  width: 4,
  decode: (bytes, at, count, out, to, endian) => decodeIbm(bytes, at, count, out, to, mustSwap(endian)),
  encode: (values, from, count, bytes, at, endian) =>
    encodeIbm(values, from, count, bytes, at, mustSwap(endian)),
};

/** Bits are carried over untouched, NaN payloads too. */
const float32: Codec = {
  name: 'float32',
  width: 4,
  decode(bytes, at, count, out, to, endian) {
    const words = words32(bytes, at, count);
    const bits = floatBits(out, to, count);
    if (!mustSwap(endian)) bits.set(words);
    else for (let i = 0; i < count; i++) bits[i] = swap32(words[i]);
  },
  encode(values, from, count, bytes, at, endian) {
    const bits = floatBits(values, from, count);
    const words = mustSwap(endian) ? bits.map(swap32) : bits.slice();
    bytes.set(new Uint8Array(words.buffer), at);
    return 0;
  },
};

/** Any other width and type, number by number. float64 is rounded to float32, as are integers beyond 2^24. */
const numbers = (type: FieldType, width: number): Codec => ({
  name: type,
  width,
  decode(bytes, at, count, out, to, endian) {
    const view = viewOf(bytes);
    for (let i = 0; i < count; i++) out[to + i] = readNumber(view, at + i * width, type, endian);
  },
  encode(values, from, count, bytes, at, endian) {
    const view = viewOf(bytes);
    const range = integerRange(type);
    let lost = 0;
    for (let i = 0; i < count; i++) {
      let value = values[from + i];
      if (range) {
        const whole = Math.min(range[1], Math.max(range[0], Math.round(value) || 0));
        if (!(Math.abs(value - whole) <= 0.5)) lost++;
        value = whole;
      }
      writeNumber(view, at + i * width, type, endian, value);
    }
    return lost;
  },
});

const int32: Codec = {
  ...numbers('int32', 4),
  decode(bytes, at, count, out, to, endian) {
    const words = words32(bytes, at, count);
    if (!mustSwap(endian)) out.set(words, to);
    else for (let i = 0; i < count; i++) out[to + i] = swap32(words[i]);
  },
};

const int16: Codec = {
  ...numbers('int16', 2),
  decode(bytes, at, count, out, to, endian) {
    const words = words16(bytes, at, count);
    if (!mustSwap(endian)) out.set(words, to);
    else for (let i = 0; i < count; i++) out[to + i] = (swap16(words[i]) << 16) >> 16;
  },
};

const int8: Codec = {
  ...numbers('int8', 1),
  decode: (bytes, at, count, out, to) =>
    out.set(new Int8Array(bytes.buffer, bytes.byteOffset + at, count), to),
};

/**
 * Format 4, obsolete since revision 1: an empty byte, a gain code, a 16-bit integer; read as integer · 2^−gain and
 * written with gain 0. Writers disagreed about the gain, so absolute amplitudes are not to be trusted.
 */
const fixedWithGain: Codec = {
  name: 'fixed32',
  width: 4,
  decode(bytes, at, count, out, to, endian) {
    const view = viewOf(bytes);
    const little = endian === 'little';
    for (let i = 0; i < count; i++) {
      const start = at + 4 * i;
      const gain = bytes[little ? start + 2 : start + 1];
      out[to + i] = view.getInt16(little ? start : start + 2, little) * 2 ** -gain;
    }
  },
  encode: (values, from, count, bytes, at, endian) => {
    const clipped = values.subarray(from, from + count).map((v) => Math.min(32767, Math.max(-32768, v || 0)));
    let lost = 0;
    for (let i = 0; i < count; i++) if (clipped[i] !== values[from + i]) lost++;
    const words = Int32Array.from(clipped, (value) => Math.round(value) & 0xffff);
    bytes.set(new Uint8Array((mustSwap(endian) ? words.map(swap32) : words).buffer), at);
    return lost;
  },
};

const codecs: Readonly<Record<FormatCode, Codec>> = {
  1: ibm32,
  2: int32,
  3: int16,
  4: fixedWithGain,
  5: float32,
  6: numbers('float64', 8),
  7: numbers('int24', 3),
  8: int8,
  9: numbers('int64', 8),
  10: numbers('uint32', 4),
  11: numbers('uint16', 2),
  12: numbers('uint64', 8),
  15: numbers('uint24', 3),
  16: numbers('uint8', 1),
};

export const formatCodes = Object.keys(codecs).map(Number) as readonly FormatCode[];

export const isFormat = (code: number): code is FormatCode => code in codecs;

/** `ibm32`, `float32`, `int16` … */
export const formatName = (format: FormatCode): string => codecs[format].name;

/** Bytes a sample takes in the file. */
export const sampleBytes = (format: FormatCode): number => codecs[format].width;

/** How the samples of a block of traces lie in its bytes. */
export interface SampleBlock {
  readonly format: FormatCode;
  readonly endian: Endian;
  /** 0-based offset of the first wanted sample of the first trace. */
  readonly first: number;
  /** Bytes from a trace to the next. */
  readonly stride: number;
  readonly traces: number;
  /** Samples taken of each trace. */
  readonly samples: number;
}

/** Samples of `traces` traces → row-major traces × samples, written to `out` from element `to` on. */
export function decodeSamples(bytes: Uint8Array, block: SampleBlock, out: Float32Array, to = 0): void {
  const { decode } = codecs[block.format];
  const { first, stride, samples, endian } = block;
  for (let trace = 0; trace < block.traces; trace++) {
    decode(bytes, first + trace * stride, samples, out, to + trace * samples, endian);
  }
}

/**
 * Row-major traces × samples, from element `from` on → their places in `bytes`. Returns how many values the format
 * could not hold (clipped; NaN becomes 0 in IBM and integer formats). What {@link decodeSamples} read comes back
 * byte for byte, but for: IBM words that were not normalised, zeros with an exponent, values beyond float32; float64
 * and integers with more than 24 significant bits; format 4 with a gain.
 */
export function encodeSamples(values: Float32Array, block: SampleBlock, bytes: Uint8Array, from = 0): number {
  const { encode } = codecs[block.format];
  const { first, stride, samples, endian } = block;
  let lost = 0;
  for (let trace = 0; trace < block.traces; trace++) {
    lost += encode(values, from + trace * samples, samples, bytes, first + trace * stride, endian);
  }
  return lost;
}
