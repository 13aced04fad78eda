import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Happening } from '../event.js';
import { failed, ok, ProblemError, problem, type Result } from '../problem.js';
import { folders } from '../project.js';
import { withLock } from '../store/locks.js';
import { keysPosition, readKeys, type StoredKey, writeKeys } from './key-file.js';

/*
 * API keys of a project. For a server:
 *
 *   const keys = openKeys(root);
 *   keys.verify(presented, new Date())   Result<Key>; takes up created and revoked keys at once (one stat a call)
 *   allows(key, 'predict', 'facies')     may this key do that with that model?
 *   keys.list()                          Key[]: whether any exist at all
 *
 * A key reads `tbx_<id>_<secret>`: the id (12 hex digits) is public and stands in logs, the secret is 256 random bits
 * and is shown once. Only its SHA-256 is kept. A slow, salted hash protects passwords because people choose them from
 * few; nobody can search 2^256, so the plain hash tells a thief of the file nothing and costs a request a microsecond.
 */

export const scopes = ['predict', 'batch', 'metrics', 'admin'] as const;
/** What a key may be used for; `admin` may do everything. */
export type Scope = (typeof scopes)[number];

export interface Key {
  /** Public: 12 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Models that it may be used for; empty for all. */
  readonly models: readonly string[];
  /** ISO 8601, UTC, as all times here. */
  readonly created: string;
  readonly expires?: string;
  /** Requests a second on average, and how many at once; no limit where absent. */
  readonly rate?: number;
  readonly burst?: number;
  readonly revoked?: string;
}

export type KeySettings = Pick<Key, 'name' | 'scopes' | 'models' | 'expires' | 'rate' | 'burst'>;
/** Enters a change in the project's log, durably, before it takes effect. */
export type Log = (happening: Happening) => Promise<void>;

export interface Made {
  readonly key: Key;
  /** What the user of the key presents: shown now and never again. */
  readonly secret: string;
}

export interface Keys {
  /** The key that was presented; a problem `access/key` where there is none such, or it has expired or was revoked. */
  verify(presented: string, now: Date): Result<Key>;
  /** In order of creation. */
  list(): readonly Key[];
  /** Throws problems. */
  create(settings: KeySettings, log: Log): Promise<Made>;
  revoke(id: string, reason: string, log: Log): Promise<Key>;
  /** A new key with the settings of another, which stays valid for `overlap` seconds more. */
  rotate(id: string, overlap: number, log: Log): Promise<Made & { readonly replaced: Key }>;
}

export const allows = (key: Key, scope: Scope, model?: string): boolean =>
  key.scopes.includes('admin') ||
  (key.scopes.includes(scope) &&
    (model === undefined || key.models.length === 0 || key.models.includes(model)));

/** Why a key is not valid at a time; undefined where it is. */
export function endOf(key: Key, now: Date): string | undefined {
  if (key.revoked !== undefined && key.revoked <= now.toISOString()) return `was revoked at ${key.revoked}`;
  if (key.expires !== undefined && key.expires <= now.toISOString()) return `expired at ${key.expires}`;
  return undefined;
}

const PRESENTED = /^tbx_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const hashOf = (secret: string) => createHash('sha256').update(secret).digest();
/** What an unknown id is compared with, so that it takes as long as a known one. */
const NOBODY = { hash: '0'.repeat(64) };

