/**
 * Every component of the package that works on tables alone, with no code of its own here: a new one is held to all
 * of this from its first build. It runs with the configuration of its example; what an example cannot say in memory
 * stands in `settings`.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { InputError } from '#dist/components/lib/errors.js';
import type { Artifact } from '#dist/engine/artifacts/artifact.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { digestOf, type Json } from '#dist/engine/canonical.js';
import { openCatalog } from '#dist/engine/catalog.js';
import type { ComponentInfo } from '#dist/engine/component.js';
import { ProblemError } from '#dist/engine/problem.js';
import { harness, type RunRequest, type RunResult } from '../support/harness.js';
import { type Kind, labelFrame, type Shape, surveyFrame } from '../support/survey-table.js';
import { cellsOf } from '../support/table-of.js';

type Settings = Pick<RunRequest, 'config' | 'files'> & Pick<Shape, 'target'>;
const settings: { readonly [component: string]: Settings } = {
  'cost.model': {
    config: { currency: 'EUR', base_date: '2024-06', rates: { a: '2 EUR' }, lines: { a: 'row.GR * rate.a' } },
  },
  'evaluate.clusters': { config: { cluster: 'facies', features: ['GR', 'density'] } },
  'evaluate.map': { config: { value: 'GR', truth: 'label' } },
  'evaluate.section': { config: {} },
  'prep.contract': {
    config: { contract: 'rows.yaml', on_breach: 'set_aside' },
    files: { 'rows.yaml': 'version: 1\ncolumns:\n  GR: { type: float64, min: 0 }\n' },
  },
  'prep.parse': { config: { columns: { GR: { as: 'number' } } } },
  'prep.index-join': {
    config: { time: 'inline', index_time: 'inline', columns: ['crossline'], prefix: 'known_' },
  },
  'prep.drop-missing': { config: { columns: ['GR'] } },
  'prep.seismic-checks': { config: { on_breach: 'warn' } },
  'prep.trace-slice': { config: {} },
  'prep.target-encode': { target: 'number' },
  'train.elastic-net': { target: 'number' },
  'train.gradient-boosting': { config: { trees: 10, early_stopping: 3 } },
  'train.random-forest': { config: { trees: 10 } },
};

const catalog = openCatalog();
const testable = [...catalog.components.values()].filter(
  (info) =>
    info.task !== 'forecast' && // learns from series, not from tables
    info.name !== 'prep.calendar' && // asks for dates, which no survey has
    info.name !== 'evaluate.forecast' && // draws what a forecaster made
    info.name !== 'serve.segy' && // copies the file that traces lie in
    Object.keys(info.inputs).length > 0 &&
    Object.values(info.inputs).every((port) => port.kind === 'table'),
);
const learned = testable.filter((info) => info.kind !== 'component');
const odd: readonly Kind[] = ['empty', 'one row', 'constant', 'missing', 'infinite'];

const pools = [1, 2, 3, 7].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

describe.each(testable.map((info) => [info.name, info] as const))('%s', (_name, info) => {
  it('gives the same bytes each time, whatever the number of workers, and leaves its inputs alone', async () => {
    const { run, inputs, tables } = await ready(info);
    const given = await inputs('ordinary');
    const before = await contentsOf(tables, given);
    const digests = [await fingerprint(await run({ inputs: given }))];
    for (const { compute } of pools) digests.push(await fingerprint(await run({ inputs: given, compute })));
    expect(new Set(digests).size).toBe(1);
    expect(await contentsOf(tables, given)).toEqual(before);
  });

  it.each(odd)('answers a table that is %s with a result or a problem', async (kind) => {
    const { run, inputs } = await ready(info);
    await answer(run({ inputs: await inputs(kind) }));
  });

  it('stops when it is told to', async () => {
    const { run, inputs } = await ready(info);
    const stop = new AbortController();
    let calls = 0;
    const running = run({
      inputs: await inputs('ordinary'),
      signal: stop.signal,
      compute: (kernel, args, options) => {
        calls++;
        stop.abort(new Error('told to stop'));
        return pools[0]!.compute(kernel, args, options);
      },
    });
    const end = await running.then(
      () => 'done',
      (error: Error) => error.message,
    );
    expect(end).toBe(calls > 0 ? 'told to stop' : 'done');
  });
});

describe.each(learned.map((info) => [info.name, info] as const))('%s', (_name, info) => {
  it('learns the same, to the byte, whatever stands in the test rows', async () => {
    const { run, tables, shape } = await ready(info);
    const split = async (corrupt: ReadonlySet<number>) => {
      const whole = await tables.create(surveyFrame('ordinary', { ...shape, corrupt }));
      const cut = harness(await catalog.load('prep.split'));
      const { outputs } = await cut.run({
        config: { target: 'facies', test: 0.25, by: 'random' },
        inputs: { in: await cut.tables.create(await whole.frame()) },
      });
      const train = await (outputs['train'] as Table).frame();
      const test = await (outputs['test'] as Table).frame();
      return { train: await tables.create(train), test: await tables.create(test) };
    };
    const clean = await split(new Set());
    const rows = new Set((await clean.test.column('row')).values as Iterable<number>);
    const spoilt = await split(rows);
    expect(spoilt.test.digest).not.toBe(clean.test.digest);
    const learned = async (train: Table) => digestOf((await run({ inputs: { in: train } })).state as Json);
    expect(await learned(spoilt.train)).toBe(await learned(clean.train));
  });

  it('hands back every row in its order, alone or among others', async () => {
    const { run, inputs, tables } = await ready(info);
    const given = await inputs('ordinary');
    const whole = given['in'] as Table;
    const all = (await run({ inputs: given, apply: whole })).outputs['out'] as Table;
    expect(all.rows).toBe(whole.rows);
    if (info.scope === 'group' || info.scope === 'table') return;
    const some = Uint32Array.of(5, 17, 18, 90);
    const picked = await run({ inputs: given, apply: await tables.pick(whole, some) });
    expect(await cellsOf(picked.outputs['out'] as Table)).toEqual(
      await cellsOf(await tables.pick(all, some)),
    );
  });

  it.each(odd)('applies what it learned to a table that is %s, or says why not', async (kind) => {
    const { run, inputs } = await ready(info);
    const apply = (await inputs(kind))['in'] as Table;
    const result = await answer(run({ inputs: await inputs('ordinary'), apply }));
    if (result) expect((result.outputs['out'] as Table).rows).toBe(apply.rows);
  });
});

/** A harness of the component, with its settings filled in and tables for its ports. */
async function ready(info: ComponentInfo) {
  const made = harness(await catalog.load(info.name));
  const { config = exampleOf(info), files = {}, target = 'class' } = settings[info.name] ?? {};
  const shape: Shape = { numeric: info.kind === 'estimator', target };
  return {
    shape,
    tables: made.tables,
    run: (request: RunRequest) => made.run({ config, files, ...request }),
    async inputs(kind: Kind): Promise<{ [port: string]: Table }> {
      const given: { [port: string]: Table } = {};
      for (const [i, port] of Object.keys(info.inputs).entries())
        given[port] = await made.tables.create(i === 0 ? surveyFrame(kind, shape) : labelFrame(kind));
      return given;
    },
  };
}

