import { readFileSync, statSync } from 'node:fs';
import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { digestFile, isAbsent, replaceFile, stampOf } from './files.js';

interface Known {
  readonly stamp: string;
  readonly digest: Digest;
}

/** A file changed this shortly before it was hashed may change again within the same tick of the disk's clock. */
const SETTLED_NS = 2_000_000_000n;
const ATTEMPTS = 3;

/**
 * Digests of files, remembered across processes by path, size, mtime, ctime and inode, so that a survey is read
 * once and not at every run. Kept in one JSON file; a damaged or missing one only costs hashing again.
 */
export class FileDigests {
  readonly #file: string | undefined;
  #known = new Map<string, Known>();
  #changed = new Map<string, Known>();

  /** `file`: where to remember; without it only this process does. */
  constructor(file?: string) {
    this.#file = file;
    if (file) this.#known = load(file);
  }

  /** SHA-256 of the file's bytes. Throws a problem where it is missing, unreadable, or being written meanwhile. */
  async digest(path: string): Promise<Digest> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = stampAt(path);
      if (before === undefined) throw new ProblemError(problem('file/missing', `there is no file ${path}`));
      const known = this.#known.get(path);
      if (known?.stamp === before) return known.digest;
      const started = BigInt(Date.now()) * 1_000_000n;
      const read = await digestOrProblem(path);
      if (read && stampOf(read.stat) === before && stampAt(path) === before) {
        if (read.stat.mtimeNs < started - SETTLED_NS)
          this.#remember(path, { stamp: before, digest: read.digest });
        return read.digest;
      }
    }
    throw new ProblemError(
      problem('file/unreadable', `${path} is being written while it is read`, {
        hint: 'wait until it is complete, then run again',
      }),
    );
  }

  /** Whether the file still is what it was when `digest` was remembered. */
  remembers(path: string, stamp: string, digest: Digest): boolean {
    const known = this.#known.get(path);
    return known?.stamp === stamp && known.digest === digest;
  }

  #remember(path: string, known: Known): void {
    this.#known.set(path, known);
    this.#changed.set(path, known);
  }

  /** Writes what was learned, on top of what other processes have written meanwhile; forgets files that are gone. */
  save(): void {
    if (!this.#file || this.#changed.size === 0) return;
    const all = new Map([...load(this.#file), ...this.#changed]);
    for (const path of all.keys()) if (stampAt(path) === undefined) all.delete(path);
    replaceFile(this.#file, JSON.stringify({ version: 1, files: Object.fromEntries(all) }));
    this.#changed.clear();
  }
}

function stampAt(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() ? stampOf(stat) : undefined;
}

async function digestOrProblem(path: string) {
  try {
    return await digestFile(path);
  } catch (error) {
    throw new ProblemError(problem('file/unreadable', `${path} cannot be read: ${(error as Error).message}`));
  }
}

function load(file: string): Map<string, Known> {
  try {
    const { version, files } = JSON.parse(readFileSync(file, 'utf8')) as {
      version: number;
      files: Record<string, Known>;
    };
    const sound = (known: Known) => typeof known.stamp === 'string' && /^[0-9a-f]{64}$/.test(known.digest);
    return new Map(version === 1 ? Object.entries(files).filter(([, known]) => sound(known)) : []);
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError || error instanceof TypeError) return new Map();
    throw error;
  }
}
