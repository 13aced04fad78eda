import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { projectCatalog } from '#dist/engine/own/catalog.js';
import { orThrow, statusOf, testProject } from '../../support/project.js';

const clip = (most = 'ctx.config.most') => `
import { Config, defineTransform, isNumber, Type } from 'ds-toolbox/component';
import { cut } from '../lib/cut.js';
export default defineTransform({
  name: 'prep.clip', version: '1', summary: 'Cut off', example: 'use: prep.clip',
  config: Config({ most: Type.Number() }), scope: 'row', determinism: 'pure', stateVersion: 1,
  apply(ctx, _state, frame) {
    console.log('rows: ' + frame.rows);
    let out = frame;
    for (const field of frame.withRole('feature').filter(({ type }) => isNumber(type)))
      out = out.with({ ...field, type: 'float64' }, { type: 'float64', values: cut(frame.column(field.name).values, ${most}) });
    return out;
  },
  columns: (_config, schema) => schema,
});
`;
const files = {
  'toolbox.yaml': 'version: 1\nname: test\ncomponents: [own]\n',
  'own/prep/clip.ts': clip(),
  'own/lib/cut.ts':
    'export const cut = (values: ArrayLike<number>, most: number) => Float64Array.from(values, (v) => Math.min(v, most));\n',
  'rows.csv': `a,b,c\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${'xy'[i % 2]}`).join('\n')}\n`,
  'pipelines/main.yaml': `version: 1
steps:
  rows: { use: ingest.csv, with: { path: rows.csv } }
  clipped: { use: prep.clip, in: rows, with: { most: 10 }, save: results/out.csv }
  model: { use: train.k-means, in: rows, prep: [{ use: prep.clip, with: { most: 6 } }, prep.scale], with: { clusters: 2 } }
  labels: { use: serve.predict, in: { model: model, data: rows } }
`,
};
let project: ReturnType<typeof testProject>;
afterEach(() => project.remove());
const open = async (more: { readonly [path: string]: string } = {}) => {
  project = testProject({ ...files, ...more });
  const own = { ...project.project, components: ['own'] };
  return () => projectCatalog(own);
};
const problems = async (catalog: () => ReturnType<typeof projectCatalog>) => {
  const result = await catalog();
  return result.ok ? [] : result.problems.map(({ message, at }) => `${at?.file}:${at?.line} ${message}`);
};

test('a TypeScript transform is a step, an item of prep, and part of a model', async () => {
  const catalog = await open();
  const printed: string[] = [];
  const read = (event: { type: string; line?: string }) => {
    if (event.type === 'step.printed') printed.push(event.line!);
  };
  const done = await project.run('pipelines/main.yaml', {
    catalog: orThrow(await catalog()),
    readers: [read as never],
  });
  expect(done.result.nodes.flatMap((node) => node.problems)).toEqual([]);
  expect(statusOf(done)).toEqual({ rows: 'ran', clipped: 'ran', model: 'ran', labels: 'ran' });
  expect(readFileSync(join(project.root, 'results/out.csv'), 'utf8').split('\n').at(-2)).toBe('10,4,y');
  expect(printed).toContain('rows: 40');
});

test('nothing is built again while no source changed; a changed helper runs what it decides, a comment nothing', async () => {
  const catalog = await open();
  const digest = async () => orThrow(await catalog()).components.get('prep.clip')!.implementation;
  const first = await digest();
  await project.run('pipelines/main.yaml', { catalog: orThrow(await catalog()) });
  project.write('own/prep/clip.ts', `// a comment\n${clip()}`);
  expect(await digest()).toBe(first);
  expect(statusOf(await project.run('pipelines/main.yaml', { catalog: orThrow(await catalog()) }))).toEqual({
    rows: 'reused',
    clipped: 'reused',
    model: 'reused',
    labels: 'reused',
  });
  project.write(
    'own/lib/cut.ts',
    'export const cut = (values: ArrayLike<number>, most: number) => Float64Array.from(values, (v) => Math.min(v, most + 1));\n',
  );
  expect(await digest()).not.toBe(first);
  expect(statusOf(await project.run('pipelines/main.yaml', { catalog: orThrow(await catalog()) }))).toEqual({
    rows: 'reused',
    clipped: 'ran',
    model: 'ran',
    labels: 'ran',
  });
});

