import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Model } from '#dist/engine/artifacts/artifact.js';
import { canonical, type Json } from '#dist/engine/canonical.js';
import type { Bundle } from '#dist/engine/learn/bundle-format.js';
import { ProblemError } from '#dist/engine/problem.js';
import { parseReference } from '#dist/engine/registry/reference.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { openObjects } from '#dist/engine/store/objects.js';
import { testFolder } from '../../support/folder.js';

const actor = { kind: 'claimed', user: 'ann', host: 'here' } as const;

async function modelIn(root: string, seed: number): Promise<Model> {
  const objects = openObjects(join(root, '.toolbox', 'objects'));
  const state = await objects.put(
    new Uint8Array(Float32Array.from({ length: 100 }, (_, i) => i * seed).buffer),
  );
  const fitted = {
    component: 'train.random-forest',
    version: '1',
    implementation: 'ab',
    stateVersion: 1,
    config: {},
  };
  const bundle: Bundle = {
    format: 1,
    task: 'classify',
    input: { fields: [] },
    output: { fields: [] },
    items: [],
    estimator: { ...fitted, state: { trees: { $array: ['f32', state, 100] } } },
    features: [],
    trainingData: 'cd',
    trainingRows: 100,
    seed,
    example: { rows: [], expected: [] },
    reference: {},
    training: {},
  };
  const object = await objects.put(Buffer.from(canonical(bundle as unknown as Json)));
  return { kind: 'model', object, bundle };
}

async function register(root: string, seed: number, name = 'facies', run = 'r') {
  const objects = openObjects(join(root, '.toolbox', 'objects'));
  const model = await modelIn(root, seed);
  const metrics = { f1: 0.5, auc: Number.NaN };
  return openRegistry(root).register({
    name,
    model,
    objects,
    metrics,
    run,
    engine: '0.1.0',
    actor,
    address: 'register',
  });
}

const filesOf = (folder: string) =>
  (readdirSync(folder, { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!.code;
};

describe('registry', () => {
  test('versions count up; an equal model is the same version; latest is the newest', async () => {
    const root = testFolder();
    expect(await register(root, 1)).toMatchObject({ name: 'facies', version: 1, created: true });
    expect(await register(root, 2)).toMatchObject({ version: 2, created: true });
    const again = await register(root, 1, 'facies', 'another run');
    expect(again).toMatchObject({ version: 1, created: false });
    const registry = openRegistry(root);
    expect(registry.names()).toEqual(['facies']);
    expect(registry.versions('facies')).toEqual([1, 2]);
    for (const [reference, number] of [
      ['facies', 2],
      ['facies@latest', 2],
      ['facies@1', 1],
    ] as const)
      expect(registry.show(reference)).toMatchObject({ ok: true, value: { number } });
    expect(registry.show('facies@1')).toMatchObject({
      value: {
        digest: again.digest,
        version: {
          metrics: { f1: 0.5, auc: 'NaN' },
          trainingData: 'cd',
          address: 'register',
          engine: '0.1.0',
        },
        ledger: [{ type: 'registered', version: 1, run: 'r', actor }],
      },
    });
  });

  test('equal models give equal bytes and digests in any project, whatever the time and the run', async () => {
    const [a, b] = [testFolder(), testFolder()];
    const one = await register(a, 1, 'facies', 'run one');
    await register(b, 9, 'other');
    const two = await register(b, 1, 'other', 'run two');
    expect(two.digest).toBe(one.digest);
    const bytes = (root: string, name: string, version: number) => {
      const folder = join(root, '.toolbox', 'registry', name, String(version));
      return filesOf(folder).map((file) => [file.slice(folder.length), readFileSync(file, 'hex')]);
    };
    expect(bytes(b, 'other', 2)).toEqual(bytes(a, 'facies', 1));
  });

  test('a version is whole in itself: it opens after the store is gone, and in a copy', async () => {
    const root = testFolder();
    await register(root, 3);
    rmSync(join(root, '.toolbox', 'objects'), { recursive: true });
    const copy = testFolder();
    cpSync(root, copy, { recursive: true });
    const opened = await openRegistry(copy).open('facies');
    expect(opened.bundle.seed).toBe(3);
    const state = opened.version.objects.find((digest) => digest !== opened.version.model)!;
    expect((await opened.objects.get(state))!.length).toBe(400);
    expect(await openRegistry(copy).verify()).toEqual([]);
  });

  test('every damaged, missing or exchanged file of a version is found when it is opened', async () => {
    const root = testFolder();
    await register(root, 1);
    await register(root, 2);
    const folder = join(root, '.toolbox', 'registry', 'facies', '1');
    for (const file of filesOf(folder)) {
      const bytes = readFileSync(file);
      const wrong = Buffer.from(bytes);
      wrong[wrong.length - 10]! ^= 1;
      for (const damage of [wrong, bytes.subarray(0, -1), undefined]) {
        if (existsSync(file)) chmodSync(file, 0o644);
        if (damage) writeFileSync(file, damage);
        else rmSync(file, { force: true });
        expect(await codeOf(openRegistry(root).open('facies@1'))).toBe('store/damaged');
        expect(await openRegistry(root).verify()).toMatchObject([
          { message: expect.stringContaining('facies@1') },
        ]);
        rmSync(file, { force: true });
        writeFileSync(file, bytes);
      }
    }
    expect(await openRegistry(root).verify()).toEqual([]);
    const manifest = join(folder, 'version.json');
    rmSync(manifest);
    cpSync(join(folder, '..', '2', 'version.json'), manifest);
    expect(openRegistry(root).show('facies@1')).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('not what the ledger entered') }],
    });
  });

  test('what is not there is a problem that helps', async () => {
    const root = testFolder();
    const problemOf = (reference: string) => {
      const found = openRegistry(root).show(reference);
      return found.ok ? undefined : found.problems[0];
    };
    expect(problemOf('facies')).toMatchObject({ code: 'registry/none', hint: 'nothing is registered yet' });
    await register(root, 1);
    expect(problemOf('faces')).toMatchObject({ code: 'registry/none', hint: 'did you mean facies?' });
    expect(problemOf('facies@newest')).toMatchObject({
      message: 'no version of facies is its newest',
      hint: 'facies has no aliases yet',
    });
    expect(problemOf('facies@7')).toMatchObject({ message: 'facies has no version 7', hint: 'it has 1' });
    for (const reference of [
      '',
      'A',
      '../x',
      'x/y',
      'facies@0',
      'facies@01',
      'facies@1@2',
      'facies@',
      'facies@-1',
      'facies@../1',
      'con',
      'com1@1',
    ])
      expect(parseReference(reference)).toMatchObject({ ok: false, problems: [{ code: 'registry/name' }] });
    expect(await codeOf(register(root, 1, '../evil'))).toBe('registry/name');
  });

  test('a model whose objects are missing is not registered and leaves nothing', async () => {
    const root = testFolder();
    const model = await modelIn(root, 1);
    const nowhere = openObjects(join(root, 'nowhere'));
    const request = { name: 'facies', model, objects: nowhere, metrics: {}, engine: '0', actor };
    expect(await codeOf(openRegistry(root).register(request))).toBe('store/damaged');
    expect(readdirSync(join(root, '.toolbox', 'registry', 'facies'))).toEqual([]);
  });
});

