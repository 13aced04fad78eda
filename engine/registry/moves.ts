import { join } from 'node:path';
import { show as showLog } from '../audit/show.js';
import type { Actor, Happening } from '../event.js';
import { ProblemError, problem } from '../problem.js';
import { folders } from '../project.js';
import { faultPoint } from '../store/fault.js';
import { withLock } from '../store/locks.js';
import { isStage, type Standing, standingOf } from './aliases.js';
import { appendLedger, type LedgerEntry, readLedger } from './ledger.js';
import { noAlias, orThrow } from './problems.js';
import { checkAlias } from './reference.js';
import type { OpenedVersion, RegisteredVersion } from './registry.js';

/** Who moves what and why, and where the log is told: `run` is the id of the segment that `log` writes to. */
export interface Change {
  readonly name: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly run: string;
  /** Enters it in the project's log, durably; called under the model's lock. */
  readonly log: (happening: Happening) => Promise<void>;
}

/** Looks at the version and at the one that it would replace; gives the conditions that held, or throws problems. */
export type Gate = (candidate: RegisteredVersion, current?: RegisteredVersion) => Promise<readonly string[]>;

export interface Moved {
  readonly alias: string;
  readonly version: number;
  readonly before?: number;
  /** False where the alias stood for that version already. */
  readonly changed: boolean;
}

/** What changes aliases and stages. Each is one line of the ledger, so an alias is old or new whatever happens. */
export interface Moves {
  /** Lets an alias stand for a version, whose every object is checked first. */
  promote(
    change: Change & { readonly alias: string; readonly version: number; readonly gate?: Gate },
  ): Promise<Moved>;
  /** Lets an alias stand again for the version that it stood for before. */
  rollback(change: Change & { readonly alias: string }): Promise<Moved>;
  /** Takes a version out of use; one with aliases only where `force` is true. Gives the aliases that it loses. */
  archive(
    change: Change & { readonly version: number; readonly force?: boolean },
  ): Promise<readonly string[]>;
  unalias(change: Change & { readonly alias: string }): Promise<Moved>;
}

type ChangeEntry = Exclude<LedgerEntry, { readonly type: 'registered' }>;

interface Door {
  readonly root: string;
  folderOf(name: string): string;
  recover(name: string, actor: Actor): void;
  open(reference: string): Promise<OpenedVersion>;
  stamp(name: string): string;
}

