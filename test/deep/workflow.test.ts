import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { main } from '#dist/engine/cli/main.js';

/** The workflow of a new project, its commands run one after the other as GitHub's runner does. */
const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
const base = realpathSync(mkdtempSync(join(tmpdir(), 'workflow-')));
const root = join(base, 'repository');
const summary = join(base, 'summary.md');

interface Step {
  readonly run?: string;
  readonly if?: string;
}
let steps: readonly Step[];

beforeAll(async () => {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    expect(await main(['new', root])).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  const workflow = parse(readFileSync(join(root, '.github/workflows/check.yml'), 'utf8')) as {
    jobs: { check: { steps: Step[] } };
  };
  steps = workflow.jobs.check.steps.filter(({ run }) => run !== undefined && !run.startsWith('npm install'));
  mkdirSync(join(base, 'bin'));
  writeFileSync(join(base, 'bin/npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(join(base, 'bin/npx'), 0o755);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Up to the first step that fails, and those that run all the same. */
function walk() {
  const seen: { run: string; status: number | null; output: string }[] = [];
  for (const step of steps) {
    const failed = seen.some(({ status }) => status !== 0);
    const reported = existsSync(join(root, 'runs'));
    if (step.if?.startsWith('always()') ? !reported : failed) continue;
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', step.run!], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${join(base, 'bin')}:${process.env['PATH']}`,
        XDG_STATE_HOME: join(base, 'state'),
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: root,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    seen.push({ run: step.run!.trim(), status, output: stdout + stderr });
  }
  return seen;
}

describe.skipIf(process.platform === 'win32')('the workflow of a new project', () => {
  test('is green as it is written, and leaves a report, a zip and JUnit', () => {
    const seen = walk();
    expect(seen.map(({ run, status }) => [run.split('\n')[0], status])).toEqual([
      ['npx toolbox validate', 0],
      ['npx toolbox test --junit results/tests.xml', 0],
      ['npx toolbox run main', 0],
      [expect.stringContaining('report.md'), 0],
    ]);
    expect(readFileSync(summary, 'utf8')).toMatch(/^# main/m);
    expect(readFileSync(join(root, 'results/tests.xml'), 'utf8')).toContain('tests="1"');
    expect(existsSync(join(root, 'results/run.zip'))).toBe(true);
    expect(seen.at(-1)!.output).toContain('sound: ');
  });

  test('shows a slip at its line, and runs nothing', () => {
    const file = join(root, 'pipelines/main.yaml');
    const text = readFileSync(file, 'utf8');
    rmSync(join(root, 'runs'), { recursive: true });
    writeFileSync(file, text.replace('path:', 'pth:'));
    const seen = walk();
    writeFileSync(file, text);
    expect(seen.map(({ status }) => status)).toEqual([2]);
    const line = text.split('\n').findIndex((one) => one.includes('path: "')) + 1;
    expect(seen[0]!.output).toContain(`::error file=pipelines/main.yaml,line=${line},`);
  });

  test('ends with 1 where a test fails, and with 3 where a gate says no', () => {
    const tests = join(root, 'tests/main.yaml');
    const right = readFileSync(tests, 'utf8');
    writeFileSync(tests, right.replace('rows > 0', 'rows > 1e9'));
    expect(walk().map(({ status }) => status)).toEqual([0, 1]);
    writeFileSync(tests, right.replace('    expect', '    only: [table]\n    expect'));
    const file = resolve(root, 'pipelines/main.yaml');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}  more: { use: prep.sample, in: table, with: { rows: 1 }, require: "\${{ steps.table.metrics.rows > 1e9 }}" }\n`,
    );
    const seen = walk();
    expect(
      seen.map(({ status }) => status),
      JSON.stringify(seen),
    ).toEqual([0, 0, 3, 0]);
    expect(seen[2]!.output).toMatch(/::error file=pipelines\/main.yaml,line=\d+,.*title=run\/gate::gate/);
  });
});
