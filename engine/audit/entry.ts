import { canonical, type Digest, type Json, sha256 } from '../canonical.js';
import type { Event } from '../event.js';

/** One line of a segment. The hash of an entry is SHA-256 over its canonical bytes and stands in the next one. */
export interface Entry {
  readonly event: Event;
  readonly previous: Digest;
}

/** What the first entry of a run's segment names as previous: so no segment can be passed off as another run's. */
export const genesisOf = (run: string): Digest => sha256(`toolbox log 1\n${run}`);

export const entryText = (entry: Entry): string => canonical(entry as unknown as Json);

export interface Line {
  /** Counts from 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** The whole lines of a file, and the bytes after the last line end: what a process left that died while writing. */
export function splitLines(bytes: Buffer): { lines: Line[]; torn: number } {
  const lines: Line[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    lines.push({ number: lines.length + 1, bytes: bytes.subarray(from, end) });
    from = end + 1;
  }
  return { lines, torn: bytes.length - from };
}

/** The value of a line that is canonical JSON to the byte; undefined for any other. */
export function parseLine<T>(line: Line): T | undefined {
  try {
    const text = line.bytes.toString('utf8');
    const value = JSON.parse(text) as Json;
    return canonical(value) === text && Buffer.byteLength(text) === line.bytes.length
      ? (value as T)
      : undefined;
  } catch {
    return undefined;
  }
}

export function parseEntry(line: Line): Entry | undefined {
  const entry = parseLine<Entry>(line);
  return entry && typeof entry.previous === 'string' && typeof entry.event?.sequence === 'number'
    ? entry
    : undefined;
}
