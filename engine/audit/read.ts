import { readdirSync, readFileSync } from 'node:fs';
import { isAbsent } from '../store/files.js';
import { type Entry, type Line, parseEntry, splitLines } from './entry.js';
import { type Head, parseHead } from './head.js';
import { headsFile, segmentFile, segmentsFolder } from './seal.js';

export interface Lines {
  readonly lines: readonly Line[];
  /** Bytes after the last line end. */
  readonly torn: number;
}

/** The lines of a log file; undefined where there is none. */
function readLines(file: string): Lines | undefined {
  try {
    return splitLines(readFileSync(file));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export const readSegment = (root: string, run: string): Lines | undefined =>
  readLines(segmentFile(root, run));
export const readHeadLines = (root: string): Lines => readLines(headsFile(root)) ?? { lines: [], torn: 0 };

/** A segment as people see it: relative to the project's root, with forward slashes. */
export const segmentName = (run: string): string => `.toolbox/log/runs/${run}.jsonl`;

/** Names of all segments, oldest first. */
export function listSegments(root: string): string[] {
  try {
    return readdirSync(segmentsFolder(root))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length))
      .sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** All heads that can be read, in the order of the file. */
export const readChain = (root: string): Head[] =>
  readHeadLines(root)
    .lines.map(parseHead)
    .filter((head) => head !== undefined);

/** All entries of a segment that can be read, with their lines. */
export function readEntries(root: string, run: string): { entry: Entry; line: Line }[] {
  const found = readSegment(root, run)?.lines ?? [];
  return found.flatMap((line) => {
    const entry = parseEntry(line);
    return entry ? [{ entry, line }] : [];
  });
}
