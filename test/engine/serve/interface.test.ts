// biome-ignore-all lint/suspicious/noExplicitAny: what answers hold is what the tests are about
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving, type TestServer } from '../../support/serving.js';

const project = modelsProject();
let server: TestServer;
beforeAll(async () => {
  for (const name of ['rocks', 'facies']) await project.run(`pipelines/${name}.yaml`);
  server = await serving(project.root, ['rocks', 'facies']);
}, 120_000);
afterAll(async () => {
  await server.stop();
  project.remove();
});

describe('the OpenAPI document', () => {
  test('describes every route, with examples that work', async () => {
    const { openapi, paths } = await bodyOf(await server.get('/openapi.json'));
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/predict', '/models/rocks/predict', '/models/facies/predict', '/health']),
    );
    for (const [path, { get, post }] of Object.entries<any>(paths)) {
      if (path.endsWith('/batch_predict') || path.includes('{')) continue;
      const answer = post
        ? await server.post(path, post.requestBody.content['application/json'].example)
        : await server.get(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect((post ?? get).responses['200']).toBeDefined();
    }
  });
  test('has a page to try it, which may load nothing else', async () => {
    const answer = await server.get('/docs');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/);
    expect(await answer.text()).not.toMatch(/https?:\/\//);
  });
});

describe('the Open Inference Protocol', () => {
  test('gives the same numbers', async () => {
    const rows = [
      { gamma: 35.5, density: 2.2, tone: 'low', count: 3 },
      { gamma: 90, density: 2.4, tone: 'high', count: 7 },
    ];
    const types: { [name: string]: string } = {
      gamma: 'FP64',
      density: 'FP64',
      tone: 'BYTES',
      count: 'FP64',
    };
    const inputs = Object.keys(types).map((name) => ({
      name,
      datatype: types[name],
      shape: [2],
      data: rows.map((row) => row[name as keyof (typeof rows)[0]]),
    }));
    const { predictions } = await bodyOf(await server.post('/predict', { rows }));
    const answer = await bodyOf(await server.post('/v2/models/rocks/versions/1/infer', { id: 'a', inputs }));
    expect(answer).toMatchObject({ model_name: 'rocks', model_version: '1', id: 'a' });
    const of = (name: string) => answer.outputs.find((output: { name: string }) => output.name === name).data;
    expect(of('predicted')).toEqual(predictions.map((p: any) => p.predicted_class_name));
    expect(of('prob_sand')).toEqual(predictions.map((p: any) => p.probabilities.sand));
    const only = await bodyOf(
      await server.post('/v2/models/rocks/infer', { inputs, outputs: [{ name: 'confidence' }] }),
    );
    expect(only.outputs.map((output: { name: string }) => output.name)).toEqual(['confidence']);
  });
  test('takes traces as tensors of rows and samples', async () => {
    const { paths } = await bodyOf(await server.get('/openapi.json'));
    const { traces } = paths['/models/facies/predict'].post.requestBody.content['application/json'].example;
    const input = { name: 'trace', datatype: 'FP32', shape: [1, traces[0].length], data: traces[0] };
    const direct = await bodyOf(await server.post('/models/facies/predict', { traces }));
    const answer = await bodyOf(await server.post('/v2/models/facies/infer', { inputs: [input] }));
    const confidence = answer.outputs.find((output: { name: string }) => output.name === 'confidence');
    expect(confidence.data).toEqual([direct.predictions[0].confidence]);
  });
  test('tells what is there, and refuses what does not fit', async () => {
    expect((await server.get('/v2/health/ready')).status).toBe(200);
    expect((await server.get('/v2/health/live')).status).toBe(200);
    expect((await server.get('/v2/models/rocks/ready')).status).toBe(200);
    expect((await server.get('/v2/models/rocks/versions/9')).status).toBe(404);
    const metadata = await bodyOf(await server.get('/v2/models/facies'));
    expect(metadata.inputs).toMatchObject([
      { name: 'trace', datatype: 'FP32', shape: [-1, expect.any(Number)] },
    ]);
    const tensor = { name: 'gamma', datatype: 'FP64', shape: [1], data: [1] };
    for (const [inputs, status] of [
      [[], 400],
      [[{ ...tensor, shape: [2] }], 422],
      [[{ ...tensor, shape: [1e9, 1e9] }], 422],
      [[{ ...tensor, shape: 'x' }], 422],
      [[{ ...tensor, name: 'other' }], 422],
      [[{ ...tensor, datatype: 'BYTES' }], 422],
      [[tensor], 422],
      [[null], 422],
      ['x', 422],
    ])
      expect((await server.post('/v2/models/rocks/infer', { inputs })).status).toBe(status);
  });
});
