import { sharedF32, sharedI32 } from '../../components/lib/compute/shared.js';
import { type Column, cell, type NumericColumn } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import { type Problem, ProblemError, problem } from '../problem.js';

/** Rows as JSON objects by column name; nulls where a value is missing. */
export function rowsToJson(frame: Frame, rows: Iterable<number>): readonly { [column: string]: Json }[] {
  return [...rows].map((row) =>
    Object.fromEntries(frame.schema.fields.map((field) => [field.name, cell(frame.column(field.name), row)])),
  );
}

/**
 * JSON objects as a frame of the given schema. A missing member is a null. A value of another type is a problem
 * `learn/signature` that names row and column; all are collected.
 */
export function rowsFromJson(
  schema: TableSchema,
  rows: readonly { readonly [column: string]: Json | undefined }[],
): Frame {
  const problems: Problem[] = [];
  const wrong = (row: number, field: Field, found: Json | undefined) =>
    problems.push(
      problem(
        'learn/signature',
        `row ${row}, column "${field.name}": ${describe(found)} where ${field.type} is due`,
      ),
    );
  const columns = new Map(schema.fields.map((field) => [field.name, readColumn(field, rows, wrong)]));
  if (problems.length > 0) throw new ProblemError(...problems);
  return new Frame(schema, columns, rows.length);
}

const describe = (value: Json | undefined): string =>
  value === undefined || value === null
    ? 'nothing'
    : Array.isArray(value)
      ? `a list of ${value.length}`
      : JSON.stringify(value).slice(0, 40);

type Wrong = (row: number, field: Field, found: Json | undefined) => void;

function readColumn(
  field: Field,
  rows: readonly { readonly [column: string]: Json | undefined }[],
  wrong: Wrong,
): Column {
  if (field.type === 'vector') return readVectors(field, rows, wrong);
  if (field.type === 'string') return readTexts(field, rows, wrong);
  const values = emptyValues(field.type, rows.length);
  const valid = new Uint8Array(rows.length).fill(1);
  const isFloat = field.type === 'float64' || field.type === 'float32';
  for (const [i, row] of rows.entries()) {
    const value = row[field.name];
    const number = asNumber(field, value);
    if (number === undefined) {
      if (value !== null && value !== undefined) wrong(i, field, value);
      valid[i] = 0;
      values[i] = isFloat ? Number.NaN : 0;
    } else values[i] = number;
  }
  return { type: field.type, values, ...(valid.includes(0) && { valid }) } as NumericColumn;
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

function asNumber(field: Field, value: Json | undefined): number | undefined {
  if (field.type === 'bool') return typeof value === 'boolean' ? Number(value) : undefined;
  if (field.type === 'date' || field.type === 'timestamp') {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) return undefined;
    return field.type === 'date' ? Math.floor(time / 86_400_000) : time * 1000;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const whole = field.type === 'int32' || field.type === 'int64';
  return whole && !Number.isSafeInteger(value) ? undefined : value;
}

function readTexts(
  field: Field,
  rows: readonly { readonly [column: string]: Json | undefined }[],
  wrong: Wrong,
): Column {
  const codes = new Map<string, number>();
  const values = sharedI32(rows.length);
  const valid = new Uint8Array(rows.length).fill(1);
  for (const [i, row] of rows.entries()) {
    const value = row[field.name];
    if (typeof value !== 'string') {
      if (value !== null && value !== undefined) wrong(i, field, value);
      valid[i] = 0;
      values[i] = -1;
      continue;
    }
    let code = codes.get(value);
    if (code === undefined) {
      code = codes.size;
      codes.set(value, code);
    }
    values[i] = code;
  }
  return { type: 'string', values, dictionary: [...codes.keys()], ...(valid.includes(0) && { valid }) };
}

function readVectors(
  field: Field,
  rows: readonly { readonly [column: string]: Json | undefined }[],
  wrong: Wrong,
): Column {
  const width = field.width!;
  const values = sharedF32(rows.length * width);
  for (const [i, row] of rows.entries()) {
    const value = row[field.name];
    if (Array.isArray(value) && value.length === width && value.every((v) => typeof v === 'number'))
      values.set(value as number[], i * width);
    else wrong(i, field, value);
  }
  return { type: 'vector', width, values };
}
