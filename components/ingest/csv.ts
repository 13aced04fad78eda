import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Column } from '../../engine/artifacts/column.js';
import { Frame } from '../../engine/artifacts/frame.js';
import { overridden, unknownColumns } from '../../engine/artifacts/overrides.js';
import type { Field, PlannedField } from '../../engine/artifacts/schema.js';
import { type Context, defineComponent, type Files, table } from '../../engine/component.js';
import {
  ColumnOverrides,
  ColumnUnits,
  Config,
  OneOf,
  Path,
  RoleName,
  type Static,
  Type,
} from '../../engine/schema.js';
import { InputError } from '../lib/errors.js';
import type { CellPlan, CellType } from '../lib/text/convert.js';
import type { Remark } from '../lib/text/decide.js';
import type { DelimitedFile, FileProfile } from '../lib/text/delimited.js';
import { firstRecord, QUOTE, sniffDelimiter } from '../lib/text/dialect.js';
import { detectEncoding, type Encoding, encodingOfHead, toUtf8 } from '../lib/text/encoding.js';
import { missingTexts } from '../lib/text/missing.js';
import { type BadRecord, type Dialect, everyRecordEnd } from '../lib/text/records.js';

const config = Config({
  path: Path({ description: 'the file' }),
  delimiter: Type.Optional(
    OneOf([',', ';', '|', 'tab'], {
      description: 'what stands between fields; found from the first lines if absent',
    }),
  ),
  header: Type.Boolean({ default: true, description: 'the first line names the columns' }),
  skip: Type.Integer({ default: 0, minimum: 0, description: 'lines above the header that are no data' }),
  encoding: Type.Optional(
    OneOf(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'], {
      description: 'found from the bytes if absent',
    }),
  ),
  nulls: Type.Optional(
    Type.Array(Type.String(), {
      description: `texts for missing values in every column, besides the empty one; if absent: ${missingTexts.join(' ')} outside of text columns`,
    }),
  ),
  numbers: Type.Optional(
    Type.String({ description: 'how numbers are written, by example', examples: ['1.234,56', '1,234.56'] }),
  ),
  dates: Type.Optional(
    Type.String({
      description: 'how dates are written, by an example whose day is past 12',
      examples: ['31.12.2024', '12/31/2024', '31 Dec 24'],
    }),
  ),
  columns: Type.Optional(ColumnOverrides({ description: 'type, role and unit of columns, by name' })),
  roles: Type.Optional(
    Type.Record(Type.String(), RoleName(), { description: 'roles alone, by name of the column' }),
  ),
  units: Type.Optional(ColumnUnits({ description: 'units alone, by name: kg, EUR/each, EUR at 2024-06' })),
});
type Settings = Static<typeof config>;

