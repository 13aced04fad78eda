import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseHead } from '#dist/engine/audit/head.js';
import { canonical, sha256 } from '#dist/engine/canonical.js';
import type { Event } from '#dist/engine/event.js';
import { ProblemError } from '#dist/engine/problem.js';
import { tryLock } from '#dist/engine/store/locks.js';
import { cleanLock, newRunId } from '#dist/engine/store/runs.js';
import { committed, linesOf, TestLog } from './log.js';

test('each line is canonical JSON and names the hash of the one before; the head seals them', async () => {
  const log = new TestLog();
  const { head, warnings } = await log.run(4);
  const lines = linesOf(log.file(head.run));
  expect(warnings).toEqual([]);
  expect(lines).toHaveLength(4);
  const entries = lines.map((line) => JSON.parse(line));
  lines.forEach((line, i) => {
    expect(canonical(entries[i])).toBe(line);
    if (i > 0) expect(entries[i].previous).toBe(sha256(lines[i - 1]!));
    expect(entries[i].event).toMatchObject({ run: head.run, sequence: i, actor: { user: 'ann' } });
  });
  expect(head).toMatchObject({ index: 0, count: 4, status: 'complete' });
  expect(parseHead({ number: 1, bytes: Buffer.from(linesOf(log.heads)[0]!) })).toEqual(head);
  const second = (await log.run(2)).head;
  expect(second).toMatchObject({ index: 1, count: 2, previous: sha256(linesOf(log.heads)[0]!) });
  const report = log.verify();
  expect(report).toMatchObject({ sound: true, findings: [], heads: 2, entries: 6, open: [], head: second });
  expect(report.signers).toEqual([{ key: head.key, heads: 2, known: true }]);
  expect(report.compared.map(({ heads }) => heads)).toEqual([2]);
});

test('readers see every event in order; progress does not reach the log and takes no number', async () => {
  const log = new TestLog();
  const seen: Event[] = [];
  const segment = log.open({
    readers: [(event) => seen.push(event)],
    redact: (text) => text.replace('tiger', '***'),
  });
  segment.emit(committed('a'));
  segment.emit({ type: 'step.progress', address: 'a', done: 1, total: 2, note: 'the tiger' });
  segment.emit({ type: 'step.metric', address: 'tiger', name: 'auc', value: Number.NaN });
  expect(seen.map(({ type, sequence }) => [type, sequence])).toEqual([
    ['step.committed', 0],
    ['step.progress', 1],
    ['step.metric', 1],
  ]);
  expect(seen[1]).toMatchObject({ note: 'the ***' });
  await segment.flush();
  const { head } = await segment.close();
  expect(head.count).toBe(2);
  expect(await segment.close()).toEqual(await segment.close());
  expect(() => segment.emit(committed('late'))).toThrow('after the end');
  expect(linesOf(log.file(head.run))[1]).toContain('"value":"NaN"');
  expect(readFileSync(log.file(head.run), 'utf8')).not.toContain('tiger');
});

test('the same run cannot be written twice', async () => {
  const log = new TestLog();
  const segment = log.open();
  expect(() => log.open({}, segment.run)).toThrow('another process writes the log');
  segment.emit(committed('a'));
  await segment.close();
  expect(() => log.open({}, segment.run)).toThrow(ProblemError);
});

test('a log that cannot be written is a problem, at once and at flush', async () => {
  const log = new TestLog();
  mkdirSync(join(log.root, '.toolbox'), { recursive: true });
  writeFileSync(join(log.root, '.toolbox', 'log'), 'a file where a folder should be');
  expect(() => log.open()).toThrow('the log cannot be written');
  rmSync(join(log.root, '.toolbox', 'log'));
  await log.run();
  rmSync(log.heads);
  mkdirSync(log.heads);
  const error = await log.run().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problems[0]!.code).toBe('audit/unwritable');
});

test('the signing key is made once, readable by the user only, or comes from the environment or a command', async () => {
  const log = new TestLog();
  const { head } = await log.run();
  const file = join(log.env.XDG_STATE_HOME, 'ds-toolbox', 'audit-key.pem');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const pem = readFileSync(file, 'utf8');
  const fromEnvironment = await log.run(1, { env: { ...log.env, TOOLBOX_AUDIT_KEY: pem } });
  expect(fromEnvironment.head.key).toBe(head.key);
  // RFC 8032, section 7.1, test 1
  const secret = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const known = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
  const seed = Buffer.from(secret, 'hex').toString('base64');
  const command = [process.execPath, '-e', `console.log(${JSON.stringify(seed)})`];
  const fromCommand = await log.run(1, { keyCommand: command });
  expect(fromCommand.head.key).toBe(Buffer.from(known, 'hex').toString('base64url'));
  expect(() => log.open({ env: { ...log.env, TOOLBOX_AUDIT_KEY: 'nonsense' } })).toThrow(
    'holds no Ed25519 private key',
  );
  const report = log.verify();
  expect(report.sound).toBe(true);
  expect(report.signers.map(({ heads, known }) => [heads, known])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(log.verify({ keys: [head.key] }).findings).toMatchObject([{ kind: 'signature', line: 3 }]);
});

test.skipIf(process.getuid?.() === 0)('heads that cannot be kept outside are a warning', async () => {
  const log = new TestLog();
  await log.run();
  chmodSync(join(log.env.XDG_STATE_HOME, 'ds-toolbox', 'heads'), 0o500);
  expect((await log.run()).warnings).toHaveLength(1);
});

test('a witness gets every head, as a file and as a program; one that refuses ends the run', async () => {
  const log = new TestLog();
  const file = join(log.base, 'witness.jsonl');
  const taken = join(log.base, 'taken.jsonl');
  const command = [
    process.execPath,
    '-e',
    `process.stdin.pipe(require('fs').createWriteStream(${JSON.stringify(taken)}))`,
  ];
  const { head } = await log.run(2, { witness: { file, command } });
  expect(linesOf(file)).toEqual([canonical(head as never)]);
  expect(linesOf(taken)).toEqual(linesOf(file));
  const refusing = [process.execPath, '-e', 'process.exit(4)'];
  await expect(log.run(2, { witness: { command: refusing } })).rejects.toThrow(
    'did not take the head: it ended with status 4',
  );
  expect(log.verify()).toMatchObject({ sound: true, heads: 2 });
});

test('run ids of other projects do not collide with the lock of a head', async () => {
  const log = new TestLog();
  const runs = Array.from({ length: 8 }, () => newRunId());
  const sealed = await Promise.all(runs.map((run) => log.run(3, {}, run)));
  expect(sealed.map(({ head }) => head.index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(log.verify()).toMatchObject({ sound: true, heads: 8, entries: 24 });
});

test('no run begins while the project is cleaned', () => {
  const log = new TestLog();
  const release = tryLock(cleanLock(log.root))!;
  expect(() => log.open()).toThrow('the project is being cleaned');
  release();
  log.open();
});