export function openMoves(door: Door): Moves {
  const { root, folderOf, open, stamp } = door;

  /** Under the model's lock, with what earlier processes left unfinished put right. */
  const changing = <T>(change: Change, purpose: string, body: (standing: Standing) => Promise<T>) =>
    withLock(
      join(folders(root).locks, `registry-${change.name}`),
      async () => {
        door.recover(change.name, change.actor);
        const ledger = readLedger(folderOf(change.name));
        const last = ledger.findLast((entry) => entry.type !== 'registered');
        const left = last && happeningOf(change.name, last);
        if (left && !isLogged(root, left, last.run)) await change.log({ ...left, recovered: true });
        return body(standingOf(ledger));
      },
      { purpose: `${purpose} ${change.name}` },
    );

  async function enter(change: Change, entry: ChangeEntry): Promise<void> {
    appendLedger(folderOf(change.name), [entry]);
    faultPoint('move.named');
    await change.log(happeningOf(change.name, entry));
  }

  const stampOf = ({ name, actor, run, reason }: Change) => ({ time: stamp(name), actor, run, reason });

  async function move(
    change: Change,
    standing: Standing,
    { alias, version, rollback, gate }: { alias: string; version: number; rollback?: true; gate?: Gate },
  ): Promise<Moved> {
    const { name } = change;
    const before = standing.alias(alias)?.version;
    const found = await open(`${name}@${version}`);
    if (before === version) return { alias, version, changed: false };
    if (alias === 'staging' && standing.stage(version) === 'Production')
      throw new ProblemError(
        problem('registry/conflict', `${name}@${version} is in production and would leave it for staging`, {
          hint: `bring another version to production first, or: toolbox models rollback ${name}`,
        }),
      );
    const required = await gate?.(found, before === undefined ? undefined : await open(`${name}@${before}`));
    await enter(change, {
      type: 'moved',
      alias,
      version: found.number,
      digest: found.digest,
      ...stampOf(change),
      ...(before !== undefined && { before }),
      ...(rollback && { rollback }),
      ...(required && required.length > 0 && { required }),
    });
    return { alias, version, changed: true, ...(before !== undefined && { before }) };
  }

  return {
    promote: (change) => {
      const alias = orThrow(checkAlias(change.alias));
      const { version, gate } = change;
      return changing(change, 'promoting', (standing) =>
        move(change, standing, { alias, version, ...(gate && { gate }) }),
      );
    },
    rollback: (change) => {
      const alias = orThrow(checkAlias(change.alias));
      return changing(change, 'rolling back', (standing) => {
        const now = standing.alias(alias) ?? fail(noAlias(change.name, alias, namesOf(standing)));
        const version =
          standing.before(alias) ??
          fail(
            problem('registry/none', `${change.name}@${now.version} is the first that was ${alias}`, {
              hint: `toolbox models promote ${change.name} VERSION --to ${alias} brings another one there`,
            }),
          );
        return move(change, standing, { alias, version, rollback: true });
      });
    },
    archive: (change) =>
      changing(change, 'archiving', async (standing) => {
        const { name, version, force } = change;
        const { digest } = await open(`${name}@${version}`);
        const held = standing.aliases.filter((alias) => alias.version === version).map((alias) => alias.name);
        if (held.length > 0 && !force)
          fail(
            problem('registry/conflict', `${name}@${version} is ${held.join(', ')}`, {
              hint: 'let them stand for another version first; --force takes them away',
            }),
          );
        if (!standing.retired(version))
          await enter(change, { type: 'archived', version, digest, ...stampOf(change) });
        return held;
      }),
    unalias: (change) => {
      const alias = orThrow(checkAlias(change.alias));
      return changing(change, 'unaliasing', async (standing) => {
        const held = standing.alias(alias) ?? fail(noAlias(change.name, alias, namesOf(standing)));
        if (isStage(alias))
          fail(
            problem(
              'registry/conflict',
              `${alias} is a stage: a version leaves it for another or is archived`,
              {
                hint: `toolbox models archive ${change.name} ${held.version} --force --reason …`,
              },
            ),
          );
        const { version, move: last } = held;
        await enter(change, { type: 'removed', alias, version, digest: last.digest, ...stampOf(change) });
        return { alias, version, changed: true };
      });
    },
  };
}

const namesOf = ({ aliases }: Standing) => aliases.map(({ name }) => name);

function fail(found: ReturnType<typeof problem>): never {
  throw new ProblemError(found);
}

/** Is it in the log? A process may have died between ledger and log. */
const isLogged = (root: string, left: Entered, run: string | undefined): boolean =>
  showLog(root, { ...(run !== undefined && { run }), type: left.type }).some(({ event }) => {
    if (event.type !== left.type) return false;
    return event.name === left.name && event.version === left.version && event.alias === left.alias;
  });

type Entered = Extract<Happening, { type: 'model.moved' | 'model.unaliased' | 'model.archived' }>;

function happeningOf(name: string, entry: ChangeEntry): Entered {
  const { version, digest, reason } = entry;
  switch (entry.type) {
    case 'moved': {
      const { alias, before, rollback, required } = entry;
      return {
        type: 'model.moved',
        name,
        alias,
        version,
        digest,
        reason,
        ...(before !== undefined && { before }),
        ...(rollback && { rollback }),
        ...(required && { required }),
      };
    }
    case 'removed':
      return { type: 'model.unaliased', name, alias: entry.alias, version, digest, reason };
    case 'archived':
      return { type: 'model.archived', name, version, digest, reason };
  }
}