/** `with` of the example, its shares as the numbers that the engine makes of them. */
function exampleOf(info: ComponentInfo): { [key: string]: unknown } {
  const step = parse(info.example) as { with?: { [key: string]: unknown } };
  return Object.fromEntries(
    Object.entries(step.with ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' && /^[\d.]+%$/.test(value) ? Number.parseFloat(value) / 100 : value,
    ]),
  );
}

/** The result, or undefined after a problem that a person can read. Anything else that is thrown is a bug. */
async function answer(running: Promise<RunResult>): Promise<RunResult | undefined> {
  try {
    const result = await running;
    for (const output of Object.values(result.outputs))
      for (const table of [output].flat()) if (table?.kind === 'table') await table.frame();
    return result;
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof InputError)) throw error;
    expect(error.message).not.toBe('');
    return undefined;
  }
}

/** Digest over everything that a run gave. */
async function fingerprint({ outputs, metrics, warnings, state }: RunResult): Promise<string> {
  const contents = Object.entries(outputs).map(([port, output]) => [
    port,
    [output].flat().map((artifact) => contentOf(artifact as Artifact | undefined)),
  ]);
  return digestOf(JSON.parse(JSON.stringify({ contents, metrics, warnings, state })) as Json);
}

const contentOf = (artifact: Artifact | undefined) =>
  artifact && {
    ...artifact,
    ...(artifact.kind === 'table' && { manifest: artifact.digest, digest: artifact.digest }),
  };

/** Digests of tables, over the values as they stand in memory now. */
const contentsOf = async (
  tables: Awaited<ReturnType<typeof ready>>['tables'],
  given: { readonly [port: string]: Table },
) =>
  Promise.all(Object.values(given).map(async (table) => (await tables.create(await table.frame())).digest));
