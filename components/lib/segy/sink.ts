import { open } from 'node:fs/promises';

/** Where a file is written, by position, so that a header can be put right at the end. */
export interface ByteSink {
  write(offset: number, bytes: Uint8Array): Promise<void>;
}

export interface FileSink extends ByteSink, AsyncDisposable {
  close(): Promise<void>;
}

/** A new file; one that is there is emptied. */
export async function fileSink(path: string): Promise<FileSink> {
  const file = await open(path, 'w');
  const close = () => file.close();
  return {
    close,
    [Symbol.asyncDispose]: close,
    async write(offset, bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
      }
    },
  };
}

/** Bytes kept in memory: for small files. */
export function bytesSink(): ByteSink & { bytes(): Uint8Array } {
  let buffer = new Uint8Array(0);
  return {
    bytes: () => buffer,
    async write(offset, bytes) {
      if (offset + bytes.length > buffer.length) {
        const grown = new Uint8Array(offset + bytes.length);
        grown.set(buffer);
        buffer = grown;
      }
      buffer.set(bytes, offset);
    },
  };
}
