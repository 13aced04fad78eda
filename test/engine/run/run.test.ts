import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { defineComponent, metrics, table } from '#dist/engine/component.js';
import { Config, Secret, Type } from '#dist/engine/schema.js';
import { catalogWith, statusOf, testProject } from '../../support/project.js';

const projects: ReturnType<typeof testProject>[] = [];
const project = (files: { readonly [path: string]: string }) => {
  const made = testProject(files);
  projects.push(made);
  return made;
};
afterEach(() => {
  for (const made of projects.splice(0)) made.remove();
});

/** Measures a number that its configuration gives; counts how often it ran. */
let calls: string[] = [];
const measure = defineComponent({
  name: 'test.measure',
  version: '1',
  summary: 'A number',
  config: Config({ value: Type.Number(), label: Type.String({ default: '' }) }),
  inputs: { in: metrics('others', { optional: true, many: true }) },
  outputs: { out: metrics('the number') },
  metrics: { value: { description: 'the number' } },
  determinism: 'pure',
  example: 'use: test.measure\nwith: { value: 1 }',
  async run(ctx) {
    calls.push(`${ctx.config.label || ctx.config.value}`);
    const sum = (ctx.in.in ?? []).reduce((total, one) => total + Number(one.values['value']), 0);
    return { out: { kind: 'metrics', values: { value: ctx.config.value + sum }, details: {} } };
  },
});

const rows = 'a,b\n1,x\n2,y\n3,z\n';

test('steps are reused until something that decides their result changes', async () => {
  calls = [];
  const catalog = catalogWith(measure);
  const p = project({
    'p.yaml':
      'version: 1\nsteps:\n  one: { use: test.measure, with: { value: 1 } }\n  two: { use: test.measure, in: one, with: { value: 2 } }\n',
  });
  expect(statusOf(await p.run('p.yaml', { catalog }))).toEqual({ one: 'ran', two: 'ran' });
  expect(statusOf(await p.run('p.yaml', { catalog }))).toEqual({ one: 'reused', two: 'reused' });
  // A renamed step, a comment and another order of keys change nothing.
  p.write(
    'p.yaml',
    'version: 1\n# a comment\nsteps:\n  second: { with: { value: 2 }, in: first, use: test.measure }\n  first: { use: test.measure, with: { value: 1 } }\n',
  );
  expect(statusOf(await p.run('p.yaml', { catalog }))).toEqual({ first: 'reused', second: 'reused' });
  p.write('p.yaml', readFileSync(join(p.root, 'p.yaml'), 'utf8').replace('value: 1', 'value: 5'));
  expect(statusOf(await p.run('p.yaml', { catalog }))).toEqual({ first: 'ran', second: 'ran' });
  expect(calls).toEqual(['1', '2', '5', '2']);
});

test('equal output stops the re-running below', async () => {
  const p = project({
    'data/a.csv': rows,
    'p.yaml':
      'version: 1\nsteps:\n  read: { use: ingest.csv, with: { path: data/a.csv } }\n  keep: { use: prep.select, in: read, with: { columns: [a] } }\n  more: { use: prep.select, in: keep, with: { roles: { a: key } } }\n',
  });
  await p.run('p.yaml');
  p.write('data/a.csv', rows.replace('x', 'changed'));
  expect(statusOf(await p.run('p.yaml'))).toEqual({ read: 'ran', keep: 'ran', more: 'reused' });
});

test('a false when skips the step and those that take its output, not those that only need it', async () => {
  const catalog = catalogWith(measure);
  const p = project({
    'p.yaml': `version: 1
params: { on: false }
steps:
  a: { use: test.measure, with: { value: 1 }, when: "\${{ params.on }}" }
  b: { use: test.measure, in: a, with: { value: 2 } }
  c: { use: test.measure, needs: a, with: { value: 3 } }
`,
  });
  const done = await p.run('p.yaml', { catalog });
  expect(statusOf(done)).toEqual({ a: 'skipped', b: 'skipped', c: 'ran' });
  expect(done.result.exit).toBe(0);
  expect(done.result.nodes.find((node) => node.address === 'a')).toMatchObject({
    values: { 'params.on': false },
  });
});

test('a gate that does not hold ends the run with status 3 and says which number missed which bound', async () => {
  const catalog = catalogWith(measure);
  const p = project({
    'p.yaml': `version: 1
steps:
  score: { use: test.measure, with: { value: 0.4 } }
  ship: { use: test.measure, in: score, with: { value: 1 }, require: "\${{ steps.score.metrics.value > 0.5 }}" }
`,
  });
  const { result } = await p.run('p.yaml', { catalog });
  expect(result.exit).toBe(3);
  expect(result.nodes[1]).toMatchObject({
    status: 'gate',
    values: { 'steps.score.metrics.value': 0.4 },
    problems: [{ code: 'run/gate', at: { file: 'p.yaml', line: 4 } }],
  });
});

