import { cpSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { rowsToJson } from '#dist/engine/learn/rows.js';
import { ProblemError } from '#dist/engine/problem.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { predictFile } from '#dist/engine/run/predict-file.js';
import { doorTo, scratchWorkspace } from '#dist/engine/run/read-file.js';
import { testFolder } from '../../support/folder.js';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving, type TestServer } from '../../support/serving.js';

const project = modelsProject();
let server: TestServer;
beforeAll(async () => {
  for (const name of ['rocks', 'scaled', 'facies']) await project.run(`pipelines/${name}.yaml`);
  server = await serving(project.root, ['rocks', 'scaled', 'facies@1'], {
    limits: { body: 200_000, rows: 300, jobs: 10, seconds: 1 },
  });
}, 120_000);
afterAll(async () => {
  await server.stop();
  project.remove();
});

const row = { gamma: 50, density: 2.3, tone: 'low', count: 3 };

describe('answers', () => {
  test.each([
    ['rocks', 'data/rocks.csv'],
    ['scaled', 'data/rocks.csv'],
    ['facies', 'data/s.sgy'],
  ])('of %s are those of predict, bit for bit', async (name, file) => {
    const workspace = scratchWorkspace(openCatalog());
    const model = await openRegistry(project.root).open(name);
    const path = join(project.root, file);
    const { table } = await predictFile(doorTo(workspace, path, new AbortController().signal), model, path);
    const { classes } = model.bundle.target!;
    const frame = await table.frame();
    const rows = rowsToJson(frame.select(model.bundle.input.fields.map((f) => f.name)), [0, 1, 2, 3, 99]);
    const expected = rowsToJson(frame, [0, 1, 2, 3, 99]);
    await workspace.close();
    const body =
      name === 'facies' ? { traces: rows.map((r) => r['trace']), include_embeddings: true } : { rows };
    const answer = await bodyOf(await server.post(`/models/${name}/predict`, body));
    const counter = name === 'facies' ? 'trace_id' : 'row';
    expect(answer).toMatchObject({ model_version: `${name}@1`, num_features: model.bundle.features.length });
    expect(answer.predictions).toMatchObject(
      expected.map((found, i) => ({
        [counter]: i,
        predicted_class: classes!.indexOf(found['predicted'] as string),
        predicted_class_name: found['predicted'],
        confidence: found['confidence'],
        probabilities: Object.fromEntries(classes!.map((c) => [c, found[`prob_${c}`]])),
      })),
    );
  });

  test('explain what was predicted on request, and give metadata back', async () => {
    const answer = await bodyOf(
      await server.post('/predict', { rows: [row], explain: true, metadata: { line: 4 } }),
    );
    const [{ explanation, confidence, predicted_class_name }] = answer.predictions;
    expect(explanation.output).toBe(predicted_class_name);
    const sum = Object.values(explanation.contributions as { [name: string]: number }).reduce(
      (a, b) => a + b,
    );
    expect(explanation.base + sum).toBeCloseTo(confidence, 12);
    expect(answer.metadata).toEqual({ line: 4 });
  });

  test('tell what is served', async () => {
    expect(await bodyOf(await server.get('/'))).toMatchObject({
      name: 'test',
      features: ['gamma', 'density', 'tone', 'count'],
    });
    expect(await bodyOf(await server.get('/health'))).toMatchObject({
      status: 'ok',
      model_loaded: true,
      model_type: 'train.random-forest',
      num_features: 4,
    });
    expect(await bodyOf(await server.get('/models/facies/model_info'))).toMatchObject({
      model_version: 'facies@1',
      feature_breakdown: { derived: 8, embeddings: 4 },
      deployment_modes: ['online', 'batch'],
    });
  });

  test('carry the id of the request, which the log has too', async () => {
    const response = await server.get('/health', { 'x-request-id': 'mine-1' });
    expect(response.headers.get('x-request-id')).toBe('mine-1');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const own = await server.get('/health', { 'x-request-id': 'bad id\u00e9' });
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\w+$/);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.log()).toContainEqual(
      expect.objectContaining({ event: 'request', request_id: 'mine-1', status: 200, route: '/health' }),
    );
  });
});

