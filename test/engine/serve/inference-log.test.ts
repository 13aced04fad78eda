import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { rowsToJson } from '#dist/engine/learn/rows.js';
import { doorTo, readDataFile, scratchWorkspace } from '#dist/engine/run/read-file.js';
import { isSampled, parquetLog } from '#dist/engine/serve/inference-log.js';
import { jsonLog } from '#dist/engine/serve/log.js';
import type { Loaded } from '#dist/engine/serve/served-model.js';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving } from '../../support/serving.js';

const project = modelsProject();
const folder = join(project.root, '.toolbox/inference');
const row = (count: number) => ({ gamma: 20 + count, density: null, tone: 'low', count });

beforeAll(async () => {
  const pipeline = join(project.root, 'pipelines/rocks.yaml');
  const marked = readFileSync(pipeline, 'utf8').replace(
    'path: data/rocks.csv',
    'path: data/rocks.csv, columns: { tone: { personal: true } }',
  );
  writeFileSync(pipeline, marked);
  await project.run('pipelines/rocks.yaml');
  await project.run('pipelines/facies.yaml');
}, 120_000);
afterAll(() => project.remove());

/** Names of a model's files, without those that are not finished. */
const files = (model: string): string[] =>
  existsSync(join(folder, model))
    ? readdirSync(join(folder, model)).filter((name) => !name.startsWith('.'))
    : [];

/** Every row of a model's log, as the engine itself reads it. */
async function logged(model: string) {
  const workspace = scratchWorkspace(openCatalog());
  const door = doorTo(workspace, 'log', new AbortController().signal);
  const rows = [];
  for (const name of files(model).sort()) {
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-\d+\.parquet$/);
    const table = await readDataFile(door, join(folder, model, name));
    rows.push(...rowsToJson(await table.frame(), Array(table.rows).keys()));
  }
  await workspace.close();
  return rows;
}

test('requests of the sample are kept with their answers, without personal columns', async () => {
  const server = await serving(project.root, ['rocks'], { logSample: 0.5 });
  const ids = Array.from({ length: 60 }, (_, i) => `call-${i}`);
  const answers = new Map<string, { predicted_class_name: string; confidence: number }[]>();
  for (const [i, id] of ids.entries()) {
    const response = await server.post('/predict', { rows: [row(i), row(i + 1)] }, { 'x-request-id': id });
    answers.set(id, (await bodyOf(response)).predictions);
  }
  await server.post('/predict', { rows: [{}] }, { 'x-request-id': ids.find((id) => isSampled(id, 0.5))! });
  expect(files('rocks')).toEqual([]);
  await server.stop();
  const rows = await logged('rocks');
  const sampled = ids.filter((id) => isSampled(id, 0.5));
  expect(rows.map((r) => r['request_id'])).toEqual(sampled.flatMap((id) => [id, id]));
  expect(Object.keys(rows[0]!).slice(0, 7)).toEqual([
    ...['request_id', 'time', 'model_version', 'gamma', 'density', 'count', 'predicted'],
  ]);
  expect(rows.every((r) => !('tone' in r) && r['density'] === null)).toBe(true);
  const told = sampled.flatMap((id) => answers.get(id)!);
  expect(rows.map((r) => [r['predicted'], r['confidence']])).toEqual(
    told.map((p) => [p.predicted_class_name, p.confidence]),
  );
  expect(rows[0]).toMatchObject({ model_version: 'rocks@1' });
});

test('the mark goes into the model, whose examples are then not shown', async () => {
  const server = await serving(project.root, ['rocks']);
  const { paths } = await bodyOf(await server.get('/openapi.json'));
  expect(paths['/predict'].post.requestBody.content['application/json']).not.toHaveProperty('example');
  await server.stop();
});

