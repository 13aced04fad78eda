import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { type Digest, type Json, sha256 } from '../canonical.js';
import { type Actor, type Event, type Events, type Happening, isLogged } from '../event.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { Durability } from '../store/durability.js';
import { die, faultPoint, isFault } from '../store/fault.js';
import { writeAll } from '../store/files.js';
import { isHeld, tryLock } from '../store/locks.js';
import { cleanLock, runLock } from '../store/runs.js';
import { entryText, genesisOf } from './entry.js';
import { openSigner } from './key.js';
import { type Hash, leafHash } from './merkle.js';
import { type Sealed, seal, segmentFile, segmentsFolder, unwritable } from './seal.js';
import type { Witness } from './witness.js';

export interface SegmentOptions {
  readonly actor: Actor;
  /** Applied to every text that an event holds, before anybody sees it; see `redactor`. */
  readonly redact?: (text: string) => string;
  /** Told of every event, logged or not, in order. */
  readonly readers?: readonly ((event: Event) => void)[];
  /** Shared with the store, so that one flush makes both durable. */
  readonly durability?: Durability;
  /** Called once when an entry cannot be written: the run must stop. */
  readonly onUnwritable?: (problem: Problem) => void;
  readonly witness?: Witness;
  /** Program and arguments that print the signing key. */
  readonly keyCommand?: readonly string[];
  /** Default: the process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => Date;
}

export interface Segment extends Events {
  readonly run: string;
  /** Entries so far. */
  readonly count: number;
  /** Makes everything durable and seals the segment with a signed head. */
  close(): Promise<Sealed>;
}

/**
 * Begins the segment of a run (or of a command: any unused run id) and takes its lock. Each logged event becomes a
 * line that names the hash of the one before. An entry is in the hands of the system when `emit` returns, so that a
 * killed process loses none, and on the disk when `flush` resolves. Throws problems where the log cannot be written
 * or signed.
 */
export function openSegment(root: string, run: string, options: SegmentOptions): Segment {
  const env = options.env ?? process.env;
  const now = options.now ?? (() => new Date());
  const signer = openSigner({ env, ...(options.keyCommand && { command: options.keyCommand }) });
  const durability = options.durability ?? new Durability();
  const path = segmentFile(root, run);
  const { file, release } = begin(root, run, path);
  const leaves: Hash[] = [];
  let previous: Digest = genesisOf(run);
  let size = 0;
  let failure: ProblemError | undefined;
  let sealed: Promise<Sealed> | undefined;

  function append(event: Event): void {
    const text = entryText({ event, previous });
    const line = Buffer.from(`${text}\n`);
    if (isFault('entry.half')) {
      writeAll(file, line.subarray(0, line.length / 2));
      die();
    }
    try {
      writeAll(file, line);
    } catch (error) {
      failure = asFailure(unwritable(error, path));
      ftruncateSync(file, size);
      options.onUnwritable?.(failure.problems[0]!);
      return;
    }
    size += line.length;
    previous = sha256(text);
    leaves.push(leafHash(line.subarray(0, -1)));
    durability.file(path);
    faultPoint('entry.appended');
  }

  async function flush(): Promise<void> {
    if (failure) throw failure;
    await durability.flush().catch((error: unknown) => {
      throw unwritable(error, path);
    });
    faultPoint('segment.flushed');
  }

  async function finish(): Promise<Sealed> {
    try {
      await flush();
      const result = await seal(root, run, leaves, {
        signer,
        env,
        now,
        ...(options.witness && { witness: options.witness }),
      });
      release();
      return result;
    } finally {
      closeSync(file);
    }
  }

  return {
    run,
    get count() {
      return leaves.length;
    },
    emit(happening) {
      if (sealed) throw new Error(`${happening.type} after the end of the log of run ${run}`);
      const event = {
        ...(loggable(happening as unknown as Json, options.redact) as unknown as Happening),
        run,
        sequence: leaves.length,
        time: now().toISOString(),
        actor: options.actor,
      };
      if (isLogged(event.type) && !failure) append(event);
      for (const reader of options.readers ?? []) reader(event);
    },
    flush,
    close() {
      sealed ??= finish();
      return sealed;
    },
  };
}

function begin(root: string, run: string, path: string) {
  const release = tryLock(runLock(root, run), 'writing the log of a run');
  if (!release) throw new ProblemError(problem('run/locked', `another process writes the log of run ${run}`));
  if (isHeld(cleanLock(root))) {
    release();
    throw new ProblemError(
      problem('run/locked', 'the project is being cleaned', { hint: 'run again when that has ended' }),
    );
  }
  try {
    mkdirSync(segmentsFolder(root), { recursive: true });
    const file = openSync(path, 'ax', 0o644);
    faultPoint('segment.opened');
    return { file, release };
  } catch (error) {
    release();
    throw unwritable(error, path);
  }
}

const asFailure = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  throw error;
};

/** Without secrets, and with texts for the numbers that JSON cannot write (a metric may be NaN). */
function loggable(
  value: Json | undefined,
  redact: (text: string) => string = (text) => text,
): Json | undefined {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((item: Json) => loggable(item, redact) ?? null);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name), loggable(item as Json, redact)]),
  );
}
