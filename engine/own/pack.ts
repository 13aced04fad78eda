import type { Column } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';

/** A table as the other thread sees it: the number under which its owner keeps it, and to others what is known of it. */
export interface LentTable {
  readonly id: number;
  readonly facts?: Pick<Table, 'schema' | 'rows' | 'manifest' | 'digest'>;
}

/** A column or field that came from the other side is sent back by its number, so that what is unchanged is known. */
type Item<T> = { readonly known: number } | { readonly id?: number; readonly value: T };

interface PackedFrame {
  readonly schema: TableSchema;
  readonly fields: readonly Item<Field>[];
  readonly columns: readonly Item<Column>[];
  readonly rows: number;
}

const FRAME = '\u0000frame';
const TABLE = '\u0000table';

/**
 * Values of the contracts to and from structured clones: frames by their columns (shared memory is seen, not copied),
 * tables as handles, everything else as it is. One for each side of a call.
 */
export class Packer {
  readonly #known = new WeakMap<object, number>();
  readonly #mine = new Map<number, object>();
  #last = 0;

  constructor(
    private readonly lend: (table: Table) => LentTable,
    private readonly open: (lent: LentTable) => Table,
  ) {}

  /** `remember`: columns may come back in an answer to this. */
  pack(value: unknown, remember = false): unknown {
    if (value instanceof Frame) return { [FRAME]: this.#frame(value, remember) };
    if (isTable(value)) return { [TABLE]: this.lend(value) };
    return mapped(value, (item) => this.pack(item, remember));
  }

  unpack(value: unknown): unknown {
    if (isPlain(value)) {
      const frame = value[FRAME] as PackedFrame | undefined;
      if (frame) return this.#opened(frame);
      const table = value[TABLE] as LentTable | undefined;
      if (table) return this.open(table);
    }
    return mapped(value, (item) => this.unpack(item));
  }

  #frame(frame: Frame, remember: boolean): PackedFrame {
    const { fields, ...schema } = frame.schema;
    const item = <T extends object>(value: T): Item<T> => {
      const known = this.#known.get(value);
      if (known !== undefined) return { known };
      if (!remember) return { value };
      this.#mine.set(++this.#last, value);
      return { id: this.#last, value };
    };
    return {
      schema: { ...schema, fields: [] },
      fields: fields.map(item),
      columns: fields.map((field) => item(frame.column(field.name))),
      rows: frame.rows,
    };
  }

  #opened({ schema, fields, columns, rows }: PackedFrame): Frame {
    const item = <T extends object>(packed: Item<T>): T => {
      if ('known' in packed) return this.#mine.get(packed.known) as T;
      if (packed.id !== undefined) this.#known.set(packed.value, packed.id);
      return packed.value;
    };
    const own = fields.map(item);
    const byName = own.map((field, i) => [field.name, item(columns[i]!)] as const);
    return new Frame({ ...schema, fields: own }, new Map(byName), rows);
  }
}

const isTable = (value: unknown): value is Table =>
  value !== null &&
  typeof value === 'object' &&
  (value as Partial<Table>).kind === 'table' &&
  typeof (value as Partial<Table>).batches === 'function';

const isPlain = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

function mapped(value: unknown, each: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(each);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)]));
}
