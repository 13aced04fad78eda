import { open } from 'node:fs/promises';
import { sharedU8 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { type Dialect, recordEnds } from './records.js';

const usual = { chunk: 8 * 2 ** 20, block: 512 * 1024 };
/** A record longer than this is taken for a quote that is never closed. */
const longestRecord = 64 * 2 ** 20;

/** Whole records of a file, on shared memory, cut into blocks for kernels. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
  /** Of the file, at the end of this chunk. */
  readonly position: number;
}

/**
 * Reads a text file from byte `start` in chunks of whole records. The bytes are overwritten by the next chunk. The cuts
 * depend on the file alone, so a second reading gives the same blocks.
 */
export async function* readChunks(
  path: string,
  start: number,
  dialect: Dialect,
  bytesOf = usual,
): AsyncGenerator<Chunk> {
  const file = await open(path);
  try {
    let bytes = sharedU8(bytesOf.chunk);
    let held = 0;
    let position = start;
    for (;;) {
      const { bytesRead } = await file.read(bytes, held, bytes.length - held, position);
      position += bytesRead;
      const length = held + bytesRead;
      const final = bytesRead === 0;
      if (length === 0) return;
      const ends = recordEnds(bytes, length, bytesOf.block, dialect, final);
      const end = ends.at(-1) ?? 0;
      if (ends.length > 0) yield { bytes, cuts: [0, ...ends], position: position - (length - end) };
      if (final) return;
      bytes.copyWithin(0, end, length);
      held = length - end;
      if (held === bytes.length) {
        if (held >= longestRecord)
          throw new InputError('record-too-long', `a record is longer than ${longestRecord / 2 ** 20} MiB`);
        const larger = sharedU8(bytes.length * 2);
        larger.set(bytes);
        bytes = larger;
      }
    }
  } finally {
    await file.close();
  }
}