/** Delimited text. What can be read in two ways is a problem that shows both, never a guess. */
export default defineComponent({
  name: 'ingest.csv',
  version: '1',
  summary: 'Read a CSV or other delimited text file',
  config,
  inputs: {},
  outputs: { out: table('the rows of the file') },
  metrics: {
    rows: { description: 'rows read', type: 'integer' },
    columns: { description: 'columns read', type: 'integer' },
  },
  needs: ['files'],
  determinism: 'pure',
  example: 'use: ingest.csv\nwith: { path: data/wells.csv, roles: { facies: target, well: group } }',
  columns(config, _inputs, planning) {
    const head = planning.peek(config.path);
    if (!head) return { out: { fields: [], open: true } };
    const { names } = openHead(decodeHead(head, config.encoding), false, config);
    const unknown = unknownColumns(names, config);
    for (const { path, what, hint } of unknown)
      planning.report('spec/column', `the file ${what}`, { path, hint });
    const fields = names.map((name): PlannedField => overridden({ name, role: 'feature' }, config));
    // A file of another kind is told here, not again by every step that takes one of its columns.
    const foreign = unknown.some((one) => one.names.length > 1);
    return { out: { fields, ...(foreign && { open: true }) } };
  },
  async run(ctx) {
    const [{ decide }, { convertFile, profileFile }, { datesBy, numbersBy }] = await Promise.all([
      import('../lib/text/decide.js'),
      import('../lib/text/delimited.js'),
      import('../lib/text/examples.js'),
    ]);
    const { config } = ctx;
    const input = await ctx.files.input(config.path);
    const name = basename(input.path);
    const example = attempt(ctx, 'dates', () =>
      config.dates === undefined ? undefined : datesBy(config.dates),
    );
    const numbers = attempt(ctx, 'numbers', () =>
      config.numbers === undefined ? undefined : numbersBy(config.numbers),
    );
    const { path, mark } = await asUtf8(ctx, ctx.files, input.path);
    const { file, names } = await openFile(ctx, path, mark, name);
    for (const unknown of unknownColumns(names, config))
      ctx.fail('spec/column', `${name} ${unknown.what}`, unknown);
    const work = (part: number) => ({
      compute: ctx.compute,
      signal: ctx.signal,
      progress: (bytes: number) => ctx.progress(bytes + part * input.bytes, 2 * input.bytes, 'read'),
    });
    const nulls = (config.nulls ?? missingTexts).map((text) => text.toLowerCase());
    const profile = await profileFile(file, { nulls, ...(example && { example: example.pattern }) }, work(0));
    refuseBad(ctx, name, file.columns, profile);
    const types = new Map<string, CellType>();
    for (const [column, { type }] of Object.entries(config.columns ?? {})) if (type) types.set(column, type);
    const { plans, remarks } = decide(names, profile.columns, {
      types,
      nulls,
      textNulls: config.nulls ? nulls : [],
      ...(numbers && { numbers }),
    });
    refuse(ctx, name, remarks);
    const fields = names.map((column, i) => fieldOf(column, plans[i]!, profile, i, config));
    const writer = ctx.tables.writer({ fields });
    for await (const { rows, columns } of convertFile(
      file,
      plans,
      profile.rowsOf,
      example?.pattern,
      work(1),
    )) {
      const held = new Map(
        names.map((column, i) => [column, { type: plans[i]!.type, ...columns[i]! } as Column]),
      );
      await writer.append(new Frame({ fields }, held, rows));
    }
    ctx.metric('rows', profile.rows);
    ctx.metric('columns', names.length);
    return { out: await writer.finish() };
  },
});

function fieldOf(name: string, plan: CellPlan, profile: FileProfile, i: number, config: Settings): Field {
  const nullable = profile.columns[i]!.cells < profile.rows;
  return overridden({ name, type: plan.type, role: 'feature' as const, nullable }, config);
}

/** A wrong example is a problem at its place in the step. */
function attempt<T>(ctx: Context, key: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InputError) ctx.fail('spec/value', error.message, { path: ['with', key] });
    throw error;
  }
}

/** The file itself where it is UTF-8, else a decoded copy in the step's own folder. */
async function asUtf8(ctx: Context<typeof config>, files: Files, path: string) {
  const name = basename(path);
  try {
    const detected = await detectEncoding(path);
    const encoding = ctx.config.encoding ?? detected.encoding;
    const mark = encoding === detected.encoding ? detected.mark : 0;
    if (encoding === 'utf-8') {
      if (detected.encoding !== 'utf-8')
        throw new InputError('not-text', 'the file is not utf-8 text throughout');
      return { path, mark };
    }
    if (!ctx.config.encoding && encoding === 'windows-1252')
      ctx.warn(`${name} is not UTF-8; it is read as Windows-1252`, {
        path: ['with', 'path'],
        hint: 'say so with encoding: windows-1252',
      });
    const copy = join(await files.scratch(), 'utf-8.txt');
    await toUtf8(path, copy, encoding, mark);
    return { path: copy, mark: 0 };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return ctx.fail('data/format', `${name}: ${error.message}`, {
      path: ['with', 'path'],
      hint: 'is it a text file? Excel and Parquet files have components of their own',
    });
  }
}

const headBytes = 64 * 1024;