describe('refusals', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  test.each<[string, unknown, number, string]>([
    ['no rows', { rows: [] }, 400, 'request/empty'],
    ['nothing', {}, 400, 'request/empty'],
    ['an empty body', '', 400, 'request/empty'],
    ['half of a JSON', '{"rows":[', 400, 'request/json'],
    ['NaN', '{"rows":[{"gamma":NaN}]}', 400, 'request/json'],
    [
      'a number beyond doubles',
      '{"rows":[{"gamma":1e999,"density":1,"tone":"a","count":1}]}',
      422,
      'request/rows',
    ],
    ['a list for a body', '[]', 422, 'request/shape'],
    ['text for a body', '"rows"', 422, 'request/shape'],
    ['a mistyped member', { row: [row] }, 422, 'request/shape'],
    ['rows and traces', { rows: [row], traces: [[1]] }, 422, 'request/shape'],
    ['traces for a table', { traces: [[1, 2]] }, 422, 'request/shape'],
    ['rows that are no objects', { rows: [1, null, [2]] }, 422, 'request/rows'],
    ['an unknown column', { rows: [{ ...row, more: 1 }] }, 422, 'request/rows'],
    ['text for a number', { rows: [{ ...row, gamma: 'x' }] }, 422, 'request/rows'],
    ['a prototype', '{"rows":[{"__proto__":{"gamma":1}}]}', 422, 'request/rows'],
    ['explain as text', { rows: [row], explain: 'yes' }, 422, 'request/shape'],
    ['a deep body', deep(60_000), 422, 'request/shape'],
    ['deep rows', `{"rows":${deep(60_000)}}`, 422, 'request/rows'],
    ['deep metadata', `{"rows":[{}],"metadata":{"a":${deep(60_000)}}}`, 422, 'request/shape'],
    ['too many rows', { rows: Array.from({ length: 301 }, () => ({})) }, 413, 'request/too-large'],
    ['a large body', 'x'.repeat(200_001), 413, 'request/too-large'],
  ])('%s', async (_what, body, status, code) => {
    const response = await server.post('/predict', body);
    const found = await bodyOf(response);
    expect([response.status, found.error.code]).toEqual([status, code]);
    expect(found.request_id).toBe(response.headers.get('x-request-id'));
    expect(JSON.stringify(found)).not.toMatch(/\bat .*\.js|node_modules|Error:/);
  });

  test('wrong cells one by one', async () => {
    const rows = [row, { ...row, count: 'three' }];
    const answer = await bodyOf(await server.post('/predict', { rows }));
    expect(answer.error.message).toBe('one value does not fit the model');
    expect(answer.problems).toEqual([{ row: 1, column: 'count', found: '"three"', expected: 'a number' }]);
  });

  test('values that the model cannot work with', async () => {
    const response = await server.post('/models/scaled/predict', { rows: [{ gamma: null, count: 1 }] });
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).error.code).toBe('request/values');
  });

  test('other types, methods, addresses', async () => {
    expect((await server.post('/predict', 'a=1', { 'content-type': 'text/plain' })).status).toBe(415);
    const put = await fetch(`${server.url}/predict`, { method: 'PUT', body: '{}' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await server.post('/models/nobody/predict', {})).status).toBe(404);
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/models/%00/predict', '/%'])
      expect((await server.get(path)).status).toBe(404);
  });

  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      let seen = '';
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => {
        seen += data;
      });
      socket.on('close', () => resolve(seen));
    });
  test('clients that are slow, and those that speak no HTTP', async () => {
    const head =
      'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';
    const [slowBody, slowHead, garbage, large] = await Promise.all([
      raw(`${head}\r\n{"rows"`),
      raw(head),
      raw('HELLO\r\n\r\n'),
      raw(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`),
    ]);
    expect(slowBody).toMatch(/^HTTP\/1.1 408 .*request\/slow/s);
    expect(slowHead).toMatch(/^HTTP\/1.1 408 /);
    expect(garbage).toMatch(/^HTTP\/1.1 400 .*request\/refused/s);
    expect(large).toMatch(/^HTTP\/1.1 431 /);
    expect((await server.get('/health')).status).toBe(200);
  });
});

test('a folder is served like a registered version', async () => {
  const folder = join(testFolder(), 'stones');
  cpSync(join(project.root, '.toolbox/registry/rocks/1'), folder, { recursive: true });
  const other = await serving(project.root, [folder]);
  const answer = await bodyOf(await other.post('/models/stones/predict', { rows: [row] }));
  expect(answer.predictions).toHaveLength(1);
  expect(answer.model_version).toMatch(/^stones@[0-9a-f]{12}$/);
  await other.stop();
});

describe('does not start', () => {
  const refused = async (work: Promise<unknown>) => {
    const error = await work.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).problems[0]!.code;
  };
  test('for other machines while nobody has a key', async () => {
    expect(await refused(serving(project.root, ['rocks'], { host: '0.0.0.0' }))).toBe('serve/address');
  });
  test('on a port in use, or without its model', async () => {
    const port = Number(new URL(server.url).port);
    expect(await refused(serving(project.root, ['rocks'], { port }))).toBe('serve/address');
    expect(await refused(serving(project.root, ['stones']))).toBe('registry/none');
    expect(await refused(serving(project.root, ['rocks', 'rocks@1']))).toBe('command/usage');
  });
  test('with a model that was changed', async () => {
    const folder = join(testFolder(), 'bad');
    cpSync(join(project.root, '.toolbox/registry/rocks/1'), folder, { recursive: true, mode: 0 });
    writeFileSync(join(folder, 'other.json'), '{}');
    const { readdirSync, chmodSync, statSync } = await import('node:fs');
    const objects = readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, 'objects', name))
      .filter((path) => statSync(path).isFile());
    for (const path of objects) {
      chmodSync(path, 0o644);
      writeFileSync(path, 'x');
    }
    expect(await refused(serving(project.root, [folder]))).toBe('store/damaged');
  });
});
