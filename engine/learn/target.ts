import { sharedF64, sharedI32 } from '../../components/lib/compute/shared.js';
import type { Column } from '../artifacts/column.js';
import { cell, isNull, rowsOf } from '../artifacts/column.js';
import type { Table } from '../artifacts/table.js';
import type { Target } from '../component.js';
import { ProblemError, problem } from '../problem.js';

/**
 * The target column (the one with role target) as classes or numbers. Classes are sorted: numbers by value, text
 * by code point. `classes` fixes them, for rows that were not trained on; a class outside of them is code −1.
 */
export async function readTarget(
  table: Table,
  task: 'classify' | 'regress',
  classes?: readonly string[],
): Promise<{ name: string; target: Target }> {
  const fields = table.schema.fields.filter((field) => field.role === 'target');
  if (fields.length !== 1)
    throw new ProblemError(
      problem(
        'learn/target',
        fields.length === 0
          ? 'no column has the role target'
          : `several columns have the role target: ${fields.map((f) => f.name).join(', ')}`,
        { hint: 'name it once, in prep.split: target: …' },
      ),
    );
  const { name } = fields[0]!;
  const column = await table.column(name);
  let missing = 0;
  for (let i = 0; i < rowsOf(column); i++) if (isMissing(column, i)) missing++;
  if (missing > 0)
    throw new ProblemError(
      problem('learn/target', `${missing} of ${table.rows} rows have no value in the target "${name}"`, {
        hint: 'leave them out before training, with prep.filter or in prep.join',
      }),
    );
  if (task === 'classify') return { name, target: asClasses(column, classes) };
  if (column.type === 'string' || column.type === 'vector')
    throw new ProblemError(
      problem('learn/target', `the target "${name}" is ${column.type}, a regression needs numbers`),
    );
  const values = sharedF64(table.rows);
  values.set(column.values);
  return { name, target: { kind: 'number', values } };
}

const isMissing = (column: Column, row: number): boolean =>
  isNull(column, row) || (column.type !== 'vector' && Number.isNaN(column.values[row]));

function asClasses(column: Column, fixed?: readonly string[]): Target {
  const rows = rowsOf(column);
  const names = Array.from({ length: rows }, (_, i) => String(cell(column, i)));
  const numeric = column.type !== 'string';
  const order = numeric
    ? (a: string, b: string) => Number(a) - Number(b)
    : (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const classes = fixed ?? [...new Set(names)].sort(order);
  const code = new Map(classes.map((name, i) => [name, i]));
  const codes = sharedI32(rows);
  for (let i = 0; i < rows; i++) codes[i] = code.get(names[i]!) ?? -1;
  return { kind: 'class', codes, classes };
}

/** The same target for some of the rows. */
export function pickTarget(target: Target, rows: Uint32Array): Target {
  if (target.kind === 'class') {
    const codes = sharedI32(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = target.codes[rows[i]!]!;
    return { ...target, codes };
  }
  const values = sharedF64(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = target.values[rows[i]!]!;
  return { ...target, values };
}
