import { sharedU8 } from '../../components/lib/compute/shared.js';
import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { decodeColumn } from './arrow.js';
import { type Column, take } from './column.js';
import type { Objects } from './objects.js';
import { concat, slice } from './slice.js';
import type { ColumnRef, ExternalColumn, Part } from './table.js';

/** Rows of a column by number: those from `from` up to, not including, `to`, or any, in any order. */
export type Rows = { readonly from: number; readonly to: number } | Uint32Array;

/** Decodes columns out of people's files: the SEG-Y reader, handed in by whoever makes the tables. */
export interface ExternalReader {
  /** Fails with a problem where the file is gone or no longer the one that it was. */
  read(external: ExternalColumn, rows: Rows): Promise<Column>;
}
export type ExternalReaders = { readonly [reader: string]: ExternalReader };

/** Decoded objects that stay in memory in case they are asked for again. */
const cacheBytes = 32 * 2 ** 20;

/** Reads columns of parts. Objects come whole, files and row choices only as far as the rows asked for. */
export class Source {
  readonly objects: Objects;
  readonly #readers: ExternalReaders;
  /** By digest, the one used longest ago first. */
  readonly #cache = new Map<Digest, { readonly value: Column | Uint32Array; readonly bytes: number }>();
  #cachedBytes = 0;

  constructor(objects: Objects, readers: ExternalReaders = {}) {
    this.objects = objects;
    this.#readers = readers;
  }

  /** Rows of the column `name` of a table in these parts, counted from the first row of the first part. */
  async range(parts: readonly Part[], name: string, from: number, to: number): Promise<Column> {
    const found: Column[] = [];
    let start = 0;
    for (const part of parts) {
      const end = start + part.rows;
      if (end > from && start < to) {
        const rows = { from: Math.max(from, start) - start, to: Math.min(to, end) - start };
        found.push(await this.read(part.columns[name]!, rows));
      }
      start = end;
    }
    return concat(found);
  }

  async read(ref: ColumnRef, asked: Rows): Promise<Column> {
    const rows = ref.rows === undefined ? asked : choose(await this.selection(ref.rows), asked);
    if ('external' in ref) return this.#external(ref.external, rows);
    if ('pieces' in ref) return this.#pieces(ref.pieces, rows);
    const column = await this.#kept(ref.object, decodeColumn);
    return rows instanceof Uint32Array ? take(column, rows) : slice(column, rows.from, rows.to);
  }

  /** Row numbers that a column reference chooses. */
  selection(digest: Digest): Promise<Uint32Array> {
    return this.#kept(
      digest,
      (bytes) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
    );
  }

  #external(external: ExternalColumn, rows: Rows): Promise<Column> {
    const reader = this.#readers[external.reader];
    if (!reader) throw new Error(`no reader for columns of "${external.reader}"`);
    return reader.read(external, rows);
  }

  async #pieces(pieces: Extract<ColumnRef, { pieces: unknown }>['pieces'], rows: Rows): Promise<Column> {
    const numbers = rows instanceof Uint32Array ? rows : numbersOf(rows.from, rows.to);
    const wanted = byPiece(pieces, numbers);
    const found: Column[] = [];
    for (const [piece, { local }] of wanted)
      found.push(await this.read(pieces[piece]!.column, Uint32Array.from(local)));
    const order = new Uint32Array(numbers.length);
    let at = 0;
    for (const { positions } of wanted.values()) for (const position of positions) order[position] = at++;
    return take(concat(found), order);
  }

  /** What `decode` makes of an object, from memory where it was used a while ago. */
  async #kept<T extends Column | Uint32Array>(
    digest: Digest,
    decode: (bytes: Uint8Array) => T | Promise<T>,
  ): Promise<T> {
    const kept = this.#cache.get(digest);
    if (kept) {
      this.#cache.delete(digest);
      this.#cache.set(digest, kept);
      return kept.value as T;
    }
    const bytes = await this.#bytes(digest);
    const value = await decode(bytes);
    // Somebody else may have read it meanwhile.
    if (!this.#cache.has(digest)) this.#cachedBytes += bytes.length;
    this.#cache.set(digest, { value, bytes: bytes.length });
    for (const [oldest, { bytes: size }] of this.#cache) {
      if (this.#cachedBytes <= cacheBytes || oldest === digest) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= size;
    }
    return value;
  }

  async #bytes(digest: Digest): Promise<Uint8Array> {
    const bytes = await this.objects.get(digest);
    if (!bytes)
      throw new ProblemError(
        problem('store/damaged', `the stored object ${digest.slice(0, 12)} is missing or damaged`, {
          hint: 'run the pipeline again: the step that made it is then repeated',
        }),
      );
    if (bytes.byteOffset % 8 === 0) return bytes;
    const aligned = sharedU8(bytes.length);
    aligned.set(bytes);
    return aligned;
  }
}

export function numbersOf(from: number, to: number): Uint32Array {
  const numbers = new Uint32Array(to - from);
  for (let i = 0; i < numbers.length; i++) numbers[i] = from + i;
  return numbers;
}

/** Rows `asked` of a choice of rows, as rows of what was chosen from. */
export function choose(chosen: Uint32Array, asked: Rows): Uint32Array {
  if (!(asked instanceof Uint32Array)) return chosen.subarray(asked.from, asked.to);
  const rows = new Uint32Array(asked.length);
  for (let i = 0; i < rows.length; i++) rows[i] = chosen[asked[i]!]!;
  return rows;
}

/** Which piece each row lies in: row numbers within the piece, and where each stands among those asked for. */
export function byPiece(pieces: readonly { readonly rows: number }[], rows: Uint32Array) {
  const starts = startsOf(pieces);
  const wanted = new Map<number, { readonly local: number[]; readonly positions: number[] }>();
  let piece = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < starts[piece]! || row >= starts[piece + 1]!) piece = pieceOf(starts, row);
    let found = wanted.get(piece);
    if (!found) {
      found = { local: [], positions: [] };
      wanted.set(piece, found);
    }
    found.local.push(row - starts[piece]!);
    found.positions.push(i);
  }
  return wanted;
}

/** Row at which each piece starts, and after the last how many there are in all. */
export function startsOf(pieces: readonly { readonly rows: number }[]): Float64Array {
  const starts = new Float64Array(pieces.length + 1);
  for (let p = 0; p < pieces.length; p++) starts[p + 1] = starts[p]! + pieces[p]!.rows;
  return starts;
}

/** The piece that holds a row: the last that starts at or before it and is not empty. */
export function pieceOf(starts: Float64Array, row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= row) low = middle;
    else high = middle;
  }
  return low;
}