test('retry tries again after a failure, and gives up with the problem at its place', async () => {
  let left = 2;
  const flaky = defineComponent({
    ...measure,
    name: 'test.flaky',
    async run(ctx) {
      if (left-- > 0) ctx.fail('data/values', 'not yet', { path: ['with', 'value'] });
      return { out: { kind: 'metrics', values: { value: 1 }, details: {} } };
    },
  });
  const catalog = catalogWith(flaky);
  const p = project({
    'p.yaml':
      'version: 1\nsteps:\n  a: { use: test.flaky, with: { value: 1 }, retry: { attempts: 3, backoff: 1 ms } }\n',
  });
  const { result } = await p.run('p.yaml', { catalog });
  expect(result.nodes[0]).toMatchObject({ status: 'ran', attempts: 3 });
  left = 5;
  const again = await p.run('p.yaml', { catalog, select: { force: 'all' } });
  expect(again.result.exit).toBe(1);
  expect(again.result.nodes[0]).toMatchObject({
    status: 'failed',
    problems: [{ code: 'data/values', at: { line: 3, col: 40 } }],
  });
});

const slow = defineComponent({
  ...measure,
  name: 'test.slow',
  async run(ctx) {
    await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
    return { out: { kind: 'metrics', values: {}, details: {} } };
  },
});

test('a timeout ends the step with a problem', async () => {
  const p = project({
    'p.yaml': 'version: 1\nsteps:\n  a: { use: test.slow, with: { value: 1 }, timeout: 20 ms }\n',
  });
  const { result } = await p.run('p.yaml', { catalog: catalogWith(slow) });
  expect(result.nodes[0]).toMatchObject({ status: 'failed', problems: [{ code: 'run/timeout' }] });
});

test('cancelling ends the run with status 130, and what was committed is reused', async () => {
  const catalog = catalogWith(measure, slow);
  const p = project({
    'p.yaml':
      'version: 1\nsteps:\n  quick: { use: test.measure, with: { value: 1 } }\n  long: { use: test.slow, in: quick, with: { value: 1 } }\n',
  });
  const cancel = new AbortController();
  const { result } = await p.run('p.yaml', {
    catalog,
    cancel: cancel.signal,
    readers: [(event) => event.type === 'step.started' && event.address === 'long' && cancel.abort('SIGINT')],
  });
  expect(result).toMatchObject({ exit: 130, status: 'cancelled' });
  const stop = AbortSignal.timeout(500);
  const again = await p.run('p.yaml', { catalog, cancel: stop });
  expect(statusOf(again)).toMatchObject({ quick: 'reused' });
});

test('a failure stops the rest; on_error: continue lets other branches go on', async () => {
  const broken = defineComponent({
    ...measure,
    name: 'test.broken',
    async run(ctx) {
      return ctx.fail('data/values', 'broken');
    },
  });
  const catalog = catalogWith(measure, broken);
  const text = (on: string) => `version: 1
steps:
  bad: { use: test.broken, with: { value: 1 }, on_error: ${on} }
  after: { use: test.measure, in: bad, with: { value: 2 } }
  other: { use: test.measure, needs: [], with: { value: 3 } }
  last: { use: test.measure, in: other, with: { value: 4 } }
`;
  const p = project({ 'p.yaml': text('continue') });
  const done = await p.run('p.yaml', { catalog });
  expect(statusOf(done)).toEqual({ bad: 'failed', after: 'skipped', other: 'ran', last: 'ran' });
  expect(done.result.exit).toBe(1);
  p.write('p.yaml', text('stop'));
  expect(statusOf(await p.run('p.yaml', { catalog, parallel: 1, select: { force: 'all' } }))).toEqual({
    bad: 'failed',
    after: 'skipped',
    other: 'skipped',
    last: 'skipped',
  });
});

