import type { TextEncoding } from './text.js';
import { encodeText, lineCount, lineLength, textLines } from './text.js';

/** A line that holds no more than its number: `C12`, `C 7`, or nothing. */
const isFree = (line: string): boolean => /^(C\s?\d{0,2})?[\s\0\x80]*$/.test(line);

export interface Provenance {
  /** 0-based line of the text header. */
  readonly line: number;
  readonly text: string;
  /** What stood there, where no line was free. */
  readonly replaced?: string;
}

/**
 * Writes what was done to a file into its text header (in place): into the first free line after the last one in
 * use, else the last free one, else over line 39, the last before the end mark; what that held is handed back.
 */
export function addProvenance(header: Uint8Array, encoding: TextEncoding, message: string): Provenance {
  const lines = textLines(header, encoding).slice(0, lineCount - 1);
  const used = lines.findLastIndex((line) => !isFree(line));
  const free = used + 1 < lines.length ? used + 1 : lines.findLastIndex(isFree);
  const line = free === -1 ? lineCount - 2 : free;
  const text = `C${String(line + 1).padStart(2)} ${message}`.slice(0, lineLength);
  header.set(encodeText(text.padEnd(lineLength), encoding), line * lineLength);
  return free === -1 ? { line, text, replaced: lines[line] } : { line, text };
}
