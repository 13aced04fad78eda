import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { play, type Seen, type Step } from './scenario.js';

const lockFile = 'pipelines/rocks.lock.json';
const run = (...command: string[]): { kind: 'run'; step: Step } => ({
  kind: 'run',
  step: { line: 0, command, out: [], err: [], status: 0 },
});
const edit = (change: (text: string) => string) => ({
  kind: 'do' as const,
  act: () => writeFileSync(lockFile, change(readFileSync(lockFile, 'utf8'))),
});

test('a locked run that comes out otherwise says which output and metric, and ends with 2', async () => {
  const seen: Seen[] = [];
  const base = ['run', 'rocks', '-q', '-w', '1', '--only', 'split'];
  await play(
    {
      project: 'rocks',
      actions: [
        run(...base, '--lock'),
        edit((text) =>
          text
            .replace(/"rows": 60/, '"rows": 61')
            .replace(/"train": "\w{64}"/, `"train": "${'0'.repeat(64)}"`),
        ),
        run(...base, '--locked'),
        edit((text) => text.replace(/"engine": "[^"]*"/, '"engine": "0.0.1"')),
        run(...base, '--locked'),
      ],
    },
    (_, found) => seen.push(found),
  );
  const [locked, outputs, engine] = seen;
  expect(locked).toMatchObject({ status: 0, err: '' });
  expect(outputs!.status).toBe(2);
  expect(outputs!.err).toContain('output split.train is not what the lock has [run/unlocked-change]');
  expect(outputs!.err).toContain(
    'metric logs.rows is not what the lock has [run/unlocked-change]\n   = locked: 61\n   = now: 60',
  );
  expect(engine).toMatchObject({ status: 2, out: '' });
  expect(engine!.err).toContain('the engine is not what the lock has');
}, 60_000);
