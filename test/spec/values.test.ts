import { describe, expect, test } from 'vitest';
import { evaluate, settle } from '#dist/engine/spec/evaluate.js';
import type { Field } from '#dist/engine/spec/field.js';
import { mermaid } from '#dist/engine/spec/mermaid.js';
import type { Step, Value } from '#dist/engine/spec/pipeline.js';
import { parseQuantity, writeQuantity } from '#dist/engine/spec/quantity.js';
import { renderYaml } from '#dist/engine/spec/render.js';
import { bare, pipelineOf, said, stepOf, textOf } from './support.js';

const everything = () => pipelineOf(textOf('ok/everything.yaml'));

describe('a pipeline with everything', () => {
  test('parameters: default, project, environment, command line', async () => {
    const { params, seed } = await everything();
    expect(
      Object.fromEntries(Object.entries(params).map(([name, p]) => [name, [p.value, p.type, p.from]])),
    ).toEqual({
      trees: [300, 'integer', 'command'],
      rate: [0.25, 'number', 'environment'],
      wait: ['30 s', 'quantity', 'default'],
      sizes: [[1, 2], 'list', 'command'],
      code: ['00123', 'string', 'default'],
      fast: [true, 'bool', 'default'],
      table: [{ a: 1 }, 'map', 'default'],
    });
    expect(seed).toBe(7);
    const project = await pipelineOf(textOf('ok/everything.yaml'), { set: { sizes: '1,2' } });
    expect(project.params['trees']).toMatchObject({ value: 150, from: 'environment' });
  });

  test('settings: units, text as written, merged maps, what is known put in', async () => {
    const pipeline = await everything();
    expect(bare(stepOf(pipeline, 'rows').with)).toEqual({
      path: 'data/north.csv',
      null_text: ['00123', '1E5', 'no', '~'],
      limit: 512e6,
      separator: ';',
      header: true,
    });
    const rows = stepOf(pipeline, 'rows');
    expect([rows.timeout, rows.retry, rows.cache, rows.onError]).toEqual([
      30,
      { attempts: 3, backoff: 1 },
      false,
      'continue',
    ]);
    expect(bare(stepOf(pipeline, 'queried').with)).toEqual({
      query: 'select *   # not a comment\nfrom wells\n',
      password: '${{ secrets.db_password }}',
      every: { count: 3, unit: 'month' },
    });
    expect(bare(stepOf(pipeline, 'split').with)).toMatchObject({
      test: 0.125,
      by: 'random',
      block: { inline: 8 },
    });
    expect(bare(stepOf(pipeline, 'model').with)).toEqual({
      min_leaf: 2,
      bootstrap: false,
      trees: '${{ each.size * params.trees }}',
      features: '${{ each.kind }}',
      rate: 0.125,
    });
    expect(bare(stepOf(pipeline, 'kept').with)).toEqual({ where: 'row.depth > 25' });
  });

  test('wires, instances, waits, calls', async () => {
    const pipeline = await everything();
    const wires = (id: string, port: string) =>
      stepOf(pipeline, id).in[port]!.map(({ at: _, ...wire }) => wire);
    expect(wires('split', 'in')).toEqual([{ step: 'rows', port: 'out' }]);
    expect(wires('best', 'models')).toEqual([{ step: 'model', port: 'model' }]);
    expect(wires('score', 'model')).toEqual([
      { step: 'model', port: 'model', instance: { size: '1', kind: 'sqrt' } },
    ]);
    expect(wires('last', 'model')).toEqual([{ step: 'part', port: 'model' }]);
    expect(stepOf(pipeline, 'kept').needs).toEqual(['best']);
    expect(stepOf(pipeline, 'kept').require?.steps).toEqual(['score']);
    expect(stepOf(pipeline, 'model').tune).toMatchObject({
      method: 'random',
      trials: 20,
      folds: 5,
      space: { max_depth: { int: [3, 20], log: true } },
    });
    const { target } = stepOf(pipeline, 'part');
    if (target.kind !== 'pipeline') throw new Error('a pipeline was used');
    expect(target.pipeline.params).toMatchObject({
      trees: { pending: true },
      data: { value: 'data/x.csv', from: 'call' },
    });
    expect(bare(stepOf(target.pipeline, 'forest').with)).toMatchObject({ trees: '${{ params.trees }}' });
    expect(stepOf(target.pipeline, 'forest').in['in']![0]).toMatchObject({ step: 'rows', port: '' });
  });

  test('places of paths, or of the nearest that was written', async () => {
    const step = stepOf(await everything(), 'rows');
    const at = (...path: (string | number)[]) => {
      const { line, col, length } = step.place(path);
      return textOf('ok/everything.yaml')
        .split('\n')
        [line - 1]!.slice(col - 1, col - 1 + length);
    };
    expect(at('with', 'null_text', 1)).toBe('1E5');
    expect(at('with', 'limit')).toBe('512 MB');
    expect(at('with', 'absent', 3)).toMatch(/^\{ path/);
    expect(at('retry', 'attempts')).toBe('3');
  });

  test('renders to YAML that reads back as the same pipeline', async () => {
    for (const file of ['ok/everything.yaml', 'ok/seismic.yaml']) {
      const pipeline = await pipelineOf(textOf(file));
      const text = renderYaml(pipeline);
      const again = await pipelineOf(text, {
        variables: { REGION: 'elsewhere' },
        environment: undefined as never,
        set: {},
      });
      expect(said(again)).toEqual(said(pipeline));
      expect(renderYaml(again)).toBe(text);
    }
  });

  test('draws its graph', async () => {
    const text = mermaid(await everything());
    expect(text).toContain('  s_model["model<br/>train.random-forest<br/>× 4"]\n');
    expect(text).toContain('  s_split -->|"test"| s_score\n');
    expect(text).toContain('  s_best -.-> s_kept\n');
    expect(text).toContain('  subgraph s_part["part<br/>./_part.yaml"]\n    s_part_rows(["rows"])\n');
  });
});

describe('quantities', () => {
  test.each([
    ['30 s', 'time', 30],
    ['4 ms', 'time', 0.004],
    ['35ms', 'time', 0.035],
    ['1200 ms', 'time', 1.2],
    ['1.5 h', 'time', 5400],
    ['20%', 'share', 0.2],
    ['12.5 %', 'share', 0.125],
    ['512 MB', 'bytes', 512e6],
    ['1 GiB', 'bytes', 1073741824],
    ['80 ft', 'length', 24.384],
    ['2.5e3 Hz', 'frequency', 2500],
    ['12 months', 'period', { count: 12, unit: 'month' }],
  ] as const)('%s is %s %j', (text, quantity, value) => {
    expect(parseQuantity(text, quantity)).toEqual({ value });
    expect(parseQuantity(writeQuantity(value, quantity), quantity)).toEqual({ value });
  });
});

describe('expressions in a run', () => {
  const at = { file: 'x', line: 1, col: 1, length: 1 };
  const of = (source: string) => ({ source, at, steps: [], secrets: [], usesEach: false });
  const bindings = {
    params: { n: 7, name: 'x', list: [1, 2.5] },
    steps: { score: { metrics: { f1: 0.75, rows: 10 }, outputs: { out: { digest: 'd', rows: 3 } } } },
    secrets: { key: 'k' },
    each: { size: 2 },
  };
  const run = async (source: string) => {
    const result = await evaluate(of(source), bindings);
    return 'value' in result ? result.value : result.problem.message;
  };

  test('arithmetic as people expect', async () => {
    expect(await run('1/2')).toBe(0.5);
    expect(await run('params.n / 2 + 0.5')).toBe(4);
    expect(await run('params.n % 4 == 3')).toBe(true);
    expect(await run('size(params.list) / 4')).toBe(0.5);
    expect(await run('params.list[1] * each.size')).toBe(5);
    expect(await run('params.list.map(x, x * 2)')).toEqual([2, 5]);
    expect(await run('string(params.n) + "-" + params.name')).toBe('7-x');
    expect(await run('round(steps.score.metrics.f1 * 10) + max(1, 2)')).toBe(10);
    expect(await run('steps.score.outputs.out.rows > 2 ? "many" : "few"')).toBe('many');
    expect(await run('int("12") + params.list[int(1.9)]')).toBe(14.5);
  });

  test('what is absent or does not fit is a reason', async () => {
    expect(await run('steps.score.metrics.f2 > 0.5')).toBe('steps.score.metrics.f2 > 0.5: there is no "f2"');
    expect(await run('has(steps.score.metrics.f2)')).toBe(false);
    expect(await run('params.name > 1')).toBe('params.name > 1: > does not work between text and a number');
    expect(await run('1 / 0')).toBe('1 / 0: the result is Infinity: a division by zero?');
    expect(await run('params.list[5]')).toMatch(/^params.list\[5\]: /);
  });

  test('no end is no danger: deep, long and looping expressions are refused', async () => {
    expect(await run(`${'('.repeat(200)}1${')'.repeat(200)}`)).toMatch(/depth/i);
    expect(await run(`${'1+'.repeat(1500)}1`)).toMatch(/2000 are allowed/);
    expect(await run('params.list.map(a, params.list.map(b, params.list.map(c, a)))')).toMatch(
      /more than two loops/,
    );
    expect(await run("'a'.matches('(a+)+$')")).toMatch(/matches is not offered/);
  });

  test('fields take what expressions give as they take YAML', async () => {
    const value = (source: string): Value => ({ kind: 'expression', expression: of(source), at });
    const settled = async (source: string, field: Field) => {
      const result = await settle(value(source), field, bindings, '"x"');
      return 'value' in result ? result.value : result.problems.map((p) => p.message).join();
    };
    expect(await settled('string(params.n) + " ms"', { type: 'number', quantity: 'time' })).toBe(0.007);
    expect(await settled('params.n', { type: 'number', quantity: 'time' })).toBe(
      '"x" takes a number with a unit (ms, s, min, h, d), not 7',
    );
    expect(await settled('params.n / 2', { type: 'integer' })).toBe('"x" takes a whole number, not 3.5');
    expect(await settled('params.list', { type: 'array', items: { type: 'number', maximum: 2 } })).toBe(
      'item 2 of "x" must be at most 2, not 2.5',
    );
    expect(await settled('secrets.key', { type: 'string', secret: true })).toBe('k');
    expect(await settled('"${{ 1 + 1 }}"', { type: 'string' })).toBe('${{ 1 + 1 }}');
    const list: Value = {
      kind: 'list',
      at,
      items: [{ kind: 'constant', value: 0.004, at }, value('"8 ms"')],
    };
    expect(
      await settle(list, { type: 'array', items: { type: 'number', quantity: 'time' } }, bindings, '"x"'),
    ).toEqual({
      value: [0.004, 0.008],
    });
  });
});

describe('paths that a person types', () => {
  const text = `version: 1
params: { data: { type: path, default: a.csv }, other: b.csv }
steps:
  a: { use: ingest.csv, with: { path: "\${{ params.data }}" } }
  b: { use: ingest.csv, with: { path: "\${{ params.other }}" } }
  c: { use: ingest.csv, with: { path: "x/\${{ params.other }}" }, when: "\${{ params.data == 'a.csv' }}" }
`;
  const paths = async (set: { [name: string]: string }) => {
    const pipeline = await pipelineOf(text, { set, cwd: '/elsewhere/here' });
    const path = (step: Step) => (bare(step.with) as { path: string }).path;
    return { paths: pipeline.steps.map(path), typed: pipeline.typed };
  };

  test('are relative to the folder where they were typed, and may lie anywhere', async () => {
    expect(await paths({})).toEqual({ paths: ['a.csv', 'b.csv', 'x/b.csv'], typed: [] });
    expect(await paths({ data: '../my data/ä.csv', other: 'c.csv' })).toEqual({
      paths: ['/elsewhere/my data/ä.csv', '/elsewhere/here/c.csv', 'x/c.csv'],
      typed: ['/elsewhere/here/c.csv', '/elsewhere/my data/ä.csv'],
    });
  });
});
