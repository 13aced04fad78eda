import { textHeaderBytes } from './headers.js';
import type { ByteSource } from './source.js';
import { decodeText } from './text.js';

/** Stanza records looked for at the end of a file that does not count them. */
const most = 1000;

/**
 * Bytes of the data trailer of a file that gives −1 for its number of 3200-byte records (revision 2): the longest
 * series of records at its end that begins with a stanza, `((`, and leaves whole traces before it; else 0.
 */
export async function findTrailer(source: ByteSource, start: number, stride: number): Promise<number> {
  for (let records = most; records > 0; records--) {
    const at = source.size - records * textHeaderBytes;
    if (at < start || (at - start) % stride !== 0) continue;
    const mark = await source.read(at, 2);
    if (decodeText(mark, 'ascii') === '((' || decodeText(mark, 'ebcdic') === '((') return source.size - at;
  }
  return 0;
}
