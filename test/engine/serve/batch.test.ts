import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeys } from '#dist/engine/access/keys.js';
import { openCatalog } from '#dist/engine/catalog.js';
import { writeArtifact } from '#dist/engine/export/write.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { predictFile } from '#dist/engine/run/predict-file.js';
import { doorTo, scratchWorkspace } from '#dist/engine/run/read-file.js';
import { manyRocks, modelsProject } from '../../support/models.js';
import { bodyOf, serving, type TestServer } from '../../support/serving.js';

const project = modelsProject();
let server: TestServer;
beforeAll(async () => {
  for (const name of ['rocks', 'scaled', 'facies']) await project.run(`pipelines/${name}.yaml`);
  server = await serving(project.root, ['rocks', 'scaled', 'facies']);
}, 120_000);
afterAll(async () => {
  await server.stop();
  project.remove();
});

const read = (path: string) => readFileSync(join(project.root, path));
const ask = (input_path: string, output_path: string, more = {}, prefix = '', headers = {}) =>
  server.post(`${prefix}/batch_predict`, { input_path, output_path, ...more }, headers);

/** What `toolbox predict` writes. */
async function predicted(model: string, input: string, ending: string): Promise<Buffer> {
  const workspace = scratchWorkspace(openCatalog());
  const out = join(project.root, `expected${ending}`);
  const opened = await openRegistry(project.root).open(model);
  const path = join(project.root, input);
  const { table } = await predictFile(doorTo(workspace, path, new AbortController().signal), opened, path);
  await writeArtifact(workspace.objects, table, out);
  await workspace.close();
  return readFileSync(out);
}

describe('a file predicted into another', () => {
  test('holds what toolbox predict writes, byte for byte', async () => {
    const answer = await bodyOf(await ask('data/rocks.csv', 'results/rocks.csv'));
    const { paths } = await bodyOf(await server.get('/openapi.json'));
    const { responses } = paths['/models/rocks/batch_predict'].post;
    expect(Object.keys(answer)).toEqual(responses['200'].content['application/json'].schema.required);
    expect(answer).toMatchObject({
      num_predictions: 240,
      output_path: 'results/rocks.csv',
      model_version: 'rocks@1',
    });
    const counts = Object.values<number>(answer.class_distribution);
    expect(counts.reduce((a, b) => a + b)).toBe(240);
    expect(read('results/rocks.csv')).toEqual(await predicted('rocks', 'data/rocks.csv', '.csv'));
    expect(existsSync(join(project.root, 'results/rocks.csv.problems.csv'))).toBe(false);
  });

  test('of a survey too', async () => {
    const response = await ask('data/s.sgy', 'results/deep/facies.parquet', {}, '/models/facies');
    expect(response.status).toBe(200);
    expect(read('results/deep/facies.parquet')).toEqual(await predicted('facies', 'data/s.sgy', '.parquet'));
  });

  test('without probabilities where none are asked for', async () => {
    await ask('data/rocks.csv', 'results/short.csv', { include_probabilities: false });
    expect(read('results/short.csv').toString().split('\n', 1)).toEqual([
      'gamma,density,tone,count,rock,predicted,confidence',
    ]);
  });

  test('leaves rows out that do not fit, and lists them', async () => {
    const lines = ['gamma,count,rock'];
    for (let i = 0; i < 40; i++) lines.push(`${30 + i},${i},sand`);
    const fit = [...lines];
    lines[3] = 'much,1,sand';
    lines[20] = ',4,sand';
    lines[40] = '50,,sand';
    project.write('data/gaps.csv', `${lines.join('\n')}\n`);
    project.write('data/fit.csv', `${fit.filter((_, i) => ![3, 20, 40].includes(i)).join('\n')}\n`);
    const answer = await bodyOf(await ask('data/gaps.csv', 'results/gaps.csv', {}, '/models/scaled'));
    expect(answer).toMatchObject({
      num_predictions: 37,
      rows_with_problems: 3,
      problems_path: 'results/gaps.csv.problems.csv',
    });
    expect(read('results/gaps.csv.problems.csv').toString()).toBe(
      [
        'row,column,found,expected',
        '3,gamma,"""much""",a number',
        '20,gamma,a missing value,a number',
        '40,count,a missing value,a number',
        '',
      ].join('\n'),
    );
    expect(read('results/gaps.csv')).toEqual(await predicted('scaled', 'data/fit.csv', '.csv'));
    expect(read('results/gaps.csv')).toEqual(await predicted('scaled', 'data/gaps.csv', '.csv'));
  });

  test('is refused where paths lead elsewhere, are missing or taken', async () => {
    symlinkSync('/etc', join(project.root, 'data/link'));
    symlinkSync(join(project.root, '.toolbox'), join(project.root, 'data/own'));
    mkdirSync(join(project.root, 'data/folder.csv'));
    project.write('results/there.csv', 'a\n');
    for (const [input, output] of [
      ['../../etc/passwd', 'results/a.csv'],
      ['/etc/passwd', 'results/a.csv'],
      ['data/link/passwd', 'results/a.csv'],
      ['data/../../x.csv', 'results/a.csv'],
      ['.toolbox/registry/rocks/1/version.json', 'results/a.csv'],
      ['data/own/registry/rocks/1/version.json', 'results/a.csv'],
      ['data/rocks.csv', '.toolbox/a.csv'],
      ['data/rocks.csv', 'data/own/a.csv'],
      ['data/rocks.csv', '/tmp/out.csv'],
      ['data/rocks.csv', 'data/link/out.csv'],
      ['data/rocks.csv', 'data/rocks.csv'],
      ['data/rocks.csv', 'results/there.csv'],
      ['data/none.csv', 'results/a.csv'],
      ['data/folder.csv', 'results/a.csv'],
      ['data/rocks.csv', 'toolbox.yaml'],
      ['data/rocks.csv', 'results/a.exe'],
      ['data/rocks.csv\0', 'results/a.csv'],
      ['a'.repeat(5000), 'results/a.csv'],
      ['data/rocks.csv', `results/${'a'.repeat(300)}.csv`],
    ] as const) {
      const answer = await ask(input, output);
      expect([input, output, answer.status]).toEqual([input, output, 422]);
      expect(await answer.text()).not.toContain('root:');
    }
    const { jobs } = await bodyOf(await server.get('/jobs'));
    expect(jobs.every(({ state }: { state: string }) => state === 'done')).toBe(true);
    expect(existsSync(join(project.root, 'results/a.csv'))).toBe(false);
  });

  test('that does not fit the model is told so, without where the project lies', async () => {
    project.write('data/other.csv', 'a,b\n1,2\n');
    const answer = await ask('data/other.csv', 'results/other.csv');
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('no column \\"gamma\\"');
    expect(text).not.toContain(project.root);
  });
});

