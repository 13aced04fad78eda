import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { orThrow, testProject } from '../../support/project.js';

const rows = Array.from({ length: 80 }, (_, i) => `w${i % 4},${i / 10},${i % 2},${i % 2 ? 'sand' : 'shale'}`);
const p = testProject({
  'rows.csv': `well,depth,code,rock\n${rows.join('\n')}\n`,
  'p.yaml': `version: 1
steps:
  rows: { use: ingest.csv, with: { path: rows.csv, roles: { well: group, depth: position } } }
  split:
    use: prep.split
    in: rows
    with: { target: rock, by: random }
    allow:
      leak/random-groups: the wells are drilled side by side
      leak/telling-feature: code is known beforehand
`,
});
afterAll(p.remove);

test('what is doubted before the run and in it stands with its step, and what is allowed says why', async () => {
  const catalog = openCatalog();
  const pipeline = orThrow(
    await readPipeline(join(p.root, 'p.yaml'), { project: p.project, catalog, variables: {} }),
  );
  const { problems: doubts } = await checkColumns(pipeline, { project: p.project, catalog });
  const run = async () => {
    const { result } = await p.run('p.yaml', { doubts, report: false });
    const [reader, split] = result.nodes;
    expect(reader!.warnings).toEqual([]);
    return [split!.status, ...split!.warnings.map(({ code, severity, hint }) => [code, severity, hint])];
  };
  const told = [
    ['leak/random-groups', 'info', 'allowed: the wells are drilled side by side'],
    ['leak/random-space', 'warning', expect.stringContaining('by: block')],
    ['leak/telling-feature', 'info', 'allowed: code is known beforehand'],
  ];
  expect(await run()).toEqual(['ran', ...told]);
  expect(await run()).toEqual(['reused', ...told]);
});