async function openFile(ctx: Context<typeof config>, path: string, mark: number, name: string) {
  const at = { path: ['with', 'path'] };
  const handle = await open(path);
  const buffer = new Uint8Array(headBytes);
  const { bytesRead } = await handle.read(buffer, 0, headBytes, mark).finally(() => handle.close());
  if (bytesRead === 0) ctx.fail('data/rows', `${name} is empty`, at);
  const head = openHead(buffer.subarray(0, bytesRead), bytesRead < headBytes, ctx.config);
  const { names, dialect, line, bad } = head;
  if (names.length === 0) ctx.fail('data/rows', `${name} holds nothing but empty lines`, at);
  if (bad) ctx.fail('data/format', `${name}:${line}: the header has ${described(bad, 0)}`, at);
  const blank = names.indexOf('');
  if (blank >= 0)
    ctx.fail('data/format', `${name}:${line}: column ${blank + 1} has no name`, {
      ...at,
      hint: 'name it in the file; is the delimiter right, and does the first line name the columns (header: false)?',
    });
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined)
    ctx.fail('data/format', `${name}:${line}: two columns are called "${twice}"`, {
      ...at,
      hint: 'rename one of them in the file',
    });
  const file: DelimitedFile = {
    path,
    start: mark + head.end,
    line: head.dataLine,
    dialect,
    columns: names.length,
  };
  return { file, names };
}

/** Dialect and column names from the first bytes of a file in UTF-8, and where the data start. */
function openHead(bytes: Uint8Array, whole: boolean, config: Settings) {
  const skipped = skipLines(bytes, config.skip);
  const rest = bytes.subarray(skipped);
  const delimiter = config.delimiter
    ? config.delimiter === 'tab'
      ? 9
      : config.delimiter.charCodeAt(0)
    : sniffDelimiter(rest, whole);
  const dialect: Dialect = { delimiter, quote: QUOTE };
  const { fields, end, lines, bad } = firstRecord(rest, dialect);
  const line = config.skip + lines;
  const names = config.header
    ? fields.map((name) => name.trim().normalize())
    : fields.map((_, i) => `column_${i + 1}`);
  return {
    names,
    dialect,
    line,
    ...(config.header
      ? { end: skipped + end, dataLine: line + 1 }
      : { end: skipped, dataLine: config.skip + 1 }),
    ...(bad && { bad }),
  };
}

function skipLines(bytes: Uint8Array, lines: number): number {
  if (lines === 0) return 0;
  const noQuotes = { delimiter: 0, quote: 0 };
  return everyRecordEnd(bytes, bytes.length, noQuotes, true)[lines - 1] ?? bytes.length;
}

/** The first bytes as UTF-8, for a look before the run. */
function decodeHead(head: Uint8Array, stated: Encoding | undefined): Uint8Array {
  const { encoding, mark } = encodingOfHead(head);
  const used = stated ?? encoding;
  if (used === 'utf-8') return head.subarray(mark);
  return new TextEncoder().encode(new TextDecoder(used).decode(head.subarray(mark)));
}

function refuseBad(ctx: Context, name: string, columns: number, profile: FileProfile): void {
  const [first] = profile.bad;
  if (first) {
    const more =
      profile.bad.length > 1
        ? `; wrong too: ${profile.bad
            .slice(1, 5)
            .map((b) => `line ${b.line}`)
            .join(', ')}`
        : '';
    ctx.fail('data/format', `${name}:${first.line}: the line has ${described(first, columns)}${more}`, {
      path: ['with', 'path'],
      hint:
        first.fault === 'fields'
          ? 'a field that holds the delimiter or a line end needs quotes around it'
          : 'a quote inside a quoted field is written twice: "5"" pipe"',
    });
  }
  if (profile.rows === 0)
    ctx.fail('data/rows', `${name} has a header and no rows`, { path: ['with', 'path'] });
}

const described = ({ fault, found }: BadRecord, columns: number): string =>
  fault === 'fields'
    ? `${found} ${found === 1 ? 'field' : 'fields'} where the header has ${columns}`
    : fault === 'quote-open'
      ? 'a quote that is never closed'
      : 'text after a closing quote';

/** What is ambiguous or does not fit its type ends the step, all of it at once; notes are warnings. */
function refuse(ctx: Context, name: string, remarks: readonly Remark[]): void {
  const told = (remark: Remark) => `${name}:${remark.line}: column "${remark.column}": ${remark.message}`;
  for (const remark of remarks.filter((r) => r.kind === 'note'))
    ctx.warn(told(remark), { hint: remark.hint });
  for (const kind of ['ambiguous', 'values'] as const) {
    const found = remarks.filter((r) => r.kind === kind);
    if (found.length === 0) continue;
    ctx.fail(kind === 'ambiguous' ? 'data/ambiguous' : 'data/values', found.map(told).join('\n'), {
      path: ['with', 'path'],
      hint: [...new Set(found.map((r) => r.hint))].join('\n'),
    });
  }
}
