import { readFileSync } from 'node:fs';
import { sharedData } from '../../support/shared.js';

/** One trace of a plain SEG-Y file (no extended headers, formats 1, 3 and 5), decoded apart from the product's reader. */
export function readTrace(file: string, trace: number, n: number): Float32Array {
  const bytes = readFileSync(`${sharedData}segy/${file}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint16(3224) > 255;
  const format = view.getUint16(3224, little);
  const width = format === 3 ? 2 : 4;
  const from = 3600 + trace * (240 + n * width) + 240;
  return Float32Array.from({ length: n }, (_, i) => {
    const at = from + i * width;
    if (format === 3) return view.getInt16(at, little);
    if (format === 5) return view.getFloat32(at, little);
    const word = view.getUint32(at, little);
    const sign = word >>> 31 ? -1 : 1;
    return sign * ((word & 0xffffff) / 2 ** 24) * 16 ** (((word >>> 24) & 127) - 64);
  });
}
