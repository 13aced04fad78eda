import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalog } from '#dist/engine/catalog.js';
import { predictionColumns } from '#dist/engine/learn/prediction.js';
import { rowsToJson } from '#dist/engine/learn/rows.js';
import { openRegistry } from '#dist/engine/registry/registry.js';
import { openServing } from '#dist/engine/run/open-model.js';
import { predictFile } from '#dist/engine/run/predict-file.js';
import { doorTo, scratchWorkspace } from '#dist/engine/run/read-file.js';
import { modelsProject } from '../../support/models.js';

const project = modelsProject();
const workspace = scratchWorkspace(openCatalog());
const door = doorTo(workspace, 'test', new AbortController().signal);
beforeAll(async () => {
  for (const name of ['rocks', 'scaled', 'facies']) await project.run(`pipelines/${name}.yaml`);
}, 120_000);
afterAll(async () => {
  await workspace.close();
  project.remove();
});

const open = async (name: string) => {
  const version = await openRegistry(project.root).open(name);
  return { version, ...(await openServing(door, version)) };
};
const all = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each([
  ['rocks', 'data/rocks.csv'],
  ['scaled', 'data/rocks.csv'],
  ['facies', 'data/s.sgy'],
])('%s', (name, file) => {
  test('answers rows with the very bits that it gives for the file, one by one and together', async () => {
    const { version, online } = await open(name);
    const { bundle } = version;
    const path = `${project.root}/${file}`;
    const { table: predicted } = await predictFile(door, version, path);
    const output = bundle.output.fields.map((field) => field.name);
    const expected = rowsToJson(await predicted.frame(output), all(predicted.rows));
    const rows = rowsToJson(
      await predicted.frame(bundle.input.fields.map((f) => f.name)),
      all(predicted.rows),
    );
    const ask = async (some: typeof rows) => {
      const answer = await online.answer(JSON.parse(JSON.stringify(some)));
      if (!answer.ok) throw new Error(JSON.stringify(answer.wrong));
      const frame = predictionColumns(bundle.task, answer.prediction, bundle.target?.classes);
      return rowsToJson(frame, all(frame.rows));
    };
    expect(await ask(rows)).toEqual(expected);
    for (const row of [0, 1, 17, 68]) expect(await ask([rows[row]!])).toEqual([expected[row]]);
  });
});

describe('rows that do not fit', () => {
  const row = { gamma: 50, density: 2.3, tone: 'low', count: 3 };
  const wrongOf = async (rows: readonly unknown[], name = 'rocks') => {
    const answer = await (await open(name)).online.answer(rows);
    return answer.ok ? [] : answer.wrong;
  };

  test('each cell is told with its row and column, what was found and what is due', async () => {
    expect(await wrongOf([row, { ...row, gamma: '50', tone: 3 }, { ...row, count: undefined }])).toEqual([
      { row: 1, column: 'gamma', found: '"50"', expected: 'a number' },
      { row: 1, column: 'tone', found: '3', expected: 'text' },
      { row: 2, column: 'count', found: 'nothing', expected: 'a number' },
    ]);
  });
  test('unknown columns are told with the nearest that is known', async () => {
    const { gamma, ...rest } = row;
    expect(await wrongOf([{ ...rest, gama: gamma }])).toEqual([
      { row: 0, column: 'gamma', found: 'nothing', expected: 'a number' },
      {
        row: 0,
        column: 'gama',
        found: 'a column that the model does not know',
        expected: 'no such column; did you mean gamma?',
      },
    ]);
  });
  test('a missing value is null, a category never seen is missing', async () => {
    expect(
      await wrongOf([
        { ...row, density: null, tone: null },
        { ...row, tone: 'shrill' },
      ]),
    ).toEqual([]);
  });
  test('traces of another length, with gaps or beyond float32 are told', async () => {
    const { version } = await open('facies');
    const [first] = version.bundle.example.rows as { trace: number[] }[];
    const trace = first!.trace;
    const wrong = await wrongOf(
      [
        { trace },
        { trace: trace.slice(1) },
        { trace: trace.with(2, null as never) },
        { trace: trace.with(3, 1e39) },
        { trace: null },
      ],
      'facies',
    );
    const due = `a list of ${trace.length} numbers`;
    expect(wrong).toEqual([
      { row: 1, column: 'trace', found: `a list of ${trace.length - 1}`, expected: due },
      { row: 2, column: 'trace', found: `a list of ${trace.length} with null at 2`, expected: due },
      { row: 3, column: 'trace', found: `a list of ${trace.length} with 1e+39 at 3`, expected: due },
      { row: 4, column: 'trace', found: 'null', expected: due },
    ]);
  });
  test('whatever comes, it answers or says why', async () => {
    const { online } = await open('rocks');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything(), { maxLength: 5 }), async (rows) => {
        const answer = await online.answer(rows);
        expect(answer.ok || answer.wrong.length > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

test('contributions add up to what the model says', async () => {
  for (const name of ['rocks', 'scaled']) {
    const { online, version, fitted } = await open(name);
    const rows = version.bundle.example.rows;
    const answer = await online.answer(rows, { explain: true });
    if (!answer.ok || answer.prediction.kind !== 'class') throw new Error('no answer');
    const { values, expected } = answer.explanation!;
    const features = fitted.features.length;
    const classes = 3;
    for (let i = 0; i < rows.length; i++) {
      const raw = Array.from(expected, (base, o) => {
        const at = (i * classes + o) * features;
        return values.subarray(at, at + features).reduce((a, b) => a + b, base);
      });
      const scale = name === 'rocks' ? raw : raw.map(Math.exp);
      const sum = scale.reduce((a, b) => a + b);
      scale.forEach((value, o) => {
        expect(value / sum).toBeCloseTo(
          answer.prediction.kind === 'class' ? answer.prediction.probabilities[i * classes + o]! : 0,
          10,
        );
      });
    }
  }
});
