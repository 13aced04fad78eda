import { sharedF32 } from '../../components/lib/compute/shared.js';
import type { Column } from '../artifacts/column.js';
import type { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { Matrix } from '../component.js';
import { ProblemError, problem } from '../problem.js';

/** A column of the matrix: a number, a text's category code, or one sample of a vector. */
export interface Feature {
  readonly name: string;
  readonly categories?: readonly string[];
}

/** A column of the table and the matrix columns that it becomes. */
interface Mapping {
  readonly field: Field;
  readonly features: readonly Feature[];
}

/** Columns that estimators see. */
export const featureFields = (schema: TableSchema): readonly Field[] =>
  schema.fields.filter((field) => field.role === 'feature');

/**
 * The matrix columns of a table's features: numbers as they are, true and false as 1 and 0, text as codes of
 * its categories in training (sorted by code point), a vector as one column a sample. Dates and times are
 * refused: what they mean is for a prep item to say.
 */
export async function learnFeatures(table: Table): Promise<readonly Feature[]> {
  const features: Feature[] = [];
  for (const field of featureFields(table.schema)) {
    if (field.type === 'string') {
      const column = await table.column(field.name);
      features.push({ name: field.name, categories: categoriesOf(column) });
    } else features.push(...plainFeatures(field));
  }
  if (features.length === 0)
    throw new ProblemError(
      problem('data/column', 'no column has the role feature, so there is nothing to learn from', {
        hint: 'set roles where the data come in, with roles: or columns:',
      }),
    );
  return features;
}

function plainFeatures(field: Field): readonly Feature[] {
  if (field.type === 'vector')
    return Array.from({ length: field.width! }, (_, i) => ({ name: `${field.name}[${i}]` }));
  if (field.type === 'date' || field.type === 'timestamp')
    throw new ProblemError(
      problem('data/column', `column "${field.name}" is a ${field.type}, which no model can take as it is`, {
        hint: 'give it another role (order, key), or turn it into numbers in prep',
      }),
    );
  return [{ name: field.name }];
}

function categoriesOf(column: Column): readonly string[] {
  if (column.type !== 'string') return [];
  const used = new Set<number>();
  for (const code of column.values) if (code >= 0) used.add(code);
  return [...used].map((code) => column.dictionary[code]!).sort();
}

/** The matrix of all rows of a table, read batch by batch. */
export async function toMatrix(table: Table, features: readonly Feature[]): Promise<Matrix> {
  const mappings = mappingsOf(table.schema, features);
  const matrix = emptyMatrix(table.rows, features);
  let row = 0;
  for await (const frame of table.batches({ columns: mappings.map((m) => m.field.name) })) {
    fill(matrix, row, frame, mappings);
    row += frame.rows;
  }
  return matrix;
}

export function frameToMatrix(frame: Frame, features: readonly Feature[]): Matrix {
  const matrix = emptyMatrix(frame.rows, features);
  fill(matrix, 0, frame, mappingsOf(frame.schema, features));
  return matrix;
}

function emptyMatrix(rows: number, features: readonly Feature[]): Matrix {
  return {
    rows,
    names: features.map((f) => f.name),
    categories: features.map((f) => f.categories),
    data: sharedF32(rows * features.length),
  };
}

/** Matches matrix columns to table columns. A feature that the table lacks is a problem that names it. */
function mappingsOf(schema: TableSchema, features: readonly Feature[]): readonly Mapping[] {
  const mappings: Mapping[] = [];
  for (let i = 0; i < features.length; ) {
    const feature = features[i]!;
    const vector = /^(.*)\[0\]$/.exec(feature.name);
    const field =
      schema.fields.find((f) => f.name === feature.name) ??
      (vector && schema.fields.find((f) => f.name === vector[1] && f.type === 'vector'));
    if (!field)
      throw new ProblemError(
        problem(
          'learn/signature',
          `the model asks for a column "${feature.name}" that these rows do not have`,
          {
            hint: `they have ${schema.fields.map((f) => f.name).join(', ')}`,
          },
        ),
      );
    const width = field.type === 'vector' ? field.width! : 1;
    if (field.type === 'vector' && features[i + width - 1]?.name !== `${field.name}[${width - 1}]`)
      throw new ProblemError(
        problem(
          'learn/signature',
          `column "${field.name}" has ${width} values a row, other than in training`,
        ),
      );
    mappings.push({ field, features: features.slice(i, i + width) });
    i += width;
  }
  return mappings;
}

function fill(matrix: Matrix, start: number, frame: Frame, mappings: readonly Mapping[]): void {
  let j = 0;
  for (const { field, features } of mappings) {
    const column = frame.column(field.name);
    const out = matrix.data.subarray(j * matrix.rows + start, j * matrix.rows + start + frame.rows);
    if (column.type === 'vector') {
      const { width, values } = column;
      for (let t = 0; t < width; t++) {
        const target = (j + t) * matrix.rows + start;
        for (let i = 0; i < frame.rows; i++)
          matrix.data[target + i] = column.valid?.[i] === 0 ? Number.NaN : values[i * width + t]!;
      }
    } else if (column.type === 'string') {
      const codes = new Map((features[0]!.categories ?? []).map((name, code) => [name, code]));
      // A category that training never saw is missing here.
      const translate = column.dictionary.map((name) => codes.get(name) ?? Number.NaN);
      for (let i = 0; i < frame.rows; i++) {
        const code = column.values[i]!;
        out[i] = code < 0 || column.valid?.[i] === 0 ? Number.NaN : translate[code]!;
      }
    } else {
      if (features[0]!.categories)
        throw new ProblemError(
          problem('learn/signature', `column "${field.name}" is a number here and was text in training`),
        );
      for (let i = 0; i < frame.rows; i++) out[i] = column.values[i]!;
      if (column.valid) for (let i = 0; i < frame.rows; i++) if (column.valid[i] === 0) out[i] = Number.NaN;
    }
    j += features.length;
  }
}
