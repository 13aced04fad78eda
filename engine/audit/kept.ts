import { canonical, type Json } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { listRuns, readRun } from '../store/runs.js';
import { type Head, headDigest, isSigned, parseHead } from './head.js';
import { type Remembered, readHeads, rememberedHeads, type StateHeads } from './remembered.js';
import type { VerifyOptions } from './report.js';

export interface Kept extends Remembered {
  /** Kept by somebody else than the project and its user on this machine. */
  readonly outside: boolean;
}

/** Everything that is kept outside the log and may say what it was. */
export function gatherKept(root: string, options: VerifyOptions): { state: StateHeads[]; others: Kept[] } {
  const others: Kept[] = [
    { source: 'runs/*/run.json', heads: headsOfRuns(root), outside: false },
    { source: 'the head that was given', heads: [...(options.heads ?? [])].filter(isSigned), outside: true },
    ...(options.witnesses ?? []).map((file) => ({ ...witnessHeads(file), outside: true })),
  ];
  return {
    state: rememberedHeads(root, options.env ?? process.env),
    others: others.filter((list) => list.heads.length > 0),
  };
}

/**
 * Chooses from the state folder what concerns the log with this first head: its own list, wherever it was, or the
 * lists of what was at this place where the log is unknown. A known log that replaced another here is worth a note.
 */
export function selectKept(kept: ReturnType<typeof gatherKept>, first: Head | undefined) {
  const log = first && headDigest(first);
  const own = kept.state.filter((list) => list.log === log);
  const here = kept.state.filter((list) => list.here && list.log !== log);
  const chosen = own.length > 0 ? own : here;
  return {
    remembered: [...chosen.map((list) => ({ ...list, outside: false })), ...kept.others],
    notes:
      own.length > 0
        ? here.map(
            ({ heads }) =>
              `Another log was at this place before: ${heads.length} heads, the last of run ${heads.at(-1)?.run} at ${heads.at(-1)?.time}. If nobody made the project anew, it was replaced.`,
          )
        : [],
  };
}

function headsOfRuns(root: string): Head[] {
  return listRuns(root).flatMap((id) => {
    const head = readRun(root, id)?.head;
    const parsed = head && parseHead({ number: 1, bytes: Buffer.from(canonical(head as Json)) });
    return parsed && isSigned(parsed) ? [parsed] : [];
  });
}

export function witnessHeads(file: string): Remembered {
  try {
    return readHeads(file);
  } catch (error) {
    throw new ProblemError(
      problem('file/unreadable', `the witness's heads cannot be read: ${(error as Error).message}`),
    );
  }
}
