import type { Digest } from '../canonical.js';
import type { Column } from './column.js';
import { tableDigest } from './content.js';
import { Frame } from './frame.js';
import type { Field, TableSchema } from './schema.js';
import { empty } from './slice.js';
import type { Source } from './source.js';
import type { Table, TableManifest } from './table.js';

const batchRows = 8192;
const batchBytes = 4 * 2 ** 20;

/** Rows a batch: fewer where vectors are wide, by the columns alone. */
const usualRows = (fields: readonly Field[]): number => {
  const width = fields.reduce((sum, field) => sum + 4 * (field.width ?? 2), 0);
  let rows = batchRows;
  while (rows > 64 && rows * width > batchBytes) rows /= 2;
  return rows;
};

/** A table whose values are read when asked for. */
export class StoredTable implements Table {
  readonly kind = 'table';
  readonly manifest: TableManifest;
  readonly #source: Source;
  #digest: Digest | undefined;

  constructor(source: Source, manifest: TableManifest) {
    this.#source = source;
    this.manifest = manifest;
  }

  get schema(): TableSchema {
    return this.manifest.schema;
  }

  get rows(): number {
    return this.manifest.rows;
  }

  get digest(): Digest {
    this.#digest ??= tableDigest(this.manifest);
    return this.#digest;
  }

  column(name: string): Promise<Column> {
    return this.#range(name, 0, this.rows);
  }

  async frame(names = this.#names()): Promise<Frame> {
    return this.#frame(names, 0, this.rows);
  }

  async *batches(
    options: { columns?: readonly string[]; rows?: number } = {},
  ): AsyncGenerator<Frame, void, undefined> {
    const { columns = this.#names() } = options;
    const { rows = usualRows(columns.map((name) => this.#field(name))) } = options;
    for (let from = 0; from < this.rows; from += rows)
      yield await this.#frame(columns, from, Math.min(this.rows, from + rows));
  }

  #names(): readonly string[] {
    return this.schema.fields.map((field) => field.name);
  }

  #field(name: string) {
    const field = this.schema.fields.find((f) => f.name === name);
    if (!field) throw new Error(`table has no column "${name}"`);
    return field;
  }

  async #frame(names: readonly string[], from: number, to: number): Promise<Frame> {
    const columns = new Map<string, Column>();
    for (const name of names) columns.set(name, await this.#range(name, from, to));
    return new Frame({ ...this.schema, fields: names.map((n) => this.#field(n)) }, columns, to - from);
  }

  async #range(name: string, from: number, to: number): Promise<Column> {
    const field = this.#field(name);
    if (from === to) return empty(field);
    return this.#source.range(this.manifest.parts, name, from, to);
  }
}
