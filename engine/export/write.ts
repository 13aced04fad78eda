import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeFrames } from '../artifacts/arrow.js';
import type { Artifact, FileArtifact } from '../artifacts/artifact.js';
import type { Objects } from '../artifacts/objects.js';
import type { Table } from '../artifacts/table.js';
import { type Place, ProblemError, problem } from '../problem.js';
import { refusal, temporaryBeside } from '../store/files.js';
import { csvOf } from './csv.js';
import { jsonOf } from './json.js';

const tableEndings = ['.csv', '.parquet', '.arrow', '.json', '.jsonl'];

/**
 * Writes an artifact as an ordinary file, format by the path's ending: a table as csv, parquet, arrow, json or
 * jsonl; a figure or other file as its own bytes (png or svg, whichever the ending names); metrics, reports and
 * models as json. The file appears whole or not at all.
 */
export async function writeArtifact(
  objects: Objects,
  artifact: Artifact,
  path: string,
  at?: Place,
): Promise<void> {
  const ending = extname(path).toLowerCase();
  const content = await contentOf(objects, artifact, ending, at);
  const temporary = temporaryBeside(path);
  try {
    if (content instanceof Uint8Array) await writeFile(temporary, content);
    else await pipeline(Readable.from(content), createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw refusal(error, path);
  }
}

async function contentOf(
  objects: Objects,
  artifact: Artifact,
  ending: string,
  at?: Place,
): Promise<Uint8Array | AsyncIterable<string>> {
  switch (artifact.kind) {
    case 'table':
      return tableContent(artifact, ending, at);
    case 'file':
      return fileContent(objects, artifact, ending, at);
    case 'model':
      return asJson(artifact.bundle, ending, at);
    default:
      return asJson(artifact, ending, at);
  }
}

async function tableContent(
  table: Table,
  ending: string,
  at?: Place,
): Promise<Uint8Array | AsyncIterable<string>> {
  switch (ending) {
    case '.csv':
      return csvOf(table);
    case '.json':
    case '.jsonl':
      return jsonOf(table, ending === '.jsonl');
    case '.arrow':
      return encodeFrames(table.schema, framesOf(table));
    case '.parquet':
      return parquetOf(await encodeFrames(table.schema, framesOf(table)));
    default:
      return unknownEnding('a table', ending, tableEndings, at);
  }
}

/** Batches, and one empty frame where there are no rows, so that the columns are written all the same. */
async function* framesOf(table: Table) {
  if (table.rows === 0) yield table.frame();
  else yield* table.batches({ rows: 65_536 });
}

async function parquetOf(stream: Uint8Array): Promise<Uint8Array> {
  const { Compression, Table, WriterPropertiesBuilder, writeParquet } = await import('parquet-wasm');
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).build();
  return writeParquet(Table.fromIPCStream(stream), properties);
}

async function fileContent(
  objects: Objects,
  file: FileArtifact,
  ending: string,
  at?: Place,
): Promise<Uint8Array> {
  const own = extname(file.name).toLowerCase();
  const digest = ending === own ? file.object : file.also?.[ending.slice(1)];
  if (digest === undefined)
    return unknownEnding(
      `"${file.name}"`,
      ending,
      [own, ...Object.keys(file.also ?? {}).map((name) => `.${name}`)],
      at,
    );
  const bytes = await objects.get(digest);
  if (!bytes)
    throw new ProblemError(
      problem('store/damaged', `the stored object ${digest.slice(0, 12)} is missing or damaged`),
    );
  return bytes;
}

function asJson(value: unknown, ending: string, at?: Place): Uint8Array {
  if (ending !== '.json') return unknownEnding('this output', ending, ['.json'], at);
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

function unknownEnding(what: string, ending: string, known: readonly string[], at?: Place): never {
  throw new ProblemError(
    problem('spec/value', `${what} cannot be saved as "${ending || 'a file without ending'}"`, {
      ...(at && { at }),
      hint: `endings: ${known.join(', ')}`,
    }),
  );
}
