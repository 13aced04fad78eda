import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { keyFile } from '#dist/engine/access/key-file.js';
import { allows, type KeySettings, openKeys } from '#dist/engine/access/keys.js';
import type { Happening } from '#dist/engine/event.js';
import { ProblemError } from '#dist/engine/problem.js';
import { testFolder } from '../../support/folder.js';

const settings: KeySettings = { name: 'app', scopes: ['predict'], models: ['facies'] };
const start = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const silent = async () => {};

test('a key is what was made and nothing near it; only its hash is kept, in a file of the owner’s', async () => {
  const root = testFolder();
  const keys = openKeys(root, () => start);
  const { key, secret } = await keys.create({ ...settings, rate: 5, burst: 10 }, silent);
  expect(secret).toMatch(/^tbx_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  expect(keys.verify(secret, start)).toMatchObject({ ok: true, value: key });
  expect(key).toMatchObject({ ...settings, rate: 5, burst: 10, created: start.toISOString() });
  const other = await keys.create({ ...settings, name: 'other' }, silent);
  const [, id, own] = /^tbx_(.{12})_(.*)$/.exec(secret)!;
  const wrong = [
    '',
    own!,
    secret.slice(0, -1),
    `${secret}A`,
    ` ${secret}`,
    `${secret}\n`,
    secret.toUpperCase(),
    `tbx_${other.key.id}_${own}`,
    `tbx_000000000000_${own}`,
    `tbx_${id}_${'A'.repeat(43)}`,
    'tbx___proto___',
    'x'.repeat(100_000),
  ];
  for (const presented of wrong)
    expect(keys.verify(presented, start)).toMatchObject({ ok: false, problems: [{ code: 'access/key' }] });
  const text = readFileSync(keyFile(root), 'utf8');
  expect(text).not.toContain(own);
  expect(JSON.stringify(keys.list())).not.toContain('hash');
  if (process.platform !== 'win32') expect(statSync(keyFile(root)).mode & 0o777).toBe(0o600);
});

test('keys end when they expire or are revoked, also for a server that has read them before', async () => {
  const root = testFolder();
  const keys = openKeys(root, () => start);
  const server = openKeys(root);
  expect(server.verify('tbx', start).ok).toBe(false);
  const short = await keys.create({ ...settings, expires: later(60).toISOString() }, silent);
  const long = await keys.create({ ...settings, name: 'long' }, silent);
  expect([server.verify(short.secret, later(59)).ok, server.verify(short.secret, later(60)).ok]).toEqual([
    true,
    false,
  ]);
  expect(server.verify(long.secret, start).ok).toBe(true);
  await keys.revoke('long', 'left the company', silent);
  expect(server.verify(long.secret, start)).toMatchObject({
    problems: [{ message: expect.stringContaining('was revoked') }],
  });
  rmSync(keyFile(root));
  expect(server.verify(short.secret, start).ok).toBe(false);
  writeFileSync(keyFile(root), '{"format":1');
  expect(() => server.verify(short.secret, start)).toThrow(ProblemError);
});

test('rotating makes a new key of the same settings; the old one stays for the overlap', async () => {
  const keys = openKeys(testFolder(), () => start);
  const first = await keys.create({ ...settings, rate: 2 }, silent);
  const second = await keys.rotate(first.key.id, 3600, silent);
  expect(second.key).toMatchObject({ ...settings, rate: 2 });
  expect(second.secret).not.toBe(first.secret);
  const valid = (secret: string, seconds: number) => keys.verify(secret, later(seconds)).ok;
  expect([valid(first.secret, 3599), valid(first.secret, 3600), valid(second.secret, 1e9)]).toEqual([
    true,
    false,
    true,
  ]);
  await expect(keys.rotate('app', 0, silent)).rejects.toThrow('2 keys are named "app"');
  const third = await keys.rotate(second.key.id, 0, silent);
  expect([valid(second.secret, 0), valid(third.secret, 0)]).toEqual([false, true]);
  await keys.revoke(third.key.id, 'done', silent);
  await expect(keys.rotate(third.key.id, 0, silent)).rejects.toThrow('was revoked');
  await expect(keys.revoke('nobody', '', silent)).rejects.toThrow('there is no key "nobody"');
});

test('scopes and models bound what a key may do', () => {
  const key = { id: 'a', created: '', ...settings };
  expect([allows(key, 'predict', 'facies'), allows(key, 'predict', 'rocks'), allows(key, 'metrics')]).toEqual(
    [true, false, false],
  );
  expect(allows({ ...key, models: [] }, 'predict', 'rocks')).toBe(true);
  expect(allows({ ...key, scopes: ['admin'] }, 'batch', 'rocks')).toBe(true);
});

test('the log is told before anything changes; where it cannot be told, nothing does', async () => {
  const keys = openKeys(testFolder(), () => start);
  const told: Happening[] = [];
  const log = async (happening: Happening) => void told.push(happening);
  const { key, secret } = await keys.create(settings, log);
  await keys.rotate('app', 10, log);
  await keys.revoke(key.id, 'lost', log);
  expect(told).toMatchObject([
    { type: 'key.created', id: key.id, name: 'app', scopes: ['predict'], models: ['facies'] },
    { type: 'key.created', name: 'app', replaces: key.id },
    { type: 'key.revoked', id: key.id, reason: 'lost' },
  ]);
  expect(JSON.stringify(told)).not.toContain(secret.slice(17));
  const before = keys.list();
  const full = () => Promise.reject(new Error('full'));
  await expect(keys.create({ ...settings, name: 'x' }, full)).rejects.toThrow('full');
  await expect(keys.revoke(keys.list()[1]!.id, 'x', full)).rejects.toThrow('full');
  expect(keys.list()).toEqual(before);
});

test('processes that create keys at once lose none', async () => {
  const root = testFolder();
  const file = JSON.stringify(fileURLToPath(new URL('../../../dist/engine/access/keys.js', import.meta.url)));
  const child = async (prefix: string) => {
    const script = `
      import { openKeys } from ${file};
      for (const n of [1, 2, 3, 4, 5])
        await openKeys(${JSON.stringify(root)}).create(
          { name: '${prefix}' + n, scopes: ['predict'], models: [] }, async () => {});`;
    const started = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    return (await once(started, 'exit'))[0];
  };
  expect(await Promise.all(['a', 'b', 'c'].map(child))).toEqual([0, 0, 0]);
  expect(
    new Set(
      openKeys(root)
        .list()
        .map(({ name }) => name),
    ).size,
  ).toBe(15);
});
