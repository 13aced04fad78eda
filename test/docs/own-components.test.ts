import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { engineVersion } from '#dist/engine/catalog.js';
import { perform } from '#dist/engine/cli/session.js';
import { projectCatalog } from '#dist/engine/own/catalog.js';
import { readProgram } from '#dist/engine/own/program-file.js';
import { readProject } from '#dist/engine/spec/project-file.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { testFolder } from '../support/folder.js';
import { orThrow, testProject } from '../support/project.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the example runs in a folder of its own, as its page says', async () => {
  const folder = testFolder();
  cpSync(join(root, 'examples/own-components'), folder, {
    recursive: true,
    filter: (path) => !/[\\/](\.toolbox|runs|results)$/.test(path),
  });
  const project = orThrow(readProject(folder, engineVersion));
  const catalog = orThrow(await projectCatalog(project));
  const pipeline = orThrow(await readPipeline(join(folder, 'pipelines/ranking.yaml'), { project, catalog }));
  const { result } = orThrow(
    await perform(project, catalog, pipeline, {
      cancel: new AbortController().signal,
      env: { XDG_STATE_HOME: join(folder, '.state') },
    }),
  );
  expect(result.nodes.flatMap(({ problems }) => problems)).toEqual([]);
  expect(result.nodes[2]!.metrics).toEqual({ best: 1560 });
  // numpy 2.4.6: q = np.quantile(sales, [0.25, 0.75]); q[1] + 2 * (q[1] - q[0]) is 1560.0
  expect(readFileSync(join(folder, 'results/ranking.csv'), 'utf8').split('\n').slice(0, 3)).toEqual([
    'shop,visitors,sales,rank',
    'east,120,1560,1',
    'north,310,820,2',
  ]);
});

test('the component.yaml of the guide is one', () => {
  const guide = readFileSync(join(root, 'docs/adding-a-component.md'), 'utf8');
  const blocks = [...guide.matchAll(/```yaml\n(name: .*?)```/gs)].map(([, text]) => text!);
  expect(blocks).toHaveLength(1);
  const project = testProject({ 'own/shop/rank/component.yaml': blocks[0]! });
  const { info } = readProgram(project.root, 'own/shop/rank/component.yaml');
  expect([info.name, Object.keys(info.outputs)]).toEqual([
    (parse(blocks[0]!) as { name: string }).name,
    ['out', 'chart'],
  ]);
  expect(info.config).toMatchObject({ required: ['by'], properties: { token: { secret: true } } });
  project.remove();
});
