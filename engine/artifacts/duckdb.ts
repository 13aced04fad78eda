import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBVector } from '@duckdb/node-api';
import { sharedF32, sharedU8 } from '../../components/lib/compute/shared.js';
import { type Column, sameKind } from './column.js';
import { Frame } from './frame.js';
import type { Field } from './schema.js';
import { empty } from './slice.js';

let instance: Promise<DuckDBInstance> | undefined;

/**
 * A connection to the one DuckDB of this process, which holds nothing: it reads files and hands rows on. Loading it
 * takes 0.2 s, so it is imported when first used. It fetches no extensions and spills to the system's own folder.
 */
export async function connect(): Promise<DuckDBConnection> {
  instance ??= import('@duckdb/node-api').then(({ DuckDBInstance }) =>
    DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      temp_directory: join(tmpdir(), `toolbox-duckdb-${process.pid}`),
    }),
  );
  const connection = await (await instance).connect();
  // A time without an offset is taken as UTC, whatever the machine's zone.
  await connection.run("set TimeZone = 'UTC'");
  return connection;
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column of a query: what it becomes, and the expression that gives it in the form that `queryFrames` takes. */
export interface QueryColumn {
  readonly field: Field;
  /** float64, int64, timestamp: DOUBLE. float32: FLOAT. int32, date: INTEGER. bool: UTINYINT. string: VARCHAR. vector: FLOAT[]. */
  readonly sql: string;
}

const frameRows = 16_384;

/** Rows of `select columns from relation`, streamed in frames; scalars cross as whole vectors, texts one by one. */
export async function* queryFrames(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly QueryColumn[],
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const fields = columns.map((column) => column.field);
  const result = await connection.stream(`select ${columns.map((c) => c.sql).join(', ')} from ${relation}`);
  let builders = fields.map((field) => new Builder(field));
  let rows = 0;
  const flush = () => {
    const frame = new Frame(
      { fields },
      new Map(builders.map((builder, i) => [fields[i]!.name, builder.column(rows)])),
      rows,
    );
    builders = fields.map((field) => new Builder(field));
    rows = 0;
    return frame;
  };
  for (;;) {
    signal.throwIfAborted();
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    if (rows + chunk.rowCount > frameRows) yield flush();
    for (const [i, builder] of builders.entries())
      builder.add(chunk.getColumnVector(i), rows, chunk.rowCount);
    rows += chunk.rowCount;
  }
  if (rows > 0) yield flush();
}

/** What DuckDB's vectors hold; the declarations of the package keep it to themselves. */
interface RawVector {
  readonly items: Float64Array | Float32Array | Int32Array | Uint8Array;
  readonly validity: { readonly data: BigUint64Array | null };
}
interface ListVector extends RawVector {
  readonly childVector: RawVector;
  getEntryOffset(row: number): number;
}

/** Collects the vectors of one column. */
class Builder {
  readonly #field: Field;
  readonly #column: Column;
  readonly #valid = sharedU8(frameRows).fill(1);
  readonly #codes = new Map<string, number>();
  readonly #vectors: Float32Array | undefined;
  #nulls = false;

  constructor(field: Field) {
    this.#field = field;
    this.#column = sized(field);
    if (field.type === 'vector') this.#vectors = sharedF32(frameRows * field.width!);
  }

  add(vector: DuckDBVector, at: number, rows: number): void {
    const raw = vector as unknown as RawVector;
    this.#mark(raw, at, rows);
    if (this.#field.type === 'string') this.#texts(vector, at, rows);
    else if (this.#vectors) this.#lists(raw as ListVector, at, rows);
    else {
      const { values } = this.#column;
      values.set(raw.items.subarray(0, rows), at);
      const none = this.#field.type.startsWith('float') ? Number.NaN : 0;
      if (raw.validity.data)
        for (let row = at; row < at + rows; row++) if (this.#valid[row] === 0) values[row] = none;
    }
  }

  column(rows: number): Column {
    const valid = this.#nulls ? { valid: this.#valid.subarray(0, rows) } : {};
    if (this.#field.type === 'string')
      return {
        type: 'string',
        values: (this.#column.values as Int32Array).subarray(0, rows),
        dictionary: [...this.#codes.keys()],
        ...valid,
      };
    if (this.#vectors) {
      const width = this.#field.width!;
      return { type: 'vector', width, values: this.#vectors.subarray(0, rows * width), ...valid };
    }
    return { ...this.#column, values: this.#column.values.subarray(0, rows), ...valid } as Column;
  }

  #mark({ validity }: RawVector, at: number, rows: number): void {
    if (!validity.data) return;
    const bits = new Uint8Array(validity.data.buffer, validity.data.byteOffset, validity.data.byteLength);
    for (let row = 0; row < rows; row++) {
      if ((bits[row >> 3]! & (1 << (row & 7))) !== 0) continue;
      this.#valid[at + row] = 0;
      this.#nulls = true;
    }
  }

  #texts(vector: DuckDBVector, at: number, rows: number): void {
    const { values } = this.#column;
    for (let row = 0; row < rows; row++) {
      if (this.#valid[at + row] === 0) {
        values[at + row] = -1;
        continue;
      }
      const text = vector.getItem(row) as string;
      let code = this.#codes.get(text);
      if (code === undefined) {
        code = this.#codes.size;
        this.#codes.set(text, code);
      }
      values[at + row] = code;
    }
  }

  #lists(vector: ListVector, at: number, rows: number): void {
    const width = this.#field.width!;
    const out = this.#vectors!;
    const child = vector.childVector;
    const bits =
      child.validity.data && new Uint8Array(child.validity.data.buffer, child.validity.data.byteOffset);
    for (let row = 0; row < rows; row++) {
      const start = (at + row) * width;
      if (this.#valid[at + row] === 0) {
        out.fill(Number.NaN, start, start + width);
        continue;
      }
      const from = vector.getEntryOffset(row);
      out.set((child.items as Float32Array).subarray(from, from + width), start);
      if (bits)
        for (let i = 0; i < width; i++)
          if ((bits[(from + i) >> 3]! & (1 << ((from + i) & 7))) === 0) out[start + i] = Number.NaN;
    }
  }
}

function sized(field: Field): Column {
  const column = empty(field);
  if (column.type === 'vector') return column;
  return { ...column, values: sameKind(column.values, frameRows) } as Column;
}
