import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsProject } from '../support/models.js';
import { hasPeers, peerPython } from '../support/peer.js';
import { bodyOf, serving, type TestServer } from '../support/serving.js';

const run = promisify(execFile);
const schemathesis = join(dirname(peerPython), 'schemathesis');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!hasPeers)('the served model and its peers', () => {
  const project = modelsProject();
  let server: TestServer;
  beforeAll(async () => {
    await project.run('pipelines/rocks.yaml');
    server = await serving(project.root, ['rocks'], { logLevel: 'error' });
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    project.remove();
  });

  test('tritonclient gets the same numbers, as JSON and as bytes', async () => {
    const rows = [
      { gamma: 35.5, density: 2.2, tone: 'low', count: 3 },
      { gamma: 90, density: 2.4, tone: 'high', count: 7 },
    ];
    const { predictions } = await bodyOf(await server.post('/predict', { rows }));
    const { stdout } = await run(peerPython, ['test/interop/serve.py', new URL(server.url).host, 'rocks']);
    const outputs = JSON.parse(stdout);
    for (const rock of ['sand', 'shale', 'silt'])
      expect(outputs[`prob_${rock}`]).toEqual(
        predictions.map((p: { probabilities: { [rock: string]: number } }) => p.probabilities[rock]),
      );
    expect(outputs.predicted).toEqual(
      predictions.map((p: { predicted_class_name: string }) => p.predicted_class_name),
    );
  });

  test.skipIf(!hasPromtool)('promtool accepts the metrics', async () => {
    await server.post('/predict', { rows: [{ gamma: 35.5, density: 2.2, tone: 'low', count: 3 }] });
    const input = await (await server.get('/metrics')).text();
    expect(input).toContain('rocks_predictions_total{predicted_class=');
    execFileSync('promtool', ['check', 'metrics'], { input });
  });

  test.skipIf(!existsSync(schemathesis))('schemathesis finds no server error in 2,000 requests', async () => {
    const counted = async () => {
      const text = await (await server.get('/metrics')).text();
      return [...text.matchAll(/^http_requests_total\{.*status="(\d+)".*\} (\d+)/gm)].map(
        ([, status, count]) => [Number(status), Number(count)] as const,
      );
    };
    for (let seed = 1; seed < 20; seed++) {
      await run(
        schemathesis,
        [
          'run',
          `${server.url}/openapi.json`,
          '-c',
          'not_a_server_error',
          '-n',
          '200',
          '--seed',
          String(seed),
        ],
        { maxBuffer: 1 << 26, cwd: tmpdir() },
      );
      const total = (await counted()).reduce((sum, [, count]) => sum + count, 0);
      if (total >= 2000) break;
    }
    const statuses = await counted();
    expect(statuses.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(2000);
    expect(statuses.filter(([status]) => status >= 500)).toEqual([]);
  });
});