describe('jobs', () => {
  const async = { prefer: 'respond-async' };
  const until = async (path: string, get = (path: string) => server.get(path)) => {
    for (;;) {
      const job = await bodyOf(await get(path));
      if (!['queued', 'running'].includes(job.state)) return job;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  test('answer at once where asked to, run one after the other, and can be cancelled', async () => {
    const accepted = await Promise.all(
      ['a', 'b', 'c'].map((name) => ask('data/rocks.csv', `results/job-${name}.csv`, {}, '', async)),
    );
    expect(accepted.map(({ status }) => status)).toEqual([202, 202, 202]);
    const [first, second, third] = accepted.map((response) => response.headers.get('location')!);
    expect(first).toMatch(/^\/jobs\/[0-9a-f]{32}$/);
    expect((await ask('data/rocks.csv', 'results/job-c.csv')).status).toBe(422);
    const remove = (path: string) => fetch(`${server.url}${path}`, { method: 'DELETE' });
    expect(await bodyOf(await remove(third!))).toMatchObject({ state: 'cancelled' });
    expect(await until(first!)).toMatchObject({
      state: 'done',
      rows: 240,
      rows_done: 240,
      rows_with_problems: 0,
      chunked: true,
      result: { num_predictions: 240, output_path: 'results/job-a.csv' },
    });
    await bodyOf(await remove(second!));
    expect((await until(second!)).state).toMatch(/done|cancelled/);
    expect(await bodyOf(await remove(first!))).toMatchObject({ state: 'done' });
    expect(existsSync(join(project.root, 'results/job-c.csv'))).toBe(false);
    const { jobs } = await bodyOf(await server.get('/jobs'));
    expect(jobs.slice(0, 3).map(({ id }: { id: string }) => `/jobs/${id}`)).toEqual([third, second, first]);
    for (const path of ['/jobs/0', `/jobs/${'0'.repeat(32)}`, '/jobs/..%2f..%2fx'])
      expect((await server.get(path)).status).toBe(404);
  });

  test('that fail say why', async () => {
    const { headers } = await ask('data/other.csv', 'results/other.csv', {}, '', async);
    expect(await until(headers.get('location')!)).toMatchObject({
      state: 'failed',
      error: { code: 'learn/signature' },
    });
  });

  test('wait in a queue that ends somewhere', async () => {
    const small = await serving(project.root, ['rocks'], {
      limits: { body: 10_000, rows: 10, jobs: 0, seconds: 5 },
    });
    const answer = await small.post('/batch_predict', {
      input_path: 'data/rocks.csv',
      output_path: 'results/never.csv',
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    await small.stop();
  });

  test('are seen by the key that asked for them, and by administrators', async () => {
    const keys = openKeys(project.root);
    const make = async (name: string, scopes: ('batch' | 'predict' | 'admin')[]) => ({
      'x-api-key': (await keys.create({ name, scopes, models: [] }, async () => {})).secret,
    });
    const own = await make('own', ['batch']);
    const other = await make('other', ['batch']);
    const weak = await make('weak', ['predict']);
    const admin = await make('admin', ['admin']);
    const guarded = await serving(project.root, ['rocks'], { access: keys });
    const body = { input_path: 'data/rocks.csv', output_path: 'results/guarded.csv' };
    expect((await guarded.post('/batch_predict', body)).status).toBe(401);
    expect((await guarded.post('/batch_predict', body, weak)).status).toBe(403);
    const { headers } = await guarded.post('/batch_predict', body, { ...own, ...async });
    const path = headers.get('location')!;
    const statuses = await Promise.all(
      [own, other, weak, admin, {}].map(async (key) => (await guarded.get(path, key)).status),
    );
    expect(statuses).toEqual([200, 404, 403, 200, 401]);
    const remove = await fetch(`${guarded.url}${path}`, { method: 'DELETE', headers: other });
    expect(remove.status).toBe(404);
    expect((await bodyOf(await guarded.get('/jobs', other))).jobs).toEqual([]);
    expect((await bodyOf(await guarded.get('/jobs', own))).jobs).toHaveLength(1);
    expect(await until(path, (path) => guarded.get(path, own))).toMatchObject({ state: 'done' });
    await guarded.stop();
  });

  test('that a server leaves behind are taken up by the next', async () => {
    const first = await serving(project.root, ['rocks']);
    const body = { input_path: 'data/rocks.csv', output_path: 'results/later.csv' };
    const { headers } = await first.post('/batch_predict', body, async);
    await first.stop();
    writeFileSync(join(project.root, 'results/between.txt'), '');
    const next = await serving(project.root, ['facies']);
    expect(await until(headers.get('location')!, (path) => next.get(path))).toMatchObject({
      state: 'done',
      model_version: 'rocks@1',
    });
    expect(read('results/later.csv')).toEqual(read('results/rocks.csv'));
    await next.stop();
  });
});

test('--batch goes on behind the last chunk when it is called again after a kill', async () => {
  project.write('data/many.csv', manyRocks(9000));
  const bin = fileURLToPath(new URL('../../../dist/engine/cli/bin.js', import.meta.url));
  const batch = (fault: string) =>
    spawnSync(process.execPath, [bin, 'serve', 'rocks', '--batch', 'data/many.csv', 'results/many.csv'], {
      cwd: project.root,
      encoding: 'utf8',
      env: { ...process.env, TOOLBOX_FAULT: fault },
    });
  expect(batch('chunk.named').signal).toBe('SIGKILL');
  expect(existsSync(join(project.root, 'results/many.csv'))).toBe(false);
  // Of two chunks one is left: were the other done again, there would be a second to die at.
  const next = batch('chunk.named:2');
  expect([next.status, next.stderr]).toEqual([0, 'going on with a batch of rocks@1 that did not end\n']);
  expect(next.stdout).toBe('9000 rows predicted by rocks@1, written to results/many.csv\n');
  expect(read('results/many.csv')).toEqual(await predicted('rocks', 'data/many.csv', '.csv'));
}, 120_000);
