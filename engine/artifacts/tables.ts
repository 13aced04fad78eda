import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import type { Column } from './column.js';
import { ColumnContent } from './content.js';
import { Frame } from './frame.js';
import { manifestOf, putTable } from './manifest.js';
import type { Objects } from './objects.js';
import { contentsOf } from './rehash.js';
import { type Field, fieldOf, type TableSchema } from './schema.js';
import { Selector } from './select-rows.js';
import { slice } from './slice.js';
import { type ExternalReaders, numbersOf, Source } from './source.js';
import { StoredTable } from './stored-table.js';
import type { ColumnRef, Part, Table, TableManifest, Tables } from './table.js';
import { check, putColumn, Writer } from './writer.js';

/** Tables over an object store, with reading back by the digest of the manifest. */
export interface TableStore extends Tables {
  /** Stores the manifest. */
  put(table: Table): Promise<Digest>;
  /** Fails with a problem (store/damaged) where the manifest is gone. */
  open(manifest: Digest): Promise<Table>;
}

export function createTables(objects: Objects, readers: ExternalReaders = {}): TableStore {
  const source = new Source(objects, readers);
  const stored = (manifest: TableManifest): Table => new StoredTable(source, manifest);
  const contentOf = (table: Table) => table.manifest.contents;

  return {
    put: (table) => putTable(objects, table),

    async open(manifest) {
      const bytes = await objects.get(manifest);
      if (bytes) return stored(JSON.parse(Buffer.from(bytes).toString()) as TableManifest);
      throw new ProblemError(
        problem('store/damaged', `the stored table ${manifest.slice(0, 12)} is missing or damaged`, {
          hint: 'run the pipeline again: the step that made it is then repeated',
        }),
      );
    },

    async create(frame) {
      const writer = new Writer(objects, frame.schema, stored);
      await writer.append(frame);
      return writer.finish();
    },

    writer: (schema) => new Writer(objects, schema, stored),

    async external(field, external) {
      const parts = external.map(({ rows, column }) => ({ rows, columns: { [field.name]: column } }));
      return stored(manifestOf({ fields: [field] }, parts, await contentsOf(source, [field], parts)));
    },

    async pick(table, rows) {
      if (rows.length === table.rows && rows.every((row, i) => row === i)) return table;
      const { schema } = table;
      const parts = await new Selector(source).parts(table.manifest.parts, rows);
      return stored(manifestOf(schema, parts, await contentsOf(source, schema.fields, parts)));
    },

    async with(table, columns) {
      if (columns.rows !== table.rows)
        throw new Error(`${columns.rows} rows cannot stand beside ${table.rows}`);
      const added =
        columns instanceof Frame
          ? await beside(objects, columns, table.manifest.parts)
          : { parts: await aligned(source, columns, table.manifest.parts), contents: contentOf(columns) };
      const parts = table.manifest.parts.map((part, i) => ({
        rows: part.rows,
        columns: { ...part.columns, ...added.parts[i] },
      }));
      const schema = { ...table.schema, fields: merged(table.schema.fields, columns.schema.fields) };
      return stored(manifestOf(schema, parts, { ...contentOf(table), ...added.contents }));
    },

    async select(table, names) {
      const fields = names.map((name) => {
        const field = fieldOf(table.schema, name);
        if (!field) throw new Error(`table has no column "${name}"`);
        return field;
      });
      const keep = <T>(values: { readonly [name: string]: T }) =>
        Object.fromEntries(names.map((name) => [name, values[name]!]));
      const parts = table.manifest.parts.map(({ rows, columns }) => ({ rows, columns: keep(columns) }));
      return stored(manifestOf({ ...table.schema, fields }, parts, keep(contentOf(table))));
    },

    async retype(table, fields, split = table.schema.split) {
      const before = table.schema.fields;
      const same = before.length === fields.length && before.every((f, i) => f.type === fields[i]!.type);
      if (!same) throw new Error('another schema needs as many columns of the same types');
      const rename = <T>(values: { readonly [name: string]: T }) =>
        Object.fromEntries(fields.map((field, i) => [field.name, values[before[i]!.name]!]));
      const parts = table.manifest.parts.map(({ rows, columns }) => ({ rows, columns: rename(columns) }));
      const schema: TableSchema = { fields, ...(split && { split }) };
      return stored(manifestOf(schema, parts, rename(contentOf(table))));
    },

    async concat(tables) {
      const schema = common(tables.map((table) => table.schema));
      const parts = tables.flatMap((table) => table.manifest.parts);
      return stored(manifestOf(schema, parts, await contentsOf(source, schema.fields, parts)));
    },
  };
}

/** The table whose manifest has this digest. */
export const openTable = (
  objects: Objects,
  manifest: Digest,
  readers: ExternalReaders = {},
): Promise<Table> => createTables(objects, readers).open(manifest);

const merged = (fields: readonly Field[], added: readonly Field[]): Field[] => [
  ...fields.map((field) => added.find((a) => a.name === field.name) ?? field),
  ...added.filter((a) => !fields.some((field) => field.name === a.name)),
];

/** Columns in memory, written in the parts of the table that they are to stand in. */
async function beside(objects: Objects, frame: Frame, parts: readonly Part[]) {
  const contents: { [name: string]: Digest } = {};
  const written: { [name: string]: ColumnRef }[] = parts.map(() => ({}));
  for (const field of frame.schema.fields) {
    const column = frame.column(field.name);
    check(field, column);
    const content = new ColumnContent(field);
    let from = 0;
    for (const [i, part] of parts.entries()) {
      const piece: Column = slice(column, from, from + part.rows);
      content.add(piece);
      written[i]![field.name] = { object: await putColumn(objects, piece) };
      from += part.rows;
    }
    contents[field.name] = content.digest();
  }
  return { parts: written, contents };
}

/** References to the columns of a stored table, cut as `parts` are. */
async function aligned(source: Source, table: Table, parts: readonly Part[]): Promise<Part['columns'][]> {
  const own = table.manifest.parts;
  if (own.length === parts.length && own.every((part, i) => part.rows === parts[i]!.rows))
    return own.map((part) => part.columns);
  const selector = new Selector(source);
  const cut: Part['columns'][] = [];
  let from = 0;
  for (const part of parts) {
    cut.push((await selector.part(own, numbersOf(from, from + part.rows))).columns);
    from += part.rows;
  }
  return cut;
}

/** The schema of tables laid one after the other. Names, types and widths must agree, in any order of columns. */
function common(schemas: readonly TableSchema[]): TableSchema {
  const [first, ...rest] = schemas;
  if (!first) throw new Error('nothing to concatenate');
  const fields = first.fields.map((field) => {
    const others = rest.map((schema) => fieldOf(schema, field.name));
    const other = others.find((o) => !o || o.type !== field.type || o.width !== field.width);
    if (others.includes(undefined) || other)
      throw new ProblemError(
        problem(
          'data/column',
          other
            ? `column "${field.name}" is ${described(field)} in one table and ${described(other)} in another`
            : `column "${field.name}" is missing in one of the tables`,
          { hint: 'tables can be put one after the other only where names and types agree' },
        ),
      );
    return { ...field, nullable: field.nullable || others.some((o) => o!.nullable) };
  });
  const extra = rest.flatMap((schema) => schema.fields).find((field) => !fieldOf(first, field.name));
  if (extra)
    throw new ProblemError(
      problem('data/column', `column "${extra.name}" is missing in one of the tables`, {
        hint: 'tables can be put one after the other only where names and types agree',
      }),
    );
  return { ...first, fields };
}

const described = (field: Field) => (field.type === 'vector' ? `a vector of ${field.width}` : field.type);
