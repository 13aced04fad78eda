import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '#dist/engine/canonical.js';
import { ProblemError } from '#dist/engine/problem.js';
import { Durability } from '#dist/engine/store/durability.js';
import { FileDigests } from '#dist/engine/store/external.js';
import { refusal } from '#dist/engine/store/files.js';
import { openObjects } from '#dist/engine/store/objects.js';
import { testFolder } from '../../support/folder.js';

function bytesOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.imul(i, 2654435761) + (i >>> 8);
  return bytes;
}
const files = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

describe('objects', () => {
  for (const length of [0, 1, 1000, 1024 * 1024, 9 * 1024 * 1024 + 3])
    test(`${length} bytes come back on shared memory, under their SHA-256`, async () => {
      const folder = testFolder();
      const bytes = bytesOf(length);
      const digest = await openObjects(folder).put(bytes);
      expect(digest).toBe(sha256(bytes));
      expect(files(folder)).toEqual([join(digest.slice(0, 2), digest.slice(2))]);
      const store = openObjects(folder);
      const back = await store.get(digest);
      expect(Buffer.compare(back!, bytes)).toBe(0);
      expect(back!.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(await store.put(back!)).toBe(digest);
      expect(statSync(store.path(digest)).mode & 0o222).toBe(0);
    });

  test('an absent object is undefined', async () => {
    const store = openObjects(join(testFolder(), 'none'));
    expect(await store.has(sha256('x'))).toBe(false);
    expect(await store.get(sha256('x'))).toBeUndefined();
  });

  test('putting again changes nothing, also with many at once', async () => {
    const folder = testFolder();
    const bytes = bytesOf(2_000_000);
    const digests = await Promise.all(Array.from({ length: 8 }, () => openObjects(folder).put(bytes)));
    expect(new Set(digests).size).toBe(1);
    expect(files(folder)).toHaveLength(1);
    const before = statSync(openObjects(folder).path(digests[0]!)).mtimeMs;
    await openObjects(folder).put(bytes);
    expect(statSync(openObjects(folder).path(digests[0]!)).mtimeMs).toBe(before);
  });

  test('a stream gives the same object as its bytes; a failing one leaves nothing', async () => {
    const folder = testFolder();
    const store = openObjects(folder);
    const bytes = bytesOf(3_000_001);
    async function* cut(size: number, failAt = Number.POSITIVE_INFINITY) {
      for (let at = 0; at < bytes.length; at += size) {
        if (at >= failAt) throw new Error('the reader broke');
        yield bytes.subarray(at, at + size);
      }
    }
    await expect(store.putStream(cut(100_000, 900_000))).rejects.toThrow('the reader broke');
    expect(files(folder)).toEqual([]);
    expect(await store.putStream(cut(77_777))).toEqual({ digest: sha256(bytes), size: bytes.length });
    expect(await store.putStream(cut(1_000_000))).toEqual({ digest: sha256(bytes), size: bytes.length });
    expect(files(folder)).toHaveLength(1);
  });

  for (const length of [500, 2_000_000])
    for (const use of ['get', 'has', 'put'] as const)
      test(`a damaged object of ${length} bytes is moved aside at ${use}, reported, and can be put again`, async () => {
        const folder = testFolder();
        const bytes = bytesOf(length);
        const digest = await openObjects(folder).put(bytes);
        const reports: [string, string][] = [];
        const store = openObjects(folder, { onDamaged: (...report) => reports.push(report) });
        const wrong = Buffer.from(bytes);
        wrong[length - 1]! ^= 1;
        chmodSync(store.path(digest), 0o644);
        writeFileSync(store.path(digest), wrong);
        if (use === 'get') expect(await store.get(digest)).toBeUndefined();
        if (use === 'has') expect(await store.has(digest)).toBe(false);
        await store.put(bytes);
        expect(Buffer.compare((await store.get(digest))!, bytes)).toBe(0);
        expect(reports).toHaveLength(1);
        expect(reports[0]![0]).toBe(digest);
        expect(Buffer.compare(readFileSync(reports[0]![1]), wrong)).toBe(0);
      });

  test('damage done after a large object was verified is found, within the process and by another', async () => {
    const folder = testFolder();
    const memory = join(folder, 'digests.json');
    const bytes = bytesOf(1_500_000);
    const digests = new FileDigests(memory);
    const store = openObjects(join(folder, 'objects'), { digests });
    const digest = await store.put(bytes);
    expect(await store.has(digest)).toBe(true);
    digests.save();
    chmodSync(store.path(digest), 0o644);
    const wrong = Buffer.from(bytes);
    wrong[7]! ^= 1;
    writeFileSync(store.path(digest), wrong);
    const other = openObjects(join(folder, 'objects'), { digests: new FileDigests(memory) });
    expect(await other.has(digest)).toBe(false);
    expect(await store.has(digest)).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a read-only folder is a problem',
    async () => {
      const folder = testFolder();
      chmodSync(folder, 0o555);
      const put = openObjects(folder).put(bytesOf(10));
      await expect(put).rejects.toBeInstanceOf(ProblemError);
      chmodSync(folder, 0o755);
    },
  );

  test('a full disk is a problem with a way out', () => {
    const error = refusal(Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'x') as ProblemError;
    expect(error.problems[0]!.code).toBe('run/quota');
    expect(refusal(new TypeError('a bug'), 'x')).toBeInstanceOf(TypeError);
  });
});

describe('durability', () => {
  test('files, folders and what is gone meanwhile flush without error; a waiter waits for a running flush', async () => {
    const folder = testFolder();
    const durability = new Durability(1);
    for (let i = 0; i < 50; i++) {
      writeFileSync(join(folder, `f${i}`), 'x');
      durability.file(join(folder, `f${i}`));
    }
    durability.file(join(folder, 'never-there'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await durability.flush();
    await durability.flush();
  });
});