test('foreach: instances, one by name, all gathered with their keys, and instance to instance', async () => {
  const p = project({
    'data/a.csv': rows,
    'data/b.csv': 'a,b\n9,q\n',
    'p.yaml': `version: 1
steps:
  read: { use: ingest.csv, foreach: { file: [a, b] }, with: { path: "data/\${{ each.file }}.csv" } }
  keep: { use: prep.select, foreach: { file: [a, b] }, in: read, with: { columns: [a] } }
  all: { use: prep.select, in: keep, save: out/all.csv }
  one: { use: prep.select, in: "read[file=b]", save: out/one.csv }
`,
  });
  const done = await p.run('p.yaml');
  expect(Object.keys(statusOf(done)).sort()).toEqual(
    ['all', 'keep[file=a]', 'keep[file=b]', 'one', 'read[file=a]', 'read[file=b]'].sort(),
  );
  expect(readFileSync(join(p.root, 'out/all.csv'), 'utf8')).toBe('file,a\na,1\na,2\na,3\nb,9\n');
  expect(readFileSync(join(p.root, 'out/one.csv'), 'utf8')).toBe('a,b\n9,q\n');
});

test('a pipeline used as a step: params from with, inputs from in, results as its own', async () => {
  const catalog = catalogWith(measure);
  const p = project({
    'data/a.csv': rows,
    'inner.yaml': `version: 1
params: { column: { type: string, default: b } }
inputs: { rows: { kind: table } }
outputs: { rows: picked }
steps:
  picked: { use: prep.select, in: rows, with: { columns: ["\${{ params.column }}"] } }
`,
    'p.yaml': `version: 1
steps:
  read: { use: ingest.csv, with: { path: data/a.csv } }
  call: { use: ./inner.yaml, in: { rows: read }, with: { column: a } }
  out: { use: prep.select, in: call, save: out/a.csv }
`,
  });
  const done = await p.run('p.yaml', { catalog });
  expect(statusOf(done)).toEqual({ read: 'ran', 'call/picked': 'ran', out: 'ran' });
  expect(readFileSync(join(p.root, 'out/a.csv'), 'utf8')).toBe('a\n1\n2\n3\n');
});

test('a result file that someone changed is left alone, and the result lies in the run', async () => {
  const p = project({
    'data/a.csv': rows,
    'p.yaml':
      'version: 1\nsteps:\n  read: { use: ingest.csv, with: { path: data/a.csv }, save: out/a.csv }\n',
  });
  await p.run('p.yaml');
  p.write('out/a.csv', 'mine\n');
  const done = await p.run('p.yaml');
  const [saved] = done.result.nodes[0]!.saved;
  expect(readFileSync(join(p.root, 'out/a.csv'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(p.root, saved!.kept!), 'utf8')).toBe(rows);
});

test('a damaged object is a miss: the step runs again', async () => {
  const p = project({
    'data/a.csv': rows,
    'p.yaml': 'version: 1\nsteps:\n  read: { use: ingest.csv, with: { path: data/a.csv } }\n',
  });
  const first = await p.run('p.yaml');
  const { object } =
    first.result.nodes[0]!.outputs['rows'] ?? Object.values(first.result.nodes[0]!.outputs)[0]!;
  const path = join(p.root, '.toolbox/objects', object.slice(0, 2), object.slice(2));
  expect(existsSync(path)).toBe(true);
  const { chmodSync, writeFileSync } = await import('node:fs');
  chmodSync(path, 0o644);
  writeFileSync(path, 'damaged');
  expect(statusOf(await p.run('p.yaml'))).toEqual({ read: 'ran' });
});

test('secrets reach the component, and nothing that is written', async () => {
  let seen = '';
  const login = defineComponent({
    name: 'test.login',
    version: '1',
    summary: 'Uses a password',
    config: Config({ password: Secret() }),
    inputs: {},
    outputs: { out: table('nothing') },
    determinism: 'pure',
    example: 'use: test.login\nwith: { password: "${{ secrets.db }}" }',
    async run(ctx) {
      seen = ctx.config.password;
      ctx.warn(`refused for ${ctx.config.password}`);
      throw new Error(`connection to db with ${ctx.config.password} failed`);
    },
  });
  const p = project({
    'p.yaml': 'version: 1\nsteps:\n  a: { use: test.login, with: { password: "${{ secrets.db }}" } }\n',
  });
  const { result } = await p.run('p.yaml', {
    catalog: catalogWith(login),
    env: { ...process.env, TOOLBOX_SECRET_DB: 'hunter2-very-secret' },
  });
  expect(seen).toBe('hunter2-very-secret');
  expect(result.nodes[0]).toMatchObject({ status: 'failed', problems: [{ code: 'run/internal' }] });
  const { readdirSync, statSync } = await import('node:fs');
  const files = readdirSync(p.root, { recursive: true, encoding: 'utf8' }).filter((f) =>
    statSync(join(p.root, f)).isFile(),
  );
  const leaks = files.filter((file) => readFileSync(join(p.root, file), 'latin1').includes('hunter2'));
  expect(leaks).toEqual([]);
  expect(JSON.stringify(result)).not.toContain('hunter2');
});
