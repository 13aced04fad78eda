import { computeHere } from '../../components/lib/compute/kernel.js';
import { sharedF32 } from '../../components/lib/compute/shared.js';
import type { TableSchema } from '../artifacts/schema.js';
import type { Explanation, Matrix, Prediction } from '../component.js';
import { nearest } from '../problem.js';
import {
  describeValue,
  expectedOf,
  frameOfRows,
  isRow,
  type JsonRow,
  numberIn,
  type Wrong,
  type WrongCell,
} from './cells.js';
import type { LearnEnvironment } from './environment.js';
import type { Feature } from './matrix.js';
import { type FittedPath, openWay } from './path.js';

/** Up to here rows are worked on where they arrive: cheaper than the way to a worker thread and back. */
export const FEW = 64;
/** Wrong cells that are told one by one; the rest is counted. */
const TOLD = 100;

export type Answered =
  | {
      readonly ok: true;
      readonly prediction: Prediction;
      /** Rows as the estimator saw them. */
      readonly x: Matrix;
      readonly explanation?: Explanation;
    }
  | { readonly ok: false; readonly wrong: readonly WrongCell[]; readonly more: number };

/**
 * A model that answers requests. Rows go the same way as in files (`predictTable`), so equal rows get equal bits;
 * what differs is only how they come in: JSON values by column name, every column named, null for a missing value.
 */
export interface Online {
  /** False where the model gives no explanations. */
  readonly explains: boolean;
  /** Predictions of rows, or every cell that does not fit the signature. A model that throws is the caller's to catch. */
  answer(rows: readonly unknown[], options?: { readonly explain?: boolean }): Promise<Answered>;
}

export function openOnline(env: LearnEnvironment, fitted: FittedPath, input: TableSchema): Online {
  const here: LearnEnvironment = {
    ...env,
    compute: computeHere,
    context: (...args) => ({ ...env.context(...args), compute: computeHere }),
  };
  const few = openWay(here, fitted);
  const many = openWay(env, fitted);
  const { definition } = fitted.path.estimator;
  const direct = directMatrix(fitted, input);
  const check = columnChecker(input);

  return {
    explains: definition.explain !== undefined,
    async answer(rows, { explain = false } = {}) {
      const wrong: WrongCell[] = [];
      let more = 0;
      const tell = (cell: WrongCell) => {
        if (wrong.length < TOLD) wrong.push(cell);
        else more++;
      };
      if (!check.rows(rows, tell)) return { ok: false, wrong, more };
      const tellCell: Wrong = (row, column, found) => tell(check.cell(row, column, found));
      const way = rows.length <= FEW ? few : many;
      const read = direct ?? ((given, wrong) => frameOfRows(input, given, wrong));
      const found = read(rows, tellCell);
      check.unknown(rows, tell);
      if (wrong.length > 0) return { ok: false, wrong, more };
      const x = 'data' in found ? found : await way.matrix(found);
      const prediction = await way.predict(x);
      if (!explain || !definition.explain) return { ok: true, prediction, x };
      return {
        ok: true,
        prediction,
        x,
        explanation: await definition.explain(way.context, fitted.estimatorState, x),
      };
    },
  };
}

/** Reads rows straight into the estimator's matrix, where nothing is prepared on the way; undefined where something is. */
function directMatrix(
  { features, path }: FittedPath,
  input: TableSchema,
): ((rows: readonly JsonRow[], wrong: Wrong) => Matrix) | undefined {
  const used = new Set(features.map(({ name }) => name));
  if (path.items.some((item) => !item.definition.fitOnly) || input.fields.some(({ name }) => !used.has(name)))
    return undefined;
  const names = features.map(({ name }) => name);
  const categories = features.map((feature) => feature.categories);
  const readers = features.map((feature) => cellReader(feature, input));
  return (rows, wrong) => {
    const n = rows.length;
    const data = n <= FEW ? new Float32Array(n * names.length) : sharedF32(n * names.length);
    for (let j = 0; j < names.length; j++) {
      const name = names[j]!;
      const read = readers[j]!;
      for (let i = 0; i < n; i++) {
        const found = rows[i]![name];
        const number = read(found);
        if (number === undefined) wrong(i, name, found);
        else data[j * n + i] = number;
      }
    }
    return { rows: n, names, categories, data };
  };
}

/** A cell's number in the matrix: as `frameToMatrix` makes it. */
function cellReader(
  { name, categories }: Feature,
  input: TableSchema,
): (found: unknown) => number | undefined {
  const { type } = input.fields.find((field) => field.name === name)!;
  if (!categories) return (found) => numberIn(type, found);
  const codes = new Map(categories.map((category, code) => [category, code]));
  return (found) => {
    if (typeof found === 'string') return codes.get(found) ?? Number.NaN;
    return found === null ? Number.NaN : undefined;
  };
}

/** Says what is wrong with rows and their columns, beyond the values of known columns. */
function columnChecker({ fields }: TableSchema) {
  const names = new Set(fields.map(({ name }) => name));
  const byName = new Map(fields.map((field) => [field.name, field]));
  const isKnown = (name: string) => names.has(name);
  return {
    cell: (row: number, column: string, found: unknown): WrongCell => ({
      row,
      column,
      found: describeValue(found),
      expected: expectedOf(byName.get(column)!),
    }),
    /** Is every row an object? */
    rows(rows: readonly unknown[], tell: (cell: WrongCell) => void): rows is readonly JsonRow[] {
      let objects = true;
      for (let row = 0; row < rows.length; row++) {
        if (isRow(rows[row])) continue;
        objects = false;
        tell({ row, found: describeValue(rows[row]), expected: 'an object of columns' });
      }
      return objects;
    },
    /** Columns that the model does not know; of rows that have as many columns as it knows there are none. */
    unknown(rows: readonly JsonRow[], tell: (cell: WrongCell) => void): void {
      for (let row = 0; row < rows.length; row++) {
        const columns = Object.keys(rows[row]!);
        if (columns.length === fields.length && columns.every(isKnown)) continue;
        for (const column of columns) {
          if (names.has(column)) continue;
          const near = nearest(column, names);
          const expected = near ? `no such column; did you mean ${near}?` : 'no such column';
          tell({
            row,
            column: column.slice(0, 80),
            found: 'a column that the model does not know',
            expected,
          });
        }
      }
    },
  };
}
