import { closeSync, fsync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isAbsent, refusal } from './files.js';

const sync = promisify(fsync);
const AT_ONCE = 8;

/**
 * Collects what must reach the disk and syncs it in one go: at most every `interval` ms, and whenever somebody
 * must be sure (the end of a run, before an outside effect). A step then costs no wait of its own.
 */
export class Durability {
  readonly #interval: number;
  #files = new Set<string>();
  #folders = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** Failure of a background flush, told at the next flush that somebody waits for. */
  #failure: unknown;
  #running: Promise<void> = Promise.resolve();

  /** `interval`: milliseconds, default 100. */
  constructor(interval = 100) {
    this.#interval = interval;
  }

  /** The file's bytes and its name in its folder. */
  file(path: string): void {
    this.#files.add(path);
    this.folder(dirname(path));
  }

  folder(path: string): void {
    this.#folders.add(path);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#next().catch((error: unknown) => {
        this.#failure ??= error;
      });
    }, this.#interval).unref();
  }

  /** Resolves when everything collected so far is on the disk; rejects when any of it could not be written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#next();
    if (this.#failure) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
  }

  /** One flush after the other, so that a waiter also waits for what a background flush has taken. */
  #next(): Promise<void> {
    const turn = this.#running.then(async () => {
      const files = this.#files;
      const folders = this.#folders;
      this.#files = new Set();
      this.#folders = new Set();
      await syncAll(files);
      await syncAll(folders);
    });
    this.#running = turn.catch(() => {});
    return turn;
  }
}

async function syncAll(paths: Iterable<string>): Promise<void> {
  const left = [...paths];
  const worker = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) await syncPath(path);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, worker));
}

async function syncPath(path: string): Promise<void> {
  // Windows syncs neither folders nor files that are open for reading only; its renames are journalled.
  if (process.platform === 'win32') return;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    // moved aside or cleaned since
    if (isAbsent(error)) return;
    throw error;
  }
  try {
    await sync(file);
  } catch (error) {
    throw refusal(error, path);
  } finally {
    closeSync(file);
  }
}
