import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsProject } from '../../support/models.js';
import { bodyOf, serving, type TestServer } from '../../support/serving.js';

const project = modelsProject();
let server: TestServer;
beforeAll(async () => {
  await project.run('pipelines/rocks.yaml');
  server = await serving(project.root, ['rocks']);
}, 60_000);
afterAll(async () => {
  await server.stop();
  project.remove();
});

interface Sent {
  readonly name: string;
  readonly datatype: string;
  readonly bytes: Buffer;
}
const f64 = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer);
const texts = (...values: string[]) =>
  Buffer.concat(
    values.flatMap((text) => [Buffer.from(Uint32Array.of(text.length).buffer), Buffer.from(text)]),
  );
const columns: Sent[] = [
  { name: 'gamma', datatype: 'FP32', bytes: Buffer.from(Float32Array.of(35.5, 90).buffer) },
  // NaN is a missing value.
  { name: 'density', datatype: 'FP64', bytes: f64(Number.NaN, 2.4) },
  { name: 'tone', datatype: 'BYTES', bytes: texts('low', 'high') },
  { name: 'count', datatype: 'INT64', bytes: Buffer.from(BigInt64Array.of(3n, 7n).buffer) },
];

function ask(sent: readonly Sent[], more = {}, length?: string) {
  const inputs = sent.map(({ name, datatype, bytes }) => ({
    name,
    datatype,
    shape: [2],
    parameters: { binary_data_size: bytes.length },
  }));
  const head = Buffer.from(JSON.stringify({ inputs, ...more }));
  return server.post('/v2/models/rocks/infer', Buffer.concat([head, ...sent.map(({ bytes }) => bytes)]), {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': length ?? String(head.length),
  });
}

const rows = [
  { gamma: 35.5, density: null, tone: 'low', count: 3 },
  { gamma: 90, density: 2.4, tone: 'high', count: 7 },
];

describe('tensors as bytes', () => {
  test('give the numbers of JSON', async () => {
    const { predictions } = await bodyOf(await server.post('/predict', { rows }));
    const { outputs } = await bodyOf(await ask(columns));
    const of = (name: string) => outputs.find((output: { name: string }) => output.name === name).data;
    expect(of('predicted')).toEqual(
      predictions.map((p: { predicted_class_name: string }) => p.predicted_class_name),
    );
    expect(of('confidence')).toEqual(predictions.map((p: { confidence: number }) => p.confidence));
  });

  test('come back so where asked for, in the order of the outputs', async () => {
    const outputs = [
      { name: 'predicted', parameters: { binary_data: true } },
      { name: 'prob_sand' },
      { name: 'confidence', parameters: { binary_data: true } },
    ];
    const response = await ask(columns, { outputs });
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const body = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length'));
    const answer = JSON.parse(body.toString('utf8', 0, length));
    const { predictions } = await bodyOf(await server.post('/predict', { rows }));
    const names = texts(...predictions.map((p: { predicted_class_name: string }) => p.predicted_class_name));
    const confidence = f64(...predictions.map((p: { confidence: number }) => p.confidence));
    expect(body.subarray(length)).toEqual(Buffer.concat([names, confidence]));
    expect(answer.outputs).toEqual([
      {
        name: 'predicted',
        datatype: 'BYTES',
        shape: [2],
        parameters: { binary_data_size: names.length },
      },
      {
        name: 'prob_sand',
        datatype: 'FP64',
        shape: [2],
        data: predictions.map((p: { probabilities: { sand: number } }) => p.probabilities.sand),
      },
      { name: 'confidence', datatype: 'FP64', shape: [2], parameters: { binary_data_size: 16 } },
    ]);
    const all = await ask(columns, { parameters: { binary_data_output: true } });
    expect(all.headers.has('inference-header-content-length')).toBe(true);
  });

  test('that do not add up are refused', async () => {
    const [gamma, density, tone, count] = columns as [Sent, Sent, Sent, Sent];
    const wrong: [readonly Sent[], string?][] = [
      [columns, '1e3'],
      [columns, '99999999'],
      [[gamma, density, { ...tone, bytes: tone.bytes.subarray(0, 5) }, count]],
      [[gamma, density, { ...tone, bytes: Buffer.from([255, 255, 255, 255]) }, count]],
      [[gamma, { ...density, bytes: density.bytes.subarray(0, 9) }, tone, count]],
      [[gamma, { ...density, datatype: 'BYTES' }, tone, count]],
      [[gamma, { ...density, datatype: 'constructor' }, tone, count]],
    ];
    for (const [sent, length] of wrong) expect((await ask(sent, {}, length)).status).toBe(422);
    const inputs = [{ name: 'gamma', datatype: 'FP64', shape: [2], parameters: { binary_data_size: -1 } }];
    expect((await ask([], { inputs })).status).toBe(422);
    expect((await ask(columns, {}, '0')).status).toBe(422);
    const octets = { 'content-type': 'application/octet-stream' };
    expect((await server.post('/v2/models/rocks/infer', '{}', octets)).status).toBe(415);
    const predict = { ...octets, 'inference-header-content-length': '2' };
    expect((await server.post('/predict', '{}', predict)).status).toBe(422);
  });
});
