import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Digest, type Json } from '../canonical.js';
import type { Actor } from '../event.js';
import { isAbsent, refusal, writeAll } from '../store/files.js';

/** What happened to a model's versions, one line each: when, by whom, in which run. */
export interface LedgerEntry {
  readonly type: 'registered';
  readonly version: number;
  readonly digest: Digest;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly actor: Actor;
  readonly run?: string;
  /** Written later than the version, whose process died between the two; time and actor are those of the finder. */
  readonly recovered?: boolean;
}

const fileOf = (folder: string): string => join(folder, 'ledger.jsonl');

/** Whole lines only: half a line is what a process left that died while writing it. */
export function readLedger(folder: string): LedgerEntry[] {
  try {
    const lines = readFileSync(fileOf(folder), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LedgerEntry);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Adds entries durably; call under the model's lock. */
export function appendLedger(folder: string, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) return;
  try {
    const file = openSync(fileOf(folder), 'a+');
    try {
      const bytes = readFileSync(file);
      const whole = bytes.lastIndexOf(10) + 1;
      if (whole < bytes.length) ftruncateSync(file, whole);
      writeAll(
        file,
        Buffer.from(entries.map((entry) => `${canonical(entry as unknown as Json)}\n`).join('')),
      );
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw refusal(error, fileOf(folder));
  }
}
