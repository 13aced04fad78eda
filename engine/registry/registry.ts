import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../artifacts/artifact.js';
import type { Objects } from '../artifacts/objects.js';
import type { Digest, Json } from '../canonical.js';
import type { Actor } from '../event.js';
import type { Bundle } from '../learn/bundle-format.js';
import type { Parity } from '../learn/parity.js';
import { failed, ok, type Problem, ProblemError, type Result } from '../problem.js';
import { folders } from '../project.js';
import { isTemporary } from '../store/files.js';
import { withLock } from '../store/locks.js';
import { type Alias, ledgerAt, type Stage, type Standing, standingOf } from './aliases.js';
import { entries, fill, versionOf } from './fill.js';
import { appendLedger, type LedgerEntry, ledgerPosition, readLedger } from './ledger.js';
import { type Moves, openMoves } from './moves.js';
import { damaged, noAlias, noModel, noVersion, orThrow } from './problems.js';
import { checkModelName, isModelName, parseReference } from './reference.js';
import { MANIFEST, readVersion, type Version, versionDigest, versionObjects } from './version.js';

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
  /** Proves, of a model that is new, that requests get the answers of files; puts the proof where the objects are. */
  readonly prove?: () => Promise<Parity>;
}

/** A version as it is, and who brings it. */
export interface Taken {
  readonly name: string;
  readonly version: Version;
  readonly objects: Objects;
  readonly actor: Actor;
  readonly run?: string;
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
  readonly stage: Stage;
  /** Names of the aliases that stand for it now, by code point. */
  readonly aliases: readonly string[];
  /** Its entries of the ledger, oldest first. */
  readonly ledger: readonly LedgerEntry[];
}

export interface OpenedVersion extends RegisteredVersion {
  readonly bundle: Bundle;
  /** The version's own objects; all were verified. */
  readonly objects: Objects;
}

/**
 * The project's models: immutable versions `registry/<name>/<number>/`, each whole in itself, and a ledger of what was
 * done with them, from which aliases and stages follow.
 *
 * To serve one: `resolve('facies@production')` says which version that is now, `position('facies')` changes whenever
 * the answer may have, `open('facies@3')` gives bundle and verified objects.
 */
export interface Registry extends Moves {
  /**
   * Adds a version, unless one of this name holds the same model already. Safe against being killed and against
   * other processes: a version is complete or not there. Throws problems.
   */
  register(request: RegisterRequest): Promise<Registered>;
  /** Adds a version that was made elsewhere, unchanged and under its digest, unless the model is there already. */
  take(request: Taken): Promise<Registered>;
  names(): string[];
  /** Numbers of a model's versions, ascending. */
  versions(name: string): number[];
  /** Which version a reference means now: `facies`, `@latest`, `@3`, `@production`, `@champion`. Reads no version. */
  resolve(reference: string): Result<{ readonly name: string; readonly number: number }>;
  /** A model's aliases, `production` and `staging` among them, by code point. */
  aliases(name: string): readonly Alias[];
  /** Aliases and stages of a model now, or at a time (milliseconds since 1970). */
  standing(name: string, at?: number): Standing;
  ledger(name: string): readonly LedgerEntry[];
  /** Another text whenever the model's ledger has grown: versions, aliases and stages are as they were while it is equal. */
  position(name: string): string;
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
    const whole = readLedger(folderOf(name));
    const ledger = whole.filter((entry) => entry.version === number);
    if (version === undefined) return failed(damaged(name, number, `its ${MANIFEST} is missing`));
    if (version === 'damaged')
      return failed(damaged(name, number, `its ${MANIFEST} does not fit its digest`));
    const digest = versionDigest(version);
    if (ledger.some((entry) => entry.digest !== digest))
      return failed(damaged(name, number, 'it is not what the ledger entered'));
    const standing = standingOf(whole);
    const stage = standing.stage(number);
    const aliases = standing.aliases.filter((alias) => alias.version === number).map((alias) => alias.name);
    return ok({ name, number, digest, version, stage, aliases, ledger });
  }

  function resolve(reference: string): Result<{ name: string; number: number }> {
    const parsed = parseReference(reference);
    if (!parsed.ok) return parsed;
    const { name, version } = parsed.value;
    const all = versions(name);
    if (all.length === 0) return failed(noModel(name, names()));
    if (version === 'latest') return ok({ name, number: all.at(-1)! });
    if (typeof version === 'number')
      return all.includes(version) ? ok({ name, number: version }) : failed(noVersion(name, version, all));
    const { aliases, alias } = standingOf(readLedger(folderOf(name)));
    const found = alias(version);
    if (found) return ok({ name, number: found.version });
    return failed(
      noAlias(
        name,
        version,
        aliases.map((one) => one.name),
      ),
    );
  }

  function show(reference: string): Result<RegisteredVersion> {
    const resolved = resolve(reference);
    return resolved.ok ? load(resolved.value.name, resolved.value.number) : resolved;
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

  /** Now, or the time of the ledger's last entry where the clock was set back: times never fall. */
  const stamp = (name: string): string => {
    const last = readLedger(folderOf(name)).at(-1)?.time ?? '';
    const time = now().toISOString();
    return time < last ? last : time;
  };

  /** Enters what a process left that died between version and ledger, and removes what it had not finished. */
  function recover(name: string, actor: Actor): void {
    for (const left of entries(folderOf(name)).filter(isTemporary))
      rmSync(join(folderOf(name), left), { recursive: true, force: true });
    const entered = new Set(
      readLedger(folderOf(name)).flatMap((entry) => (entry.type === 'registered' ? [entry.version] : [])),
    );
    const missing = versions(name).filter((number) => !entered.has(number));
    const found = missing.flatMap((number) => {
      const version = readVersion(folderOf(name, number));
      return typeof version === 'object' ? [{ number, digest: versionDigest(version) }] : [];
    });
    if (found.length === 0) return;
    const time = stamp(name);
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

  async function add(
    { name, run, actor, objects }: Omit<Taken, 'version'>,
    model: Digest,
    versionFor: () => Promise<Version>,
  ): Promise<Registered> {
    recover(name, actor);
    const existing = versions(name);
    for (const number of existing) {
      const found = readVersion(folderOf(name, number));
      if (typeof found === 'object' && found.model === model)
        return { name, version: number, digest: versionDigest(found), created: false };
    }
    const number = (existing.at(-1) ?? 0) + 1;
    const version = await versionFor();
    await fill(folderOf(name, number), objects, version);
    const digest = versionDigest(version);
    appendLedger(folderOf(name), [
      { type: 'registered', version: number, digest, time: stamp(name), actor, ...(run && { run }) },
    ]);
    return { name, version: number, digest, created: true };
  }

  const adding = async (name: string, body: () => Promise<Registered>): Promise<Registered> =>
    withLock(join(folders(root).locks, `registry-${orThrow(checkModelName(name))}`), body, {
      purpose: `registering ${name}`,
    });

  const standing = (name: string, at = Number.POSITIVE_INFINITY) =>
    standingOf(ledgerAt(readLedger(folderOf(name)), at));

  return {
    ...openMoves({ root, folderOf, recover, open, stamp }),
    names,
    versions,
    resolve,
    standing,
    aliases: (name) => standing(name).aliases,
    ledger: (name) => readLedger(folderOf(name)),
    position: (name) => ledgerPosition(folderOf(name)),
    show,
    open,
    register: (request) =>
      adding(request.name, () =>
        add(request, request.model.object, async () => versionOf(request, await request.prove?.())),
      ),
    take: (request) =>
      adding(request.name, () => add(request, request.version.model, async () => request.version)),
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
