import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Json } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { folders } from '../project.js';
import { Durability } from '../store/durability.js';
import { isAbsent, replaceFile, stampOf } from '../store/files.js';
import type { Key } from './keys.js';

/** As kept: SHA-256 of the secret part, never the key itself. */
export interface StoredKey extends Key {
  readonly hash: string;
}

export const keyFile = (root: string): string => join(folders(root).own, 'access', 'keys.json');

/** Changes whenever the file does. */
export function keysPosition(root: string): string {
  const stat = statSync(keyFile(root), { bigint: true, throwIfNoEntry: false });
  return stat ? stampOf(stat) : '';
}

export function readKeys(root: string): readonly StoredKey[] {
  try {
    const { format, keys } = JSON.parse(readFileSync(keyFile(root), 'utf8')) as {
      format: unknown;
      keys: readonly StoredKey[];
    };
    if (format === 1 && Array.isArray(keys)) return keys;
  } catch (error) {
    if (isAbsent(error)) return [];
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProblemError(
    problem('store/damaged', `${keyFile(root)} is not a file of keys`, {
      hint: 'restore it from a copy, or remove it and create the keys again',
    }),
  );
}

/** Replaces the file at once, for its owner alone to read, and durably; call under the lock. */
export async function writeKeys(root: string, keys: readonly StoredKey[]): Promise<void> {
  const file = keyFile(root);
  replaceFile(file, `${canonical({ format: 1, keys: keys as unknown as Json })}\n`, { mode: 0o600 });
  const durability = new Durability();
  durability.file(file);
  await durability.flush();
}
