/** What a column holds. In memory: see `column.ts`. A `vector` is one fixed-width row of float32 a row: a trace. */
export type ColumnType =
  | 'float64'
  | 'float32'
  | 'int64'
  | 'int32'
  | 'bool'
  | 'string'
  | 'date'
  | 'timestamp'
  | 'vector';

/** What a column is for. Estimators and learned transforms see only features unless told otherwise. */
export type Role = 'feature' | 'target' | 'key' | 'group' | 'order' | 'position' | 'weight' | 'prediction';

/** The axis along a vector column: sample i lies at `start + i * step`, in `unit` (`s` or `m`). */
export interface Axis {
  readonly start: number;
  readonly step: number;
  readonly unit: string;
}

export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: Role;
  readonly nullable: boolean;
  /** Values a row; only of vectors. */
  readonly width?: number;
  readonly axis?: Axis;
  readonly unit?: string;
  readonly currency?: string;
  /** Date to whose price level money is stated, `2024-01`. */
  readonly priceBase?: string;
  /** Tells of a person: left out of the log of requests and of examples. */
  readonly personal?: boolean;
  readonly description?: string;
}

/** How rows were cut into training and test; stated once by prep.split, inherited by all that comes of it. */
export interface Split {
  readonly by: 'random' | 'stratified' | 'group' | 'block' | 'time';
  readonly part: 'train' | 'test' | 'rest';
  /** Columns that keep rows together (by group or block), or the one that orders them (by time). */
  readonly columns: readonly string[];
  readonly seed: number;
}

export interface TableSchema {
  readonly fields: readonly Field[];
  readonly split?: Split;
}

/** Before the run a column's type may not be known yet, and a table may hold columns that nobody can list yet. */
export type PlannedField = Pick<Field, 'name'> & Partial<Field>;
export interface PlannedSchema {
  readonly fields: readonly PlannedField[];
  readonly split?: Split;
  /** True where more columns may be there than are listed. */
  readonly open?: boolean;
}

export const fieldOf = (schema: TableSchema, name: string): Field | undefined =>
  schema.fields.find((field) => field.name === name);

export const withRole = (schema: TableSchema, role: Role): readonly Field[] =>
  schema.fields.filter((field) => field.role === role);
