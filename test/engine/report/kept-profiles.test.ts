import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testProject } from '../../support/project.js';

const project = testProject({
  'pipelines/read.yaml': 'version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv } }\n',
  'rows.csv': 'depth,rock\n1,sand\n2,shale\n',
});
afterAll(project.remove);

const run = async () => {
  const { folder } = await project.run('pipelines/read.yaml');
  const text = (name: string) => readFileSync(join(project.root, folder, name), 'utf8');
  return { kept: join(project.root, folder, 'profiles.json'), report: text('report.md') };
};

test('what a table holds is described from the last report while the table stays the same, and only then', async () => {
  const first = await run();
  expect(first.report).toContain('sand (1)');
  // A mark in what the first report kept shows which reports read the data and which read that.
  const text = readFileSync(first.kept, 'utf8');
  writeFileSync(first.kept, text.replace('sand (1)', 'chalk (9)'));
  expect((await run()).report).toContain('chalk (9)');
  project.write('rows.csv', 'depth,rock\n1,sand\n2,sand\n');
  expect((await run()).report).toContain('sand (2)');
});
