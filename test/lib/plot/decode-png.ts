import { inflateSync } from 'node:zlib';

/** A PNG of 8 bits a channel, as RGB or palette colours `#rrggbb` by place; all five filters, no interlacing. */
export function decodePng(bytes: Uint8Array) {
  const data = Buffer.from(bytes);
  if (data.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error('no PNG');
  const chunks = new Map<string, Buffer[]>();
  for (let at = 8; at < data.length; ) {
    const length = data.readUInt32BE(at);
    const type = data.toString('latin1', at + 4, at + 8);
    chunks.set(type, [...(chunks.get(type) ?? []), data.subarray(at + 8, at + 8 + length)]);
    at += length + 12;
  }
  const header = chunks.get('IHDR')![0]!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = { 0: 1, 2: 3, 3: 1, 6: 4 }[header[9]!]!;
  const palette = chunks.get('PLTE')?.[0];
  const lines = unfilter(inflateSync(Buffer.concat(chunks.get('IDAT')!)), width * channels, height, channels);
  return {
    width,
    height,
    /** Column and row from the top left. */
    colour(x: number, y: number): string {
      const at = (y * width + x) * channels;
      const rgb = palette
        ? palette.subarray(lines[at]! * 3, lines[at]! * 3 + 3)
        : channels === 1
          ? [lines[at], lines[at], lines[at]]
          : lines.subarray(at, at + 3);
      return `#${Buffer.from(rgb as Uint8Array).toString('hex')}`;
    },
  };
}

function unfilter(raw: Buffer, stride: number, height: number, pixel: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= pixel ? out[y * stride + x - pixel]! : 0;
      const up = y > 0 ? out[(y - 1) * stride + x]! : 0;
      const corner = x >= pixel && y > 0 ? out[(y - 1) * stride + x - pixel]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter!]!;
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + guess;
    }
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
