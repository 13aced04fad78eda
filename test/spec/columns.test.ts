import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlannedField } from '#dist/engine/artifacts/schema.js';
import {
  type AnyDefinition,
  type Catalog,
  defineComponent,
  defineEstimator,
  defineTransform,
  model,
  table,
} from '#dist/engine/component.js';
import { infoOf } from '#dist/engine/info.js';
import { ColumnName, Config, Expression, Path, Type } from '#dist/engine/schema.js';
import { checkColumns } from '#dist/engine/spec/columns.js';
import { readPipeline } from '#dist/engine/spec/read.js';

const never = (): never => {
  throw new Error('nothing runs here');
};
const common = { version: '1', summary: '', example: '', determinism: 'pure' as const };

/** Columns as text: `depth:feature facies:target`. */
const fieldsOf = (text: string): PlannedField[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [name, role = 'feature'] = word.split(':');
      return { name: name!, role: role as 'feature' };
    });

const definitions: AnyDefinition[] = [
  defineComponent({
    ...common,
    name: 'ingest.table',
    config: Config({ columns: Type.String(), note: Type.Optional(Type.String()) }),
    inputs: {},
    outputs: { out: table('rows') },
    columns: ({ columns }) => ({ out: { fields: fieldsOf(columns) } }),
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'ingest.csv',
    config: Config({ path: Path() }),
    inputs: {},
    outputs: { out: table('rows') },
    columns({ path }, _, planning) {
      const head = planning.peek(path);
      if (!head) return { out: { fields: [], open: true } };
      const [line] = new TextDecoder().decode(head).split('\n');
      return { out: { fields: line!.split(',').map((name) => ({ name, role: 'feature' })) } };
    },
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'ingest.anything',
    config: Config({}),
    inputs: {},
    outputs: { out: table('rows') },
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'prep.join',
    config: Config({
      keys: Type.Array(ColumnName({ port: 'left' })),
      other: Type.Optional(Type.Array(ColumnName({ port: 'right' }))),
    }),
    inputs: { left: table('rows'), right: table('rows') },
    outputs: { out: table('rows') },
    columns: (_, { left, right }) => ({
      out: {
        fields: [
          ...left!.fields,
          ...right!.fields.filter((f) => !left!.fields.some((l) => l.name === f.name)),
        ],
        ...((left!.open || right!.open) && { open: true }),
      },
    }),
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'prep.split',
    config: Config({ target: ColumnName() }),
    inputs: { in: table('rows') },
    outputs: { train: table('rows'), test: table('rows') },
    columns({ target }, inputs) {
      const schema = inputs['in']!;
      const fields = schema.fields.map((f) => (f.name === target ? { ...f, role: 'target' as const } : f));
      const split = { by: 'random' as const, columns: [], seed: 0 };
      return {
        train: { ...schema, fields, split: { ...split, part: 'train' } },
        test: { ...schema, fields, split: { ...split, part: 'test' } },
      };
    },
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'prep.filter',
    config: Config({ where: Expression('row'), also: Type.Optional(Type.Array(Expression('row'))) }),
    inputs: { in: table('rows') },
    outputs: { out: table('rows') },
    columns: (_, inputs) => ({ out: inputs['in']! }),
    run: never,
  }),
  defineTransform({
    ...common,
    name: 'prep.pca',
    config: Config({ columns: Type.Array(ColumnName()) }),
    scope: 'row',
    stateVersion: 1,
    apply: never,
    fit: never,
    columns: ({ columns }, schema) => ({
      ...schema,
      fields: [...schema.fields.filter((f) => !columns.includes(f.name)), { name: 'pc1', role: 'feature' }],
    }),
  }),
  defineEstimator({
    ...common,
    name: 'train.forest',
    config: Config({ trees: Type.Integer({ default: 1 }) }),
    task: 'classify',
    stateVersion: 1,
    fit: never,
    predict: never,
  }),
  defineComponent({
    ...common,
    name: 'serve.predict',
    config: Config({}),
    inputs: { model: model('model'), data: table('rows') },
    outputs: { out: table('rows') },
    needs: ['predictions'],
    columns: (_, { data }) => ({
      out: { ...data!, fields: [...data!.fields, { name: 'predicted', role: 'prediction' }] },
    }),
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'prep.concat',
    config: Config({}),
    inputs: { in: table('rows', { many: true }) },
    outputs: { out: table('rows') },
    columns: (_, inputs) => ({ out: inputs['in']! }),
    run: never,
  }),
  defineComponent({
    ...common,
    name: 'evaluate.score',
    config: Config({}),
    inputs: { model: model('model'), data: table('rows') },
    outputs: { metrics: { kind: 'metrics', description: 'scores' } },
    needs: ['predictions'],
    run: never,
  }),
];

