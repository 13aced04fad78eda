import { cell } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { describeValue, expectedOf, frameOfRows } from './cells.js';

/** Rows as JSON objects by column name; nulls where a value is missing. */
export function rowsToJson(frame: Frame, rows: Iterable<number>): readonly { [column: string]: Json }[] {
  return [...rows].map((row) =>
    Object.fromEntries(frame.schema.fields.map((field) => [field.name, cell(frame.column(field.name), row)])),
  );
}

/**
 * JSON objects as a frame of the given schema. A value of another type, or none, is a problem `learn/signature` that
 * names row and column; all are collected. A missing value is null.
 */
export function rowsFromJson(
  schema: TableSchema,
  rows: readonly { readonly [column: string]: Json | undefined }[],
): Frame {
  const problems: Problem[] = [];
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const frame = frameOfRows(schema, rows, (row, column, found) =>
    problems.push(
      problem(
        'learn/signature',
        `row ${row}, column "${column}": ${describeValue(found)} where ${expectedOf(fields.get(column)!)} is due`,
      ),
    ),
  );
  if (problems.length > 0) throw new ProblemError(...problems);
  return frame;
}
