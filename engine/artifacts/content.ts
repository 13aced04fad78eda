import { createHash, type Hash } from 'node:crypto';
import { type Digest, digestOf, type Json } from '../canonical.js';
import { type Column, rowsOf, type StringColumn } from './column.js';
import type { ColumnType } from './schema.js';
import type { ExternalColumn, TableManifest } from './table.js';
import { encodeTexts } from './texts.js';

/**
 * Content digest of a column, fed row by row in any portions. It depends on type, width and values alone:
 *
 * - numbers are their little-endian bytes as in memory (see `Column`), every NaN the one quiet NaN, −0 apart from 0
 *   (but not in whole numbers), texts their UTF-8 bytes after their length as u32;
 * - a null slot is zero bytes, and nulls are told apart by hashing their row numbers;
 * - portions, dictionaries and what lay in a null slot change nothing.
 *
 * Values that lie in somebody's file are not read for this: they count as the file's digest, its reader and layout,
 * and the rows chosen. So an external column has another digest than its values stored as objects.
 */
export class ColumnContent {
  readonly #type: ColumnType;
  readonly #width: number | undefined;
  readonly #segments: Segment[] = [];

  constructor(column: { readonly type: ColumnType; readonly width?: number }) {
    this.#type = column.type;
    this.#width = column.width;
  }

  add(column: Column): void {
    const rows = rowsOf(column);
    if (rows === 0) return;
    const segment = this.#segment('values');
    addNulls(segment, column);
    addValues(segment.values, column);
    segment.rows += rows;
  }

  addExternal(external: ExternalColumn, rows: Uint32Array): void {
    if (rows.length === 0) return;
    const segment = this.#segment(identityOf(external));
    segment.values.update(rows);
    segment.rows += rows.length;
  }

  digest(): Digest {
    const segments = this.#segments.map(({ of, rows, values, nulls }) => ({
      of,
      rows,
      values: values.digest('hex'),
      nulls: nulls.digest('hex'),
    }));
    return digestOf({ type: this.#type, width: this.#width, segments });
  }

  #segment(of: string): Segment {
    const last = this.#segments.at(-1);
    if (last?.of === of) return last;
    const segment = { of, rows: 0, values: createHash('sha256'), nulls: createHash('sha256') };
    this.#segments.push(segment);
    return segment;
  }
}

const identities = new WeakMap<ExternalColumn, Digest>();

/** What a file's column is, wherever the file lies; remembered, since rows in any order ask for it row by row. */
function identityOf(external: ExternalColumn): Digest {
  let identity = identities.get(external);
  if (identity === undefined) {
    const { reader, digest, layout } = external;
    identity = digestOf({ reader, digest, layout });
    identities.set(external, identity);
  }
  return identity;
}

/** Rows in succession of one origin: a file and layout, or stored values. */
interface Segment {
  readonly of: string;
  rows: number;
  readonly values: Hash;
  readonly nulls: Hash;
}

function addNulls(segment: Segment, column: Column): void {
  const { valid } = column;
  if (!valid?.includes(0)) return;
  const rows: number[] = [];
  for (let i = 0; i < valid.length; i++) if (valid[i] === 0) rows.push(segment.rows + i);
  segment.nulls.update(new Uint8Array(Float64Array.from(rows).buffer));
}

function addValues(hash: Hash, column: Column): void {
  if (column.type === 'string') addTexts(hash, column);
  else if (column.type === 'float64') addFloats(hash, column, 1, [0, 0x7ff80000]);
  else if (column.type === 'float32') addFloats(hash, column, 1, [0x7fc00000]);
  else if (column.type === 'vector') addFloats(hash, column, column.width, [0x7fc00000]);
  else addWhole(hash, column);
}

function addWhole(hash: Hash, column: Column): void {
  const bare = column.values.slice();
  for (let i = 0; i < bare.length; i++) bare[i] = column.valid?.[i] === 0 ? 0 : bare[i]! + 0;
  hash.update(bytesOf(bare));
}

const bytesOf = (values: Column['values']) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Values looked at together, so that a clean stretch is hashed where it lies. */
const block = 16_384;

/** `nan`: the 32-bit words, low first, of the NaN that stands for all. */
function addFloats(hash: Hash, column: Column, width: number, nan: readonly number[]): void {
  const { values, valid } = column;
  for (let from = 0; from < values.length; from += block) {
    const part = values.subarray(from, from + block);
    if (clean(part) && !valid) {
      hash.update(bytesOf(part));
      continue;
    }
    const copy = part.slice();
    const words = new Uint32Array(copy.buffer);
    const size = nan.length;
    for (let i = 0; i < copy.length; i++) {
      if (valid && valid[Math.floor((from + i) / width)] === 0) words.fill(0, i * size, (i + 1) * size);
      else if (Number.isNaN(copy[i])) words.set(nan, i * size);
    }
    hash.update(bytesOf(copy));
  }
}

function clean(values: Column['values']): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) return false;
  return true;
}

/** Bytes of text that are hashed together. */
const chunk = 131_072;

/** Each text after its length as u32. */
function addTexts(hash: Hash, column: StringColumn): void {
  const { values, valid, dictionary } = column;
  const rows = values.length;
  const codeOf = (row: number) => (valid?.[row] === 0 ? -1 : values[row]!);
  // A few rows of a large table need not encode all its texts.
  const few = dictionary.length > rows;
  const texts = few ? Array.from({ length: rows }, (_, row) => dictionary[codeOf(row)] ?? '') : dictionary;
  const { bytes, offsets } = encodeTexts(texts);
  let out = Buffer.allocUnsafe(chunk);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const code = few ? row : codeOf(row);
    const from = code < 0 ? 0 : offsets[code]!;
    const to = code < 0 ? 0 : offsets[code + 1]!;
    if (at + 4 + to - from > out.length) {
      hash.update(out.subarray(0, at));
      if (4 + to - from > out.length) out = Buffer.allocUnsafe(4 + to - from);
      at = 0;
    }
    at = out.writeUInt32LE(to - from, at);
    if (to - from > 64) at += bytes.copy(out, at, from, to);
    else for (let i = from; i < to; i++) out[at++] = bytes[i]!;
  }
  if (at > 0) hash.update(out.subarray(0, at));
}

/** Content digest of a whole column in memory. */
export function contentOf(column: Column): Digest {
  const content = new ColumnContent(column);
  content.add(column);
  return content.digest();
}

/** Digest of a table: its schema, and the contents of its columns. */
export const tableDigest = (manifest: Pick<TableManifest, 'schema' | 'rows' | 'contents'>): Digest =>
  digestOf({ schema: manifest.schema as unknown as Json, rows: manifest.rows, contents: manifest.contents });
