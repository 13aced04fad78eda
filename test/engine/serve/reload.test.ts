import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving } from '../../support/serving.js';

const project = modelsProject();
const actor = { kind: 'claimed', user: 'ann', host: 'here' } as const;
const row = { gamma: 50, density: 2.3, tone: 'low', count: 3 };
const registry = openRegistry(project.root);
const change = { name: 'rocks', reason: 'test', actor, run: 'r', log: async () => {} };
const promote = (version: number) => registry.promote({ ...change, alias: 'production', version });
beforeAll(async () => {
  for (const trees of ['5', '6', '7']) await project.run('pipelines/rocks.yaml', { set: { trees } });
}, 60_000);
afterAll(() => project.remove());

const until = async (what: () => Promise<boolean>) => {
  const end = Date.now() + 5000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('not within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

test('a rollback under 64 connections: no request fails, and within five seconds the old version answers', async () => {
  await promote(1);
  await promote(2);
  const server = await serving(project.root, ['rocks@production'], { logLevel: 'warning' });
  const seen = new Map<string, number>();
  let failed = 0;
  let going = true;
  let last = '';
  const client = async () => {
    while (going) {
      const answer = await server.post('/predict', { rows: [row] });
      if (answer.status !== 200) failed++;
      const { model_version } = await bodyOf(answer);
      last = model_version;
      seen.set(model_version, (seen.get(model_version) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 64 }, client);
  await until(async () => last === 'rocks@2');
  await registry.rollback({ ...change, alias: 'production' });
  await until(async () => last === 'rocks@1');
  going = false;
  await Promise.all(clients);
  expect(failed).toBe(0);
  expect([...seen.keys()].sort()).toEqual(['rocks@1', 'rocks@2']);
  await server.stop();
}, 30_000);

test('what was begun is answered when the server stops, and what comes after is not', async () => {
  const server = await serving(project.root, ['rocks@1']);
  const body = JSON.stringify({ rows: [row] });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const begun = request(`${server.url}/predict`, { method: 'POST', headers });
  const answer = new Promise<number | undefined>((resolve) => {
    begun.on('response', (response) => resolve(response.statusCode));
  });
  begun.write(body.slice(0, 5));
  await until(async () => /http_requests_in_flight 2/.test(await (await server.get('/metrics')).text()));
  const stopped = server.stop();
  begun.end(body.slice(5));
  expect(await answer).toBe(200);
  await stopped;
  await expect(server.get('/health')).rejects.toThrow();
}, 30_000);

test('a version that cannot be loaded is told, and the one before goes on', async () => {
  await promote(1);
  const server = await serving(project.root, ['rocks@production']);
  const version = async () => (await bodyOf(await server.post('/predict', { rows: [row] }))).model_version;
  await promote(3);
  damage(join(project.root, '.toolbox/registry/rocks/3/objects'));
  await until(async () => (await bodyOf(await server.get('/health'))).status === 'degraded');
  const health = await bodyOf(await server.get('/health'));
  expect(health.models[0]).toMatchObject({ version: 'rocks@1', problem: { code: 'store/damaged' } });
  expect(await version()).toBe('rocks@1');
  await promote(2);
  await until(async () => (await version()) === 'rocks@2');
  expect((await bodyOf(await server.get('/health'))).status).toBe('ok');
  await server.stop();
}, 30_000);

function damage(objects: string): void {
  for (const name of readdirSync(objects, { recursive: true, encoding: 'utf8' })) {
    const path = join(objects, name);
    if (!statSync(path).isFile()) continue;
    chmodSync(path, 0o644);
    writeFileSync(path, 'x');
  }
}
