import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { InputError } from '../errors.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const chunkBytes = 4 * 2 ** 20;

/**
 * Encoding of a text file: by byte-order mark, else UTF-8 if all of it is valid, else Windows-1252. NUL bytes at
 * every other place are UTF-16 without a mark; elsewhere they mean that the file is no text (`not-text`).
 */
export async function detectEncoding(path: string): Promise<{ encoding: Encoding; mark: number }> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(chunkBytes);
    let held = 0;
    for (let first = true; ; first = false) {
      const { bytesRead } = await file.read(buffer, held, chunkBytes - held, null);
      const bytes = buffer.subarray(0, held + bytesRead);
      if (first) {
        const marked = byMark(bytes);
        if (marked) return marked;
      }
      if (bytes.includes(0)) throw new InputError('not-text', 'the file holds NUL bytes, so it is not text');
      const end = bytesRead === 0 ? bytes.length : lastBoundary(bytes);
      if (!isUtf8(bytes.subarray(0, end))) return { encoding: 'windows-1252', mark: 0 };
      if (bytesRead === 0) return { encoding: 'utf-8', mark: 0 };
      held = bytes.copy(buffer, 0, end);
    }
  } finally {
    await file.close();
  }
}

/** Encoding by a byte-order mark, or by the NUL bytes of UTF-16 text that is mostly Latin. */
function byMark(bytes: Uint8Array): { encoding: Encoding; mark: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  const head = bytes.subarray(0, Math.min(bytes.length & ~1, 1024));
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < head.length; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (head.length >= 4 && odd > head.length / 4 && even === 0) return { encoding: 'utf-16le', mark: 0 };
  if (head.length >= 4 && even > head.length / 4 && odd === 0) return { encoding: 'utf-16be', mark: 0 };
  return undefined;
}

/** The same by the first bytes alone, for a look at a file. */
export const encodingOfHead = (head: Uint8Array): { encoding: Encoding; mark: number } =>
  byMark(head) ?? {
    encoding: isUtf8(head.subarray(0, lastBoundary(head))) ? 'utf-8' : 'windows-1252',
    mark: 0,
  };

/** End of the last whole UTF-8 character. */
function lastBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size <= back ? bytes.length : bytes.length - back;
    }
  }
  return bytes.length;
}

/** Writes the text of a file as UTF-8 to another. A sequence that the encoding does not have is `not-text`. */
export async function toUtf8(from: string, to: string, encoding: Encoding, mark: number): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let input: FileHandle | undefined;
  let output: FileHandle | undefined;
  try {
    input = await open(from);
    output = await open(to, 'w');
    const buffer = Buffer.alloc(chunkBytes);
    for (let position = mark; ; ) {
      const { bytesRead } = await input.read(buffer, 0, chunkBytes, position);
      position += bytesRead;
      await output.write(decoded(decoder, buffer.subarray(0, bytesRead), bytesRead > 0, encoding));
      if (bytesRead === 0) return;
    }
  } finally {
    await input?.close();
    await output?.close();
  }
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, stream: boolean, encoding: Encoding): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new InputError('not-text', `the file is not ${encoding} text throughout`);
  }
}