describe('several processes', () => {
  const child = async (root: string, seeds: number[], fault = '') => {
    const dist = (path: string) =>
      JSON.stringify(fileURLToPath(new URL(`../../../dist/engine/${path}`, import.meta.url)));
    const script = `
      import { openRegistry } from ${dist('registry/registry.js')};
      import { openObjects } from ${dist('store/objects.js')};
      const objects = openObjects(${JSON.stringify(join(root, '.toolbox', 'objects'))});
      for (const model of ${JSON.stringify(await Promise.all(seeds.map((seed) => modelIn(root, seed))))})
        await openRegistry(${JSON.stringify(root)}).register({
          name: 'facies', model, objects, metrics: {}, engine: '0', actor: ${JSON.stringify(actor)} });`;
    const started = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TOOLBOX_FAULT: fault },
      stdio: 'inherit',
    });
    const [status, signal] = await once(started, 'exit');
    return signal ?? status;
  };

  test('that register at once lose nothing and number without gaps', async () => {
    const root = testFolder();
    const ends = await Promise.all([child(root, [1, 2, 3]), child(root, [3, 4, 5]), child(root, [5, 6, 1])]);
    expect(ends).toEqual([0, 0, 0]);
    const registry = openRegistry(root);
    expect(registry.versions('facies')).toEqual([1, 2, 3, 4, 5, 6]);
    const seeds = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (n) => (await registry.open(`facies@${n}`)).bundle.seed),
    );
    expect(seeds.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  for (const fault of ['object.written', 'object.named:2', 'registry.filled', 'registry.named'])
    test(`that are killed at ${fault} leave a version whole or not at all; the next goes on`, async () => {
      const root = testFolder();
      await register(root, 1);
      expect(await child(root, [2], fault)).toBe('SIGKILL');
      expect(await openRegistry(root).verify()).toEqual([]);
      expect(await register(root, 2)).toMatchObject({ version: 2, created: fault !== 'registry.named' });
      const found = openRegistry(root).show('facies@2');
      expect(found).toMatchObject({
        value: { ledger: [fault === 'registry.named' ? { recovered: true } : { run: 'r' }] },
      });
      expect(readdirSync(join(root, '.toolbox', 'registry', 'facies')).sort()).toEqual([
        '1',
        '2',
        'ledger.jsonl',
      ]);
      expect(readdirSync(join(root, '.toolbox', 'locks'))).toEqual([]);
    });
});
