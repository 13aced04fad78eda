import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Digest, Json } from '../canonical.js';
import type { Actor, Address } from '../event.js';
import { failed, nearest, ok, type Problem, problem, type Result } from '../problem.js';
import { folders } from '../project.js';
import { errorCode, isAbsent, refusal, replaceFile } from './files.js';
import { isHeld } from './locks.js';
import type { StoredOutput } from './record.js';

export interface RunStep {
  readonly address: Address;
  readonly use: string;
  readonly status: 'waiting' | 'running' | 'ran' | 'reused' | 'skipped' | 'failed' | 'gate' | 'cancelled';
  readonly key?: Digest;
  readonly record?: Digest;
  readonly seconds?: number;
  readonly attempts?: number;
  readonly outputs?: { readonly [port: string]: StoredOutput };
  readonly metrics?: { readonly [name: string]: Json };
  /** Files of people, relative to the project where they lie in it. */
  readonly saved?: readonly { readonly path: string; readonly digest: Digest; readonly port?: string }[];
  /** Why it was skipped, with the values that decided. */
  readonly reason?: string;
  readonly problems?: readonly Problem[];
}

/** What ran where: belongs to the run's record and to nothing that has a digest. */
export interface Machine {
  readonly engine: string;
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly memory: number;
  readonly packages: { readonly [name: string]: string };
}

/** `runs/<id>/run.json`: what a person, `runs` and the report ask about one run. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly pipeline: string;
  readonly file: string;
  readonly status: 'running' | 'done' | 'failed' | 'gate' | 'cancelled' | 'interrupted';
  readonly exit?: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished?: string;
  readonly actor: Actor;
  readonly environment?: string;
  readonly params: { readonly [name: string]: Json };
  readonly seed: number;
  readonly specDigest: Digest;
  readonly machine: Machine;
  readonly steps: readonly RunStep[];
  readonly problems: readonly Problem[];
  /** The log's head that covers this run, to keep elsewhere. */
  readonly head?: Json;
}

/** Digits in the order of code points, without those that are mistaken for one another. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = (value: number, length: number): string =>
  length === 0 ? '' : digits(Math.floor(value / 32), length - 1) + DIGITS[value % 32]!;

/** `20261123-071448-3ba7k`: UTC second, then millisecond and chance in five digits. Sorts by time. */
export function newRunId(now = new Date()): string {
  const [day, time] = now.toISOString().split('T') as [string, string];
  const second = `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
  return `${second}-${digits(now.getUTCMilliseconds(), 2)}${digits(randomInt(32 ** 3), 3)}`;
}

export const isRunId = (text: string): boolean => /^\d{8}-\d{6}-[0-9a-z]{5}$/.test(text);

/** Held by the process that writes the run's segment of the log, so that all can tell a run from its remains. */
export const runLock = (root: string, id: string): string => join(folders(root).locks, `log-${id}`);

/** The run whose lock has this file name, if it is such a lock. */
export const runOfLock = (name: string): string | undefined =>
  name.startsWith('log-') && isRunId(name.slice(4)) ? name.slice(4) : undefined;

/** Held while results are deleted; no run begins meanwhile. */
export const cleanLock = (root: string): string => join(folders(root).locks, 'clean');

export const runFolder = (root: string, id: string): string => join(folders(root).runs, id);

/** Makes the folder of a new run, under an id that no other process has. */
export function createRun(root: string): string {
  for (;;) {
    const id = newRunId();
    try {
      mkdirSync(folders(root).runs, { recursive: true });
      mkdirSync(runFolder(root, id));
      return id;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw refusal(error, runFolder(root, id));
    }
  }
}

export const writeRun = (root: string, run: RunRecord): void =>
  replaceFile(join(runFolder(root, run.id), 'run.json'), `${JSON.stringify(run, null, 2)}\n`);

/** The run's record, or undefined where there is none. One left `running` by a process that is gone is `interrupted`. */
export function readRun(root: string, id: string): RunRecord | undefined {
  try {
    const run = JSON.parse(readFileSync(join(runFolder(root, id), 'run.json'), 'utf8')) as RunRecord;
    return run.status === 'running' && !isHeld(runLock(root, id)) ? { ...run, status: 'interrupted' } : run;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Ids of all runs that have a folder, oldest first. */
export function listRuns(root: string): string[] {
  try {
    return readdirSync(folders(root).runs).filter(isRunId).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/**
 * The run that a person means: a whole id, the unique beginning of one or of its last five digits, `last`, or
 * `prev` (the one before the last). Takes time linear in the number of runs.
 */
export function findRun(root: string, wanted: string): Result<string> {
  const ids = listRuns(root);
  if (ids.length === 0)
    return failed(
      problem('command/not-found', 'this project has no runs yet', { hint: 'toolbox run PIPELINE' }),
    );
  if (wanted === 'last') return ok(ids.at(-1)!);
  if (wanted === 'prev') {
    const id = ids.at(-2);
    return id ? ok(id) : failed(problem('command/not-found', 'there is only one run: none before it'));
  }
  const found = wanted && ids.filter((id) => id.startsWith(wanted) || id.slice(16).startsWith(wanted));
  if (found && found.length === 1) return ok(found[0]!);
  if (found && found.length > 1)
    return failed(
      problem('command/not-found', `"${wanted}" begins ${found.length} runs`, {
        hint: `give more of it: ${found.slice(-5).join(', ')}`,
      }),
    );
  const near = nearest(wanted, ids);
  return failed(
    problem('command/not-found', `there is no run "${wanted}"`, {
      hint: near ? `nearest: ${near}` : 'toolbox runs list shows them; "last" and "prev" work too',
    }),
  );
}

/** `packages`: versions of the programs that did the work. */
export const thisMachine = (engine: string, packages: Machine['packages']): Machine => ({
  engine,
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
  cpus: availableParallelism(),
  memory: totalmem(),
  packages,
});
