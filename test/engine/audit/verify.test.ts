import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { genesisOf } from '#dist/engine/audit/entry.js';
import { type Head, headText, NO_HEAD, signHead } from '#dist/engine/audit/head.js';
import { openSigner } from '#dist/engine/audit/key.js';
import { leafHash, merkleRoot } from '#dist/engine/audit/merkle.js';
import { canonical, type Json, sha256 } from '#dist/engine/canonical.js';
import { committed, linesOf, TestLog, writeLines } from './log.js';

/** Writes a segment anew, so that it is sound in itself. */
function rechain(run: string, lines: readonly string[]): string[] {
  let previous = genesisOf(run);
  return lines.map((line, sequence) => {
    const { event } = JSON.parse(line);
    const text = canonical({ event: { ...event, sequence }, previous } as Json);
    previous = sha256(text);
    return text;
  });
}

describe('tampering', () => {
  let log: TestLog;
  let runs: string[];
  const root = (lines: readonly string[]) =>
    merkleRoot(lines.map((line) => leafHash(Buffer.from(line)))).toString('hex');
  const segment = (run: number, change: (lines: string[]) => string[]) =>
    writeLines(log.file(runs[run]!), change(linesOf(log.file(runs[run]!))));
  const heads = (change: (lines: string[]) => string[]) => writeLines(log.heads, change(linesOf(log.heads)));
  const swapped = <T>(list: T[], i: number, j: number) =>
    list.map((x, k) => (k === i ? list[j]! : k === j ? list[i]! : x));
  const edit = (line: string) => line.replace('"seconds":0.5', '"seconds":0.4');
  const file = (run: number) => `.toolbox/log/runs/${runs[run]}.jsonl`;
  const HEADS = '.toolbox/log/heads.jsonl';

  const prepare = async () => {
    log = new TestLog();
    runs = [];
    for (const entries of [5, 3, 4]) runs.push((await log.run(entries)).head.run);
  };
  /** Signs all heads anew with the user's own key, as one could who controls the machine. */
  const resign = (change: (head: Head) => Head) => {
    const signer = openSigner({ env: log.env });
    let previous = NO_HEAD;
    heads((lines) =>
      lines.map((line, index) => {
        const { key: _, signature: __, ...rest } = change(JSON.parse(line));
        const text = headText(signHead({ ...rest, index, previous }, signer));
        previous = sha256(text);
        return text;
      }),
    );
  };

  const cases: [name: string, tamper: () => void, expected: object[]][] = [
    [
      'an edited entry',
      () => segment(0, (l) => l.map((x, i) => (i === 1 ? edit(x) : x))),
      [{ kind: 'edit', file: 0, line: 2 }],
    ],
    [
      'an edited last entry',
      () => segment(0, (l) => [...l.slice(0, -1), l.at(-1)!.replace('"exit":0', '"exit":1')]),
      [{ kind: 'edit', file: 0, line: 5 }],
    ],
    [
      'a changed space',
      () => segment(1, (l) => l.map((x, i) => (i === 1 ? x.replace(':', ': ') : x))),
      [{ kind: 'edit', file: 1, line: 2 }],
    ],
    [
      'one flipped bit',
      () => segment(1, (l) => l.map((x, i) => (i === 0 ? x.replace('"user":"ann"', '"user":"anm"') : x))),
      [{ kind: 'edit', file: 1, line: 1 }],
    ],
    [
      'a removed entry',
      () => segment(0, (l) => l.filter((_, i) => i !== 2)),
      [{ kind: 'removal', file: 0, line: 3 }],
    ],
    ['the first entry removed', () => segment(0, (l) => l.slice(1)), [{ kind: 'removal', file: 0, line: 1 }]],
    [
      'an entry twice',
      () => segment(0, (l) => [...l.slice(0, 3), l[2]!, ...l.slice(3)]),
      [{ kind: 'insertion', file: 0, line: 4 }],
    ],
    [
      'an entry of another run',
      () => segment(0, (l) => [...l.slice(0, 3), linesOf(log.file(runs[1]!))[0]!, ...l.slice(3)]),
      [{ kind: 'insertion', file: 0, line: 4 }],
    ],
    [
      'an entry inserted and all numbered anew',
      () => segment(0, (l) => rechain(runs[0]!, [...l.slice(0, 3), l[1]!, ...l.slice(3)])),
      [{ kind: 'insertion', file: 0, line: 6 }],
    ],
    [
      'two swapped entries',
      () => segment(0, (l) => swapped(l, 1, 3)),
      [
        { kind: 'swap', file: 0, line: 2 },
        { kind: 'swap', file: 0, line: 4 },
      ],
    ],
    ['a cut tail', () => segment(0, (l) => l.slice(0, 3)), [{ kind: 'cut', file: 0, line: 4 }]],
    [
      'half of the last line',
      () => truncateSync(log.file(runs[2]!), statSync(log.file(runs[2]!)).size - 20),
      [
        { kind: 'cut', file: 2, line: 4 },
        { kind: 'insertion', file: 2, line: 4 },
      ],
    ],
    [
      'text after the end',
      () => appendFileSync(log.file(runs[0]!), '{}'),
      [{ kind: 'insertion', file: 0, line: 6 }],
    ],
    ['a segment emptied', () => segment(0, () => []), [{ kind: 'cut', file: 0, line: 1 }]],
    [
      'a segment written anew',
      () => segment(0, (l) => rechain(runs[0]!, l.map(edit))),
      [{ kind: 'edit', file: 0, line: 5 }],
    ],
    ['a segment removed', () => rmSync(log.file(runs[1]!)), [{ kind: 'removal', file: 1 }]],
    [
      'two segments swapped',
      () => {
        const [a, b] = [linesOf(log.file(runs[0]!)), linesOf(log.file(runs[2]!))];
        segment(0, () => b);
        segment(2, () => a);
      },
      [
        ...[1, 2, 3, 4].map((line) => ({ kind: 'insertion', file: 0, line })),
        ...[1, 2, 3, 4, 5].map((line) => ({ kind: 'insertion', file: 2, line })),
      ],
    ],
    [
      'an edited head',
      () => heads((l) => l.map((x, i) => (i === 1 ? x.replace('"count":3', '"count":2') : x))),
      [
        { kind: 'signature', line: 2 },
        { kind: 'edit', line: 2 },
        { kind: 'insertion', file: 1, line: 3 },
        { kind: 'rebuilt', line: 2 },
      ],
    ],
    [
      'a removed head',
      () => heads((l) => [l[0]!, l[2]!]),
      [
        { kind: 'removal', line: 2 },
        { kind: 'rebuilt', line: 2 },
      ],
    ],
    [
      'two swapped heads',
      () => heads((l) => swapped(l, 1, 2)),
      [
        { kind: 'swap', line: 2 },
        { kind: 'swap', line: 3 },
        { kind: 'rebuilt', line: 2 },
      ],
    ],
    [
      'a head twice',
      () => heads((l) => [...l, l[2]!]),
      [
        { kind: 'insertion', line: 4 },
        { kind: 'insertion', line: 4 },
      ],
    ],
    ['a line that is no head', () => heads((l) => [...l, 'hello']), [{ kind: 'edit', line: 4 }]],
    ['the last head cut', () => heads((l) => l.slice(0, 2)), [{ kind: 'cut', line: 3 }]],
    [
      'the last head and its segment cut',
      () => {
        heads((l) => l.slice(0, 2));
        rmSync(log.file(runs[2]!));
      },
      [{ kind: 'cut', line: 3 }],
    ],
    ['all heads removed', () => rmSync(log.heads), [{ kind: 'cut', line: 1 }]],
    [
      'the whole log removed',
      () => rmSync(join(log.root, '.toolbox', 'log'), { recursive: true }),
      [{ kind: 'cut', line: 1 }],
    ],
    [
      'a last entry edited and the head signed anew with the right key',
      () => {
        segment(2, (l) => [...l.slice(0, -1), l.at(-1)!.replace('"exit":0', '"exit":1')]);
        resign((head) =>
          head.run === runs[2] ? { ...head, root: root(linesOf(log.file(runs[2]!))) } : head,
        );
      },
      [{ kind: 'rebuilt', line: 3 }],
    ],
    [
      'the whole chain rebuilt with the right key',
      () => {
        segment(0, (l) => rechain(runs[0]!, l.map(edit)));
        resign((head) =>
          head.run === runs[0] ? { ...head, root: root(linesOf(log.file(runs[0]!))) } : head,
        );
      },
      [{ kind: 'rebuilt', line: 1 }],
    ],
  ];

  for (const [name, tamper, expected] of cases)
    test(`${name} is found, with file and line`, async () => {
      await prepare();
      expect(log.verify()).toMatchObject({ sound: true, findings: [] });
      tamper();
      const before = snapshot(log.base);
      const report = log.verify();
      expect(report.sound).toBe(false);
      expect(report.findings.map(({ kind, file, line }) => ({ kind, file, line }))).toEqual(
        expected.map((e) => {
          const { kind, line, file: at } = e as { kind: string; line?: number; file?: number };
          return { kind, line, file: at === undefined ? HEADS : file(at) };
        }),
      );
      expect(snapshot(log.base)).toEqual(before); // verifying writes nothing
    });
});

