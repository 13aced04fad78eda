import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeySettings, openKeys } from '#dist/engine/access/keys.js';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving, type TestServer } from '../../support/serving.js';

const project = modelsProject();
const keys = openKeys(project.root);
const row = { gamma: 50, density: 2.3, tone: 'low', count: 3 };
let server: TestServer;
const make = async (name: string, settings: Partial<KeySettings> = {}) =>
  (await keys.create({ name, scopes: ['predict'], models: [], ...settings }, async () => {})).secret;
const ask = (key?: string, path = '/predict') =>
  server.post(path, { rows: [row] }, key === undefined ? {} : { authorization: `Bearer ${key}` });

beforeAll(async () => {
  await project.run('pipelines/rocks.yaml');
  server = await serving(project.root, ['rocks'], { access: keys, host: '0.0.0.0' });
}, 60_000);
afterAll(async () => {
  await server.stop();
  project.remove();
});

describe('keys', () => {
  test('are taken in either header', async () => {
    const key = await make('both');
    expect((await ask(key)).status).toBe(200);
    expect((await server.post('/predict', { rows: [row] }, { 'x-api-key': key })).status).toBe(200);
  });
  test('that are missing, wrong, expired, revoked are told alike', async () => {
    const good = await make('good');
    const expired = await make('expired', { expires: '2020-01-01T00:00:00.000Z' });
    const revoked = await make('revoked');
    await keys.revoke('revoked', 'lost', async () => {});
    const altered = `${good.slice(0, -1)}${good.endsWith('A') ? 'E' : 'A'}`;
    const answers = await Promise.all(
      [undefined, '', 'x', altered, `${good}A`, expired, revoked].map((key) => ask(key)),
    );
    const bodies = await Promise.all(answers.map(bodyOf));
    expect(answers.map((answer) => answer.status)).toEqual(Array(7).fill(401));
    expect(new Set(bodies.map(({ error }) => JSON.stringify(error))).size).toBe(1);
    expect(answers[0]!.headers.get('www-authenticate')).toBe('Bearer');
  });
  test('do what they are for and no more', async () => {
    const metrics = await make('metrics', { scopes: ['metrics'] });
    const other = await make('other', { models: ['stones'] });
    const admin = await make('admin', { scopes: ['admin'] });
    expect((await ask(metrics)).status).toBe(403);
    expect((await ask(other)).status).toBe(403);
    expect((await server.get('/metrics', { 'x-api-key': metrics })).status).toBe(200);
    expect((await server.get('/metrics')).status).toBe(401);
    expect((await server.get('/model_info', { 'x-api-key': other })).status).toBe(200);
    expect((await ask(admin)).status).toBe(200);
    expect((await server.get('/health')).status).toBe(200);
  });
  test('have their share of requests', async () => {
    const key = await make('slow', { rate: 0.5, burst: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask(key)).status);
    const late = await ask(key);
    expect([...statuses, late.status]).toEqual([200, 200, 429, 429]);
    expect(late.headers.get('retry-after')).toBe('2');
    expect((await ask(await make('other caller'))).status).toBe(200);
  });
  test('never stand in the log', async () => {
    const key = await make('logged');
    await ask(key);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const text = JSON.stringify(server.log());
    expect(text).toContain(key.split('_')[1]);
    expect(text).not.toContain(key.split('_')[2]);
  });
});
