import { existsSync, mkdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Digest } from '../canonical.js';
import { writeArtifact } from '../export/write.js';
import { ProblemError, problem } from '../problem.js';
import type { StoredOutput } from '../store/record.js';
import { loadArtifact } from './artifact-io.js';
import { enterLedger, readLedger } from './save.js';
import type { Workspace } from './workspace.js';

export interface ExportRequest {
  readonly output: StoredOutput;
  /** Absolute. */
  readonly path: string;
  /** What the file was when the run saved it: where it is so still, it is not touched. */
  readonly saved?: Digest;
  /** Also over a file that was changed since the engine wrote it. */
  readonly force: boolean;
}

/** Absolute paths as people and the log name them: relative to the project where they lie in it. */
export function shownPath(root: string, path: string): string {
  const way = relative(root, path);
  return way.startsWith('..') ? path : way.split(sep).join('/');
}

/**
 * Writes a stored output of any run to a file, format by ending. Throws `file/changed` where a file is there that the
 * engine did not write, or that was changed since, and `command/not-found` where the result was cleaned away.
 */
export async function exportOutput(
  workspace: Workspace,
  { output, path, saved, force }: ExportRequest,
): Promise<{ path: string; digest: Digest; written: boolean }> {
  const shown = shownPath(workspace.project.root, path);
  const present = existsSync(path) ? await workspace.digests.digest(path) : undefined;
  if (present !== undefined && present === saved) return { path: shown, digest: present, written: false };
  if (present !== undefined && !force && present !== readLedger(workspace)[shown]?.file)
    throw new ProblemError(
      problem('file/changed', `${shown} is there, and is not as a run wrote it`, {
        hint: '--force writes over it; --to FILE writes elsewhere',
      }),
    );
  try {
    const artifact = await loadArtifact(workspace, output);
    mkdirSync(dirname(path), { recursive: true });
    await writeArtifact(workspace.objects, artifact, path);
  } catch (error) {
    throw goneOr(error);
  }
  const digest = await workspace.digests.digest(path);
  enterLedger(workspace, shown, { file: digest, content: output.content });
  return { path: shown, digest, written: true };
}

function goneOr(error: unknown): unknown {
  const missing =
    error instanceof ProblemError && error.problems.some(({ code }) => code === 'store/damaged');
  if (!missing) return error;
  return new ProblemError(
    problem('command/not-found', 'the result is not in the store any more: it was cleaned away or damaged', {
      hint: 'toolbox run PIPELINE --resume RUN makes it again, of the same inputs',
    }),
  );
}
