import { type Dirent, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../canonical.js';
import { ProblemError, problem } from '../problem.js';
import { folders } from '../project.js';
import { isAbsent, isTemporary } from './files.js';
import { isHeld, withLock } from './locks.js';
import { Mark } from './mark.js';
import { DAMAGED, openObjects } from './objects.js';
import { openResults } from './results.js';
import { cleanLock, listRuns, readRun, runFolder, runLock, runOfLock } from './runs.js';

export interface CleanOptions {
  /** Runs that started before go, and results that only they used. Default: none, only what nothing refers to. */
  readonly before?: Date;
  /** Objects that must stay whatever refers to them. */
  readonly keep?: Iterable<Digest>;
  /** The run of the command that cleans, which is no reason to wait. */
  readonly own?: string;
}

/** What can go. Registry, log, people's files and everything that a kept run refers to are never among it. */
export interface CleanPlan {
  readonly runs: readonly string[];
  /** Keys of result records. */
  readonly results: readonly Digest[];
  readonly objects: readonly Digest[];
  /** Damaged objects that were set aside, and what killed processes left half written: absolute paths. */
  readonly remains: readonly string[];
  /** Of all of it. */
  readonly bytes: number;
}

/** Lists what can go and changes nothing. Linear in the number of runs, results and objects. */
export async function planClean(root: string, options: CleanOptions = {}): Promise<CleanPlan> {
  const own = folders(root);
  const objects = openObjects(own.objects);
  const results = openResults(own.results);
  const before = options.before?.getTime() ?? Number.NEGATIVE_INFINITY;
  const mark = new Mark(objects);
  for (const digest of options.keep ?? []) mark.add(digest);

  const runs: string[] = [];
  for (const id of listRuns(root)) {
    const run = readRun(root, id);
    const started = run ? Date.parse(run.started) : statSync(runFolder(root, id)).mtimeMs;
    if (started < before && !isHeld(runLock(root, id))) runs.push(id);
    else for (const step of run?.steps ?? []) await mark.step(step);
  }

  const gone: Digest[] = [];
  for (const key of results.keys()) {
    const fresh = statSync(join(own.results, `${key}.json`)).mtimeMs >= before;
    if (fresh || mark.keys.has(key))
      for (const digest of results.read(key)?.record.objects ?? []) mark.add(digest);
    else gone.push(key);
  }

  const stored = [...storedObjects(own.objects)].filter((digest) => !mark.objects.has(digest));
  const remains = [own.objects, own.results, own.locks, own.state].flatMap(remainsIn);
  const bytes = [
    ...runs.map((id) => runFolder(root, id)),
    ...gone.map((key) => join(own.results, `${key}.json`)),
    ...stored.map(objects.path),
    ...remains,
  ].reduce((sum, path) => sum + bytesOf(path), 0);
  return { runs, results: gone, objects: stored, remains, bytes };
}

/**
 * Deletes what `planClean` lists, looking again under a lock that no run may begin under. Throws the problem
 * `run/locked` while a run goes on: it may be about to use what nothing refers to yet.
 */
export function clean(root: string, options: CleanOptions = {}): Promise<CleanPlan> {
  return withLock(
    cleanLock(root),
    async () => {
      const active = runsGoingOn(root).filter((run) => run !== options.own);
      if (active.length > 0)
        throw new ProblemError(
          problem('run/locked', `run ${active[0]} is going on`, { hint: 'clean when it has ended' }),
        );
      const plan = await planClean(root, options);
      remove(root, plan);
      return plan;
    },
    { purpose: 'cleaning' },
  );
}

/** Records before objects: a process killed in between leaves no record whose objects are gone. */
function remove(root: string, plan: CleanPlan): void {
  const own = folders(root);
  const { path } = openObjects(own.objects);
  const all = [
    ...plan.runs.map((id) => runFolder(root, id)),
    ...plan.results.map((key) => join(own.results, `${key}.json`)),
    ...plan.objects.map(path),
    ...plan.remains,
  ];
  for (const gone of all) rmSync(gone, { recursive: true, force: true });
}

const runsGoingOn = (root: string): string[] =>
  list(folders(root).locks).flatMap(({ name }) => {
    const run = runOfLock(name);
    return run && isHeld(runLock(root, run)) ? [run] : [];
  });

function* storedObjects(folder: string): Iterable<Digest> {
  for (const part of list(folder))
    if (part.isDirectory() && /^[0-9a-f]{2}$/.test(part.name))
      for (const { name } of list(join(folder, part.name)))
        if (/^[0-9a-f]{62}$/.test(name)) yield part.name + name;
}

/** Temporary files at most one folder down, and damaged objects. */
const remainsIn = (folder: string): string[] =>
  list(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (isTemporary(entry.name)) return [path];
    if (!entry.isDirectory()) return [];
    return list(path)
      .filter(({ name }) => entry.name === DAMAGED || isTemporary(name))
      .map(({ name }) => join(path, name));
  });

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function bytesOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return list(path).reduce((sum, { name }) => sum + bytesOf(join(path, name)), 0);
}
