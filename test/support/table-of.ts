import { type Column, cell } from '#dist/engine/artifacts/column.js';
import { Frame } from '#dist/engine/artifacts/frame.js';
import type { ColumnType, Field, TableSchema } from '#dist/engine/artifacts/schema.js';
import type { Table, Tables } from '#dist/engine/artifacts/table.js';

export type Cell = number | string | boolean | null | readonly number[];

/** A column as cases and tests write it: values alone are float64 (or string, bool by their first value). */
export type ColumnSpec =
  | readonly Cell[]
  | ({ readonly type: ColumnType; readonly values: readonly Cell[] } & Partial<Omit<Field, 'name'>>);
export interface TableSpec {
  readonly columns: { readonly [name: string]: ColumnSpec };
  readonly split?: TableSchema['split'];
}

/** A table of the columns given. Dates and times are text (`2024-01-31`, `2024-01-31T12:00:00Z`), null is null. */
export const tableOf = (tables: Tables, spec: TableSpec): Promise<Table> => tables.create(frameOf(spec));

export function frameOf(spec: TableSpec): Frame {
  const fields: Field[] = [];
  const columns = new Map<string, Column>();
  for (const [name, written] of Object.entries(spec.columns)) {
    const { values, type, ...rest } = Array.isArray(written)
      ? { values: written as readonly Cell[], type: guess(written) }
      : (written as Exclude<ColumnSpec, readonly Cell[]>);
    const width = type === 'vector' ? { width: rest.width ?? (values[0] as number[]).length } : {};
    fields.push({ name, type, role: 'feature', nullable: values.includes(null), ...rest, ...width });
    columns.set(name, columnFrom(type, values, width.width ?? 1));
  }
  return new Frame({ fields, ...(spec.split && { split: spec.split }) }, columns);
}

function guess(values: readonly Cell[]): ColumnType {
  const first = values.find((value) => value !== null);
  return typeof first === 'string' ? 'string' : typeof first === 'boolean' ? 'bool' : 'float64';
}

const arrays = {
  float64: Float64Array,
  int64: Float64Array,
  timestamp: Float64Array,
  float32: Float32Array,
  vector: Float32Array,
  int32: Int32Array,
  date: Int32Array,
  string: Int32Array,
  bool: Uint8Array,
} as const;

export function columnFrom(type: ColumnType, values: readonly Cell[], width = 1): Column {
  const Kind = arrays[type] as typeof Float64Array;
  const array = new Kind(new SharedArrayBuffer(values.length * width * Kind.BYTES_PER_ELEMENT));
  const dictionary = [...new Set(values.filter((value) => typeof value === 'string'))];
  const codes = new Map(dictionary.map((text, code) => [text, code]));
  for (const [i, value] of values.entries()) {
    if (type === 'vector')
      array.set((value as number[] | null) ?? new Array(width).fill(Number.NaN), i * width);
    else if (type === 'string') array[i] = value === null ? -1 : codes.get(String(value))!;
    else if (value === null) array[i] = type.startsWith('float') ? Number.NaN : 0;
    else if (type === 'date') array[i] = Date.parse(value as string) / 86_400_000;
    else if (type === 'timestamp') array[i] = Date.parse(value as string) * 1000;
    else array[i] = Number(value);
  }
  const valid = values.includes(null)
    ? { valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)) }
    : {};
  if (type === 'string') return { type, values: array as unknown as Int32Array, dictionary, ...valid };
  if (type === 'vector') return { type, width, values: array as unknown as Float32Array, ...valid };
  return { type, values: array, ...valid };
}

/** Cells of every column, as `cell` gives them; NaN stays NaN. */
export async function cellsOf(table: Table): Promise<{ [name: string]: Cell[] }> {
  const frame = await table.frame();
  return Object.fromEntries(
    frame.schema.fields.map(({ name }) => {
      const column = frame.column(name);
      return [name, Array.from({ length: frame.rows }, (_, row) => valueAt(column, row))];
    }),
  );
}

const valueAt = (column: Column, row: number): Cell => {
  const value = cell(column, row);
  const isFloat = column.type === 'float64' || column.type === 'float32';
  return value === null && isFloat && column.valid?.[row] !== 0 ? Number.NaN : value;
};
