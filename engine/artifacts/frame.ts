import { type Column, rowsOf, take } from './column.js';
import type { Field, Role, TableSchema } from './schema.js';

/** Rows in memory: a schema and a column for each of its fields. Immutable; every verb hands back a new frame. */
export class Frame {
  readonly rows: number;
  readonly schema: TableSchema;
  readonly #columns: ReadonlyMap<string, Column>;

  /** Throws where a field has no column, or columns differ in length: that is a bug of the caller. */
  constructor(schema: TableSchema, columns: ReadonlyMap<string, Column>, rows?: number) {
    const first = schema.fields[0];
    this.rows = rows ?? (first ? rowsOf(columns.get(first.name)!) : 0);
    for (const field of schema.fields) {
      const column = columns.get(field.name);
      if (!column) throw new Error(`frame lacks column "${field.name}"`);
      if (rowsOf(column) !== this.rows)
        throw new Error(`column "${field.name}" has ${rowsOf(column)} rows, the frame ${this.rows}`);
    }
    this.schema = schema;
    this.#columns = columns;
  }

  has(name: string): boolean {
    return this.#columns.has(name);
  }

  column(name: string): Column {
    const column = this.#columns.get(name);
    if (!column) throw new Error(`frame has no column "${name}"`);
    return column;
  }

  field(name: string): Field {
    const field = this.schema.fields.find((f) => f.name === name);
    if (!field) throw new Error(`frame has no column "${name}"`);
    return field;
  }

  withRole(role: Role): readonly Field[] {
    return this.schema.fields.filter((field) => field.role === role);
  }

  /** Adds a column at the end, or replaces the one of that name in its place. */
  with(field: Field, column: Column): Frame {
    const fields = this.has(field.name)
      ? this.schema.fields.map((f) => (f.name === field.name ? field : f))
      : [...this.schema.fields, field];
    return new Frame(
      { ...this.schema, fields },
      new Map([...this.#columns, [field.name, column]]),
      this.rows,
    );
  }

  select(names: readonly string[]): Frame {
    const fields = names.map((name) => this.field(name));
    return new Frame({ ...this.schema, fields }, new Map(names.map((n) => [n, this.column(n)])), this.rows);
  }

  drop(names: readonly string[]): Frame {
    return this.select(this.schema.fields.map((f) => f.name).filter((n) => !names.includes(n)));
  }

  take(rows: Uint32Array): Frame {
    const columns = new Map(
      this.schema.fields.map((f) => [f.name, take(this.column(f.name), rows)] as const),
    );
    return new Frame(this.schema, columns, rows.length);
  }
}
