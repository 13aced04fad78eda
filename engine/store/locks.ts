import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError, problem } from '../problem.js';
import { errorCode, isAbsent, refusal, temporaryBeside } from './files.js';
import { isGone, type ProcessIdentity, thisProcess } from './process.js';

interface Holder extends ProcessIdentity {
  /** This very taking of the lock. */
  readonly nonce: string;
  readonly since: string;
  readonly purpose: string;
}

export interface LockOptions {
  /** Longest wait in milliseconds, default 30,000. */
  readonly wait?: number;
  /** What the lock is held for, shown to those who wait for it in vain. */
  readonly purpose?: string;
  readonly signal?: AbortSignal;
}

/** Lets go of the lock; more than once does no harm. */
export type Release = () => void;

/**
 * Takes the lock file at `path`, which only one process (and one caller within it) holds at a time. A lock whose
 * process is provably gone is broken. Throws the problem `run/locked`, naming the holder, when the wait is over.
 */
export async function lock(path: string, options: LockOptions = {}): Promise<Release> {
  const end = Date.now() + (options.wait ?? 30_000);
  for (let pause = 2; ; pause = Math.min(100, pause * 2)) {
    options.signal?.throwIfAborted();
    const mine = tryLock(path, options.purpose ?? '');
    if (mine) return mine;
    const holder = read(path);
    if (holder && isGone(holder) && removeStale(path, holder.nonce)) continue;
    if (Date.now() >= end) throw new ProblemError(locked(path, holder));
    await sleep(Math.min(pause, Math.max(1, end - Date.now())), undefined, {
      ...(options.signal && { signal: options.signal }),
    });
  }
}

/** Whether a process holds the lock that is not provably gone. */
export function isHeld(path: string): boolean {
  const holder = read(path);
  return holder !== undefined && !isGone(holder);
}

/** Runs `body` under the lock and lets go of it however that ends. */
export async function withLock<T>(
  path: string,
  body: () => T | Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const release = await lock(path, options);
  try {
    return await body();
  } finally {
    release();
  }
}

/** Takes the lock if it is free. The file appears with its whole content at once: it is written aside and linked. */
export function tryLock(path: string, purpose = ''): Release | undefined {
  const nonce = randomBytes(12).toString('hex');
  const holder: Holder = { ...thisProcess(), nonce, since: new Date().toISOString(), purpose };
  const temporary = temporaryBeside(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, JSON.stringify(holder), { flag: 'wx' });
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return undefined;
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) throw error;
      return takeWithoutLinks(path, holder);
    }
  } catch (error) {
    throw refusal(error, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return releaseOf(path, nonce);
}

/** For file systems without hard links (FAT): a reader may see the file empty for a moment, and then waits. */
function takeWithoutLinks(path: string, holder: Holder): Release | undefined {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  return releaseOf(path, holder.nonce);
}

const releaseOf =
  (path: string, nonce: string): Release =>
  () => {
    if (read(path)?.nonce === nonce) rmSync(path, { force: true });
  };

/**
 * Removes the stale lock that `nonce` names, and never the fresh one of somebody who was faster: whoever removes it
 * must first take a lock named after it, and look again. That lock may itself be left by a process that is gone.
 */
function removeStale(path: string, nonce: string): boolean {
  const claim = `${path}.${nonce}`;
  const release = tryLock(claim, 'breaking a stale lock');
  if (!release) {
    const claimant = read(claim);
    return claimant !== undefined && isGone(claimant) && removeStale(claim, claimant.nonce);
  }
  try {
    if (read(path)?.nonce === nonce) rmSync(path, { force: true });
    return true;
  } finally {
    release();
  }
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function locked(path: string, holder: Holder | undefined) {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${holder.since}${holder.purpose && ` (${holder.purpose})`}`
    : 'a process that left no name';
  return problem('run/locked', `${path} is held by ${who}`, {
    hint: 'wait for it to end; if it is certain that it runs no more, delete that file',
  });
}
