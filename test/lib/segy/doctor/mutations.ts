import type { Layout } from '#dist/components/lib/segy/layout.js';
import { sampleBytes } from '#dist/components/lib/segy/samples.js';

/** A copy of a file made wrong in one way; undefined where the file does not lend itself to it. */
export type Mutation = (bytes: Uint8Array, layout: Layout) => Uint8Array | undefined;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function eachHeader(bytes: Uint8Array, { trace }: Layout, edit: (header: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < trace.traces; i++) {
    const at = trace.firstTrace + i * trace.stride;
    edit(copy.subarray(at, at + 240));
  }
  return copy;
}

/** Moves fields of `width` bytes; what was there before is gone, and what they leave is 0. */
const move =
  (...moves: readonly (readonly [from: number, to: number])[]): Mutation =>
  (bytes, layout) =>
    eachHeader(bytes, layout, (header) => {
      const values = moves.map(([from]) => header.slice(from - 1, from + 3));
      for (const [from] of moves) header.fill(0, from - 1, from + 3);
      moves.forEach(([, to], i) => {
        header.set(values[i], to - 1);
      });
    });

const clear =
  (...ranges: readonly (readonly [from: number, to: number])[]): Mutation =>
  (bytes, layout) =>
    eachHeader(bytes, layout, (header) => {
      for (const [from, to] of ranges) header.fill(0, from - 1, to);
    });

const hasLines = (layout: Layout, bytes: Uint8Array, at: number): boolean => {
  const { trace } = layout;
  const values = new Set<number>();
  for (let i = 0; i < trace.traces; i++)
    values.add(view(bytes).getInt32(trace.firstTrace + i * trace.stride + at - 1, trace.endian === 'little'));
  return values.size > 1;
};

const ifLines =
  (mutation: Mutation): Mutation =>
  (bytes, layout) =>
    hasLines(layout, bytes, 189) && hasLines(layout, bytes, 193) ? mutation(bytes, layout) : undefined;

const ifPlaces =
  (mutation: Mutation): Mutation =>
  (bytes, layout) =>
    hasLines(layout, bytes, 181) && hasLines(layout, bytes, 185) ? mutation(bytes, layout) : undefined;

/** Fields of the file and trace headers that are wider than a byte: [first, width]. */
const words = (from: number, to: number, width: number) =>
  Array.from({ length: Math.floor((to - from + 1) / width) }, (_, i) => [from + i * width, width] as const);
const binaryWords = [
  ...words(3201, 3212, 4),
  ...words(3213, 3260, 2),
  ...words(3261, 3272, 4),
  ...words(3273, 3288, 8),
  ...words(3289, 3300, 4),
  ...words(3503, 3512, 2),
  ...words(3513, 3528, 8),
  ...words(3529, 3532, 4),
];
const traceWords = [
  ...words(1, 28, 4),
  ...words(29, 36, 2),
  ...words(37, 68, 4),
  ...words(69, 72, 2),
  ...words(73, 88, 4),
  ...words(89, 180, 2),
  ...words(181, 200, 4),
  ...words(201, 204, 2),
  ...words(205, 208, 4),
  ...words(209, 218, 2),
  ...words(219, 222, 4),
  ...words(223, 224, 2),
  ...words(225, 228, 4),
  ...words(229, 232, 2),
  ...words(233, 240, 4),
];

/** Every number of the file in the other byte order. */
const swapped: Mutation = (bytes, layout) => {
  const { trace, kind } = layout;
  const width = sampleBytes(trace.format);
  if (layout.extraTraceHeaders > 0) return undefined;
  const copy = bytes.slice();
  const swap = (start: number, [first, size]: readonly [number, number]) =>
    copy.subarray(start + first - 1, start + first - 1 + size).reverse();
  if (kind === 'segy') for (const word of binaryWords) swap(0, word);
  for (let i = 0; i < trace.traces; i++) {
    const at = trace.firstTrace + i * trace.stride;
    for (const word of traceWords) swap(at, word);
    for (let s = 0; s < trace.samples; s++) swap(at + trace.headerBytes, [1 + s * width, width]);
  }
  return copy;
};

const relabel =
  (pick: (format: number) => number): Mutation =>
  (bytes, { trace, kind }) => {
    if (kind === 'su') return undefined;
    const copy = bytes.slice();
    view(copy).setInt16(3224, pick(trace.format), trace.endian === 'little');
    return copy;
  };

const zero =
  (from: number, to: number): Mutation =>
  (bytes, { kind }) =>
    kind === 'su' ? undefined : bytes.slice().fill(0, from - 1, to);

/** 5 is labelled 1, and so on: the other format of the same width, as happens. */
const otherOfWidth = (format: number): number => ({ 1: 5, 5: 1, 2: 1, 3: 11, 8: 3, 6: 5 })[format] ?? 1;

export const mutations: Readonly<Record<string, Mutation>> = {
  'as it is': (bytes) => bytes,
  'bytes swapped whole': swapped,
  'format mislabelled': relabel(otherOfWidth),
  'format code 0': relabel(() => 0),
  'samples zeroed in the file header': zero(3221, 3222),
  'samples and interval zeroed in the file header': zero(3217, 3224),
  'samples zeroed everywhere': (bytes, layout) => {
    const copy = zero(3221, 3222)(bytes, layout);
    return copy && clear([115, 116])(copy, layout);
  },
  'binary header zeroed whole': zero(3201, 3600),
  'lines moved to 9 and 21': ifLines(move([189, 9], [193, 21])),
  'lines moved to 17 and 13': ifLines(move([189, 17], [193, 13])),
  'lines moved to 181 and 185': ifLines((bytes, layout) =>
    move([181, 73], [185, 77], [189, 181], [193, 185])(bytes, layout),
  ),
  'lines moved to 221 and 225': ifLines(move([189, 221], [193, 225])),
  'lines moved to 233 and 237': ifLines(move([189, 233], [193, 237])),
  'lines moved to 41 and 45': ifLines(move([189, 41], [193, 45])),
  'lines cleared': ifLines(clear([189, 196])),
  'coordinates moved to 73 and 77': ifPlaces(move([181, 73], [185, 77])),
  'coordinates moved to 201 and 205': ifPlaces((bytes, layout) =>
    clear([73, 88])(move([181, 201], [185, 205])(bytes, layout)!, layout),
  ),
  'scalar cleared': ifPlaces(clear([71, 72])),
};
