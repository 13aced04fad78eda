import { rm, symlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Code } from '../codes.js';
import { connect, queryFrames } from './duckdb.js';
import { planQuery, type TypeRemark } from './duckdb-types.js';
import { type Overrides, overridden, unknownColumns } from './overrides.js';
import type { ColumnType } from './schema.js';
import type { Table, Tables } from './table.js';

/** What reading needs of the step that it happens in; the step's context has it. */
interface Host {
  readonly config: Overrides & { readonly select?: readonly string[] };
  readonly tables: Tables;
  readonly signal: AbortSignal;
  progress(done: number, total: number, note?: string): void;
  metric(name: string, value: number): void;
  warn(message: string, at?: At): void;
  fail(code: Code, message: string, at?: At): never;
}
interface At {
  readonly path?: readonly (string | number)[];
  readonly hint?: string;
}

/**
 * Reads a relation that DuckDB knows how to open (a file of a self-describing format) as a table. `name` is what
 * messages call it; `times` takes text that is ISO 8601 time throughout for times.
 */
export async function ingestRelation(
  ctx: Host,
  name: string,
  relation: string,
  times = false,
): Promise<Table> {
  const { config } = ctx;
  const at = { path: ['with', 'path'] };
  const connection = await connect();
  try {
    const asked = new Map<string, ColumnType>();
    for (const [column, { type }] of Object.entries(config.columns ?? {})) if (type) asked.set(column, type);
    const { columns, rows, remarks } = await planQuery(connection, relation, {
      asked,
      only: config.select,
      times,
    });
    const names = columns.map(({ field }) => field.name);
    const missing = config.select?.find(
      (column) => !names.some((found) => found === column || found.startsWith(`${column}.`)),
    );
    if (missing !== undefined)
      ctx.fail('spec/column', `${name} has no column "${missing}"`, {
        path: ['with', 'select', config.select!.indexOf(missing)],
      });
    for (const unknown of unknownColumns(names, config))
      ctx.fail('spec/column', `${name} ${unknown.what}`, unknown);
    const told = (remark: TypeRemark) => `${name}: column "${remark.column}" ${remark.message}`;
    for (const note of remarks.filter((r) => r.kind === 'note'))
      ctx.warn(told(note), { ...at, hint: note.hint });
    const refused = remarks.filter((r) => r.kind === 'refused');
    if (refused.length > 0)
      ctx.fail('data/values', refused.map(told).join('\n'), { ...at, hint: refused[0]!.hint });
    if (columns.length === 0) ctx.fail('data/format', `${name} has no columns`, at);
    const fields = columns.map(({ field }) => overridden(field, config));
    const writer = ctx.tables.writer({ fields });
    const query = columns.map((column, i) => ({ ...column, field: fields[i]! }));
    let done = 0;
    for await (const frame of queryFrames(connection, relation, query, ctx.signal)) {
      await writer.append(frame);
      done += frame.rows;
      ctx.progress(done, rows, 'read');
    }
    ctx.metric('rows', rows);
    ctx.metric('columns', columns.length);
    return await writer.finish();
  } catch (error) {
    const reason = isDuckDBError(error) ? reasonOf(error.message) : undefined;
    if (reason === undefined) throw error;
    return ctx.fail(/conver|cast/i.test(reason) ? 'data/values' : 'data/format', `${name}: ${reason}`, at);
  } finally {
    connection.closeSync();
  }
}

/** A path that DuckDB takes as it stands: stars and brackets would be patterns, so such a file is reached by a link. */
export async function literalPath(path: string, scratch: () => Promise<string>): Promise<string> {
  if (!/[*?[\]{}]/.test(path)) return path;
  const link = join(await scratch(), `input${extname(path)}`);
  await rm(link, { force: true });
  await symlink(path, link);
  return link;
}

/** DuckDB throws plain errors whose message begins with the kind: `Invalid Input Error: …`. */
const isDuckDBError = (error: unknown): error is Error =>
  error instanceof Error && error.constructor === Error && /^[A-Z][\w -]* Error: /.test(error.message);

const reasonOf = (message: string): string =>
  message
    .replace(/^[A-Z][\w -]* Error: /, '')
    .split('\n')[0]!
    .replace(/ in file "[^"]*"/, '')
    .trim();
