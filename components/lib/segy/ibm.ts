import { floatBits, swap32, words32 } from './words.js';

/** Value of one unit of the 24-bit fraction, by the sign and exponent byte: ±16^(exponent − 64) · 2^−24. */
const unit = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = 2 ** (4 * ((byte & 0x7f) - 64) - 24);
  return byte & 0x80 ? -value : value;
});

/**
 * IBM System/360 single precision → float32, by integer fraction times a table of powers: exact for every value
 * in the range of float32 (2^−149 … 3.4e38), rounded to ±Infinity, subnormals or zero outside it.
 */
export function decodeIbm(
  bytes: Uint8Array,
  at: number,
  count: number,
  out: Float32Array,
  to: number,
  swap: boolean,
): void {
  const words = words32(bytes, at, count);
  if (swap) {
    for (let i = 0; i < count; i++) {
      const word = words[i];
      const fraction = ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | (word >>> 24);
      out[to + i] = fraction * unit[word & 0xff];
    }
  } else {
    for (let i = 0; i < count; i++) out[to + i] = (words[i] & 0xffffff) * unit[words[i] >>> 24];
  }
}

/** The IBM word of float32 bits, rounded half to even to the 21–24 bits that base 16 keeps. */
function ibmOfBits(bits: number): number {
  const sign = bits & 0x80000000;
  let exponent = (bits >>> 23) & 0xff;
  let fraction = bits & 0x7fffff;
  if (exponent === 0) {
    if (fraction === 0) return sign;
    const shift = Math.clz32(fraction) - 8;
    fraction <<= shift;
    exponent = 1 - shift;
  } else {
    fraction |= 0x800000;
  }
  // value = fraction · 2^(exponent − 150) = hex fraction · 16^(hexExponent − 70), the smallest hexExponent that fits
  let hexExponent = ((exponent - 147) >> 2) + 70;
  const shift = 4 * (hexExponent - 70) - (exponent - 150);
  if (shift > 0) {
    fraction = (fraction + (1 << (shift - 1)) - 1 + ((fraction >>> shift) & 1)) >>> shift;
    if (fraction === 0x1000000) {
      fraction = 0x100000;
      hexExponent++;
    }
  }
  return sign | (hexExponent << 24) | fraction;
}

/**
 * float32 → IBM. A word that {@link decodeIbm} read comes back bit for bit if it was normalised (first hexadecimal
 * digit not zero) and within float32's range; unnormalised words come back normalised, and zeros of any exponent as
 * ±0. Returns how many values IBM cannot hold: NaN is written as 0, ±Infinity as the largest number.
 */
export function encodeIbm(
  values: Float32Array,
  from: number,
  count: number,
  bytes: Uint8Array,
  at: number,
  swap: boolean,
): number {
  const bits = floatBits(values, from, count);
  const words = new Int32Array(count);
  let lost = 0;
  for (let i = 0; i < count; i++) {
    let word: number;
    if ((bits[i] & 0x7f800000) === 0x7f800000) {
      lost++;
      word = bits[i] & 0x7fffff ? 0 : bits[i] | 0x7fffffff;
    } else {
      word = ibmOfBits(bits[i]);
    }
    words[i] = swap ? swap32(word) : word;
  }
  bytes.set(new Uint8Array(words.buffer), at);
  return lost;
}
