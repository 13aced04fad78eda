import { join, relative } from 'node:path';
import { engineVersion } from '../catalog.js';
import { ProblemError, problem } from '../problem.js';
import { folders, type Project } from '../project.js';
import { changedInputs, type Lock, lockOf, lockPath, readLock, writeLock } from '../run/lock-file.js';
import type { Pipeline } from '../spec/pipeline.js';
import { FileDigests } from '../store/external.js';
import { openResults } from '../store/results.js';
import type { RunRecord } from '../store/runs.js';

/** The lock of a pipeline, after making sure that what a run would rest on is as it was. Throws problems otherwise. */
export async function requireLocked(project: Project, pipeline: Pipeline): Promise<Lock> {
  const path = lockPath(pipeline.file);
  const lock = readLock(path);
  if (!lock)
    throw new ProblemError(
      problem('file/missing', `there is no lock ${relative(project.root, path)}`, {
        hint: 'make one with: toolbox run PIPELINE --lock',
      }),
    );
  const digests = new FileDigests(join(folders(project.root).state, 'files.json'));
  const changed = await changedInputs(lock, pipeline, engineVersion, project.root, digests);
  if (changed.length > 0) throw new ProblemError(...changed);
  return lock;
}

/** Writes the lock of a run that is done; gives its path, relative to the project. */
export function lockRun(project: Project, pipeline: Pipeline, record: RunRecord): string {
  const path = lockPath(pipeline.file);
  const results = openResults(folders(project.root).results);
  writeLock(path, lockOf(pipeline, engineVersion, record, results));
  return relative(project.root, path);
}
