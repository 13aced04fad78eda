import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonical, type Digest } from '#dist/engine/canonical.js';
import { clean, planClean } from '#dist/engine/store/clean.js';
import { tryLock } from '#dist/engine/store/locks.js';
import { openObjects } from '#dist/engine/store/objects.js';
import type { KeyParts } from '#dist/engine/store/record.js';
import { keyOf, openResults } from '#dist/engine/store/results.js';
import { cleanLock, type RunRecord, runLock, writeRun } from '#dist/engine/store/runs.js';
import { testFolder } from '../../support/folder.js';

const day = 24 * 3600 * 1000;
const now = Date.parse('2026-11-23T00:00:00Z');

/** Three runs, of 100, 50 and 1 days ago, each with a result of its own and one that all share; and an orphan. */
async function project() {
  const root = testFolder();
  const own = (name: string) => join(root, '.toolbox', name);
  const objects = openObjects(own('objects'));
  const results = openResults(own('results'));
  const text = (content: string) => objects.put(Buffer.from(content));

  async function result(name: string, age: number) {
    const data = await text(`data of ${name}`);
    const manifest = await text(canonical({ kind: 'table', parts: [{ object: data }] }));
    const parts = { format: 1, component: 'c', version: '1', config: name } as unknown as KeyParts;
    const key = keyOf(parts);
    const outputs = { main: { kind: 'table', object: manifest, content: manifest } } as const;
    results.write({ key, parts, outputs, objects: [manifest, data], metrics: {}, warnings: [], seconds: 0 });
    const at = (now - age * day) / 1000;
    utimesSync(join(own('results'), `${key}.json`), at, at);
    return { key, manifest, data, outputs };
  }
  const shared = await result('shared', 100);
  const runs: { id: string; result: Awaited<ReturnType<typeof result>> }[] = [];
  for (const [age, id] of [
    [100, '20260815-000000-00aaa'],
    [50, '20261004-000000-00bbb'],
    [1, '20261122-000000-00ccc'],
  ] as const) {
    const mine = await result(id, age);
    const step = { address: 's', use: 'c', status: 'ran', key: mine.key, outputs: mine.outputs } as const;
    const steps = [step, { ...step, key: shared.key, outputs: shared.outputs }];
    writeRun(root, {
      id,
      status: 'done',
      started: new Date(now - age * day).toISOString(),
      steps,
    } as unknown as RunRecord);
    runs.push({ id, result: mine });
  }
  const orphan = await text('an orphan');
  for (const [folder, name] of [
    ['log', 'heads.jsonl'],
    ['registry', 'version.json'],
    ['../results', 'mine.csv'],
  ] as const) {
    mkdirSync(own(folder), { recursive: true });
    writeFileSync(join(own(folder), name), 'kept');
  }
  const untouched = () =>
    [own('log/heads.jsonl'), own('registry/version.json'), join(root, 'results', 'mine.csv')].every((path) =>
      existsSync(path),
    );
  return { root, objects, results, runs, shared, orphan, untouched };
}
const all = async (p: Awaited<ReturnType<typeof project>>, digests: Digest[]) =>
  Promise.all(digests.map((digest) => p.objects.has(digest)));

test('without an age only what nothing refers to goes, and listing changes nothing', async () => {
  const p = await project();
  const before = readdirSync(p.root, { recursive: true }).sort();
  const plan = await planClean(p.root);
  expect(plan).toEqual({ runs: [], results: [], objects: [p.orphan], remains: [], bytes: 9 });
  expect(readdirSync(p.root, { recursive: true }).sort()).toEqual(before);
  expect(await planClean(p.root, { keep: [p.orphan] })).toMatchObject({ objects: [], bytes: 0 });
  expect(await clean(p.root)).toEqual(plan);
  expect(await p.objects.has(p.orphan)).toBe(false);
  expect(await planClean(p.root)).toMatchObject({ objects: [], bytes: 0 });
  for (const { result } of p.runs) expect(await p.results.complete(result.key, p.objects)).toBeDefined();
});

test('old runs go with the results that only they used; what a kept run shares stays', async () => {
  const p = await project();
  const [oldest, old, recent] = p.runs.map(({ result }) => result) as [
    typeof p.shared,
    typeof p.shared,
    typeof p.shared,
  ];
  const done = await clean(p.root, { before: new Date(now - 30 * day) });
  expect(done.runs).toEqual(p.runs.slice(0, 2).map(({ id }) => id));
  expect(done.results).toEqual([oldest.key, old.key].sort());
  expect(done.objects).toHaveLength(5);
  expect(await all(p, [oldest.data, oldest.manifest, old.data])).toEqual([false, false, false]);
  expect(await all(p, [recent.data, recent.manifest, p.shared.data])).toEqual([true, true, true]);
  expect(readdirSync(join(p.root, 'runs'))).toEqual([p.runs[2]!.id]);
  expect(p.untouched()).toBe(true);
});

test('outputs of a kept run stay although its record was replaced', async () => {
  const p = await project();
  const { key, data, manifest } = p.runs[2]!.result;
  const found = p.results.read(key)!.record;
  p.results.write({ ...found, outputs: {}, objects: [] });
  await clean(p.root);
  expect(await all(p, [data, manifest])).toEqual([true, true]);
});

test('what killed processes left goes', async () => {
  const p = await project();
  const left = ['objects/.tmp-1-a', 'objects/ab/.tmp-2-b', 'results/.tmp-3-c', 'objects/damaged/abc'];
  for (const name of left) {
    const path = join(p.root, '.toolbox', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'half');
  }
  const done = await clean(p.root);
  expect(done.remains).toHaveLength(4);
  expect(done.bytes).toBe(9 + 16);
  expect((await planClean(p.root)).remains).toEqual([]);
});

test('nothing is deleted while a run goes on, and no run is deleted that does', async () => {
  const p = await project();
  const id = p.runs[0]!.id;
  const release = tryLock(runLock(p.root, id))!;
  await expect(clean(p.root)).rejects.toThrow(`run ${id} is going on`);
  expect(await p.objects.has(p.orphan)).toBe(true);
  const plan = await clean(p.root, { before: new Date(now), own: id });
  expect(plan.runs).not.toContain(id);
  release();
  expect(existsSync(cleanLock(p.root))).toBe(false);
});
