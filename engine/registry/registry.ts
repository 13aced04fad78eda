import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../artifacts/artifact.js';
import type { Objects } from '../artifacts/objects.js';
import type { Digest, Json } from '../canonical.js';
import type { Actor } from '../event.js';
import type { Bundle } from '../learn/bundle-format.js';
import { failed, nearest, ok, type Problem, ProblemError, problem, type Result } from '../problem.js';
import { folders } from '../project.js';
import { Durability } from '../store/durability.js';
import { faultPoint } from '../store/fault.js';
import { isAbsent, isTemporary, refusal, replaceFile, temporaryBeside } from '../store/files.js';
import { withLock } from '../store/locks.js';
import { openObjects } from '../store/objects.js';
import { appendLedger, type LedgerEntry, readLedger } from './ledger.js';
import { checkModelName, isModelName, parseReference } from './reference.js';
import {
  MANIFEST,
  objectsOfModel,
  readVersion,
  type Version,
  versionDigest,
  versionObjects,
  versionText,
} from './version.js';

export interface RegisterRequest {
  readonly name: string;
  readonly model: Model;
  /** Where the model's objects are now. */
  readonly objects: Objects;
  readonly metrics: { readonly [name: string]: Json };
  readonly description?: string;
  readonly pipeline?: string;
  readonly address?: string;
  readonly run?: string;
  readonly engine: string;
  readonly actor: Actor;
}

export interface Registered {
  readonly name: string;
  readonly version: number;
  readonly digest: Digest;
  /** False where an earlier version holds this very model. */
  readonly created: boolean;
}

export interface RegisteredVersion {
  readonly name: string;
  readonly number: number;
  readonly digest: Digest;
  readonly version: Version;
  /** Its entries of the ledger, oldest first. */
  readonly ledger: readonly LedgerEntry[];
}

export interface OpenedVersion extends RegisteredVersion {
  readonly bundle: Bundle;
  /** The version's own objects; all were verified. */
  readonly objects: Objects;
}

/** The project's models: immutable versions `registry/<name>/<number>/`, each whole in itself. */
export interface Registry {
  /**
   * Adds a version, unless one of this name holds the same model already. Safe against being killed and against
   * other processes: a version is complete or not there. Throws problems.
   */
  register(request: RegisterRequest): Promise<Registered>;
  names(): string[];
  /** Numbers of a model's versions, ascending. */
  versions(name: string): number[];
  show(reference: string): Result<RegisteredVersion>;
  /** As `show`, with every object read and checked. Throws problems. */
  open(reference: string): Promise<OpenedVersion>;
  /** Checks every object of every version; the problems name them. */
  verify(): Promise<Problem[]>;
}

