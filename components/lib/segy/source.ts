import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/** Random access to bytes, so that memory stays constant whatever the size of the file. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * The bytes [offset, offset + length), shorter only where the source ends. The caller may keep and change them. They
   * lie at the start of `into` where that is given and long enough, so that a loop needs one buffer.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

export interface FileSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

/** A file read by position. Throws what node:fs throws when it cannot be opened. */
export async function fileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const close = () => file.close();
  return {
    size,
    read: (offset, length, into) => readFully(file, offset, Math.min(length, size - offset), into),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readFully(
  file: FileHandle,
  offset: number,
  length: number,
  into: Uint8Array = new Uint8Array(0),
): Promise<Uint8Array> {
  const wanted = Math.max(0, length);
  const bytes = into.length >= wanted ? into.subarray(0, wanted) : new Uint8Array(wanted);
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/** Bytes that are in memory already. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});
