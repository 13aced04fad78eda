import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Digest, sha256 } from '../canonical.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { folders } from '../project.js';
import { die, faultPoint, isFault } from '../store/fault.js';
import { isAbsent, refusal, writeAll } from '../store/files.js';
import { isHeld, withLock } from '../store/locks.js';
import { runLock, runOfLock } from '../store/runs.js';
import { parseEntry, splitLines } from './entry.js';
import { type Head, headDigest, headText, NO_HEAD, parseHead, signHead } from './head.js';
import type { Signer } from './key.js';
import { type Hash, leafHash, merkleRoot } from './merkle.js';
import { rememberHeads } from './remembered.js';
import { tellWitness, type Witness } from './witness.js';

export const headsFile = (root: string): string => join(folders(root).log, 'heads.jsonl');
export const segmentsFolder = (root: string): string => join(folders(root).log, 'runs');
export const segmentFile = (root: string, run: string): string => join(segmentsFolder(root), `${run}.jsonl`);

export interface SealOptions {
  readonly signer: Signer;
  readonly witness?: Witness;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

export interface Sealed {
  /** The project's head after this run: what to keep elsewhere. */
  readonly head: Head;
  readonly warnings: readonly Problem[];
}

/**
 * Seals a run's segment with a signed head, after sealing what runs left whose process is gone. `leaves` are the
 * leaf hashes of the lines as they were written, so that a change made meanwhile shows.
 */
export async function seal(
  root: string,
  run: string,
  leaves: readonly Hash[],
  options: SealOptions,
): Promise<Sealed> {
  const { heads, first } = await withLock(
    join(folders(root).locks, 'heads'),
    () => {
      faultPoint('head.locked');
      const file = openHeads(root);
      try {
        const chain = new Chain(root, file, options);
        for (const left of abandoned(root)) {
          sealAbandoned(root, left, chain);
          rmSync(runLock(root, left), { force: true });
        }
        chain.add(run, 'complete', leaves);
        fsyncSync(file);
        faultPoint('head.appended');
        return { heads: chain.added, first: chain.first };
      } catch (error) {
        throw unwritable(error, headsFile(root));
      } finally {
        closeSync(file);
      }
    },
    { purpose: 'entering a head of the log' },
  );
  const warnings = remember(root, first, heads, options.env);
  faultPoint('head.remembered');
  if (options.witness) await tellWitness(options.witness, heads);
  return { head: heads.at(-1)!, warnings };
}

function openHeads(root: string): number {
  try {
    return openSync(headsFile(root), 'a+', 0o644);
  } catch (error) {
    throw unwritable(error, headsFile(root));
  }
}

/** The heads file, held under its lock: hands out places and signs. */
class Chain {
  readonly added: Head[] = [];
  first: Digest;
  #last: Head | undefined;

  constructor(
    readonly root: string,
    readonly file: number,
    readonly options: SealOptions,
  ) {
    const { first, last } = ends(file, root);
    this.first = first;
    this.#last = last;
  }

  add(run: string, status: Head['status'], leaves: readonly Hash[]): void {
    const unsigned = {
      format: 1,
      index: this.#last ? this.#last.index + 1 : 0,
      run,
      status,
      count: leaves.length,
      root: merkleRoot(leaves).toString('hex'),
      previous: this.#last ? headDigest(this.#last) : NO_HEAD,
      time: this.options.now().toISOString(),
    } as const;
    const head = signHead(unsigned, this.options.signer);
    const line = Buffer.from(`${headText(head)}\n`);
    if (isFault('head.half')) {
      writeAll(this.file, line.subarray(0, 100));
      die();
    }
    writeAll(this.file, line);
    if (!this.#last) this.first = headDigest(head);
    this.#last = head;
    this.added.push(head);
  }

  holds(run: string): boolean {
    return readFileSync(headsFile(this.root), 'utf8').includes(`"run":"${run}"`);
  }
}

/** Longest line of the heads file; a head takes about 450 bytes. */
const HEAD_LIMIT = 4096;

/** Digest of the first and value of the last head; cuts off half a line that a killed process left. */
function ends(file: number, root: string): { first: Digest; last: Head | undefined } {
  const size = fstatSync(file).size;
  const read = (from: number) => {
    const bytes = Buffer.alloc(Math.min(HEAD_LIMIT, size - from));
    readSync(file, bytes, 0, bytes.length, from);
    return bytes;
  };
  const beginning = splitLines(read(0)).lines[0];
  const { lines, torn } = splitLines(read(Math.max(0, size - HEAD_LIMIT)));
  if (torn > 0) ftruncateSync(file, size - torn);
  const line = lines.at(-1);
  if (!line || !beginning) return { first: NO_HEAD, last: undefined };
  const last = parseHead(line);
  if (!last)
    throw new ProblemError(
      problem('audit/damaged', `the last line of ${headsFile(root)} is not a head`, {
        hint: 'toolbox audit verify says what was changed',
      }),
    );
  return { first: sha256(beginning.bytes), last };
}

/** Runs whose segment is open and whose process is gone. */
function abandoned(root: string): string[] {
  return readdirSync(folders(root).locks)
    .flatMap((name) => runOfLock(name) ?? [])
    .filter((run) => !isHeld(runLock(root, run)))
    .sort();
}

/** Half a line at the end was never promised to anybody and goes; all else is sealed as it stands. */
function sealAbandoned(root: string, run: string, chain: Chain): void {
  if (chain.holds(run)) return; // killed between its head and letting go of its lock
  let file: number;
  try {
    file = openSync(segmentFile(root, run), 'r+');
  } catch (error) {
    if (isAbsent(error)) return; // killed before its first entry
    throw error;
  }
  try {
    const bytes = readFileSync(file);
    const { lines, torn } = splitLines(bytes);
    if (torn > 0) ftruncateSync(file, bytes.length - torn);
    fsyncSync(file);
    const last = lines.length > 0 && parseEntry(lines.at(-1)!);
    const status = last && last.event.type === 'run.finished' ? 'complete' : 'interrupted';
    if (lines.length === 0) rmSync(segmentFile(root, run));
    else
      chain.add(
        run,
        status,
        lines.map((line) => leafHash(line.bytes)),
      );
  } finally {
    closeSync(file);
  }
}

function remember(root: string, first: Digest, heads: readonly Head[], env: NodeJS.ProcessEnv): Problem[] {
  try {
    rememberHeads(root, first, heads, env);
    return [];
  } catch (error) {
    return [
      problem(
        'audit/unwritable',
        `the head could not be kept outside the project: ${(error as Error).message}`,
        {
          severity: 'warning',
          hint: 'set XDG_STATE_HOME to a folder that may be written, or configure a witness',
        },
      ),
    ];
  }
}

/** Whatever keeps the log from being written ends the run with this problem. */
export function unwritable(error: unknown, path: string): unknown {
  if (error instanceof ProblemError || (error as { syscall?: unknown }).syscall === undefined) return error;
  const reason = refusal(error, path);
  const cause = reason instanceof ProblemError ? reason.problems[0] : undefined;
  return new ProblemError(
    problem('audit/unwritable', `the log cannot be written: ${cause?.message ?? (error as Error).message}`, {
      hint: cause?.hint ?? 'nothing runs without its log; what was finished before is kept',
    }),
  );
}