export function openRegistry(root: string, now: () => Date = () => new Date()): Registry {
  const registry = folders(root).registry;
  const folderOf = (name: string, number?: number) =>
    number === undefined ? join(registry, name) : join(registry, name, String(number));

  const names = () => entries(registry).filter(isModelName);
  const versions = (name: string) =>
    entries(folderOf(name))
      .filter((entry) => /^[1-9]\d*$/.test(entry))
      .map(Number)
      .sort((a, b) => a - b);

  function load(name: string, number: number): Result<RegisteredVersion> {
    const version = readVersion(folderOf(name, number));
    const ledger = readLedger(folderOf(name)).filter((entry) => entry.version === number);
    if (version === undefined) return failed(damaged(name, number, `its ${MANIFEST} is missing`));
    if (version === 'damaged')
      return failed(damaged(name, number, `its ${MANIFEST} does not fit its digest`));
    const digest = versionDigest(version);
    if (ledger.some((entry) => entry.type === 'registered' && entry.digest !== digest))
      return failed(damaged(name, number, 'it is not what the ledger entered'));
    return ok({ name, number, digest, version, ledger });
  }

  function show(reference: string): Result<RegisteredVersion> {
    const parsed = parseReference(reference);
    if (!parsed.ok) return parsed;
    const { name, version } = parsed.value;
    const all = versions(name);
    if (all.length === 0) return failed(noModel(name, names()));
    const number = version === 'latest' ? all.at(-1)! : version;
    return all.includes(number) ? load(name, number) : failed(noVersion(name, number, all));
  }

  async function open(reference: string): Promise<OpenedVersion> {
    const found = orThrow(show(reference));
    const { name, number, version } = found;
    const objects = versionObjects(folderOf(name, number));
    for (const digest of version.objects)
      if (!(await objects.has(digest)))
        throw new ProblemError(damaged(name, number, `its object ${digest} is missing or damaged`));
    const manifest = await objects.get(version.model);
    if (!manifest) throw new ProblemError(damaged(name, number, 'its bundle is missing or damaged'));
    return { ...found, objects, bundle: JSON.parse(Buffer.from(manifest).toString('utf8')) as Bundle };
  }

  /** Enters what a process left that died between version and ledger, and removes what it had not finished. */
  function recover(name: string, actor: Actor): void {
    for (const left of entries(folderOf(name)).filter(isTemporary))
      rmSync(join(folderOf(name), left), { recursive: true, force: true });
    const entered = new Set(readLedger(folderOf(name)).map((entry) => entry.version));
    const missing = versions(name).filter((number) => !entered.has(number));
    const found = missing.flatMap((number) => {
      const version = readVersion(folderOf(name, number));
      return typeof version === 'object' ? [{ number, digest: versionDigest(version) }] : [];
    });
    const time = now().toISOString();
    appendLedger(
      folderOf(name),
      found.map(({ number, digest }) => ({
        type: 'registered',
        version: number,
        digest,
        time,
        actor,
        recovered: true,
      })),
    );
  }

  async function add(request: RegisterRequest, version: Version): Promise<Registered> {
    const { name, run, actor } = request;
    recover(name, actor);
    const existing = versions(name);
    for (const number of existing) {
      const found = readVersion(folderOf(name, number));
      if (typeof found === 'object' && found.model === version.model)
        return { name, version: number, digest: versionDigest(found), created: false };
    }
    const number = (existing.at(-1) ?? 0) + 1;
    await fill(folderOf(name, number), request.objects, version);
    const digest = versionDigest(version);
    const time = now().toISOString();
    appendLedger(folderOf(name), [
      { type: 'registered', version: number, digest, time, actor, ...(run && { run }) },
    ]);
    return { name, version: number, digest, created: true };
  }

  return {
    names,
    versions,
    show,
    open,
    async register(request) {
      orThrow(checkModelName(request.name));
      return withLock(
        join(folders(root).locks, `registry-${request.name}`),
        () => add(request, versionOf(request)),
        { purpose: `registering ${request.name}` },
      );
    },
    async verify() {
      const found: Problem[] = [];
      for (const name of names())
        for (const number of versions(name))
          await open(`${name}@${number}`).catch((error: unknown) => {
            if (!(error instanceof ProblemError)) throw error;
            found.push(...error.problems);
          });
      return found;
    },
  };
}

function versionOf(request: RegisterRequest): Version {
  const { model, description, pipeline, address, engine } = request;
  const { bundle } = model;
  const metrics = Object.entries(request.metrics).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  ]);
  return {
    format: 1,
    model: model.object,
    objects: objectsOfModel(model.object, bundle),
    task: bundle.task,
    estimator: bundle.estimator.component,
    metrics: Object.fromEntries(metrics) as Version['metrics'],
    trainingData: bundle.trainingData,
    trainingRows: bundle.trainingRows,
    engine,
    ...(description !== undefined && { description }),
    ...(pipeline !== undefined && { pipeline }),
    ...(address !== undefined && { address }),
  };
}

/** Writes a version's folder aside, makes it durable, and gives it its name: it is there whole or not at all. */
async function fill(folder: string, from: Objects, version: Version): Promise<void> {
  const aside = temporaryBeside(folder);
  const durability = new Durability();
  try {
    mkdirSync(aside, { recursive: true });
    const objects = openObjects(join(aside, 'objects'), { durability });
    for (const digest of version.objects) {
      const bytes = await from.get(digest);
      if (!bytes)
        throw new ProblemError(
          problem('store/damaged', `the model's object ${digest} is missing or damaged`, {
            hint: 'train it again: the run rebuilds what is missing',
          }),
        );
      await objects.put(bytes);
    }
    replaceFile(join(aside, MANIFEST), versionText(version), { mode: 0o444 });
    durability.file(join(aside, MANIFEST));
    await durability.flush();
    faultPoint('registry.filled');
    renameSync(aside, folder);
    faultPoint('registry.named');
    durability.folder(join(folder, '..'));
    await durability.flush();
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw refusal(error, folder);
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ProblemError(...result.problems);
  return result.value;
}

const damaged = (name: string, number: number, what: string) =>
  problem('store/damaged', `${name}@${number} cannot be used: ${what}`, {
    hint: 'restore its folder under .toolbox/registry from a copy, or train and register the model again',
  });

function noModel(name: string, all: readonly string[]) {
  const near = nearest(name, all);
  const known = all.length === 0 ? 'nothing is registered yet' : `registered: ${all.slice(0, 10).join(', ')}`;
  return problem('registry/none', `there is no model "${name}"`, {
    hint: near ? `did you mean ${near}?` : known,
  });
}

const noVersion = (name: string, number: number, all: readonly number[]) =>
  problem('registry/none', `${name} has no version ${number}`, {
    hint: `it has ${all.slice(-10).join(', ')}`,
  });
