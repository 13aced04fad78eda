import type { Digest, Json } from '../canonical.js';
import type { Column } from './column.js';
import type { Frame } from './frame.js';
import type { Field, TableSchema } from './schema.js';

/** Where the values of one column of one part lie. */
export type ColumnSource =
  /** An Arrow IPC file with this one column. */
  | { readonly object: Digest }
  /** A range of somebody's file, decoded when read. `reader` names the decoder, `layout` is its own. */
  | { readonly external: ExternalColumn }
  /** Other columns one after the other: what rows in any order are picked from. */
  | { readonly pieces: readonly { readonly rows: number; readonly column: ColumnRef }[] };

export interface ExternalColumn {
  readonly reader: 'segy';
  readonly path: string;
  /** Digest of the whole file when it was read; a file that differs is a problem, never silently other values. */
  readonly digest: Digest;
  readonly layout: Json;
}

/** Rows of a person's file that follow one another. */
export interface ExternalPart {
  readonly rows: number;
  readonly column: { readonly external: ExternalColumn };
}

/** A column of a part: a source, and which of its rows, in which order; all, where `rows` is absent. */
export type ColumnRef = ColumnSource & { readonly rows?: Digest };

export interface Part {
  readonly rows: number;
  readonly columns: { readonly [name: string]: ColumnRef };
}

/** What a table is in the store, as canonical JSON. */
export interface TableManifest {
  readonly kind: 'table';
  readonly schema: TableSchema;
  readonly rows: number;
  readonly parts: readonly Part[];
  /** Content digest by column: over type and values in row order, whatever the parts and encodings. */
  readonly contents: { readonly [name: string]: Digest };
}

/** Rows that are read when asked for, as often as one likes. */
export interface Table {
  readonly kind: 'table';
  readonly schema: TableSchema;
  readonly rows: number;
  readonly manifest: TableManifest;
  /** Over schema and column contents: equal tables have equal digests however they were made. */
  readonly digest: Digest;
  /** One column whole, in memory. */
  column(name: string): Promise<Column>;
  /** The named columns (default: all) whole, in memory. */
  frame(names?: readonly string[]): Promise<Frame>;
  /** Frames of `rows` rows, the last of fewer (default 8,192, less where vectors are wide), in order. */
  batches(options?: { columns?: readonly string[]; rows?: number }): AsyncIterable<Frame>;
}

/** Writes a table batch by batch, in bounded memory. All frames have the schema given at the start. */
export interface TableWriter {
  append(frame: Frame): Promise<void>;
  finish(): Promise<Table>;
}

/** How components make tables. Values are written to the store at once; what is kept is shared, never copied. */
export interface Tables {
  create(frame: Frame): Promise<Table>;
  writer(schema: TableSchema): TableWriter;
  /** A table of one column whose values stay in people's files; \`with\` puts it beside others. */
  external(field: Field, parts: readonly ExternalPart[]): Promise<Table>;
  /** Some rows of a table, in the order given (a row may stand twice). */
  pick(table: Table, rows: Uint32Array): Promise<Table>;
  /** The table with columns added or replaced; `columns` has as many rows. A batch-wise source may be a Table. */
  with(table: Table, columns: Frame | Table): Promise<Table>;
  /** The columns of these names, in this order. */
  select(table: Table, names: readonly string[]): Promise<Table>;
  /** The same values under another schema: roles, units, split, new names by position. Types stay. */
  retype(table: Table, fields: readonly Field[], split?: TableSchema['split']): Promise<Table>;
  /** Rows of one after rows of the other; the schemas must agree in names and types. */
  concat(tables: readonly Table[]): Promise<Table>;
}