const byName = new Map(definitions.map((definition) => [definition.name, definition]));
const catalog: Catalog = {
  components: new Map(definitions.map((d) => [d.name, infoOf(d, `${d.name}.js`, '0'.repeat(64))])),
  load: async (name) => byName.get(name)!,
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'columns-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function flowOf(steps: string, rest = '') {
  const project = { root, roots: ['.'], environments: {} };
  const text = `version: 1\n${rest}steps:\n${steps}`;
  const result = await readPipeline(join(root, 'main.yaml'), { project, catalog, text, cwd: root });
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.at?.line} ${p.message}`).join('; '));
  const flow = await checkColumns(result.value, { project, catalog });
  const messages = flow.problems.map((p) => {
    const line = p.at?.file === 'main.yaml' ? text.split('\n')[p.at.line - 1] : undefined;
    const shown =
      line?.slice(p.at!.col - 1, p.at!.col - 1 + p.at!.length).replace(/^"(.*)"$/, '$1') ??
      `${p.at?.file}:${p.at?.line}`;
    return `${shown}: ${p.message}${p.hint ? ` (${p.hint})` : ''}`;
  });
  return { messages, names: (key: string) => flow.schemas.get(key)?.fields.map((f) => f.name) };
}

const header = '  rows: { use: ingest.table, with: { columns: "inline:key depth facies" } }\n';

describe('columns before the run', () => {
  test('flow through join, split, prep and model', async () => {
    const { messages, names } = await flowOf(`${header}
  more: { use: ingest.table, with: { columns: "inline:key gamma" } }
  all: { use: prep.join, in: { left: rows, right: more }, with: { keys: [inline] } }
  split: { use: prep.split, in: all, with: { target: facies } }
  model: { use: train.forest, in: split.train, prep: [{ use: prep.pca, with: { columns: [depth, gamma] } }] }
  predicted: { use: serve.predict, in: { model: model, data: split.test } }
`);
    expect(messages).toEqual([]);
    expect(names('split.train')).toEqual(['inline', 'depth', 'facies', 'gamma']);
    expect(names('predicted.out')).toEqual(['inline', 'depth', 'facies', 'gamma', 'predicted']);
  });

  test('a renamed column is reported where it is asked for, each time', async () => {
    const { messages } = await flowOf(`${header}
  more: { use: ingest.table, with: { columns: "iline:key gamma" } }
  all: { use: prep.join, in: { left: rows, right: more }, with: { keys: [inline, xline], other: [inline] } }
  split: { use: prep.split, in: all, with: { target: faces } }
  model: { use: train.forest, in: split.train, prep: [{ use: prep.pca, with: { columns: [depht, inline] } }] }
`);
    expect(messages).toEqual([
      'xline: there is no column "xline" here (did you mean inline?)',
      'inline: there is no column "inline" here (did you mean iline?)',
      'faces: there is no column "faces" here (did you mean facies?)',
      'depht: there is no column "depht" here (did you mean depth?)',
      'inline: column "inline" is a key, which a transform does not see (what a model learns from has the role feature)',
    ]);
  });

  test('inside a pipeline that is used by path, at its own place', async () => {
    writeFileSync(
      join(root, 'part.yaml'),
      'version: 1\nparams: { target: facies }\ninputs: { data: table }\noutputs: { rows: cut.test }\nsteps:\n' +
        '  cut:\n    use: prep.split\n    in: data\n    with: { target: "${{ params.target }}" }\n',
    );
    const use = (target: string) => `${header}
  part: { use: ./part.yaml, in: rows, with: { target: ${target} } }
  next: { use: prep.split, in: part, with: { target: lithology } }
`;
    expect((await flowOf(use('faces'))).messages).toEqual([
      'lithology: there is no column "lithology" here (its columns: inline, depth, facies)',
      'part.yaml:9: there is no column "faces" here (did you mean facies?)',
    ]);
    expect((await flowOf(use('facies'))).names('part/cut.test')).toEqual(['inline', 'depth', 'facies']);
  });

  test('a file that a step has yet to write has the columns of that step', async () => {
    const { messages } = await flowOf(`
  demo: { use: ingest.table, with: { columns: "inline facies" }, save: data/demo.csv }
  labels: { use: ingest.csv, needs: demo, with: { path: data/demo.csv } }
  split: { use: prep.split, in: labels, with: { target: class } }
`);
    expect(messages).toEqual(
      ['class: there is no column "class" here (did you mean facies?)'].map((m) =>
        m.replace('did you mean facies?', 'its columns: inline, facies'),
      ),
    );
    writeFileSync(join(root, 'there.csv'), 'class,depth\n1,2\n');
    const there = await flowOf(`
  labels: { use: ingest.csv, with: { path: there.csv } }
  split: { use: prep.split, in: labels, with: { target: class } }
`);
    expect(there.messages).toEqual([]);
  });

  test('a table for prediction lacks what the model was trained on', async () => {
    const { messages } = await flowOf(`${header}
  new: { use: ingest.table, with: { columns: "inline:key deep" } }
  split: { use: prep.split, in: rows, with: { target: facies } }
  model: { use: train.forest, in: split.train }
  predicted: { use: serve.predict, in: { model: model, data: new } }
`);
    expect(messages).toEqual([
      'new: the model was trained on "depth", which this table does not have (its columns: inline, deep)',
    ]);
  });

  test('a classifier without a target, and a model without features', async () => {
    const { messages } = await flowOf(`${header}
  keys: { use: ingest.table, with: { columns: "inline:key facies:target" } }
  one: { use: train.forest, in: rows }
