import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type Digest, sha256 } from '../canonical.js';
import { writeArtifact } from '../export/write.js';
import { ProblemError, problem } from '../problem.js';
import { loadArtifact } from '../run/artifact-io.js';
import { PIPELINE, SOURCES } from '../run/kept-pipeline.js';
import type { Workspace } from '../run/workspace.js';
import { type RunRecord, type RunStep, runFolder } from '../store/runs.js';
import { RESULTS } from './certificate.js';

/** Files by their path in the archive. */
export type Contents = Map<string, Uint8Array>;

/** What of a run's folder goes along; nothing else that lies there does. */
const KEPT = ['report.html', 'report.md', 'figures', PIPELINE, SOURCES];

/** The report, its figures and the pipeline of a run. Links are not followed. */
export function reportFiles(root: string, run: string): Contents {
  const folder = runFolder(root, run);
  const found: Contents = new Map();
  const add = (path: string) => {
    const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (stat?.isFile()) found.set(path, readFileSync(join(folder, path)));
    if (stat?.isDirectory())
      for (const name of readdirSync(join(folder, path)).sort()) add(`${path}/${name}`);
  };
  for (const path of KEPT) add(path);
  return found;
}

type Saved = NonNullable<RunStep['saved']>[number];

/**
 * The files that `save:` wrote in a run, as they were then: from where they were written, or where a later run wrote
 * over them again from the store. Those that cannot be had are told with the reason.
 */
export async function savedFiles(
  workspace: Workspace,
  record: RunRecord,
  limit: number,
): Promise<{ files: Contents; missing: { [path: string]: string } }> {
  const files: Contents = new Map();
  const missing: { [path: string]: string } = {};
  for (const step of record.steps)
    for (const saved of step.saved ?? []) {
      const bytes =
        asWritten(workspace, record, saved, limit) ?? (await fromStore(workspace, step, saved, limit));
      if (typeof bytes === 'string') missing[saved.path] = bytes;
      else files.set(archivedPath(saved.path), bytes);
    }
  return { files, missing };
}

/** Where a saved file lies in the archive: below `results/`, whatever its path says. */
export const archivedPath = (path: string): string => {
  const parts = path.split('/').filter((part) => !['', '.', '..'].includes(part));
  return [RESULTS, ...(parts[0] === RESULTS ? parts.slice(1) : parts)].join('/');
};

function asWritten(
  { project }: Workspace,
  record: RunRecord,
  saved: Saved,
  limit: number,
): Uint8Array | undefined {
  const places = [
    resolve(project.root, saved.path),
    join(runFolder(project.root, record.id), 'results', basename(saved.path)),
  ];
  for (const path of places) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const bytes = readBounded(path, saved.path, limit);
    if (sha256(bytes) === saved.digest) return bytes;
  }
  return undefined;
}

async function fromStore(
  workspace: Workspace,
  { outputs = {} }: RunStep,
  { path, digest, port }: Saved,
  limit: number,
): Promise<Uint8Array | string> {
  const output = outputs[port ?? Object.keys(outputs)[0] ?? ''];
  if (!output) return 'it was changed since, and the run does not say which output it was';
  const folder = mkdtempSync(join(tmpdir(), 'toolbox-share-'));
  try {
    const file = join(folder, basename(path));
    await writeArtifact(workspace.objects, await loadArtifact(workspace, output), file);
    return sameOr(readBounded(file, path, limit), digest);
  } catch (error) {
    if (error instanceof ProblemError && error.problems[0]?.code === 'store/damaged')
      return 'it was changed since, and its result was cleaned away';
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that alone is past the limit is never read. */
function readBounded(file: string, path: string, limit: number): Uint8Array {
  withinLimit([{ path, length: lstatSync(file).size }], limit);
  return readFileSync(file);
}

const sameOr = (bytes: Uint8Array, digest: Digest): Uint8Array | string =>
  sha256(bytes) === digest ? bytes : 'it was changed since, and this engine writes it otherwise';

/** Throws where files take more than `limit` bytes together, with the largest of them. */
export function withinLimit(
  sizes: readonly { readonly path: string; readonly length: number }[],
  limit: number,
): void {
  const total = sizes.reduce((sum, { length }) => sum + length, 0);
  if (total <= limit) return;
  const megabytes = (length: number) => `${Math.ceil(length / 1e6)} MB`;
  const largest = [...sizes].sort((a, b) => b.length - a.length).slice(0, 3);
  throw new ProblemError(
    problem('command/usage', `the files take ${megabytes(total)}, more than ${megabytes(limit)}`, {
      hint: `largest: ${largest.map(({ path, length }) => `${path} ${megabytes(length)}`).join(', ')}\n--without-results leaves the results out; --max-size ${Math.ceil(total / 1e6)} takes all`,
    }),
  );
}
