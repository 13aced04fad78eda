import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { orThrow, testProject } from '../support/project.js';

const folder = fileURLToPath(new URL('../../examples/price-outlook', import.meta.url));
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const text = read('pipelines/outlook.yaml');
const home = testProject({
  'pipelines/outlook.yaml': text,
  'data/prices.csv': read('data/prices.csv'),
  'data/orders.csv': read('data/orders.csv'),
});
afterAll(home.remove);

/** Problems that are told before anything runs, where `from` in the pipeline is `to`. */
async function problemsWith(from: string, to: string) {
  expect(text).toContain(from);
  const catalog = openCatalog();
  const pipeline = orThrow(
    await readPipeline(join(home.root, 'pipelines/outlook.yaml'), {
      project: home.project,
      catalog,
      text: text.replace(from, to),
    }),
  );
  const { problems } = await checkColumns(pipeline, { project: home.project, catalog });
  return problems.map(({ code, message, at }) => ({ code, message, line: at?.line }));
}

const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length;

describe('the example of prices a year ahead', () => {
  it('runs, and beats the last value', async () => {
    const { result } = await home.run('pipelines/outlook.yaml');
    expect(result.status).toBe('done');
    const scores = readFileSync(join(home.root, 'results/scores.csv'), 'utf8');
    expect(scores).toContain('"ETS(M,N,A)"');
    expect(readFileSync(join(home.root, 'results/orders.csv'), 'utf8')).toContain(
      '1,steel,2022-02-10,724.03,628.32',
    );
  });

  it.each([
    ['lags: [1, 12]', 'lags: [1, 0]', 'a lag of 0 takes the value of the row itself'],
    ['lags: [1, 12]', 'lags: [-1]', 'a lag of -1 takes values of the future'],
  ])('before it runs, refuses %s changed to %s', async (from, to, message) => {
    expect(await problemsWith(from, to)).toEqual([
      { code: 'spec/leakage', message: expect.stringContaining(message), line: lineOf(from) },
    ]);
  });

  it('tells before it runs which column of a forecast is not known', async () => {
    const [problem] = await problemsWith('      time: month\n      target: price\n', '      target: price\n');
    expect(problem).toMatchObject({ code: 'spec/column', message: expect.stringContaining('role order') });
  });
});
