import { createHash, randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  read,
  readSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sharedU8 } from '../../components/lib/compute/shared.js';
import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { type FaultPoint, faultPoint } from './fault.js';

const readSome = promisify(read);
const writeSome = promisify(write);

/** Node reads and writes at most 2 GiB at once; a block of this size also keeps the loop free between two. */
export const BLOCK = 8 * 1024 * 1024;
/** Up to here the synchronous calls are faster than a trip through the thread pool and hold the loop below a millisecond. */
const SMALL = 1024 * 1024;

const TEMPORARY = '.tmp-';
export const isTemporary = (name: string): boolean => name.startsWith(TEMPORARY);
/** A name in the same folder, so that renaming it is atomic. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `${TEMPORARY}${process.pid}-${randomBytes(6).toString('hex')}`);

export const errorCode = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error));

/** What a person needs to hear when the disk refuses; anything else is a bug and passes unchanged. */
export function refusal(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ProblemError(
        problem('run/quota', `no space is left to write ${path}`, {
          hint: 'free some space, for instance with "toolbox clean", and run again: what was finished is kept',
        }),
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ProblemError(
        problem('store/unwritable', `${path} may not be written`, {
          hint: 'the project folder must be writable by the user who runs it',
        }),
      );
    default:
      return error;
  }
}

/**
 * Writes a whole small file by temporary name and rename: readers see the old or the new content, never a part.
 * `sync`: it is on the disk, under its name, when this returns.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; written?: FaultPoint; named?: FaultPoint; sync?: boolean } = {},
): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const temporary = temporaryBeside(path);
  try {
    const file = openMaking(temporary, options.mode ?? 0o644);
    try {
      writeAll(file, bytes);
      if (options.sync) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (options.written) faultPoint(options.written);
    renameSync(temporary, path);
    if (options.sync) syncFolder(dirname(path));
    if (options.named) faultPoint(options.named);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw refusal(error, path);
  }
}

/** Makes names in a folder durable. Windows syncs no folders: its renames are journalled. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Opens a new file for writing and makes its folder where that is missing. */
function openMaking(path: string, mode: number): number {
  try {
    return openSync(path, 'wx', mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx', mode);
  }
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(BLOCK, bytes.length - at));
}

/** Writes chunks to the new file `path` without holding the loop; nothing stays behind where that fails. */
export async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  try {
    const file = openMaking(path, 0o444);
    try {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; ) {
          const wrote = await writeSome(file, chunk, at, Math.min(BLOCK, chunk.length - at), null);
          at += wrote.bytesWritten;
          size += wrote.bytesWritten;
        }
    } finally {
      closeSync(file);
    }
    return size;
  } catch (error) {
    rmSync(path, { force: true });
    throw refusal(error, path);
  }
}

/** A whole file on shared memory, with the stat of the very file that was read; undefined where there is none. */
export async function readShared(
  path: string,
): Promise<{ bytes: Uint8Array; stat: BigIntStats } | undefined> {
  const file = openExisting(path);
  if (file === undefined) return undefined;
  try {
    const stat = fstatSync(file, { bigint: true });
    const bytes = sharedU8(Number(stat.size));
    let at = 0;
    for (let read = -1; at < bytes.length && read !== 0; at += read) {
      const length = Math.min(BLOCK, bytes.length - at);
      read =
        bytes.length <= SMALL
          ? readSync(file, bytes, at, length, at)
          : (await readSome(file, bytes, at, length, at)).bytesRead;
    }
    return { bytes: bytes.subarray(0, at), stat };
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of a file read block by block, with the stat of the very file that was read; undefined where there is none. */
export async function digestFile(path: string): Promise<{ digest: Digest; stat: BigIntStats } | undefined> {
  const file = openExisting(path);
  if (file === undefined) return undefined;
  try {
    const stat = fstatSync(file, { bigint: true });
    const hash = createHash('sha256');
    const block = new Uint8Array(Math.min(BLOCK, Number(stat.size) + 1));
    for (let at = 0; ; ) {
      const read =
        stat.size <= SMALL
          ? readSync(file, block, 0, block.length, at)
          : (await readSome(file, block, 0, block.length, at)).bytesRead;
      if (read === 0) return { digest: hash.digest('hex'), stat };
      hash.update(block.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(file);
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** What tells one state of a file from another without reading it. */
export const stampOf = (stat: BigIntStats): string =>
  `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
