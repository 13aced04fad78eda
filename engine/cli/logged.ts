import { openSegment } from '../audit/segment.js';
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
