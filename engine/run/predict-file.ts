import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Json } from '../canonical.js';
import { openModel } from '../learn/bundle.js';
import type { Bundle } from '../learn/bundle-format.js';
import type { FittedPath } from '../learn/path.js';
import { nearest, type Problem, ProblemError, problem } from '../problem.js';
import type { OpenedVersion } from '../registry/registry.js';
import { withoutWords } from './bad-rows.js';
import { learnEnvironment, type StepDoor } from './context.js';
import { predictRows, type RowsPredicted, type RowsRead } from './predict-rows.js';
import { readDataFile } from './read-file.js';

export type ModelForFiles = Pick<OpenedVersion, 'name' | 'version' | 'bundle' | 'objects'> & {
  readonly number: number | string;
};

/**
 * A data file with a registered model's predictions added: read as training read its table, and through the very
 * path that training fitted. Columns that the model does not ask for go by untouched, rows that it cannot predict
 * are set aside. Throws `learn/signature` where the file lacks a column or has it of another kind.
 */
export async function predictFile(
  door: StepDoor,
  model: ModelForFiles,
  path: string,
): Promise<RowsPredicted> {
  const fitted = await openFitted(door, model);
  return predictRows(door, fitted, await readFor(door, model, path), {
    progress: (done, rows) => door.progress(done, rows, 'predict'),
  });
}

/** The model's fitted path, its objects copied to the workspace, its example replayed. */
export async function openFitted(door: StepDoor, model: ModelForFiles): Promise<FittedPath> {
  const { workspace } = door;
  for (const digest of model.version.objects) {
    const bytes = (await workspace.objects.has(digest)) ? undefined : await model.objects.get(digest);
    if (bytes) await workspace.objects.put(bytes);
  }
  return openModel(learnEnvironment(door), model.bundle);
}

/** The rows of a file as the model takes them; those with a word where it asks for a number are set aside. */
export async function readFor(
  door: StepDoor,
  { name, number, bundle }: ModelForFiles,
  path: string,
): Promise<RowsRead> {
  const { tables } = door.workspace;
  let warnings: Problem[] = [];
  const readBy = (config: { readonly [key: string]: Json }) => {
    warnings = [];
    return readDataFile({ ...door, warn: (warning) => warnings.push(warning) }, path, config);
  };
  let read = await readBy(/\.(sgy|segy|su)$/i.test(path) ? windowOf(bundle) : {});
  const asText = textColumns(bundle.input, read.schema);
  if (asText.length > 0 && /\.(csv|tsv|txt)$/i.test(path)) {
    const columns = Object.fromEntries(asText.map((column) => [column, { type: 'string' }]));
    read = await readBy({ columns });
  }
  const { table, bad } = await withoutWords(tables, read, bundle.input);
  // Words among the numbers of a column are told with their rows.
  const mended = new Set(bad.map(({ column }) => `column "${column}"`));
  for (const warning of warnings)
    if (![...mended].some((column) => warning.message.includes(column))) door.warn(warning);
  const wrong = misfits(bundle.input, table.schema);
  if (wrong.length > 0)
    throw new ProblemError(
      ...wrong.map(({ message, hint }) =>
        problem('learn/signature', `${message}: ${name}@${number} asks for it`, { hint }),
      ),
    );
  const wanted = new Map(bundle.input.fields.map((field) => [field.name, field]));
  const fields = table.schema.fields.map((field): Field => {
    const asked = wanted.get(field.name);
    // What the model does not know must not look like a feature to its path.
    return { ...field, role: asked ? asked.role : 'key' };
  });
  return { table: await tables.retype(table, fields), bad };
}

/** The part of each trace that the model was trained on, as ingest.segy takes it. */
function windowOf(bundle: Bundle): { [key: string]: Json } {
  const trace = bundle.input.fields.find((field) => field.type === 'vector');
  if (!trace?.axis || trace.width === undefined || trace.axis.unit === 'samples') return {};
  const { start, step } = trace.axis;
  return { window: [start, start + (trace.width - 1) * step] };
}

/** Columns of codes that look like numbers in the file and were text in training. */
const textColumns = (asked: TableSchema, found: TableSchema): readonly string[] =>
  asked.fields
    .filter((field) => field.type === 'string')
    .map((field) => field.name)
    .filter((name) => found.fields.some((field) => field.name === name && field.type !== 'string'));

const kindOf = ({ type, width }: Field): string => {
  if (type === 'vector') return `${width} values a row`;
  if (type === 'string') return 'text';
  return type === 'date' || type === 'timestamp' || type === 'bool' ? type : 'numbers';
};

function misfits(asked: TableSchema, found: TableSchema): readonly { message: string; hint: string }[] {
  const names = found.fields.map((field) => field.name);
  return asked.fields.flatMap((field) => {
    const own = found.fields.find((other) => other.name === field.name);
    if (!own) {
      const near = nearest(field.name, names);
      const hint = near ? `did you mean ${near}? rename it in the file` : `the file has ${names.join(', ')}`;
      return [{ message: `the file has no column "${field.name}"`, hint }];
    }
    if (kindOf(own) === kindOf(field)) return [];
    return [
      {
        message: `column "${field.name}" holds ${kindOf(own)}`,
        hint: `it held ${kindOf(field)} in training`,
      },
    ];
  });
}
