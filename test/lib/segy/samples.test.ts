import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endian } from '#dist/components/lib/segy/fields.js';
import type { FormatCode } from '#dist/components/lib/segy/samples.js';
import {
  decodeSamples,
  encodeSamples,
  formatCodes,
  formatName,
  sampleBytes,
} from '#dist/components/lib/segy/samples.js';

const decode = (format: FormatCode, endian: Endian, bytes: Uint8Array): Float32Array => {
  const samples = bytes.length / sampleBytes(format);
  const out = new Float32Array(samples);
  decodeSamples(bytes, { format, endian, first: 0, stride: bytes.length, traces: 1, samples }, out);
  return out;
};

const encode = (format: FormatCode, endian: Endian, values: ArrayLike<number>) => {
  const samples = values.length;
  const bytes = new Uint8Array(samples * sampleBytes(format));
  const lost = encodeSamples(
    Float32Array.from(values),
    { format, endian, first: 0, stride: bytes.length, traces: 1, samples },
    bytes,
  );
  return { bytes, lost };
};

const bytesOf = (...words: number[]): Uint8Array =>
  Uint8Array.from(words.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word].map((b) => b & 255)));

const endian = fc.constantFrom<Endian>('big', 'little');

describe('IBM float', () => {
  test('known words', () => {
    // −118.625 is the worked example of the System/360 Principles of Operation; 0x413243F7 is π to 21 bits.
    const words = bytesOf(0xc276a000, 0x413243f7, 0x41100000, 0x00000000, 0x80000000, 0x7fffffff, 0x46ffffff);
    const values = decode(1, 'big', words);
    expect([...values]).toEqual([-118.625, Math.fround(3.141592979431152), 1, 0, -0, Infinity, 16777215]);
  });

  test('what was normalised comes back bit for bit, in both byte orders', () => {
    const word = fc
      .record({
        sign: fc.constantFrom(0, 0x80),
        // 16^(33−64) … 16^(96−64): what float32 holds without subnormals
        exponent: fc.integer({ min: 0x22, max: 0x5f }),
        fraction: fc.integer({ min: 0x100000, max: 0xffffff }),
      })
      .map(({ sign, exponent, fraction }) => ((sign | exponent) << 24) | fraction);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), endian, (words, order) => {
        const bytes = bytesOf(...words);
        if (order === 'little')
          bytes.set(bytesOf(...words.map((w) => Buffer.from(bytesOf(w)).readInt32LE())));
        const back = encode(1, order, decode(1, order, bytes));
        expect(back.bytes).toEqual(bytes);
        expect(back.lost).toBe(0);
      }),
    );
  });

  test('any float32 is written within half a unit of the 21 bits that base 16 keeps', () => {
    const value = fc.float({
      noNaN: true,
      noDefaultInfinity: true,
      min: Math.fround(-1e37),
      max: Math.fround(1e37),
    });
    fc.assert(
      fc.property(value, (x) => {
        const [back] = decode(1, 'big', encode(1, 'big', [x]).bytes);
        expect(Math.abs(back - x)).toBeLessThanOrEqual(2 ** -21 * Math.abs(x));
      }),
    );
  });

  test('NaN and infinity are counted, the nearest thing is written', () => {
    const { bytes, lost } = encode(1, 'big', [Number.NaN, Infinity, -Infinity, 1]);
    expect(lost).toBe(3);
    expect(bytes).toEqual(bytesOf(0, 0x7fffffff, 0xffffffff, 0x41100000));
  });
});

describe.each(formatCodes.filter((code) => code !== 1).map((code) => [formatName(code), code] as const))(
  '%s',
  (_, format) => {
    const bits = Math.min(8 * sampleBytes(format), 24);
    const unsigned = [10, 11, 12, 15, 16].includes(format);
    const top = format === 4 ? 32767 : unsigned ? 2 ** bits - 1 : 2 ** (bits - 1) - 1;
    const float = format === 5 || format === 6;
    const value = float ? fc.float({ noNaN: true }) : fc.integer({ min: unsigned ? 0 : -top - 1, max: top });

    test('values that it holds come back, in both byte orders', () => {
      fc.assert(
        fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), endian, (values, order) => {
          const { bytes, lost } = encode(format, order, values);
          expect(lost).toBe(0);
          const back = decode(format, order, bytes);
          expect(back).toEqual(Float32Array.from(values));
          expect(encode(format, order, back).bytes).toEqual(bytes);
        }),
      );
    });

    test.skipIf(float)('what it cannot hold is clipped and counted', () => {
      const { bytes, lost } = encode(format, 'big', [1e30, -1e30, Number.NaN, 0]);
      expect(lost).toBe(3);
      const [most, least, nothing] = decode(format, 'big', bytes);
      expect(most).toBeGreaterThanOrEqual(top);
      expect(least).toBeLessThanOrEqual(0);
      expect(nothing).toBe(0);
    });
  },
);

test('float32 keeps every bit, NaN payloads too', () => {
  const bytes = bytesOf(0x7fc12345, 0xff800000, 0x80000000, 0x00000001);
  for (const order of ['big', 'little'] as const) {
    const values = decode(5, order, bytes);
    const back = new Uint8Array(16);
    encodeSamples(values, { format: 5, endian: order, first: 0, stride: 16, traces: 1, samples: 4 }, back);
    expect(back).toEqual(bytes);
  }
});

test('traces are taken apart by stride, with a window and from any byte', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i - 6);
  for (const format of formatCodes.filter((code) => ![10, 11, 12, 15, 16].includes(code))) {
    const width = sampleBytes(format);
    const stride = 5 + 4 * width;
    const bytes = new Uint8Array(3 * stride);
    const block = { format, endian: 'big', first: 5, stride, traces: 3, samples: 4 } as const;
    encodeSamples(values, block, bytes);
    const window = new Float32Array(1 + 6);
    decodeSamples(bytes, { ...block, first: 5 + width, samples: 2 }, window, 1);
    expect([...window]).toEqual([0, -5, -4, -1, 0, 3, 4]);
  }
});