test('a component has tables, writers, kernels, files and random numbers as those of the engine have', async () => {
  const catalog = await open({
    'own/team/all.ts': `
import { Config, defineComponent, file, Frame, sharedF64, table } from 'ds-toolbox/component';
export const twice = { name: 'twice', url: import.meta.url, blocks: () => 3, run: (args: { x: number }, block: number) => args.x * block };
export default defineComponent({
  name: 'team.all', version: '1', summary: 'All doors', example: 'use: team.all', config: Config({}),
  inputs: { in: table('rows') }, outputs: { out: table('rows'), note: file('a text') }, determinism: 'seeded',
  needs: ['files'], metrics: { sum: { description: 'of a column' } },
  async run(ctx) {
    const schema = { fields: [{ name: 'v', type: 'float64' as const, role: 'feature' as const, nullable: false }] };
    const writer = ctx.tables.writer(schema);
    let sum = 0;
    for await (const frame of ctx.in.in.batches({ columns: ['a'], rows: 16 })) {
      const values = sharedF64(frame.rows);
      values.set(frame.column('a').values);
      sum += values.reduce((x, y) => x + y, 0);
      await writer.append(new Frame(schema, new Map([['v', { type: 'float64' as const, values }]])));
    }
    ctx.metric('sum', sum);
    ctx.metric('random', ctx.random().uniform());
    const seen: number[] = [];
    const parts = await ctx.compute(twice, { x: 2 }, { progress: (done) => seen.push(done) });
    const written = await writer.finish();
    const out = await ctx.tables.with(ctx.in.in, written);
    const text = JSON.stringify({ parts, progress: seen.at(-1), folder: typeof (await ctx.files.scratch()), column: (await out.column('v')).values[3] });
    return { out, note: await ctx.file({ name: 'note.json', media: 'application/json', bytes: new TextEncoder().encode(text) }) };
  },
});
`,
    'pipelines/all.yaml':
      'version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv } }\n  all: { use: team.all, in: rows, save: { out: results/all.csv, note: results/note.json } }\n',
  });
  const done = await project.run('pipelines/all.yaml', { catalog: orThrow(await catalog()) });
  expect(done.result.nodes.flatMap((node) => node.problems)).toEqual([]);
  const { metrics } = done.result.nodes[1]!;
  expect(metrics['sum']).toBe(780);
  expect(metrics['random']).toBeGreaterThan(0);
  expect(JSON.parse(readFileSync(join(project.root, 'results/note.json'), 'utf8'))).toEqual({
    parts: [0, 2, 4],
    progress: 3,
    folder: 'string',
    column: 3,
  });
});

const failing = (body: string) =>
  `import { Config, defineComponent, table } from 'ds-toolbox/component';
export default defineComponent({
  name: 'team.bad', version: '1', summary: 'Bad', example: 'use: team.bad', config: Config({}),
  inputs: { in: table('rows') }, outputs: { out: table('rows') }, determinism: 'pure',
  async run(ctx) {
    ${body}
    return { out: ctx.in.in };
  },
});
`;
const badPipeline =
  'version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv } }\n  bad: { use: team.bad, in: rows, timeout: 1 s }\n';

test.each([
  ["ctx.fail('data/values', 'too few');", 'data/values', 'too few', 'pipelines/main.yaml'],
  ["throw new TypeError('oh no');", 'component/invalid', 'team.bad threw: oh no', 'own/team/bad.ts'],
  ['for (;;);', 'run/timeout', 'took longer than its timeout of 1 s', 'pipelines/main.yaml'],
  ['process.exit(3);', 'component/invalid', 'team.bad threw: it ended its thread', 'pipelines/main.yaml'],
])('%s fails the step with its place, and the engine goes on', async (body, code, message, file) => {
  const catalog = await open({ 'own/team/bad.ts': failing(body), 'pipelines/main.yaml': badPipeline });
  const { result } = await project.run('pipelines/main.yaml', { catalog: orThrow(await catalog()) });
  expect(result.nodes[1]!.problems.map((p) => [p.code, p.message])).toEqual([[code, message]]);
  expect(result.nodes[1]!.problems[0]!.at?.file).toBe(file);
  if (file.startsWith('own/')) expect(result.nodes[1]!.problems[0]!.at?.line).toBe(6);
  project.write('own/team/bad.ts', failing(''));
  const next = await project.run('pipelines/main.yaml', { catalog: orThrow(await catalog()) });
  expect(statusOf(next)).toEqual({ rows: 'reused', bad: 'ran' });
});

test('what is wrong with a module is told with its place, all at once', async () => {
  const catalog = await open({
    'own/prep/clip.ts': clip().replace("'prep.clip'", "'prep.cut'"),
    'own/team/half.ts': 'export const x = (;\n',
    'own/team/none.js': 'export const x = 1;\n',
    'own/team/other.mjs': "throw new Error('at load');\n",
    'own/team/lost.ts': "import './gone.js';\nexport default {};\n",
    'own/team/_helper.ts': 'not a component at all',
  });
  expect(await problems(catalog)).toEqual([
    'own/prep/clip.ts:1 own/prep/clip.ts calls itself prep.cut; in this place it is prep.clip',
    'own/team/half.ts:1 Unexpected ";"',
    'own/team/lost.ts:1 Could not resolve "./gone.js"',
    'own/team/none.js:1 own/team/none.js is no component: it has no default export',
    'own/team/other.mjs:1 own/team/other.mjs cannot be loaded: at load',
  ]);
});

test('a name of the engine cannot be taken, nor a folder that is not there', async () => {
  const catalog = await open({
    'own/prep/scale.ts': clip().replace("'prep.clip'", "'prep.scale'"),
  });
  expect(await problems(catalog)).toEqual([
    'own/prep/scale.ts:1 prep.scale is already a component of the engine',
  ]);
  const gone = await projectCatalog({ ...project.project, components: ['nowhere', '../outside'] });
  expect(gone.ok ? [] : gone.problems.map(({ code }) => code)).toEqual(['file/missing', 'spec/path']);
});