test('a sample is the share that was asked for', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `id-${i}`);
  const count = ids.filter((id) => isSampled(id, 0.1)).length;
  // Binomial: 2000 with a standard deviation of 42.
  expect(Math.abs(count - 2000)).toBeLessThan(5 * 42);
  expect(ids.some((id) => isSampled(id, 0))).toBe(false);
  expect(ids.every((id) => isSampled(id, 1))).toBe(true);
});

const turns = (id: string) => {
  const input = { fields: [{ name: 'a', type: 'float64', role: 'feature', nullable: true }] };
  const output = { fields: [{ name: 'predicted', type: 'float64', role: 'prediction', nullable: true }] };
  return {
    id,
    name: 'turns',
    input,
    classes: [],
    bundle: { task: 'regress', output, reference: {} },
  } as unknown as Loaded;
};

test('a file is begun when one is full, and when another version answers', async () => {
  const log = parquetLog(
    { folder, share: 1, rows: 2 },
    jsonLog(() => {}, 'error'),
  );
  const note = (id: string, a: number) =>
    log.note(turns(id), `${a}`, [{ a }], { kind: 'number', values: Float64Array.of(2 * a) });
  for (const a of [1, 2, 3]) note('turns@1', a);
  note('turns@2', 4);
  await log.close();
  expect(readdirSync(join(folder, 'turns'))).toHaveLength(3);
  expect((await logged('turns')).map((r) => [r['model_version'], r['a'], r['predicted']])).toEqual([
    ['turns@1', 1, 2],
    ['turns@1', 2, 4],
    ['turns@1', 3, 6],
    ['turns@2', 4, 8],
  ]);
});

test('a disk that refuses is told of, and serving goes on', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'facies'), 'a file where the folder should be');
  const server = await serving(project.root, ['facies'], { logSample: 1 });
  const width = (await bodyOf(await server.get('/model_info'))).input[0].width as number;
  expect((await server.post('/predict', { traces: [Array(width).fill(0.5)] })).status).toBe(200);
  await server.stop();
  expect(server.log()).toContainEqual(
    expect.objectContaining({ level: 'error', event: 'inference log not written', model: 'facies', rows: 1 }),
  );
});

test('a row waits so long for its file and no longer', async () => {
  const log = parquetLog(
    { folder, share: 1, seconds: 0.05 },
    jsonLog(() => {}, 'error'),
  );
  log.note(turns('turns@3'), '5', [{ a: 5 }], { kind: 'number', values: Float64Array.of(10) });
  while (files('turns').length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  await log.close();
  expect((await logged('turns')).at(-1)).toMatchObject({ model_version: 'turns@3', predicted: 10 });
});

/** A server in a process of its own, which answered a request of three rows. */
async function answered() {
  const bin = fileURLToPath(new URL('../../../dist/engine/cli/bin.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [bin, 'serve', 'rocks', '--port', '0', '--json', '--log-sample', '100%'],
    { cwd: project.root, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let text = '';
  for await (const part of child.stdout) {
    text += part;
    if (text.includes('}')) break;
  }
  const { url } = JSON.parse(text) as { url: string };
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [row(1), row(2), row(3)] }),
  });
  expect(response.status).toBe(200);
  return { child, ended: once(child, 'exit') };
}

test('a server that is told to end writes what it holds, of one that is killed the next', async () => {
  const before = (await logged('rocks')).length;
  const told = await answered();
  told.child.kill('SIGTERM');
  expect(await told.ended).toEqual([0, null]);
  expect(await logged('rocks')).toHaveLength(before + 3);
  const killed = await answered();
  const held = () => readdirSync(join(folder, 'rocks')).filter((name) => name.startsWith('.held-'));
  while (held().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(await logged('rocks')).toHaveLength(before + 3);
  const next = await serving(project.root, ['rocks'], { logSample: 1 });
  await next.stop();
  expect(await logged('rocks')).toHaveLength(before + 6);
  expect(held()).toEqual([]);
  expect(next.log()).toContainEqual(
    expect.objectContaining({ event: 'inference log recovered', model: 'rocks', rows: 3 }),
  );
}, 120_000);
