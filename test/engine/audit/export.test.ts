import { expect, test } from 'vitest';
import {
  type Exported,
  exportLog,
  type LogExport,
  renderExport,
  verifyExport,
} from '#dist/engine/audit/export.js';
import { show } from '#dist/engine/audit/show.js';
import { committed, TestLog } from './log.js';

async function twoRuns() {
  const log = new TestLog();
  let clock = Date.parse('2026-01-01T00:00:00.000Z');
  const now = () => {
    clock += 1000;
    return new Date(clock);
  };
  const a = log.open({ now }, '20260101-000000-00aaa');
  const b = log.open({ now }, '20260101-000001-00bbb');
  a.emit(committed('load'));
  b.emit(committed('call/load'));
  a.emit({
    type: 'step.warning',
    address: 'load[survey=a]',
    problem: { code: 'data/rows', message: 'few', severity: 'warning' },
  });
  b.emit(committed('loader'));
  a.emit(committed('=call'));
  await a.close();
  await b.close();
  const open = log.open({ now }, '20260101-000002-00ccc');
  open.emit(committed('load'));
  await open.flush();
  return { log, open };
}
const names = (shown: ReturnType<typeof show>) =>
  shown.map(({ event }) => `${event.run.at(-1)}${event.sequence} ${'address' in event ? event.address : ''}`);

test('shows by run, step with what is under it, type and time, in the order of time', async () => {
  const { log, open } = await twoRuns();
  expect(names(show(log.root))).toEqual([
    'a0 load',
    'b0 call/load',
    'a1 load[survey=a]',
    'b1 loader',
    'a2 =call',
    'c0 load',
  ]);
  expect(names(show(log.root, { run: '20260101-000001-00bbb' }))).toEqual(['b0 call/load', 'b1 loader']);
  expect(names(show(log.root, { step: 'load' }))).toEqual(['a0 load', 'a1 load[survey=a]', 'c0 load']);
  expect(names(show(log.root, { step: 'call' }))).toEqual(['b0 call/load']);
  expect(names(show(log.root, { type: 'step.warning' }))).toEqual(['a1 load[survey=a]']);
  expect(show(log.root, { type: 'step' })).toHaveLength(6);
  expect(show(log.root, { type: 'ste' })).toHaveLength(0);
  expect(
    names(show(log.root, { since: '2026-01-01T00:00:02Z', until: '2026-01-01T01:00:04+01:00' })),
  ).toEqual(['b0 call/load', 'a1 load[survey=a]']);
  expect(show(log.root)[2]).toMatchObject({ file: '.toolbox/log/runs/20260101-000000-00aaa.jsonl', line: 2 });
  await open.close();
});

test('an export proves every sealed entry without the log, and shows any change', async () => {
  const { log, open } = await twoRuns();
  const all = exportLog(log.root);
  expect(all.entries.map(({ proof }) => proof !== undefined)).toEqual([true, true, true, true, true, false]);
  expect(verifyExport(all)).toEqual([]);
  const some = exportLog(log.root, { step: 'load' });
  expect(verifyExport(JSON.parse(renderExport(some, 'json')))).toEqual([]);
  const [first, second] = [all.entries[0]!, all.entries[1]!];
  const with0 = (entry: Exported): LogExport => ({ ...all, entries: [entry, ...all.entries.slice(1)] });
  for (const changed of [
    {
      ...first,
      entry: { ...first.entry, event: { ...first.entry.event, time: '2026-01-01T00:00:01.001Z' } },
    },
    { ...first, proof: { ...first.proof!, index: 1 } },
    { ...first, proof: { ...first.proof!, path: first.proof!.path.slice(1) } },
    { ...first, proof: second.proof! },
    { ...second, proof: first.proof! },
    { ...first, proof: { ...first.proof!, head: 'none' } },
  ])
    expect(verifyExport(with0(changed))).toHaveLength(1);
  const heads = [{ ...all.heads[0]!, root: all.heads[1]!.root }, ...all.heads.slice(1)];
  expect(verifyExport({ ...all, heads })[0]).toContain('signature');
  await open.close();
});

test('JSON lines and CSV hold the same; a text is no formula for a spreadsheet', async () => {
  const { log, open } = await twoRuns();
  const exported = exportLog(log.root);
  const lines = renderExport(exported, 'jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter((line) => line.head).map((line) => line.head)).toEqual(exported.heads);
  expect(lines.filter((line) => line.entry)).toEqual(exported.entries);
  const csv = renderExport(exported, 'csv').split('\r\n');
  expect(csv).toHaveLength(8);
  expect(csv[0]).toBe('time,run,sequence,actor,type,address,entry,index,count,path,head');
  expect(csv[5]).toContain(',step.committed,\'=call,"{');
  await open.close();
});
