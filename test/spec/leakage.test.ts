import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { codes } from '#dist/engine/codes.js';
import { renderProblem } from '#dist/engine/problem.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';
import { folder } from './support.js';

const catalog = openCatalog();

async function linted(path: string, root: string) {
  const project = { root, name: 'test', roots: ['.'], environments: {}, components: [] };
  const read = await readPipeline(path, { project, catalog, cwd: root, variables: {}, partial: true });
  if (!read.ok) return read.problems;
  const { problems } = await checkColumns(read.value, { project, catalog });
  return problems;
}

const cases = readdirSync(join(folder, 'leakage')).filter((name) => name.endsWith('.yaml'));

/** The whole of what a person reads. `UPDATE_GOLDEN=1` writes it anew. */
test.each(cases)('the leakage linter on %s', async (file) => {
  const path = join(folder, 'leakage', file);
  const problems = await linted(path, folder);
  const source = () => readFileSync(path, 'utf8');
  const shown = problems.map((problem) => `${renderProblem(problem, source)}\n`).join('\n');
  const golden = path.replace(/\.yaml$/, '.out');
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, shown);
  expect(shown).toBe(readFileSync(golden, 'utf8'));
});

test('every rule that needs no data has a case', () => {
  const shown = cases
    .map((file) => readFileSync(join(folder, 'leakage', file.replace(/\.yaml$/, '.out')), 'utf8'))
    .join('');
  const atRunTime = ['leak/duplicate-rows', 'leak/telling-feature'];
  const rules = Object.keys(codes).filter((code) => code.startsWith('leak/') && !atRunTime.includes(code));
  expect(rules.length).toBeGreaterThan(7);
  for (const rule of rules) expect(shown).toContain(`[${rule}]`);
});

const repository = join(folder, '..', '..');
const ours = ['pipelines', 'templates', 'examples'].flatMap((place) =>
  readdirSync(join(repository, place), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.yaml$/.test(name) && /(^|\/)pipelines\//.test(`${place}/${name}`))
    .map((name) => join(place, name)),
);

test.each(ours)('nothing is said of %s', async (file) => {
  const path = join(repository, file);
  let root = dirname(path);
  while (!existsSync(join(root, 'toolbox.yaml')) && root !== repository) root = dirname(root);
  const problems = await linted(path, root);
  expect(problems.filter(({ code }) => code.startsWith('leak/'))).toEqual([]);
});
