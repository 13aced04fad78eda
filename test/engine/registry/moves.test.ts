import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Happening } from '#dist/engine/event.js';
import { ProblemError, problem } from '#dist/engine/problem.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { testFolder } from '../../support/folder.js';
import { actor, change, registerSeed } from '../../support/registered.js';

const problemOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!;
};

async function registryOf(versions: number, now?: () => Date) {
  const root = testFolder();
  for (let seed = 1; seed <= versions; seed++) await registerSeed(root, seed);
  const registry = openRegistry(root, now);
  const stages = () =>
    registry.versions('facies').map((version) => registry.standing('facies').stage(version));
  const held = (alias: string) => {
    const found = registry.resolve(`facies@${alias}`);
    return found.ok ? found.value.number : undefined;
  };
  return { root, registry, stages, held };
}

describe('aliases and stages', () => {
  test('a version that takes another’s place archives it; a version is in one stage', async () => {
    const { registry, stages, held } = await registryOf(3);
    const position = registry.position('facies');
    expect(stages()).toEqual(['None', 'None', 'None']);
    await registry.promote({ ...change(), version: 1, alias: 'staging' });
    expect(registry.position('facies')).not.toBe(position);
    expect(stages()).toEqual(['Staging', 'None', 'None']);
    const moved = await registry.promote({ ...change(), version: 1, alias: 'Production' });
    expect(moved).toEqual({ alias: 'production', version: 1, changed: true });
    expect(stages()).toEqual(['Production', 'None', 'None']);
    expect(held('staging')).toBeUndefined();
    expect(await registry.promote({ ...change(), version: 2, alias: 'production' })).toMatchObject({
      before: 1,
    });
    expect(stages()).toEqual(['Archived', 'Production', 'None']);
    await registry.promote({ ...change(), version: 1, alias: 'champion' });
    expect(stages()).toEqual(['Archived', 'Production', 'None']);
    expect(registry.show('facies@champion')).toMatchObject({
      ok: true,
      value: { number: 1, stage: 'Archived', aliases: ['champion'] },
    });
    expect(registry.aliases('facies').map(({ name, version }) => [name, version])).toEqual([
      ['champion', 1],
      ['production', 2],
    ]);
    expect(await registry.promote({ ...change(), version: 2, alias: 'production' })).toMatchObject({
      changed: false,
    });
    expect(await problemOf(registry.promote({ ...change(), version: 2, alias: 'staging' }))).toMatchObject({
      code: 'registry/conflict',
    });
  });

  test('rolling back goes back step by step, past what was archived since, and never forward again', async () => {
    const { registry, held } = await registryOf(4);
    for (const version of [1, 2, 3]) await registry.promote({ ...change(), version, alias: 'production' });
    const back = () => registry.rollback({ ...change(), alias: 'production' });
    expect(await back()).toMatchObject({ version: 2, before: 3 });
    await registry.promote({ ...change(), version: 4, alias: 'production' });
    await registry.archive({ ...change(), version: 2 });
    expect(await back()).toMatchObject({ version: 1, before: 4 });
    expect(held('production')).toBe(1);
    expect(await problemOf(back())).toMatchObject({
      code: 'registry/none',
      message: 'facies@1 is the first that was production',
    });
    expect(await problemOf(registry.rollback({ ...change(), alias: 'staging' }))).toMatchObject({
      code: 'registry/none',
    });
  });

  test('a version in use is archived only by force, and then loses its aliases', async () => {
    const { registry, stages, held } = await registryOf(2);
    await registry.promote({ ...change(), version: 1, alias: 'production' });
    await registry.promote({ ...change(), version: 1, alias: 'champion' });
    const archive = (force?: boolean) =>
      registry.archive({ ...change(), version: 1, ...(force && { force }) });
    expect(await problemOf(archive())).toMatchObject({ message: 'facies@1 is champion, production' });
    expect(await archive(true)).toEqual(['champion', 'production']);
    expect(stages()).toEqual(['Archived', 'None']);
    expect([held('production'), held('champion')]).toEqual([undefined, undefined]);
    await registry.promote({ ...change(), version: 2, alias: 'challenger' });
    await registry.unalias({ ...change(), alias: 'challenger' });
    expect(held('challenger')).toBeUndefined();
    await registry.promote({ ...change(), version: 2, alias: 'production' });
    expect(await problemOf(registry.unalias({ ...change(), alias: 'production' }))).toMatchObject({
      code: 'registry/conflict',
    });
  });

  test('the ledger tells what was production at any time, though the clock was set back', async () => {
    const times = ['2026-01-01', '2026-02-01', '2026-01-15', '2026-03-01'].map(
      (day) => `${day}T00:00:00.000Z`,
    );
    let at = 0;
    const { root } = await registryOf(2);
    const ledger = join(root, '.toolbox', 'registry', 'facies', 'ledger.jsonl');
    const early = readFileSync(ledger, 'utf8').replaceAll(
      /"time":"[^"]+"/g,
      '"time":"2025-01-01T00:00:00.000Z"',
    );
    writeFileSync(ledger, early);
    const registry = openRegistry(root, () => new Date(times[at++]!));
    for (const version of [1, 2, 1, 2]) await registry.promote({ ...change(), version, alias: 'production' });
    const held = (time: string) => registry.standing('facies', Date.parse(time)).alias('production')?.version;
    expect(['2025-12-31', '2026-01-01', '2026-01-31T23:59Z', '2026-02-15', '2026-03-01'].map(held)).toEqual([
      undefined,
      1,
      1,
      1,
      2,
    ]);
  });

  test('a gate sees both versions and keeps the alias where it was; what held is in the ledger', async () => {
    const { root, registry, held } = await registryOf(0);
    await registerSeed(root, 1, { f1: 0.7 });
    await registerSeed(root, 2, { f1: 0.6 });
    await registry.promote({ ...change(), version: 1, alias: 'production', gate: async () => ['f1 >= 0.5'] });
    expect(registry.aliases('facies')[0]!.move.required).toEqual(['f1 >= 0.5']);
    const seen: unknown[] = [];
    const promoting = registry.promote({
      ...change(),
      version: 2,
      alias: 'production',
      gate: async (candidate, current) => {
        seen.push(candidate.version.metrics, current?.version.metrics);
        throw new ProblemError(problem('run/gate', 'worse'));
      },
    });
    expect(await problemOf(promoting)).toMatchObject({ code: 'run/gate' });
    expect(seen).toEqual([{ f1: 0.6 }, { f1: 0.7 }]);
    expect(held('production')).toBe(1);
  });

  test('every change is told to the log, with who and why; half a line is as if it had not been', async () => {
    const { root, registry, held } = await registryOf(2);
    const logged: Happening[] = [];
    await registry.promote({ ...change('tested', logged), version: 1, alias: 'production' });
    await registry.archive({ ...change('old', logged), version: 2 });
    expect(logged).toMatchObject([
      { type: 'model.moved', name: 'facies', alias: 'production', version: 1, reason: 'tested' },
      // Nothing here is in a real log, so each change finds the one before missing.
      { type: 'model.moved', version: 1, recovered: true },
      { type: 'model.archived', version: 2, reason: 'old' },
    ]);
    const ledger = join(root, '.toolbox', 'registry', 'facies', 'ledger.jsonl');
    appendFileSync(ledger, '{"actor":{"host":"here"},"alias":"production","ver');
    expect(held('production')).toBe(1);
    await registry.promote({ ...change(), version: 2, alias: 'champion' });
    expect([held('production'), held('champion')]).toEqual([1, 2]);
    appendFileSync(ledger, 'not JSON\n');
    expect(() => registry.aliases('facies')).toThrow(/ledger\.jsonl is not what was written/);
  });
});

