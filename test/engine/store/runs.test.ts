import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryLock } from '#dist/engine/store/locks.js';
import {
  createRun,
  findRun,
  listRuns,
  newRunId,
  type RunRecord,
  readRun,
  runFolder,
  runLock,
  thisMachine,
  writeRun,
} from '#dist/engine/store/runs.js';
import { testFolder } from '../../support/folder.js';

test('ids sort by time to the millisecond and are unique', () => {
  const times = Array.from({ length: 2000 }, (_, i) => new Date(1_700_000_000_000 + i * 37));
  const ids = times.map((time) => newRunId(time));
  expect([...ids].sort()).toEqual(ids);
  expect(newRunId(new Date('2026-11-23T07:14:48.999Z'))).toMatch(/^20261123-071448-z7[0-9a-z]{3}$/);
  const root = testFolder();
  const many = Array.from({ length: 200 }, () => createRun(root));
  expect(new Set(many).size).toBe(200);
  expect(listRuns(root)).toEqual([...many].sort());
});

test('a run is found by id, by a unique beginning of either part, as last and as prev', () => {
  const root = testFolder();
  expect(findRun(root, 'last')).toMatchObject({ ok: false, problems: [{ code: 'command/not-found' }] });
  const ids = ['20260101-000000-00aaa', '20260101-000001-00bbb', '20260202-000000-00acc'];
  for (const id of ids) writeRun(root, { id } as RunRecord);
  const value = (wanted: string) => {
    const found = findRun(root, wanted);
    return found.ok ? found.value : found.problems[0]!.message;
  };
  expect(value(ids[0]!)).toBe(ids[0]);
  expect(value('202602')).toBe(ids[2]);
  expect(value('00b')).toBe(ids[1]);
  expect(value('last')).toBe(ids[2]);
  expect(value('prev')).toBe(ids[1]);
  expect(value('00a')).toBe('"00a" begins 2 runs');
  expect(value('')).toBe('there is no run ""');
  expect(value('../x')).toBe('there is no run "../x"');
});

test('a record comes back; one left running by a process that is gone is interrupted', () => {
  const root = testFolder();
  const id = createRun(root);
  const run: RunRecord = {
    format: 1,
    id,
    pipeline: 'seismic',
    file: 'pipelines/seismic.yaml',
    status: 'running',
    started: '2026-11-23T07:14:48.000Z',
    actor: { kind: 'claimed', user: 'ann', host: 'here' },
    params: { trees: 200 },
    seed: 42,
    specDigest: 'ab',
    machine: thisMachine('0.1.0', { duckdb: '1.5.5' }),
    steps: [{ address: 'model', use: 'train.random-forest', status: 'ran', metrics: { f1: 0.5 } }],
    problems: [],
  };
  writeRun(root, run);
  const release = tryLock(runLock(root, id))!;
  expect(readRun(root, id)).toEqual(run);
  release();
  expect(readRun(root, id)?.status).toBe('interrupted');
  expect(readRun(root, '20260101-000000-00aaa')).toBeUndefined();
  const path = join(runFolder(root, id), 'run.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
  expect(readRun(root, id)).toBeUndefined();
});
