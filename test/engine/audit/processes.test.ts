import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openObjects } from '#dist/engine/store/objects.js';
import { openResults } from '#dist/engine/store/results.js';
import { inProcess, linesOf, TestLog } from './log.js';

const manyRuns = `
  for (let i = 0; i < 6; i++) {
    const segment = openSegment(root, newRunId(), { actor });
    for (let k = 0; k < 5; k++) segment.emit(committed('s' + k));
    segment.emit(finished);
    const { head } = await segment.close();
    console.log(head.run);
  }`;

test('runs of several processes at once, some killed in between, lose nothing that was promised', async () => {
  const log = new TestLog();
  const ends = await Promise.all([
    inProcess(log, manyRuns),
    inProcess(log, manyRuns),
    inProcess(log, manyRuns, { TOOLBOX_FAULT: 'head.appended:3' }),
    inProcess(log, manyRuns, { TOOLBOX_FAULT: 'head.half:2' }),
    inProcess(log, manyRuns, { TOOLBOX_FAULT: 'entry.half:10' }),
  ]);
  expect(ends.map(({ signal }) => signal)).toEqual([null, null, 'SIGKILL', 'SIGKILL', 'SIGKILL']);
  const told = ends.map(({ output }) => output.split('\n').filter(Boolean));
  // A run that seals what another left behind may meet the fault there, earlier than alone.
  const [first, second, ...killed] = told.map((runs) => runs.length);
  expect([first, second]).toEqual([6, 6]);
  killed.forEach((runs, k) => {
    expect(runs).toBeLessThanOrEqual([2, 1, 1][k]!);
  });
  await log.run();
  const report = log.verify();
  expect(report).toMatchObject({ sound: true, findings: [], open: [] });
  const sealed = linesOf(log.heads).map((line) => JSON.parse(line).run);
  expect(sealed).toEqual(expect.arrayContaining(told.flat()));
  expect(report.heads).toBe(readdirSync(join(log.root, '.toolbox', 'log', 'runs')).length);
  expect(readdirSync(join(log.root, '.toolbox', 'locks'))).toEqual([]);
});

/** One step as a run commits it: object, record, entry; what it prints it has promised. */
const commits = `
  const objects = openObjects(root + '/.toolbox/objects');
  const results = openResults(root + '/.toolbox/results');
  const segment = openSegment(root, newRunId(), { actor });
  console.log('run ' + segment.run);
  for (let i = 0; i < 3; i++) {
    const object = await objects.put(Buffer.from('result ' + i));
    const parts = { format: 1, component: 'c', version: '1', implementation: {}, config: i, inputs: {}, externals: {}, programs: {}, environment: {} };
    const key = keyOf(parts);
    results.write({ key, parts, outputs: {}, objects: [object], metrics: {}, warnings: [], seconds: 0 });
    segment.emit({ ...committed('s' + i), key });
    await segment.flush();
    console.log('key ' + key);
  }
  segment.emit(finished);
  await segment.close();
  console.log('sealed');`;

const faults: [fault: string, keys: number][] = [
  ['object.written:2', 1],
  ['object.named:2', 1],
  ['record.written:2', 1],
  ['record.named:3', 2],
  ['segment.opened', 0],
  ['entry.half:2', 1],
  ['entry.appended:2', 1],
  ['segment.flushed:2', 1],
  ['head.locked', 3],
  ['head.half', 3],
  ['head.appended', 3],
  ['head.remembered', 3],
];
for (const [fault, keys] of faults)
  test(`killed at ${fault}: what was committed stays, and the next run seals what was left`, async () => {
    const log = new TestLog();
    const killed = await inProcess(log, commits, { TOOLBOX_FAULT: fault });
    expect(killed.signal).toBe('SIGKILL');
    const promised = [...killed.output.matchAll(/^key (.*)$/gm)].map(([, key]) => key!);
    expect(promised).toHaveLength(keys);
    const objects = openObjects(join(log.root, '.toolbox', 'objects'));
    const results = openResults(join(log.root, '.toolbox', 'results'));
    for (const key of promised) expect(await results.complete(key, objects)).toBeDefined();
    expect(log.verify()).toMatchObject({ sound: true });

    const next = await log.run();
    const run = /^run (.*)$/m.exec(killed.output)?.[1];
    const entered = run ? linesOf(log.file(run)).map((line) => JSON.parse(line).event.key) : [];
    expect(entered).toEqual(expect.arrayContaining(promised));
    const report = log.verify();
    expect(report).toMatchObject({ sound: true, open: [], notes: [] });
    const heads = linesOf(log.heads).map((line) => JSON.parse(line));
    expect(heads.at(-1)).toEqual(next.head);
    if (entered.length > 0) {
      const complete = fault.startsWith('head.');
      expect(heads).toMatchObject([{ run, status: complete ? 'complete' : 'interrupted' }, {}]);
    }
    expect(readdirSync(join(log.root, '.toolbox', 'locks'))).toEqual([]);
  });