test.each([
  ['ledger.half', 1],
  ['ledger.appended', 2],
  ['move.named', 2],
])(
  'a promotion killed at %s leaves the old version or the new one; the log has it after the next move',
  async (fault, left) => {
    const { root, registry, held } = await registryOf(3);
    await registry.promote({ ...change(), version: 1, alias: 'production' });
    const file = fileURLToPath(new URL('../../../dist/engine/registry/registry.js', import.meta.url));
    const script = `
    import { openRegistry } from ${JSON.stringify(file)};
    await openRegistry(${JSON.stringify(root)}).promote({ name: 'facies', version: 2, alias: 'production',
      reason: 'r', run: 'r', actor: ${JSON.stringify(actor)}, log: async () => {} });`;
    const env = { ...process.env, TOOLBOX_FAULT: fault };
    const started = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit', env });
    expect((await once(started, 'exit'))[1]).toBe('SIGKILL');
    expect(held('production')).toBe(left);
    const logged: Happening[] = [];
    await registry.promote({ ...change('after', logged), version: 3, alias: 'production' });
    expect(logged).toMatchObject([
      { type: 'model.moved', version: left, recovered: true },
      { type: 'model.moved', version: 3, before: left },
    ]);
    expect(await registry.rollback({ ...change(), alias: 'production' })).toMatchObject({ version: left });
  },
);

test('promotions of several processes at once: one after the other, none lost', async () => {
  const { root, registry } = await registryOf(4);
  const dist = (path: string) =>
    JSON.stringify(fileURLToPath(new URL(`../../../dist/engine/${path}`, import.meta.url)));
  const child = async (versions: readonly number[], alias: string) => {
    const script = `
      import { openRegistry } from ${dist('registry/registry.js')};
      const registry = openRegistry(${JSON.stringify(root)});
      for (const version of ${JSON.stringify(versions)})
        await registry.promote({ name: 'facies', version, alias: ${JSON.stringify(alias)}, reason: 'r',
          run: 'r', actor: ${JSON.stringify(actor)}, log: async () => {} });`;
    const [status] = await once(
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }),
      'exit',
    );
    return status;
  };
  const ends = await Promise.all([child([1, 2, 3], 'a'), child([2, 3, 4], 'b'), child([4, 3, 1], 'c')]);
  expect(ends).toEqual([0, 0, 0]);
  const moves = registry.ledger('facies').flatMap((entry) => (entry.type === 'moved' ? [entry] : []));
  const of = (alias: string) =>
    moves.filter((entry) => entry.alias === alias).map((entry) => [entry.before, entry.version]);
  expect([of('a'), of('b'), of('c')]).toEqual([
    [
      [undefined, 1],
      [1, 2],
      [2, 3],
    ],
    [
      [undefined, 2],
      [2, 3],
      [3, 4],
    ],
    [
      [undefined, 4],
      [4, 3],
      [3, 1],
    ],
  ]);
});
