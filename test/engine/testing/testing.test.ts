import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Artifact } from '#dist/engine/artifacts/artifact.js';
import type { RunResult } from '#dist/engine/run/result.js';
import { judge } from '#dist/engine/testing/judge.js';
import { junitOf } from '#dist/engine/testing/junit.js';
import { difference } from '#dist/engine/testing/snapshot.js';
import { readSuite } from '#dist/engine/testing/suite.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'toolbox-testing-'));
  mkdirSync(join(root, 'tests'));
});
afterAll(() => rmSync(root, { recursive: true }));

function suite(text: string) {
  writeFileSync(join(root, 'tests/a.yaml'), `version: 1\npipeline: pipelines/a.yaml\ntests:\n${text}`);
  return readSuite(root, 'tests/a.yaml');
}
function only(text: string) {
  const read = suite(text);
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.tests[0]!;
}

const metrics = (score: number): Artifact => ({ kind: 'metrics', values: { score } }) as unknown as Artifact;
const node = {
  address: 'score',
  status: 'ran',
  metrics: { f1: 0.7 },
  outputs: { metrics: { kind: 'metrics', content: 'x', object: 'x', size: 3 } },
  problems: [],
};
const result = (more: object = {}) => ({
  result: { nodes: [node], exit: 0, ...more } as unknown as RunResult,
});
const judging = (record = false, score = 0.7) => ({
  root,
  suite: 'tests/a.yaml',
  record,
  load: async () => metrics(score),
});
const messages = async (text: string, run: Parameters<typeof judge>[1] = result(), given = judging()) =>
  (await judge(only(text), run, given)).map(({ at, message }) => `${at?.line}:${at?.col} ${message}`);

describe('a test of a pipeline', () => {
  test('expectations are told with the values that they read, at their place', async () => {
    const text =
      '  t:\n    expect:\n      - steps.score.metrics.f1 > 0.6\n      - steps.score.metrics.f1 > 0.8\n';
    expect(await messages(text)).toEqual(['7:9 not so: steps.score.metrics.f1 is 0.7']);
    expect(await messages('  t:\n    expect: ["steps.scor.metrics.f1 > 0"]\n')).toHaveLength(1);
    expect(await messages('  t:\n    expect: ["steps.score.metrics.f1 >"]\n')).toHaveLength(1);
    expect(await messages('  t:\n    expect: ["steps.score.outputs.metrics.rows == 3"]\n')).toEqual([]);
  });

  test('a failure is told, unless it is the one that is meant', async () => {
    const problem = { code: 'data/rows', message: 'a.csv is empty', severity: 'error' } as const;
    const failed = { problems: [problem] };
    expect(await messages('  t: {}\n', failed)).toEqual([
      '4:3 the run failed',
      'undefined:undefined a.csv is empty',
    ]);
    expect(await messages('  t: { fails: true }\n', failed)).toEqual([]);
    expect(await messages('  t: { fails: { code: data/rows, message: empty } }\n', failed)).toEqual([]);
    expect(await messages('  t: { fails: { code: data/join } }\n', failed)).toEqual([
      '4:15 the run failed, not by data/join but by data/rows: a.csv is empty',
    ]);
    expect(await messages('  t: { fails: true }\n')).toEqual(['4:15 the run was to fail, and did not']);
  });

  test('a snapshot is recorded, then compared line by line', async () => {
    const text = '  the score: { snapshot: [score] }\n';
    expect(await messages(text)).toEqual(['4:27 nothing is recorded of score']);
    expect(await messages(text, result(), judging(true))).toEqual([]);
    expect(readFileSync(join(root, 'tests/snapshots/a/the-score/score.txt'), 'utf8')).toBe(
      'metric,value\nscore,0.7\n',
    );
    expect(await messages(text)).toEqual([]);
    expect(await messages(text, result(), judging(false, 0.6))).toEqual([
      '4:27 score is not as recorded in tests/snapshots/a/the-score/score.txt: line 2 was "score,0.7" and is "score,0.6"',
    ]);
    expect(await messages('  t: { snapshot: [scores.out] }\n')).toEqual([
      '4:19 the run made no output "scores.out"',
    ]);
  });

  test('a slip in the file has its place', () => {
    const read = suite('  t: { expects: [a] }\n');
    expect('problems' in read && read.problems.map(({ at, hint }) => [at?.line, at?.col, hint])).toEqual([
      [4, 8, 'did you mean "expect"?'],
    ]);
  });
});

test('differences name the first line that is another', () => {
  expect(difference('a\nb\n', 'a\nb\n')).toBeUndefined();
  expect(difference('a\nb', 'a\nc')).toBe('line 2 was "b" and is "c"');
  expect(difference('a', 'a\nb')).toBe('line 2 was "nothing" and is "b"');
});

test('JUnit XML escapes what data may hold', () => {
  const problems = [{ code: 'test/failed', message: 'a < "b" & \u0001', severity: 'error' } as const];
  const xml = junitOf([
    { suite: 's', test: 'one', seconds: 1, problems: [] },
    { suite: 's', test: 'two', seconds: 0.5, problems },
  ]);
  expect(xml).toContain('<testsuite name="s" tests="2" failures="1" time="1.500">');
  expect(xml).toContain('<failure message="a &lt; &quot;b&quot; &amp; \ufffd">');
});
