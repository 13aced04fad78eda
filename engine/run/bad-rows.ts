import { sharedF64 } from '../../components/lib/compute/shared.js';
import { missingTexts } from '../../components/lib/text/missing.js';
import { isNull, isNumber, rowsOf, type StringColumn } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { TableStore } from '../artifacts/tables.js';
import { quoted } from '../export/csv.js';
import { describeValue, expectedOf, type WrongCell } from '../learn/cells.js';
import { ProblemError, problem } from '../problem.js';

/** A row that is not predicted, counted from 0, and why; without a column where the model refuses it as a whole. */
export type BadRow = WrongCell;

/** Beyond this the file does not fit the model: nobody reads so many lines. */
const MOST = 10_000;

export function checkCount(bad: readonly BadRow[]): void {
  if (bad.length <= MOST) return;
  throw new ProblemError(
    problem('data/values', `more than ${MOST} rows cannot be predicted`, { hint: badRowText(bad[0]!) }),
  );
}

/** Rows as people count them: the first of the data is 1. */
export const badRowText = ({ row, column, found, expected }: BadRow): string =>
  column === undefined
    ? `row ${row + 1}: ${found}`
    : `row ${row + 1}, column "${column}": ${found} where ${expected} is due`;

/** Beside an output: its rows that could not be predicted, and why. */
export const problemsPath = (output: string): string => `${output}.problems.csv`;

/** What stands in that file. */
export const problemLines = (bad: readonly BadRow[]): string =>
  [
    'row,column,found,expected\n',
    ...bad.map(
      ({ row, column = '', found, expected }) =>
        `${row + 1},${quoted(column)},${quoted(found)},${quoted(expected)}\n`,
    ),
  ].join('');

const plain = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/**
 * The table without rows whose cell is a word where the model asks for a number. A column most of whose cells are
 * words stays as it is: then it is another column than the one that the model means.
 */
export async function withoutWords(
  tables: TableStore,
  table: Table,
  asked: TableSchema,
): Promise<{ readonly table: Table; readonly bad: readonly BadRow[] }> {
  const bad = new Map<number, BadRow>();
  const mended: [name: string, values: Float64Array, valid: Uint8Array][] = [];
  for (const field of asked.fields) {
    const found = table.schema.fields.find(({ name }) => name === field.name);
    if (found?.type !== 'string' || !isNumber(field.type)) continue;
    const column = (await table.column(field.name)) as StringColumn;
    const read = readNumbers(column);
    if (read.words.length * 2 > rowsOf(column)) continue;
    mended.push([field.name, read.values, read.valid]);
    const expected = expectedOf(field);
    for (const row of read.words) {
      const word = describeValue(column.dictionary[column.values[row]!]);
      if (!bad.has(row)) bad.set(row, { row, column: field.name, found: word, expected });
    }
  }
  if (mended.length === 0) return { table, bad: [] };
  const sorted = [...bad.values()].sort((a, b) => a.row - b.row);
  checkCount(sorted);
  const fields = mended.map(([name]) => ({
    ...table.schema.fields.find((field) => field.name === name)!,
    type: 'float64' as const,
    nullable: true,
  }));
  const columns = new Map(
    mended.map(([name, values, valid]) => [name, { type: 'float64' as const, values, valid }]),
  );
  const whole = await tables.with(table, new Frame({ fields }, columns));
  return { table: await tables.pick(whole, rowsWithout(table.rows, sorted)), bad: sorted };
}

function readNumbers(column: StringColumn) {
  const missing = new Set(missingTexts);
  const numbers = column.dictionary.map((text) => {
    if (plain.test(text)) return Number(text);
    return missing.has(text.trim().toLowerCase()) ? Number.NaN : undefined;
  });
  const rows = rowsOf(column);
  const values = sharedF64(rows);
  const valid = new Uint8Array(rows).fill(1);
  const words: number[] = [];
  for (let row = 0; row < rows; row++) {
    const number = isNull(column, row) ? Number.NaN : numbers[column.values[row]!];
    if (number === undefined) words.push(row);
    values[row] = number ?? Number.NaN;
    if (Number.isNaN(values[row])) valid[row] = 0;
  }
  return { values, valid, words };
}

/** Numbers of the rows of a table but those; `bad` in order of rows. */
export function rowsWithout(rows: number, bad: readonly BadRow[]): Uint32Array {
  const kept = new Uint32Array(rows - bad.length);
  let at = 0;
  let next = 0;
  for (let row = 0; row < rows; row++)
    if (bad[next]?.row === row) next++;
    else kept[at++] = row;
  return kept;
}