export function openKeys(root: string, now: () => Date = () => new Date()): Keys {
  let position: string | undefined;
  let byId = new Map<string, StoredKey>();
  const current = () => {
    const found = keysPosition(root);
    if (found !== position) {
      byId = new Map(readKeys(root).map((key) => [key.id, key]));
      position = found;
    }
    return byId;
  };

  const changing = <T>(body: (keys: readonly StoredKey[]) => Promise<T>): Promise<T> =>
    withLock(join(folders(root).locks, 'access-keys'), () => body(readKeys(root)), {
      purpose: 'changing API keys',
    });

  async function add(
    keys: readonly StoredKey[],
    settings: KeySettings,
    log: Log,
    replaces?: string,
  ): Promise<Made> {
    const id = randomBytes(6).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const { name, scopes, models, expires, rate, burst } = settings;
    const key: Key = {
      id,
      name,
      scopes,
      models,
      created: now().toISOString(),
      ...(expires !== undefined && { expires }),
      ...(rate !== undefined && { rate }),
      ...(burst !== undefined && { burst }),
    };
    await log({
      type: 'key.created',
      id,
      name,
      scopes,
      models,
      ...(expires !== undefined && { expires }),
      ...(rate !== undefined && { rate }),
      ...(replaces !== undefined && { replaces }),
    });
    await writeKeys(root, [...keys, { ...key, hash: hashOf(secret).toString('hex') }]);
    return { key, secret: `tbx_${id}_${secret}` };
  }

  return {
    verify(presented, time) {
      const [, id = '', secret = ''] = PRESENTED.exec(presented) ?? [];
      const found = current().get(id);
      const isSame = timingSafeEqual(hashOf(secret), Buffer.from((found ?? NOBODY).hash, 'hex'));
      if (!found || !isSame) return failed(problem('access/key', 'there is no such key'));
      const end = endOf(found, time);
      return end === undefined ? ok(shown(found)) : failed(problem('access/key', `the key ${id} ${end}`));
    },
    list: () => [...current().values()].map(shown),
    create: (settings, log) =>
      changing((keys) => {
        checkName(keys, settings.name, now());
        return add(keys, settings, log);
      }),
    revoke: (id, reason, log) =>
      changing(async (keys) => {
        const key = find(keys, id, now());
        if (key.revoked !== undefined) return shown(key);
        await log({ type: 'key.revoked', id: key.id, name: key.name, reason });
        const revoked = { ...key, revoked: now().toISOString() };
        await writeKeys(
          root,
          keys.map((other) => (other === key ? revoked : other)),
        );
        return shown(revoked);
      }),
    rotate: (id, overlap, log) =>
      changing(async (keys) => {
        const key = find(keys, id, now());
        const end = endOf(key, now());
        if (end !== undefined)
          throw new ProblemError(
            problem('access/key', `the key ${key.id} ${end}`, { hint: 'create a new one' }),
          );
        const until = new Date(now().getTime() + overlap * 1000).toISOString();
        const old = {
          ...key,
          expires: key.expires !== undefined && key.expires < until ? key.expires : until,
        };
        const others = keys.map((other) => (other === key ? old : other));
        return { ...(await add(others, key, log, key.id)), replaced: shown(old) };
      }),
  };
}

const shown = ({ hash: _, ...key }: StoredKey): Key => key;

/** A key by its id, or by its name where only one valid key has it. */
function find(keys: readonly StoredKey[], typed: string, now: Date): StoredKey {
  const exact = keys.find((key) => key.id === typed);
  const named = keys.filter((key) => key.name === typed && endOf(key, now) === undefined);
  const found = exact ?? named[0];
  if (found && (exact || named.length === 1)) return found;
  throw new ProblemError(
    found
      ? problem('command/usage', `${named.length} keys are named "${typed}"`, {
          hint: `say which: ${named.map(({ id }) => id).join(', ')}`,
        })
      : problem('command/not-found', `there is no key "${typed}"`, {
          hint: 'toolbox keys list shows them all',
        }),
  );
}

function checkName(keys: readonly StoredKey[], name: string, now: Date): void {
  if (!/^[\w.@-][\w .@-]{0,62}$/.test(name))
    throw new ProblemError(
      problem('command/usage', `"${name}" cannot be the name of a key`, {
        hint: 'letters, digits, spaces and . @ _ -, at most 63',
      }),
    );
  if (keys.some((key) => key.name === name && endOf(key, now) === undefined))
    throw new ProblemError(
      problem('command/usage', `there is a key "${name}" already`, {
        hint: 'rotate it, revoke it, or choose another name',
      }),
    );
}
