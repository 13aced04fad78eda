import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zipOf } from '#dist/components/lib/xlsx/zip.js';
import { ProblemError } from '#dist/engine/problem.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { openCopy, writeCopy } from '#dist/engine/registry/transfer.js';
import { openArchive } from '#dist/engine/store/unzip.js';
import { testFolder } from '../../support/folder.js';
import { actor, registerSeed } from '../../support/registered.js';

const card = '# Model card of facies@1\n';

async function exported() {
  const root = testFolder();
  await registerSeed(root, 1, { f1: 0.5 });
  const opened = await openRegistry(root).open('facies');
  const zip = join(root, 'out', 'copy.zip');
  mkdirSync(dirname(zip));
  await writeCopy(opened, zip, card);
  await writeCopy(opened, join(root, 'copy'), card);
  return { root, opened, zip, folder: join(root, 'copy') };
}

const zipWith = async (entries: { [name: string]: Uint8Array | string }): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  const files = Object.entries(entries).map(([name, content]) => ({ name, content: [content] }));
  for await (const chunk of zipOf(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

test('a version comes back from zip and folder as it was, and is taken in under its digest', async () => {
  const { root, opened, zip, folder } = await exported();
  for (const path of [zip, folder]) {
    const copy = await openCopy(path);
    expect(copy).toMatchObject({ name: 'facies', number: 1, digest: opened.digest, bundle: opened.bundle });
    const elsewhere = testFolder();
    const taken = await openRegistry(elsewhere).take({ ...copy, actor });
    expect(taken).toEqual({ name: 'facies', version: 1, digest: opened.digest, created: true });
    expect(await openRegistry(elsewhere).take({ ...copy, actor })).toMatchObject({ created: false });
    expect(await openRegistry(elsewhere).verify()).toEqual([]);
  }
  expect(readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8')).toBe(card);
  await writeCopy(opened, join(root, 'again.zip'), card);
  expect(readFileSync(join(root, 'again.zip'))).toEqual(readFileSync(zip));
});

test('a zip with any byte of a file changed is refused, or gives the same version', async () => {
  const { root, opened, zip } = await exported();
  const bytes = readFileSync(zip);
  const path = join(root, 'wrong.zip');
  for (let at = 0; at < bytes.length; at += 7) {
    const wrong = Buffer.from(bytes);
    wrong[at]! ^= 0x55;
    writeFileSync(path, wrong);
    const found = await openCopy(path).catch((error: unknown) => error);
    if (found instanceof Error) expect(found, String(at)).toBeInstanceOf(ProblemError);
    else expect(found).toMatchObject({ digest: opened.digest, bundle: opened.bundle });
  }
});

test('paths out of the archive and files that are not the version’s are never written', async () => {
  const { root, zip, opened } = await exported();
  const archive = openArchive(readFileSync(zip));
  if (!archive.ok) throw new Error('not read');
  const own = Object.fromEntries(archive.value.names.map((name) => [name, archive.value.read(name)!]));
  const evil = join(root, 'evil.zip');
  for (const name of ['../../evil.txt', '/etc/evil', 'objects/../../evil.txt']) {
    writeFileSync(evil, await zipWith({ [name]: 'x', ...own }));
    await expect(openCopy(evil)).rejects.toThrow('leads out of a folder');
  }
  writeFileSync(evil, await zipWith({ 'more.js': 'x', ...own }));
  const elsewhere = testFolder();
  await openRegistry(elsewhere).take({ ...(await openCopy(evil)), actor });
  const version = join(elsewhere, '.toolbox', 'registry', 'facies', '1');
  const files = (readdirSync(version, { recursive: true }) as string[]).filter(
    (name) => !/^objects(.{3})?$/.test(name),
  );
  expect(files).toHaveLength(1 + opened.version.objects.length);
  expect(readdirSync(join(elsewhere, '.toolbox', 'registry', 'facies')).sort()).toEqual([
    '1',
    'ledger.jsonl',
  ]);
  const label = JSON.stringify({ name: '../../evil', number: 1 });
  writeFileSync(evil, await zipWith({ ...own, 'model.json': label }));
  expect(await openCopy(evil)).toMatchObject({ name: 'model' });
});

test('an archive that unpacks to more than it says, or says too much, is not unpacked', async () => {
  const bomb = await zipWith({ 'version.json': new Uint8Array(50_000_000) });
  const directory = bomb.lastIndexOf('PK\x01\x02', bomb.length, 'latin1');
  const saying = (size: number) => {
    const bytes = Buffer.from(bomb);
    bytes.writeUInt32LE(size, directory + 24);
    return openArchive(bytes);
  };
  const small = saying(1000);
  expect(small.ok && small.value.read('version.json')).toBeUndefined();
  expect(saying(2 ** 31)).toMatchObject({
    ok: false,
    problems: [{ message: expect.stringContaining('2 GiB') }],
  });
  expect(openArchive(Buffer.alloc(0)).ok).toBe(false);
  expect(openArchive(deflateRawSync('PK\x05\x06')).ok).toBe(false);
  expect(openArchive(bomb.subarray(100)).ok).toBe(false);
});
