import { readFile, writeFile } from 'node:fs/promises';
import { encodeFrames } from '../artifacts/arrow.js';
import { decodeFrames } from '../artifacts/arrow-table.js';
import { type Column, isNumber } from '../artifacts/column.js';
import type { Field, PlannedField, PlannedSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';
import type { Catalog, Component, Context, Files } from '../component.js';
import { csvOf } from '../export/csv.js';
import { jsonOf } from '../export/json.js';
import { parquetOf } from '../export/parquet.js';
import { framesOf } from '../export/write.js';
import { ProblemError, problem } from '../problem.js';
import { defaultsOf } from '../run/read-file.js';
import type { OutputSpec, TableFormat } from './program-file.js';

/** What a table that a program wrote is read with. */
export interface Reading {
  readonly context: Context & { readonly files: Files };
  readonly format: TableFormat;
  readonly load: Catalog['load'];
}

/** Writes a table for a program to read, in bounded memory except as Arrow. */
export async function writeTable(table: Table, path: string, format: TableFormat): Promise<void> {
  switch (format) {
    case 'arrow':
      return writeFile(path, await encodeFrames(table.schema, framesOf(table), 'file'));
    case 'parquet':
      return writeFile(path, parquetOf(table));
    case 'csv':
      return writeFile(path, csvOf(table));
    case 'jsonl':
      return writeFile(path, jsonOf(table, true));
  }
}

/** Every text in a file that a program wrote, before anything of it is stored; of what Arrow cannot read the bytes. */
export async function* textsIn(path: string, format: TableFormat | 'text'): AsyncGenerator<string> {
  const bytes = await readFile(path);
  if (format !== 'arrow' && format !== 'parquet') {
    const text = bytes.toString('utf8');
    yield format === 'csv' ? text.replaceAll('""', '"') : text;
    return;
  }
  try {
    for await (const frame of decodeFrames(format === 'arrow' ? bytes : await arrowOf(bytes)))
      for (const { name } of frame.schema.fields) {
        const column = frame.column(name);
        if (column.type === 'string') yield column.dictionary.join('\n');
      }
  } catch {
    yield bytes.toString('latin1');
  }
}

async function arrowOf(parquet: Uint8Array): Promise<Uint8Array> {
  const { readParquet } = await import('parquet-wasm');
  return readParquet(parquet).intoIPCStream();
}

/** Columns that an output must have, by name; undefined where its `component.yaml` leaves them open. */
export function declaredFields<F extends PlannedField>(
  { like, columns }: OutputSpec,
  inputs: { readonly [port: string]: { readonly fields: readonly F[] } | undefined },
): readonly (F | PlannedField)[] | undefined {
  const base = like === undefined ? undefined : inputs[like]?.fields;
  const own = Object.entries(columns).map(([name, column]): PlannedField => ({ name, ...column }));
  if (!base) return own.length > 0 && like === undefined ? own : undefined;
  const names = new Set(own.map(({ name }) => name));
  return [...base.filter(({ name }) => !names.has(name)), ...own];
}

/** What is known of the table outputs before the run. */
export function plannedOutputs(
  outputs: { readonly [port: string]: OutputSpec },
  inputs: { readonly [port: string]: PlannedSchema | undefined },
): { readonly [port: string]: PlannedSchema } {
  const tables = Object.entries(outputs).filter(([, { kind }]) => kind === 'table');
  return Object.fromEntries(
    tables.map(([port, output]): [string, PlannedSchema] => {
      const fields = declaredFields(output, inputs);
      const open = fields === undefined || (output.like !== undefined && inputs[output.like]?.open === true);
      return [port, { fields: fields ?? [], ...(open && { open }) }];
    }),
  );
}

/** Reads a table that a program wrote, as the output declares it; roles of columns that came from an input are kept. */
export async function readOutput(
  reading: Reading,
  path: string,
  port: string,
  output: OutputSpec,
  inputs: { readonly [port: string]: Table },
): Promise<Table> {
  const { tables } = reading.context;
  const schemas = Object.fromEntries(Object.entries(inputs).map(([name, table]) => [name, table.schema]));
  const declared = declaredFields(output, schemas);
  const read = await rawTable(reading, path, declared);
  const known = new Map(
    (declared ?? Object.values(schemas).flatMap(({ fields }) => fields)).map((field) => [field.name, field]),
  );
  const table = declared ? await conform(reading.context, read, port, declared) : read;
  return tables.retype(
    table,
    table.schema.fields.map((field): Field => {
      const { type, ...said } = known.get(field.name) ?? {};
      const typed = type === undefined || type === field.type;
      return typed ? { ...field, ...said, nullable: field.nullable } : field;
    }),
  );
}

async function rawTable(
  reading: Reading,
  path: string,
  declared: readonly PlannedField[] | undefined,
): Promise<Table> {
  const { context, format } = reading;
  if (format === 'arrow') {
    let writer: ReturnType<Context['tables']['writer']> | undefined;
    for await (const frame of decodeFrames(await readFile(path))) {
      writer ??= context.tables.writer(frame.schema);
      await writer.append(frame);
    }
    return writer!.finish();
  }
  const name = { parquet: 'ingest.parquet', csv: 'ingest.csv', jsonl: 'ingest.json' }[format];
  const definition = (await reading.load(name)) as Component;
  const columns = Object.fromEntries(
    (declared ?? []).flatMap(({ name: column, type }) =>
      type && type !== 'vector' ? [[column, { type }]] : [],
    ),
  );
  const config = {
    ...defaultsOf(definition.config as never),
    path,
    ...(format === 'csv' && { delimiter: ',', encoding: 'utf-8', numbers: '1,234.56' }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
  const files: Files = { ...context.files, input: async () => ({ path, digest: '', bytes: 0 }) };
  const outputs = await definition.run({
    ...context,
    config,
    files,
    // Its counts are no metrics of the program.
    metric: () => {},
    progress: () => {},
    in: {},
  } as never);
  return Object.values(outputs)[0] as Table;
}

/** The declared columns in their order; whole numbers are taken for numbers. */
async function conform(
  { tables }: Context,
  table: Table,
  port: string,
  declared: readonly PlannedField[],
): Promise<Table> {
  const found = new Map(table.schema.fields.map((field) => [field.name, field]));
  let out = table;
  for (const { name, type } of declared) {
    const field = found.get(name);
    if (!field)
      throw wrong(`output "${port}" lacks the column "${name}"`, `it has ${[...found.keys()].join(', ')}`);
    if (type === undefined || type === field.type) continue;
    if (!isNumber(type) || !isNumber(field.type))
      throw wrong(`column "${name}" of output "${port}" is ${field.type}, and should be ${type}`);
    const column = converted(await out.column(name), type);
    const frame = await out.frame([name]);
    out = await tables.with(out, frame.with({ ...field, type }, column));
  }
  return tables.select(
    out,
    declared.map(({ name }) => name),
  );
}

function converted(column: Column, type: Field['type']): Column {
  const arrays = { float64: Float64Array, int64: Float64Array, float32: Float32Array, int32: Int32Array };
  const values = new arrays[type as keyof typeof arrays](column.values);
  if (type === 'int32' || type === 'int64')
    for (let row = 0; row < values.length; row++)
      if (column.valid?.[row] !== 0 && values[row] !== column.values[row])
        throw wrong(`${column.values[row]} is no whole number that ${type} holds`);
  return { type: type as 'float64', values, ...(column.valid && { valid: column.valid }) };
}

const wrong = (message: string, hint?: string): ProblemError =>
  new ProblemError(problem('component/process', message, hint === undefined ? {} : { hint }));
