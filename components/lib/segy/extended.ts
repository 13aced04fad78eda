import { textHeaderBytes } from './headers.js';
import type { Result } from './problem.js';
import { bad, ok } from './problem.js';
import type { ByteSource } from './source.js';
import { detectEncoding, isEndText, textLines } from './text.js';

/** More would be no text but a misread header: 64 MB of it. */
const most = 20_000;

/** Counts the extended text headers of a file that gives −1: up to and with the `((SEG: EndText))` stanza. */
export async function countToEndText(source: ByteSource, start: number): Promise<Result<number>> {
  for (let count = 0; count < most; count++) {
    const record = await source.read(start + count * textHeaderBytes, textHeaderBytes);
    if (record.length < textHeaderBytes) break;
    if (isEndText(record)) return ok(count + 1);
  }
  return bad(
    'no-end-text',
    3505,
    'bytes 3505–3506 say that extended text headers end with a stanza ((SEG: EndText)), and there is none',
    'give their number with extended_headers, 0 if there are none',
  );
}

/** The lines of each of `count` extended text headers from 0-based offset `start` on. */
export async function readExtendedText(
  source: ByteSource,
  start: number,
  count: number,
): Promise<string[][]> {
  const headers: string[][] = [];
  for (let i = 0; i < count; i++) {
    const record = await source.read(start + i * textHeaderBytes, textHeaderBytes);
    headers.push(textLines(record, detectEncoding(record)));
  }
  return headers;
}
