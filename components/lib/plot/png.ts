import { crc32, deflateSync } from 'node:zlib';
import { type Colour, rgb } from './colours.js';

/** Pixels that are numbers of colours, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Index into `palette`, one a pixel. */
  readonly pixels: Uint8Array;
  /** At most 256 colours. */
  readonly palette: readonly Colour[];
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** PNG with a palette (ISO/IEC 15948, colour type 3, 8 bits): lossless and a third of true colour. */
export function encodePng({ width, height, pixels, palette }: Raster): Uint8Array {
  const lines = Buffer.alloc(height * (width + 1));
  // Each line begins with its filter, 0 for none: neighbouring indices are not neighbouring colours.
  for (let y = 0; y < height; y++)
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return png(width, height, 3, lines, [chunk('PLTE', Uint8Array.from(palette.flatMap(rgb)))]);
}

/** True-colour PNG (type 2) of opaque RGBA pixels; flat colours and text are smallest without a filter. */
export function encodeRgba(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const lines = Buffer.alloc(height * (3 * width + 1));
  let to = 0;
  for (let from = 0; from < 4 * width * height; ) {
    to++;
    for (const end = from + 4 * width; from < end; from += 4) {
      lines[to++] = rgba[from]!;
      lines[to++] = rgba[from + 1]!;
      lines[to++] = rgba[from + 2]!;
    }
  }
  return png(width, height, 2, lines);
}

function png(width: number, height: number, type: 2 | 3, lines: Buffer, before: readonly Uint8Array[] = []) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, type, 0, 0, 0], 8);
  const data = chunk('IDAT', deflateSync(lines));
  return Buffer.concat([signature, chunk('IHDR', header), ...before, data, chunk('IEND', new Uint8Array())]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
