import { setImmediate } from 'node:timers/promises';
import { encodeColumn } from './arrow.js';
import { type Column, rowsOf } from './column.js';
import { ColumnContent } from './content.js';
import { Frame } from './frame.js';
import { manifestOf } from './manifest.js';
import type { Objects } from './objects.js';
import type { Field, TableSchema } from './schema.js';
import { concat, slice } from './slice.js';
import type { ColumnRef, Part, Table, TableManifest, TableWriter } from './table.js';

/** Rows and bytes at which a part is written. A power of two, so that batches rarely straddle parts. */
const partRows = 65_536;
const partBytes = 16 * 2 ** 20;

const sizes = { float64: 8, int64: 8, timestamp: 8, float32: 4, int32: 4, date: 4, string: 4, bool: 1 };

/** Parts from this size on are long enough to make others wait. */
const yieldRows = 8192;

/** Rows a part: as many as fit the bytes by the fixed-width columns, so that it depends on the schema alone. */
function rowsPerPart(schema: TableSchema): number {
  const width = schema.fields.reduce(
    (sum, field) => sum + (field.type === 'vector' ? (field.width ?? 1) * 4 : sizes[field.type]),
    0,
  );
  let rows = partRows;
  while (rows > 1 && rows * width > partBytes) rows /= 2;
  return rows;
}

/** Gathers frames and writes them out part by part; what waits in memory is at most a part and a frame. */
export class Writer implements TableWriter {
  readonly #objects: Objects;
  readonly #schema: TableSchema;
  readonly #open: (manifest: TableManifest) => Table;
  readonly #limit: number;
  readonly #contents: Map<string, ColumnContent>;
  readonly #parts: Part[] = [];
  #waiting: Frame[] = [];
  #rows = 0;
  #textBytes = 0;

  constructor(objects: Objects, schema: TableSchema, open: (manifest: TableManifest) => Table) {
    this.#objects = objects;
    this.#schema = schema;
    this.#open = open;
    this.#limit = rowsPerPart(schema);
    this.#contents = new Map(schema.fields.map((field) => [field.name, new ColumnContent(field)]));
  }

  async append(frame: Frame): Promise<void> {
    for (const field of this.#schema.fields) check(field, frame.column(field.name));
    let from = 0;
    while (from < frame.rows) {
      const to = Math.min(frame.rows, from + this.#limit - this.#rows);
      const piece = sliceFrame(this.#schema, frame, from, to);
      this.#waiting.push(piece);
      this.#rows += to - from;
      this.#textBytes += textBytes(piece);
      if (this.#rows === this.#limit || this.#textBytes > partBytes) await this.#flush();
      from = to;
    }
  }

  async finish(): Promise<Table> {
    if (this.#rows > 0) await this.#flush();
    const contents: { [name: string]: string } = {};
    for (const [name, content] of this.#contents) contents[name] = content.digest();
    return this.#open(manifestOf(this.#schema, this.#parts, contents));
  }

  async #flush(): Promise<void> {
    const columns: { [name: string]: ColumnRef } = {};
    for (const { name } of this.#schema.fields) {
      const column = concat(this.#waiting.map((frame) => frame.column(name)));
      this.#contents.get(name)!.add(column);
      // Hashing and encoding a large part takes a while each; others get their turn between columns.
      if (this.#rows >= yieldRows) await setImmediate();
      columns[name] = { object: await putColumn(this.#objects, column) };
    }
    this.#parts.push({ rows: this.#rows, columns });
    this.#waiting = [];
    this.#rows = 0;
    this.#textBytes = 0;
  }
}

export const putColumn = async (objects: Objects, column: Column): Promise<string> =>
  objects.put(await encodeColumn(column));

function sliceFrame(schema: TableSchema, frame: Frame, from: number, to: number): Frame {
  const columns = new Map(
    schema.fields.map(({ name }) => [name, slice(frame.column(name), from, to)] as const),
  );
  return new Frame(schema, columns, to - from);
}

/** Bytes of text in a frame, roughly: the longest of its entries could stand in every row. */
function textBytes(frame: Frame): number {
  let bytes = 0;
  for (const { name } of frame.schema.fields) {
    const column = frame.column(name);
    if (column.type !== 'string') continue;
    for (let i = 0; i < column.values.length; i++) bytes += column.dictionary[column.values[i]!]?.length ?? 0;
  }
  return bytes;
}

/** A column that is not what the schema says is a bug of the component that made it. */
export function check(field: Field, column: Column): void {
  const { name } = field;
  if (column.type !== field.type)
    throw new Error(`column "${name}" is ${column.type}, its field says ${field.type}`);
  if (column.type === 'vector' && column.width !== field.width)
    throw new Error(`column "${name}" has vectors of ${column.width}, its field says ${field.width}`);
  if (!field.nullable && column.valid?.includes(0))
    throw new Error(`column "${name}" holds nulls, its field says there are none (${rowsOf(column)} rows)`);
}
