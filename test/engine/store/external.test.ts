import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '#dist/engine/canonical.js';
import { FileDigests } from '#dist/engine/store/external.js';
import { testFolder } from '../../support/folder.js';

/** Gives the file the age of an hour, so that it counts as settled. */
const age = (path: string) => utimesSync(path, Date.now() / 1000 - 3600, Date.now() / 1000 - 3600);
const remembered = (memory: string) => Object.keys(JSON.parse(readFileSync(memory, 'utf8')).files);

test('a settled file is remembered, across processes, until it changes in any way that shows', async () => {
  const folder = testFolder();
  const memory = join(folder, 'state', 'digests.json');
  const path = join(folder, 'survey.sgy');
  writeFileSync(path, 'one');
  age(path);
  const first = new FileDigests(memory);
  expect(await first.digest(path)).toBe(sha256('one'));
  first.save();
  expect(remembered(memory)).toEqual([path]);

  // plant a wrong digest: only a reader that trusts the memory returns it
  writeFileSync(memory, readFileSync(memory, 'utf8').replace(sha256('one'), sha256('planted')));
  expect(await new FileDigests(memory).digest(path)).toBe(sha256('planted'));
  // same size and same mtime, but ctime tells
  writeFileSync(path, 'two');
  age(path);
  expect(await new FileDigests(memory).digest(path)).toBe(sha256('two'));
});

test('a file changed within the last two seconds is not remembered, nor one dated in the future', async () => {
  const folder = testFolder();
  const memory = join(folder, 'digests.json');
  const fresh = join(folder, 'fresh');
  const future = join(folder, 'future');
  const old = join(folder, 'old');
  for (const path of [fresh, future, old]) writeFileSync(path, path);
  utimesSync(future, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
  age(old);
  const digests = new FileDigests(memory);
  for (const path of [fresh, future, old]) await digests.digest(path);
  digests.save();
  expect(remembered(memory)).toEqual([old]);
});

test('two processes add to one memory; a damaged memory is only forgotten', async () => {
  const folder = testFolder();
  const memory = join(folder, 'digests.json');
  const paths = ['a', 'b'].map((name) => join(folder, name));
  for (const path of paths) {
    writeFileSync(path, path);
    age(path);
  }
  const [one, two] = [new FileDigests(memory), new FileDigests(memory)];
  await one!.digest(paths[0]!);
  await two!.digest(paths[1]!);
  one!.save();
  two!.save();
  expect(remembered(memory)).toEqual(paths);
  for (const damage of ['', '{', 'null', '{"version":1}', '{"version":1,"files":{"a":1}}']) {
    writeFileSync(memory, damage);
    expect(await new FileDigests(memory).digest(paths[0]!)).toBe(sha256(paths[0]!));
  }
});

test('a missing file and a folder are problems', async () => {
  const folder = testFolder();
  await expect(new FileDigests().digest(join(folder, 'none'))).rejects.toThrow('there is no file');
  await expect(new FileDigests().digest(folder)).rejects.toThrow('there is no file');
});
