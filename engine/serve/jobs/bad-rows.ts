import { sharedF64 } from '../../../components/lib/compute/shared.js';
import { InputError } from '../../../components/lib/errors.js';
import { missingTexts } from '../../../components/lib/text/missing.js';
import { isNull, isNumber, rowsOf, type StringColumn } from '../../artifacts/column.js';
import { Frame } from '../../artifacts/frame.js';
import type { TableSchema } from '../../artifacts/schema.js';
import { concat, slice } from '../../artifacts/slice.js';
import type { Table } from '../../artifacts/table.js';
import type { TableStore } from '../../artifacts/tables.js';
import { describeValue, expectedOf } from '../../learn/cells.js';
import type { LearnEnvironment } from '../../learn/environment.js';
import { type FittedPath, isWhole, predictFrame } from '../../learn/path.js';
import { ProblemError, problem } from '../../problem.js';

/** A row that is not predicted, counted from 0, and why. */
export interface BadRow {
  readonly row: number;
  readonly column?: string;
  readonly problem: string;
}

/** Beyond this the file does not fit the model: nobody reads so many lines. */
const MOST = 10_000;

export function checkCount(bad: readonly BadRow[]): void {
  if (bad.length <= MOST) return;
  const { row, column, problem: why } = bad[0]!;
  throw new ProblemError(
    problem('data/values', `more than ${MOST} rows cannot be predicted`, {
      hint: `row ${row + 1}${column === undefined ? '' : `, column "${column}"`}: ${why}`,
    }),
  );
}

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
      if (!bad.has(row))
        bad.set(row, { row, column: field.name, problem: `${word} where ${expected} is due` });
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

export interface Predicted {
  /** Predictions of the other rows, in order. */
  readonly frame: Frame;
  readonly bad: readonly BadRow[];
}

/**
 * Predictions of the rows that the model can work with. Where it refuses some, halves are tried until the rows are
 * found that it cannot: k of n take about 2 k log₂(n / k) predictions. A model that looks beyond the row refuses all.
 */
export async function predictEach(
  env: LearnEnvironment,
  fitted: FittedPath,
  frame: Frame,
): Promise<Predicted> {
  const frames: Frame[] = [];
  const bad: BadRow[] = [];
  let schema: TableSchema | undefined;
  const visit = async (from: number, to: number): Promise<void> => {
    const part = sliceFrame(frame, from, to);
    try {
      const predicted = await predictFrame(env, fitted, part);
      schema = predicted.schema;
      frames.push(predicted);
    } catch (error) {
      if (isWhole(fitted) || !(error instanceof InputError || error instanceof ProblemError)) throw error;
      if (to - from === 1) {
        bad.push({ row: from, ...whyNot(part, error) });
        checkCount(bad);
        return;
      }
      const middle = (from + to) >> 1;
      await visit(from, middle);
      await visit(middle, to);
    }
  };
  await visit(0, frame.rows);
  if (!schema) return { frame: new Frame({ fields: [] }, new Map(), 0), bad };
  const columns = schema.fields.map(
    ({ name }) => [name, concat(frames.map((part) => part.column(name)))] as const,
  );
  return { frame: new Frame(schema, new Map(columns)), bad };
}

function sliceFrame(frame: Frame, from: number, to: number): Frame {
  if (from === 0 && to === frame.rows) return frame;
  const columns = frame.schema.fields.map(({ name }) => [name, slice(frame.column(name), from, to)] as const);
  return new Frame(frame.schema, new Map(columns), to - from);
}

/** A missing value is by far the most usual reason, and says more than what the method has to say. */
function whyNot(row: Frame, error: Error): Omit<BadRow, 'row'> {
  const missing = row.schema.fields.find(({ name }) => isNull(row.column(name), 0));
  if (missing) return { column: missing.name, problem: 'a missing value, which the model does not take' };
  return { problem: error instanceof ProblemError ? error.problems[0]!.message : error.message };
}
