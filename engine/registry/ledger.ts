import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Digest, type Json } from '../canonical.js';
import type { Actor } from '../event.js';
import { ProblemError, problem } from '../problem.js';
import { die, faultPoint, isFault } from '../store/fault.js';
import { isAbsent, refusal, stampOf, writeAll } from '../store/files.js';

interface Stamp {
  readonly version: number;
  readonly digest: Digest;
  /** ISO 8601, UTC; never before the entry above it. */
  readonly time: string;
  readonly actor: Actor;
  /** The run or command whose segment of the log has it too. */
  readonly run?: string;
}

/** What happened to a model's versions, one line each: when, by whom, in which run. A line is there whole or not. */
export type LedgerEntry =
  | (Stamp & {
      readonly type: 'registered';
      /** Written later than the version, whose process died between the two; time and actor are those of the finder. */
      readonly recovered?: boolean;
    })
  | (Stamp & {
      readonly type: 'moved';
      /** `production` and `staging` are stages too. */
      readonly alias: string;
      /** The version that the alias stood for until then. */
      readonly before?: number;
      readonly reason: string;
      readonly rollback?: boolean;
      /** Conditions that held. */
      readonly required?: readonly string[];
    })
  | (Stamp & { readonly type: 'removed'; readonly alias: string; readonly reason: string })
  | (Stamp & { readonly type: 'archived'; readonly reason: string });

const fileOf = (folder: string): string => join(folder, 'ledger.jsonl');

/** Whole lines only: half a line is what a process left that died while writing it. */
export function readLedger(folder: string): LedgerEntry[] {
  try {
    const lines = readFileSync(fileOf(folder), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LedgerEntry);
  } catch (error) {
    if (isAbsent(error)) return [];
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProblemError(
      problem('store/damaged', `${fileOf(folder)} is not what was written: ${error.message}`, {
        hint: 'restore it from a copy; the log of the project has the same moves (toolbox audit show --type model)',
      }),
    );
  }
}

/** Changes whenever the ledger does: one stat, for those who look again and again. */
export function ledgerPosition(folder: string): string {
  const stat = statSync(fileOf(folder), { bigint: true, throwIfNoEntry: false });
  return stat ? stampOf(stat) : '';
}

/** Adds entries durably; call under the model's lock. Killed at any moment, an entry is there or it is not. */
export function appendLedger(folder: string, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) return;
  try {
    const file = openSync(fileOf(folder), 'a+');
    try {
      const bytes = readFileSync(file);
      const whole = bytes.lastIndexOf(10) + 1;
      if (whole < bytes.length) ftruncateSync(file, whole);
      const text = entries.map((entry) => `${canonical(entry as unknown as Json)}\n`).join('');
      if (isFault('ledger.half')) {
        writeAll(file, Buffer.from(text.slice(0, text.length / 2)));
        die();
      }
      writeAll(file, Buffer.from(text));
      fsyncSync(file);
      faultPoint('ledger.appended');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw refusal(error, fileOf(folder));
  }
}
