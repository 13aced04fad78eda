import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Artifact } from '../artifacts/artifact.js';
import type { Digest } from '../canonical.js';
import { writeArtifact } from '../export/write.js';
import { ProblemError } from '../problem.js';
import { folders, resolvePath } from '../project.js';
import { replaceFile } from '../store/files.js';
import type { Saved } from './result.js';
import type { Workspace } from './workspace.js';

/** What the engine last wrote to each path: a file that differs from `file` was changed by someone. */
type Written = { [path: string]: { readonly file: Digest; readonly content: Digest } };

const ledger = (workspace: Workspace) => join(folders(workspace.project.root).state, 'saved.json');

export function readLedger(workspace: Workspace): Written {
  try {
    return JSON.parse(readFileSync(ledger(workspace), 'utf8')) as Written;
  } catch {
    return {}; // lost or cut: every existing file then counts as somebody's and is left alone
  }
}

export const enterLedger = (workspace: Workspace, path: string, written: Written[string]): void =>
  replaceFile(ledger(workspace), JSON.stringify({ ...readLedger(workspace), [path]: written }));

/**
 * Writes an output to an ordinary file, format by ending. A file that is already so is not touched; one that
 * someone changed since the engine wrote it stays, and the result goes to the run's folder instead.
 */
export async function saveOutput(
  workspace: Workspace,
  load: () => Promise<Artifact>,
  request: {
    /** Content digest of the output: where it was written before and nobody touched the file, that stands. */
    content: Digest;
    port: string;
    path: string;
    runFolder: string;
    at: NonNullable<Parameters<typeof resolvePath>[2]>['at'];
  },
): Promise<Saved> {
  const found = resolvePath(workspace.project, request.path, { ...(request.at && { at: request.at }) });
  if ('problem' in found) throw new ProblemError(found.problem);
  const { path } = found;
  const shown = relative(workspace.project.root, path).split(sep).join('/');
  const scratch = join(request.runFolder, 'results', basename(path));
  mkdirSync(dirname(scratch), { recursive: true });
  const written = readLedger(workspace);
  const present = existsSync(path) ? await workspace.digests.digest(path) : undefined;
  const mine = present === undefined || present === written[shown]?.file;
  if (present !== undefined && mine && written[shown]?.content === request.content)
    return { port: request.port, path: shown, digest: present };
  const artifact = await load();
  const target = mine ? path : scratch;
  mkdirSync(dirname(target), { recursive: true });
  await writeArtifact(workspace.objects, artifact, target, request.at);
  const digest = await workspace.digests.digest(target);
  if (!mine && digest !== present)
    return {
      port: request.port,
      path: shown,
      digest,
      kept: relative(workspace.project.root, scratch).split(sep).join('/'),
    };
  enterLedger(workspace, shown, { file: digest, content: request.content });
  return { port: request.port, path: shown, digest };
}
