import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '#dist/engine/catalog.js';
import { openResults } from '#dist/engine/store/results.js';
import { testProject } from '../../support/project.js';

const project = testProject({
  'pipelines/read.yaml': `version: 1
steps:
  json: { use: ingest.json, with: { path: rows.json } }
  csv: { use: ingest.csv, with: { path: rows.csv } }
`,
  'rows.json': '[{"a": 1}, {"a": 2}]',
  'rows.csv': 'a\n1\n2\n',
});
afterAll(project.remove);

test('the version of DuckDB is in the key of steps that it works for, and of no other', async () => {
  const { result } = await project.run('pipelines/read.yaml');
  const results = openResults(join(project.root, '.toolbox', 'results'));
  const programs = Object.fromEntries(
    result.nodes.map(({ address, key }) => [address, results.read(key!)?.record.parts.programs]),
  );
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    dependencies: { [name: string]: string };
  };
  const duckdb = '@duckdb/node-api';
  expect(programs).toEqual({ json: { [duckdb]: dependencies[duckdb] }, csv: {} });
});
