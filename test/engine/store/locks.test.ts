import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ProblemError } from '#dist/engine/problem.js';
import { lock, tryLock, withLock } from '#dist/engine/store/locks.js';
import { isGone, thisProcess } from '#dist/engine/store/process.js';
import { testFolder } from '../../support/folder.js';

const locks = fileURLToPath(new URL('../../../dist/engine/store/locks.js', import.meta.url));

function child(script: string, ...args: string[]): ChildProcess {
  const started = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { lock, withLock } from ${JSON.stringify(locks)};\n${script}`,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
}

test('only one holds it; the next gets it when it is let go', async () => {
  const path = join(testFolder(), 'locks', 'head');
  const release = await lock(path);
  expect(tryLock(path)).toBeUndefined();
  setTimeout(release, 20);
  const second = await lock(path);
  release();
  expect(tryLock(path)).toBeUndefined();
  second();
  second();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('waiting ends with a problem that names the holder', async () => {
  const path = join(testFolder(), 'head');
  const release = await lock(path, { purpose: 'writing the head' });
  const error = await lock(path, { wait: 30 }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problems[0]).toMatchObject({ code: 'run/locked' });
  expect((error as Error).message).toContain(`process ${process.pid} on `);
  expect((error as Error).message).toContain('(writing the head)');
  release();
});

test('waiting can be cancelled', async () => {
  const path = join(testFolder(), 'head');
  const release = await lock(path);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10);
  await expect(lock(path, { signal: abort.signal })).rejects.toThrow(/abort/i);
  release();
});

test('withLock lets go when the body throws', async () => {
  const path = join(testFolder(), 'head');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('a process that was killed loses its lock, also in the middle of breaking another', async () => {
  const path = join(testFolder(), 'head');
  const holder = child(
    `await lock(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`,
    path,
  );
  await once(holder.stdout!, 'data');
  expect(tryLock(path)).toBeUndefined();
  await expect(lock(path, { wait: 20 })).rejects.toThrow(`process ${holder.pid}`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const stale = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(`${path}.${stale.nonce}`, JSON.stringify({ ...stale, nonce: 'left-while-breaking' }));
  const release = await lock(path, { wait: 5000 });
  release();
});

test('who is provably gone, and who is not', () => {
  const self = thisProcess();
  expect(self.started).not.toBe('');
  expect(isGone(self)).toBe(false);
  expect(isGone({ ...self, started: '1' })).toBe(true);
  expect(isGone({ ...self, boot: 'another' })).toBe(true);
  expect(isGone({ ...self, pid: 2 ** 22 + 1 })).toBe(true);
  expect(isGone({ ...self, pid: 2 ** 22 + 1, host: 'elsewhere' })).toBe(false);
  expect(isGone({ ...self, pid: 2 ** 22 + 1, namespace: 'a container' })).toBe(false);
});

test('processes that race, with stale locks planted between, never hold it together', async () => {
  const folder = testFolder();
  const path = join(folder, 'head');
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  const script = `
    import { readFileSync, writeFileSync, renameSync } from 'node:fs';
    const [path, counter] = process.argv.slice(1);
    for (let i = 0; i < 40; i++)
      await withLock(path, async () => {
        const n = Number(readFileSync(counter, 'utf8'));
        await new Promise(setImmediate);
        writeFileSync(counter, String(n + 1));
        // as if a process had died holding it
        if (i % 4 === 0) {
          const held = JSON.parse(readFileSync(path, 'utf8'));
          writeFileSync(path + '.new', JSON.stringify({ ...held, pid: 4194305, nonce: held.nonce + 'x' }));
          renameSync(path + '.new', path);
        }
      });`;
  const children = Array.from({ length: 4 }, () => child(script, path, counter));
  const ends = await Promise.all(children.map((c) => once(c, 'exit')));
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0]);
  expect(readFileSync(counter, 'utf8')).toBe('160');
});