const snapshot = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[])
    .sort()
    .map((name) => [name, statSync(join(folder, name)).isFile() && sha256(readFileSync(join(folder, name)))]);

describe('what stays possible', () => {
  let log: TestLog;
  const witness = () => join(log.base, 'witness.jsonl');

  test('with the state folder cut as well, only a witness finds it, and the report says so', async () => {
    log = new TestLog();
    for (let i = 0; i < 3; i++) await log.run(3, { witness: { file: witness() } });
    writeLines(log.heads, linesOf(log.heads).slice(0, 2));
    const folder = join(log.env.XDG_STATE_HOME, 'ds-toolbox', 'heads');
    rmSync(folder, { recursive: true });
    const last = readdirSync(join(log.root, '.toolbox', 'log', 'runs'))
      .sort()
      .at(-1)!;
    rmSync(join(log.root, '.toolbox', 'log', 'runs', last));
    const alone = log.verify();
    expect(alone).toMatchObject({ sound: true, compared: [] });
    expect(alone.notExcluded.join()).toContain('No head was kept outside the log');
    const witnessed = log.verify({ witnesses: [witness()] });
    expect(witnessed.findings).toMatchObject([{ kind: 'cut', line: 3 }]);
    expect(log.verify({ heads: [JSON.parse(linesOf(witness())[2]!)] }).findings).toMatchObject([
      { kind: 'cut' },
    ]);
  });

  test('heads after the newest that the witness has, and runs that are not sealed, are named', async () => {
    log = new TestLog();
    await log.run(2, { witness: { file: witness() } });
    await log.run(2);
    const open = log.open();
    open.emit(committed('a'));
    const report = log.verify({ witnesses: [witness()] });
    expect(report).toMatchObject({ sound: true, open: [{ run: open.run, entries: 1, running: true }] });
    expect(report.notExcluded).toMatchObject([
      expect.stringContaining('keeps heads up to 0'),
      expect.stringContaining(open.run),
    ]);
    expect(log.verify().notExcluded[0]).toContain("user's state folder only");
    await open.close();
  });

  test('a copy elsewhere verifies, offline, and is compared with the heads of its origin', async () => {
    log = new TestLog();
    await log.run();
    await log.run();
    const copy = log.copy('a copy with ümlaut');
    expect(log.verify({}, copy)).toMatchObject({ sound: true, heads: 2, compared: [{ heads: 2 }] });
    const file = join(copy, '.toolbox', 'log', 'heads.jsonl');
    writeLines(file, linesOf(file).slice(0, 1));
    expect(log.verify({}, copy).findings).toMatchObject([{ kind: 'cut', line: 2 }]);
    expect(log.verify({ env: { XDG_STATE_HOME: join(log.base, 'another user') } }, copy).sound).toBe(true);
  });

  test('a project made anew at the same place is sound, with a note of what was there', async () => {
    log = new TestLog();
    await log.run();
    rmSync(log.root, { recursive: true });
    const { head } = await log.run();
    const report = log.verify();
    expect(report).toMatchObject({ sound: true, heads: 1, head });
    expect(report.notes).toMatchObject([expect.stringContaining('Another log was at this place before')]);
  });

  test('heads in the records of runs count as kept', async () => {
    log = new TestLog();
    const { head } = await log.run();
    const folder = join(log.root, 'runs', head.run);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ id: head.run, status: 'done', head }));
    rmSync(join(log.root, '.toolbox', 'log'), { recursive: true });
    const elsewhere = { XDG_STATE_HOME: join(log.base, 'another user') };
    expect(log.verify({ env: elsewhere }).findings).toMatchObject([
      { kind: 'cut', message: expect.stringContaining('run.json') },
    ]);
  });

  test('an empty project has a sound, empty log', () => {
    log = new TestLog();
    mkdirSync(log.root);
    expect(log.verify()).toMatchObject({ sound: true, heads: 0, entries: 0 });
  });
});
