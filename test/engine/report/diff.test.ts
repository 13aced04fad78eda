import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { type Comparison, compareRuns } from '#dist/engine/report/diff/compare.js';
import { diffPage } from '#dist/engine/report/diff/page.js';
import { type Shift, shiftsOf } from '#dist/engine/report/diff/shifts.js';
import { profilesOf, readSide } from '#dist/engine/report/diff/sides.js';
import { wordsOf } from '#dist/engine/report/diff/words.js';
import { openWorkspace } from '#dist/engine/run/workspace.js';
import { readRun } from '#dist/engine/store/runs.js';
import { testProject } from '../../support/project.js';

const evil = '<img src=x onerror=alert(1)>';
const kinds = ['sand', 'shale', evil];

/** Rows of three rocks; `shift` moves one column, `sand` makes so many of the rocks sand. */
const rows = (shift = 0, sand = 0) => {
  const lines = ['depth,gamma,rock'];
  for (let i = 0; i < 90; i++) {
    const rock = i < sand ? 'sand' : kinds[i % 3]!;
    lines.push(`${i % 7},${20 * kinds.indexOf(rock) + ((i * 37) % 31) + shift},${rock}`);
  }
  return `${lines.join('\n')}\n`;
};
const pipeline = `
version: 1
params: { trees: 3 }
steps:
  rocks: { use: ingest.csv, with: { path: rocks.csv } }
  checked: { use: prep.contract, in: rocks, with: { contract: contract.yaml } }
  split: { use: prep.split, in: checked, with: { target: rock, test: 30%, by: stratified } }
  model: { use: train.random-forest, in: split.train, with: { trees: "\${{ params.trees }}", max_depth: 2 } }
  score: { use: evaluate.classification, in: { model: model, data: split.test }, with: { replicates: 50, control: false } }
`;
const project = testProject({
  'p.yaml': pipeline,
  'contract.yaml': 'version: 1\ncolumns: { depth: { nulls: none } }\n',
  'rocks.csv': rows(),
});
const catalog = openCatalog();

async function compared(before: string, after: string) {
  const workspace = openWorkspace(project.project, catalog, { workers: 1 });
  try {
    const [a, b] = [before, after].map((id) => readRun(project.root, id)!);
    const sides = [await readSide(workspace, catalog, a!), await readSide(workspace, catalog, b!)] as const;
    const profiles = {
      before: await profilesOf(project.root, a!),
      after: await profilesOf(project.root, b!),
    };
    return {
      found: compareRuns(...sides),
      shifts: shiftsOf(profiles.before, profiles.after),
      html: await diffPage(...sides, profiles),
    };
  } finally {
    await workspace.close();
  }
}

describe('two runs', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    const run = async (set = {}) => ids.push((await project.run('p.yaml', { set })).record.id);
    await run();
    await run({ trees: '1' });
    project.write('rocks.csv', rows(9, 60));
    await run();
  }, 60_000);
  afterAll(project.remove);
  const causes = ({ roots }: Comparison) =>
    roots.map(({ address, causes }) => [address, causes.map(({ kind, name }) => `${kind} ${name}`)]);

  it('that differ in a setting name the step, the setting, and the score that it moved', async () => {
    const { found, shifts, html } = await compared(ids[0]!, ids[1]!);
    expect(found.params).toEqual([{ name: 'trees', before: 3, after: 1 }]);
    expect(causes(found)).toEqual([['model', ['setting with.trees']]]);
    expect(found.steps.map(({ name }) => name)).toEqual(['model', 'score']);
    expect([found.files, found.machine, shifts]).toEqual([[], [], []]);
    const [moved, ...others] = found.moved;
    expect(others).toEqual([]);
    expect(moved).toMatchObject({ address: 'score', metric: 'f1_weighted', because: ['model'] });
    expect(moved!.better).toBe(moved!.after > moved!.before);
    expect(moved!.intervals!.before!.lower).toBeLessThanOrEqual(moved!.before);
    expect(moved!.intervals!.after!.upper).toBeGreaterThanOrEqual(moved!.after);
    const { changed } = wordsOf(found);
    expect(changed).toEqual(['model: trees 3 → 1.']);
    expect(html).toContain('model: trees 3 → 1.');
    expect(html.match(/Confusion matrix of score (before|after)"/g)).toHaveLength(2);
    expect(html).not.toContain('<img src=x');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:image\/)/);
  });

  it('that differ in their data name the file and what shifted in it', async () => {
    const { found, shifts } = await compared(ids[0]!, ids[2]!);
    expect(causes(found)).toEqual([['rocks', ['file rocks.csv']]]);
    expect(found.files.map(({ name }) => name)).toEqual(['rocks.csv']);
    // Through a step that hands on what it took.
    expect(found.moved[0]!.because).toEqual(['rocks']);
    const told = (name: string) =>
      shifts.filter(({ table, column }) => table === 'rocks' && column === name).map(({ what }) => what);
    expect(told('depth')).toEqual([]);
    expect(told('gamma')).toContain('mean');
    expect(told('rock')).toEqual(['shares']);
    // 60 of 90 rows are sand by force and 10 of the other 30 as before: 30 before, 70 now.
    const shares = shifts.find(({ table, what }) => table === 'rocks' && what === 'shares') as Shift;
    expect(shares.size).toBeCloseTo(40 / 90, 12);
  });

  it('that are one have no difference', async () => {
    const { found, shifts } = await compared(ids[1]!, ids[1]!);
    expect(found).toEqual({
      params: [],
      steps: [],
      metrics: [],
      files: [],
      machine: [],
      roots: [],
      moved: [],
    });
    expect(shifts).toEqual([]);
    expect(wordsOf(found).changed).toEqual(['Nothing that decides a result.']);
  });
});
