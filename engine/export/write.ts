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
import { metricsCsv, metricsYaml } from './metrics.js';
import { reportHtml, reportMarkdown, reportText } from './report.js';

export const tableEndings: readonly string[] = [
  '.csv',
  '.tsv',
  '.xlsx',
  '.parquet',
  '.arrow',
  '.json',
  '.jsonl',
  '.sgy',
  '.segy',
  '.xyz',
];

/**
 * Writes an artifact as an ordinary file, format by the path's ending: a table as csv, tsv, xlsx, parquet, arrow,
 * json, jsonl, sgy or xyz; a figure or other file as its own bytes (png or svg, whichever the ending names); metrics as json,
 * csv or yaml, reports as md, txt, html or json, models as json. The file appears whole or not at all.
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
    if (typeof content === 'function') await content(temporary);
    else if (content instanceof Uint8Array) await writeFile(temporary, content);
    // One piece waits for the disk at a time: pieces differ in size, and sixteen of them can be a lot.
    else await pipeline(Readable.from(content, { highWaterMark: 1 }), createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw refusal(error, path);
  }
}

/** Bytes, or a stream of them, or a way to write them for formats whose header is known last. */
type Content = Uint8Array | AsyncIterable<string | Uint8Array> | ((path: string) => Promise<void>);

async function contentOf(objects: Objects, artifact: Artifact, ending: string, at?: Place): Promise<Content> {
  switch (artifact.kind) {
    case 'table':
      return tableContent(objects, artifact, ending, at);
    case 'file':
      return fileContent(objects, artifact, ending, at);
    case 'model':
      return asJson(artifact.bundle, ending, at);
    case 'metrics':
      if (ending === '.csv') return bytesOf(metricsCsv(artifact));
      if (ending === '.yaml') return bytesOf(metricsYaml(artifact));
      return asJson(artifact, ending, at, ['.json', '.csv', '.yaml']);
    case 'report':
      if (ending === '.md') return bytesOf(reportMarkdown(artifact));
      if (ending === '.txt') return bytesOf(reportText(artifact));
      if (ending === '.html') return bytesOf(reportHtml(artifact));
      return asJson(artifact, ending, at, ['.md', '.txt', '.html', '.json']);
    default:
      return asJson(artifact, ending, at);
  }
}

/** Formats with a good deal of code of their own are loaded when one is asked for. */
async function tableContent(objects: Objects, table: Table, ending: string, at?: Place): Promise<Content> {
  switch (ending) {
    case '.csv':
      return csvOf(table);
    case '.tsv':
      return csvOf(table, '\t');
    case '.xlsx':
      return (await import('./xlsx.js')).xlsxOf(table);
    case '.json':
    case '.jsonl':
      return jsonOf(table, ending === '.jsonl');
    case '.arrow':
      return encodeFrames(table.schema, framesOf(table), 'file');
    case '.parquet':
      return (await import('./parquet.js')).parquetOf(table);
    case '.xyz':
      return (await import('./xyz.js')).xyzOf(table);
    case '.sgy':
    case '.segy': {
      const { writeSegy } = await import('./segy.js');
      return (path) => writeSegy(objects, table, path);
    }
    default:
      return unknownEnding('a table', ending, tableEndings, at);
  }
}

/** Batches, and one empty frame where there are no rows, so that the columns are written all the same. */
export async function* framesOf(table: Table) {
  if (table.rows === 0) yield table.frame();
  else yield* table.batches({ rows: 65_536 });
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

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function asJson(
  value: unknown,
  ending: string,
  at?: Place,
  known: readonly string[] = ['.json'],
): Uint8Array {
  if (ending !== '.json') return unknownEnding('this output', ending, known, at);
  return bytesOf(`${JSON.stringify(value, null, 2)}\n`);
}

function unknownEnding(what: string, ending: string, known: readonly string[], at?: Place): never {
  throw new ProblemError(
    problem('spec/value', `${what} cannot be saved as "${ending || 'a file without ending'}"`, {
      ...(at && { at }),
      hint: `endings: ${known.join(', ')}`,
    }),
  );
}
