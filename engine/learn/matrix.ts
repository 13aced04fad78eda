import { sharedF32 } from '../../components/lib/compute/shared.js';
import type { Column } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { Matrix } from '../component.js';
import { type Problem, ProblemError, problem } from '../problem.js';

/** A column of the matrix: a number, or a text's category code. */
export interface Feature {
  readonly name: string;
  readonly categories?: readonly string[];
}

/**
 * Columns that estimators see: scalar features. A vector (a trace) is for transforms, which make numbers of it.
 */
export const featureFields = (schema: TableSchema): readonly Field[] =>
  schema.fields.filter((field) => field.role === 'feature' && field.type !== 'vector');

/**
 * The matrix columns of a table's features: numbers as they are, true and false as 1 and 0, text as codes of
 * its categories in training (sorted by code point). Dates and times are refused: what they mean is for a prep
 * item to say.
 */
export async function learnFeatures(table: Table): Promise<readonly Feature[]> {
  const features: Feature[] = [];
  for (const field of featureFields(table.schema)) {
    if (field.type === 'date' || field.type === 'timestamp')
      throw new ProblemError(
        problem(
          'data/column',
          `column "${field.name}" is a ${field.type}, which no model can take as it is`,
          {
            hint: 'give it another role (order, key), or turn it into numbers in prep',
          },
        ),
      );
    const categories = field.type === 'string' ? categoriesOf(await table.column(field.name)) : undefined;
    features.push({ name: field.name, ...(categories && { categories }) });
  }
  if (features.length > 0) return features;
  const traces = table.schema.fields.filter((field) => field.type === 'vector');
  throw new ProblemError(
    problem('data/column', 'there is no column of numbers or text with the role feature to learn from', {
      hint:
        traces.length > 0
          ? `make features of "${traces[0]!.name}" in prep: prep.trace-features, prep.trace-pca`
          : 'set roles where the data come in, with roles: or columns:',
    }),
  );
}

function categoriesOf(column: Column): readonly string[] {
  if (column.type !== 'string') return [];
  const used = new Set<number>();
  for (const code of column.values) if (code >= 0) used.add(code);
  return [...used].map((code) => column.dictionary[code]!).sort();
}

/** The matrix of all rows of a table, read batch by batch. */
export async function toMatrix(table: Table, features: readonly Feature[]): Promise<Matrix> {
  checkFeatures(table.schema, features);
  const matrix = emptyMatrix(table.rows, features);
  let row = 0;
  for await (const frame of table.batches({ columns: features.map((f) => f.name) })) {
    fill(matrix, row, frame, features);
    row += frame.rows;
  }
  return matrix;
}

export function frameToMatrix(frame: Frame, features: readonly Feature[]): Matrix {
  checkFeatures(frame.schema, features);
  const matrix = emptyMatrix(frame.rows, features);
  fill(matrix, 0, frame, features);
  return matrix;
}

const emptyMatrix = (rows: number, features: readonly Feature[]): Matrix => ({
  rows,
  names: features.map((f) => f.name),
  categories: features.map((f) => f.categories),
  data: sharedF32(rows * features.length),
});

/** A feature that the rows lack, or have as another kind of value, is a problem that names it. */
function checkFeatures(schema: TableSchema, features: readonly Feature[]): void {
  const problems: Problem[] = [];
  for (const { name, categories } of features) {
    const field = schema.fields.find((f) => f.name === name);
    if (!field)
      problems.push(
        problem('learn/signature', `the model asks for a column "${name}" that these rows do not have`, {
          hint: `they have ${schema.fields.map((f) => f.name).join(', ')}`,
        }),
      );
    else if ((field.type === 'string') !== (categories !== undefined))
      problems.push(
        problem(
          'learn/signature',
          `column "${name}" is ${field.type} here and was ${categories ? 'text' : 'a number'} in training`,
        ),
      );
  }
  if (problems.length > 0) throw new ProblemError(...problems);
}

function fill(matrix: Matrix, start: number, frame: Frame, features: readonly Feature[]): void {
  for (const [j, { name, categories }] of features.entries()) {
    const column = frame.column(name);
    const out = matrix.data.subarray(j * matrix.rows + start, j * matrix.rows + start + frame.rows);
    if (column.type === 'string') {
      const codes = new Map(categories!.map((category, code) => [category, code]));
      // A category that training never saw is missing here.
      const translate = column.dictionary.map((category) => codes.get(category) ?? Number.NaN);
      for (let i = 0; i < frame.rows; i++) {
        const code = column.values[i]!;
        out[i] = code < 0 || column.valid?.[i] === 0 ? Number.NaN : translate[code]!;
      }
    } else {
      for (let i = 0; i < frame.rows; i++) out[i] = column.values[i]!;
      if (column.valid) for (let i = 0; i < frame.rows; i++) if (column.valid[i] === 0) out[i] = Number.NaN;
    }
  }
}
