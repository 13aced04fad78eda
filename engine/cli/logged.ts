import { openSegment, type Segment } from '../audit/segment.js';
import type { Happening } from '../event.js';
import { newRunId } from '../store/runs.js';
import { claimedActor } from './open.js';

/** Enters what a command did in the log, in a segment of its own. Throws problems where the log cannot be written. */
export async function logged(
  root: string,
  happenings: readonly Happening[],
  run = newRunId(),
): Promise<void> {
  const segment = openSegment(root, run, { actor: claimedActor() });
  for (const happening of happenings) segment.emit(happening);
  await segment.close();
}

/** A command's way to the log; its segment begins with the first entry. */
export interface Logging {
  readonly run: string;
  readonly actor: ReturnType<typeof claimedActor>;
  /** Resolves when the entry is durable. */
  log(happening: Happening): Promise<void>;
}

/** Runs `body`, whose entries go to a segment of their own, and seals that however it ends. */
export async function logging<T>(root: string, body: (logging: Logging) => Promise<T>): Promise<T> {
  const run = newRunId();
  const actor = claimedActor();
  let segment: Segment | undefined;
  const log = async (happening: Happening) => {
    segment ??= openSegment(root, run, { actor });
    segment.emit(happening);
    await segment.flush();
  };
  try {
    return await body({ run, actor, log });
  } finally {
    await segment?.close();
  }
}