`);
    expect(messages).toEqual([
      'rows: train.forest learns a target, and no column here has that role (prep.split names it: with: { target: … })',
    ]);
    const keys = await flowOf(`
  keys: { use: ingest.table, with: { columns: "inline:key facies:target" } }
  one: { use: train.forest, in: keys }
`);
    expect(keys.messages).toEqual([
      'keys: train.forest has no column with the role feature to learn from (set roles where the table is read, with "columns:")',
    ]);
  });

  test('expressions over rows read columns that are there', async () => {
    const filter = async (where: string) =>
      (
        await flowOf(
          `${header}  kept: { use: prep.filter, in: rows, with: { where: ${JSON.stringify(where)} } }\n`,
        )
      ).messages;
    expect(await filter("row.depth > 3 && row.facies == 'sand'")).toEqual([]);
    expect(await filter('row.depht > 3')).toEqual([
      'row.depht: there is no column "depht" here (did you mean depth?)',
    ]);
    expect(await filter('depth > 3')).toEqual([
      'depth: an expression over each row reads row.NAME, not depth (write row.depth)',
    ]);
    expect(await filter('row.depth >')).toEqual(['row.depth >: the expression ends too early']);
    expect(await filter("1 > 'a'")).toEqual(["1 > 'a': > does not work between a number and text"]);
  });

  test('files that are not there, unless a step writes them or may not run', async () => {
    const { messages } = await flowOf(`
  reads: { use: ingest.csv, with: { path: none.csv } }
  later: { use: ingest.csv, with: { path: made/new.csv } }
  perhaps: { use: ingest.csv, when: "${'${{ run.seed == 1 }}'}", with: { path: none.csv } }
  writes: { use: ingest.table, with: { columns: "depth" }, save: made/new.csv }
`);
    expect(messages).toEqual([
      'none.csv: there is no file none.csv (in YAML paths start at the project folder, after --set at the current one)',
    ]);
  });

  test('nothing is said of tables that nobody can know', async () => {
    const { messages } = await flowOf(`
  rows: { use: ingest.anything }
  split: { use: prep.split, in: rows, with: { target: facies } }
  model: { use: train.forest, in: split.train }
`);
    expect(messages).toEqual([]);
  });

  test('tables of a foreach are one, with its keys', async () => {
    const { names, messages } = await flowOf(`
  rows: { use: ingest.table, foreach: { survey: [a, b] }, with: { columns: "depth facies", note: "\${{ each.survey }}" } }
  split: { use: prep.split, in: rows, with: { target: survey } }
  one: { use: prep.split, in: "rows[survey=a]", with: { target: survey } }
`);
    expect(names('split.train')).toEqual(['survey', 'depth', 'facies']);
    expect(messages).toEqual(['survey: there is no column "survey" here (its columns: depth, facies)']);
  });
});

describe('test rows stay out of training', () => {
  const split = '  split: { use: prep.split, in: rows, with: { target: facies } }\n';
  const score = '  score: { use: evaluate.score, in: { model: model, data: split.test } }\n';

  test('nothing is said of what is right', async () => {
    const { messages } = await flowOf(`${header}${split}${score}
  model: { use: train.forest, in: split.train, prep: [{ use: prep.pca, with: { columns: [depth] } }] }
  all: { use: prep.concat, in: [split.train, split.test] }
  final: { use: train.forest, in: all }
  predicted: { use: serve.predict, in: { model: final, data: rows } }
`);
    expect(messages).toEqual([]);
  });

  test('a model that is tested on rows that it was trained on', async () => {
    const { messages } = await flowOf(`${header}${split}${score}
  all: { use: prep.concat, in: [split.train, split.test] }
  model: { use: train.forest, in: all }
`);
    expect(messages).toEqual([
      'split.test: the model was trained on the rows that "split" holds out, which test it here (train it on split.train)',
    ]);
  });

  test('a model that was trained beside the split, or is scored on its own rows', async () => {
    const { messages } = await flowOf(`
  rows: { use: ingest.table, with: { columns: "depth facies:target" } }${split.replace(/^/, '\n')}${score}
  model: { use: train.forest, in: rows }
  trained: { use: train.forest, in: split.train }
  fit: { use: evaluate.score, in: { model: trained, data: split.train } }
`);
    expect(messages).toEqual([
      'split.test: the model may have been trained on these rows: it learned past "split", which holds them out (train it on split.train)',
      'split.train: "fit" scores the model on the rows that it was trained on (split.test has the rows held out)',
    ]);
  });

  test('a transform that learns before the split', async () => {
    const { messages } = await flowOf(`${header}
  pca: { use: prep.pca, in: rows, with: { columns: [depth] } }
  split: { use: prep.split, in: pca, with: { target: facies } }
  later: { use: prep.pca, in: split.train, with: { columns: [pc1] } }
`);
    expect(messages).toEqual([
      'prep.pca: "pca" learns from the rows too that "split" holds out for testing (put it under "prep:" of the train step, where it learns from training rows only)',
    ]);
  });
});
