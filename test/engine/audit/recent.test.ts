import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testProject } from '../../support/project.js';

let project: ReturnType<typeof testProject>;
beforeEach(async () => {
  project = testProject({
    'rows.csv': 'a,b\n1,2\n3,4\n',
    'pipelines/main.yaml': 'version: 1\nsteps:\n  rows: { use: ingest.csv, with: { path: rows.csv } }\n',
  });
  for (let i = 0; i < 3; i++) await warnings();
});
afterEach(() => project.remove());

const env = () => ({ XDG_STATE_HOME: join(project.root, '.state') });
const warnings = async () => {
  const done = await project.run('pipelines/main.yaml', { env: env() });
  return done.warnings.map(
    ({ code, at, message }) => `${code} ${at?.file.replace(/\d{8}-[\w-]+/, 'RUN')}:${at?.line} ${message}`,
  );
};
const log = (...path: string[]) => join(project.root, '.toolbox/log', ...path);
const change = (file: string, by: (lines: string[]) => string[]) =>
  writeFileSync(file, `${by(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
const newest = () => log('runs', readdirSync(log('runs')).sort().at(-1)!);

test('a run on an untouched log says nothing of it', async () => {
  expect(await warnings()).toEqual([]);
});

test('a changed entry, a segment that is gone, a changed and a missing head are told by the next run', async () => {
  const entries = readFileSync(newest(), 'utf8');
  change(newest(), (lines) => lines.map((line) => line.replace('"seed":42', '"seed":43')));
  expect(await warnings()).toEqual([
    expect.stringMatching(/^audit\/damaged \.toolbox\/log\/runs\/RUN\.jsonl:\d+ the log was changed: /),
  ]);
  change(newest(), (lines) => lines.slice(0, -1));
  expect((await warnings()).join('\n')).toMatch(/missing at the end: 1 entry/);
  expect(entries).toContain('"seed":42');
  rmSync(newest());
  expect((await warnings()).join('\n')).toMatch(/the log of run .* is missing/);
  change(log('heads.jsonl'), (lines) => lines.slice(0, -1));
  expect((await warnings()).join('\n')).toMatch(/keeps head \d+, .* which is missing here/);
});

test('a head with another count no longer fits its signature', async () => {
  change(log('heads.jsonl'), (lines) =>
    lines.map((line, i) => (i === 2 ? line.replace(/"count":\d+/, '"count":1') : line)),
  );
  expect((await warnings()).join('\n')).toMatch(
    /heads\.jsonl:3 the log was changed: the signature does not fit/,
  );
});
