import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Objects } from '../artifacts/objects.js';
import { type Digest, sha256 } from '../canonical.js';
import type { Durability } from './durability.js';
import type { FileDigests } from './external.js';
import { faultPoint } from './fault.js';
import {
  BLOCK,
  digestFile,
  isAbsent,
  readShared,
  refusal,
  replaceFile,
  stampOf,
  temporaryBeside,
  writeChunks,
} from './files.js';

export interface StoreOptions {
  /** Where new objects are entered for syncing; without it they reach the disk when the system likes. */
  readonly durability?: Durability;
  /** Told of an object whose bytes no longer fit its digest, and where it was moved. */
  readonly onDamaged?: (digest: Digest, movedTo: string) => void;
  /** Remembers across processes which large objects were found sound, by their stat. */
  readonly digests?: FileDigests;
}

export interface StoredObjects extends Objects {
  /** As `put`, for bytes that need not fit in memory. */
  putStream(chunks: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }>;
  /** Where the object lies, or would. */
  path(digest: Digest): string;
}

/** From here on an object is verified once per process (by stat) and not at each use. */
const LARGE = 1024 * 1024;
/** Folder for objects that no longer fit their digest, beside the sound ones. */
export const DAMAGED = 'damaged';

/**
 * Content-addressed objects in `folder`: `ab/cdef…`, read-only, written by temporary name and rename, so that
 * several processes may put the same object at once. Every read is verified: a damaged object is moved aside,
 * reported and absent. Bytes come on shared memory; sizes above 2 GiB work.
 */
export function openObjects(folder: string, options: StoreOptions = {}): StoredObjects {
  const verified = new Map<Digest, string>();
  const path = (digest: Digest) => join(folder, digest.slice(0, 2), digest.slice(2));

  const isVerified = (digest: Digest, stamp: string) =>
    verified.get(digest) === stamp || options.digests?.remembers(path(digest), stamp, digest) === true;

  function setAside(digest: Digest): void {
    const aside = join(folder, DAMAGED, `${digest}-${randomBytes(4).toString('hex')}`);
    try {
      mkdirSync(join(folder, DAMAGED), { recursive: true });
      renameSync(path(digest), aside);
    } catch (error) {
      if (!isAbsent(error)) throw refusal(error, aside); // another process was faster
    }
    options.onDamaged?.(digest, aside);
  }

  async function has(digest: Digest): Promise<boolean> {
    const stat = statSync(path(digest), { bigint: true, throwIfNoEntry: false });
    if (!stat) return false;
    const stamp = stampOf(stat);
    if (stat.size >= LARGE) {
      if (isVerified(digest, stamp)) return true;
      if (options.digests && (await options.digests.digest(path(digest)).catch(() => undefined)) === digest) {
        verified.set(digest, stamp);
        return true;
      }
    }
    const read = await digestFile(path(digest));
    if (!read) return false;
    if (read.digest === digest) {
      if (stat.size >= LARGE) verified.set(digest, stampOf(read.stat));
      return true;
    }
    setAside(digest);
    return false;
  }

  async function get(digest: Digest): Promise<Uint8Array | undefined> {
    const read = await readShared(path(digest));
    if (!read) return undefined;
    const stamp = stampOf(read.stat);
    const large = read.bytes.length >= LARGE;
    if (large && isVerified(digest, stamp)) return read.bytes;
    if ((large ? await digestOfBlocks(read.bytes) : sha256(read.bytes)) !== digest) {
      setAside(digest);
      return undefined;
    }
    if (large) verified.set(digest, stamp);
    return read.bytes;
  }

  function entered(digest: Digest): Digest {
    const target = path(digest);
    const stat = statSync(target, { bigint: true });
    if (stat.size >= LARGE) verified.set(digest, stampOf(stat));
    options.durability?.file(target);
    options.durability?.folder(folder);
    return digest;
  }

  /** Gives a written file its name, unless the object is there already. */
  async function place(temporary: string, digest: Digest): Promise<void> {
    try {
      if (await has(digest)) rmSync(temporary, { force: true });
      else {
        mkdirSync(join(folder, digest.slice(0, 2)), { recursive: true });
        faultPoint('object.written');
        renameSync(temporary, path(digest));
        faultPoint('object.named');
      }
    } catch (error) {
      rmSync(temporary, { force: true });
      throw refusal(error, path(digest));
    }
  }

  async function put(bytes: Uint8Array): Promise<Digest> {
    const large = bytes.length >= LARGE;
    const digest = large ? await digestOfBlocks(bytes) : sha256(bytes);
    if (await has(digest)) return digest;
    if (large) {
      const temporary = temporaryBeside(join(folder, 'stream'));
      await writeChunks(temporary, one(bytes));
      await place(temporary, digest);
    } else
      replaceFile(path(digest), bytes, { mode: 0o444, written: 'object.written', named: 'object.named' });
    return entered(digest);
  }

  async function putStream(chunks: AsyncIterable<Uint8Array>) {
    const temporary = temporaryBeside(join(folder, 'stream'));
    const hash = createHash('sha256');
    const size = await writeChunks(temporary, tapped(chunks, hash));
    const digest = hash.digest('hex');
    await place(temporary, digest);
    return { digest: entered(digest), size };
  }

  return { put, putStream, get, has, path };
}

async function* one(bytes: Uint8Array) {
  yield bytes;
}

async function* tapped(chunks: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += BLOCK) {
      const block = chunk.subarray(at, at + BLOCK);
      hash.update(block);
      yield block;
    }
  }
}

/** Hashing takes about 7 ms a block: events are served between two. */
async function digestOfBlocks(bytes: Uint8Array): Promise<Digest> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += BLOCK) {
    hash.update(bytes.subarray(at, at + BLOCK));
    await new Promise(setImmediate);
  }
  return hash.digest('hex');
}
