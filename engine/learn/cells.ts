import { sharedF32, sharedI32 } from '../../components/lib/compute/shared.js';
import type { Column, NumericColumn } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';

/** A row as JSON, by column name. */
export type JsonRow = { readonly [column: string]: unknown };

export const isRow = (value: unknown): value is JsonRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A cell that does not fit its column, a column that is not known, or, without a column, what is no row at all. */
export interface WrongCell {
  /** Counted from 0. */
  readonly row: number;
  readonly column?: string;
  readonly found: string;
  readonly expected: string;
}
export type Wrong = (row: number, column: string, found: unknown) => void;

/**
 * The number that a JSON value means in a column of numbers, truth, dates or times; NaN for a missing one, undefined
 * where it does not fit. Columns of whole numbers up to 2^53 take decimals too, as those of files do.
 */
export function numberIn(type: Field['type'], value: unknown): number | undefined {
  if (value === null) return Number.NaN;
  switch (type) {
    case 'bool':
      return typeof value === 'boolean' ? Number(value) : undefined;
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? days(value) : undefined;
    case 'timestamp':
      return typeof value === 'string' ? micros(value) : undefined;
    case 'int32':
      return typeof value === 'number' && value === (value | 0) ? value : undefined;
    default:
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
}

function days(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time / 86_400_000;
}

/** Microseconds since 1970 of ISO 8601 with up to six decimals of a second. */
function micros(text: string): number | undefined {
  const [, second, fraction = '', zone] =
    /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  const time = second === undefined ? Number.NaN : Date.parse(`${second.replace(' ', 'T')}${zone}`);
  return Number.isNaN(time) ? undefined : time * 1000 + Number(fraction.padEnd(6, '0'));
}

/** What a column takes, in words. */
export function expectedOf({ type, width }: Field): string {
  switch (type) {
    case 'vector':
      return `a list of ${width} numbers`;
    case 'string':
      return 'text';
    case 'bool':
      return 'true or false';
    case 'date':
      return 'a date such as "2024-01-31"';
    case 'timestamp':
      return 'a time such as "2024-01-31T12:00:00Z"';
    case 'int32':
      return 'a whole number';
    default:
      return 'a number';
  }
}

/** A JSON value in few words; safe on values of any depth. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) {
    const at = value.findIndex((item) => !isSample(item));
    return at < 0
      ? `a list of ${value.length}`
      : `a list of ${value.length} with ${brief(value[at])} at ${at}`;
  }
  return brief(value);
}

/** Vectors hold float32. */
const LARGEST = 3.4028234663852886e38;
const isSample = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= LARGEST;

function brief(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** JSON rows as a frame of the given schema; cells that do not fit are told to `wrong` and left empty. */
export function frameOfRows(schema: TableSchema, rows: readonly JsonRow[], wrong: Wrong): Frame {
  const columns = new Map(schema.fields.map((field) => [field.name, readColumn(field, rows, wrong)]));
  return new Frame(schema, columns, rows.length);
}

function readColumn(field: Field, rows: readonly JsonRow[], wrong: Wrong): Column {
  if (field.type === 'vector') return readVectors(field, rows, wrong);
  if (field.type === 'string') return readTexts(field, rows, wrong);
  const values = emptyValues(field.type, rows.length);
  const isFloat = field.type === 'float64' || field.type === 'float32';
  let valid: Uint8Array | undefined;
  for (let i = 0; i < rows.length; i++) {
    const found = rows[i]![field.name];
    let number = numberIn(field.type, found);
    if (number === undefined) {
      wrong(i, field.name, found);
      number = Number.NaN;
    }
    if (Number.isNaN(number)) {
      valid ??= new Uint8Array(rows.length).fill(1);
      valid[i] = 0;
      values[i] = isFloat ? Number.NaN : 0;
    } else values[i] = number;
  }
  return { type: field.type, values, ...(valid && { valid }) } as NumericColumn;
}

const emptyValues = (type: NumericColumn['type'], rows: number) => {
  switch (type) {
    case 'float32':
      return new Float32Array(rows);
    case 'int32':
    case 'date':
      return new Int32Array(rows);
    case 'bool':
      return new Uint8Array(rows);
    default:
      return new Float64Array(rows);
  }
};

function readTexts({ name }: Field, rows: readonly JsonRow[], wrong: Wrong): Column {
  const codes = new Map<string, number>();
  const values = sharedI32(rows.length);
  let valid: Uint8Array | undefined;
  for (let i = 0; i < rows.length; i++) {
    const found = rows[i]![name];
    if (typeof found === 'string') {
      let code = codes.get(found);
      if (code === undefined) {
        code = codes.size;
        codes.set(found, code);
      }
      values[i] = code;
      continue;
    }
    if (found !== null) wrong(i, name, found);
    valid ??= new Uint8Array(rows.length).fill(1);
    valid[i] = 0;
    values[i] = -1;
  }
  return { type: 'string', values, dictionary: [...codes.keys()], ...(valid && { valid }) };
}

function readVectors({ name, width = 0 }: Field, rows: readonly JsonRow[], wrong: Wrong): Column {
  const values = sharedF32(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const found = rows[i]![name];
    if (Array.isArray(found) && found.length === width && found.every(isSample)) values.set(found, i * width);
    else wrong(i, name, found);
  }
  return { type: 'vector', width, values };
}
