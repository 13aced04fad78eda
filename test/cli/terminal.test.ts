import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandSpec } from '#dist/engine/cli/command.js';
import { commands } from '#dist/engine/cli/commands.js';
import { main } from '#dist/engine/cli/main.js';
import { terminalText } from '#dist/engine/cli/printable.js';
import { columns, terminalOf } from '#dist/engine/cli/terminal.js';
import { captured } from './scenario.js';

const before = { cwd: process.cwd(), environment: { ...process.env } };
const base = realpathSync(mkdtempSync(join(tmpdir(), 'terminal-')));
const root = join(base, 'rocks');
const ESC = '\u001b';
/** Whatever a terminal obeys, the line end aside. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const run = (line: string) => captured(() => main(line.split(' ')));

/** Every `toolbox … --help`. */
const helps: readonly string[] = ['', ...namesOf(commands)].map((name) => `${name} --help`.trim());
function namesOf(specs: readonly CommandSpec[], before = ''): string[] {
  return specs.flatMap((spec) => [
    `${before}${spec.name}`,
    ...namesOf(spec.commands ?? [], `${before}${spec.name} `),
  ]);
}

/** What people type most, in a project that ran. */
const looks = [
  'validate',
  'plan rocks',
  'graph rocks',
  'render rocks',
  'runs list',
  'runs show',
  'show split',
  'show score',
  'show model',
  'why model',
  'inspect data/rocks.csv',
  'models list',
  'models show rocks',
  'components list',
  'components show train.random-forest',
  'components show ingest.csv',
  'audit show --type step',
  'audit verify',
  'contract infer data/rocks.csv',
  'clean',
  'schema --help',
  'validate nothing',
  'run rocks --set tress=4',
];

beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'rocks'), root, { recursive: true });
  Object.assign(process.env, { XDG_STATE_HOME: join(base, 'state'), COLUMNS: '80' });
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'GITHUB_ACTIONS']) delete process.env[name];
  process.chdir(root);
  expect((await run('run rocks -q -w 1')).status).toBe(0);
}, 120_000);
afterAll(() => {
  process.chdir(before.cwd);
  process.env = before.environment;
  rmSync(base, { recursive: true, force: true });
});

/**
 * Lines that are too wide. Nothing breaks a path, a line of the person's own file, or the first line of a problem:
 * editors and scripts take place, message and code from one line.
 */
const wide = (text: string) =>
  text
    .split('\n')
    .filter(
      (line) =>
        [...line].length > 80 &&
        !/[/\\][^ ]*[/\\]/.test(line) &&
        !/^ +\d+ \|| \[[a-z]+\/[a-z-]+\]$/.test(line),
    );

describe('in a pipe', () => {
  test.each(helps)('toolbox %s fits 80 columns, without colour', async (line) => {
    const { out, err, status } = await run(line);
    expect(status).toBe(0);
    expect(wide(out + err)).toEqual([]);
    expect(out + err).not.toMatch(control);
    expect(out.length).toBeGreaterThan(100);
  });

  test.each(looks)('toolbox %s fits 80 columns, without colour', async (line) => {
    const { out, err } = await run(line);
    expect(wide(/^(graph|render|contract)/.test(line) ? err : out + err)).toEqual([]);
    expect(out + err).not.toMatch(control);
    expect(`${out}${err}`.length).toBeGreaterThan(10);
  });
});

test('the locale and the time zone change no byte', () => {
  const script = `import { main } from ${JSON.stringify(new URL('../../dist/engine/cli/main.js', import.meta.url).href)};
for (const line of ${JSON.stringify(looks.filter((line) => line !== 'clean'))}) await main(line.split(' '));`;
  const said = (settings: NodeJS.ProcessEnv) => {
    const { LANG: _, LC_ALL: __, TZ: ___, ...rest } = process.env;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      env: { ...rest, ...settings },
    });
    return stdout + stderr;
  };
  const plain = said({ LC_ALL: 'C', TZ: 'UTC' });
  expect(plain.length).toBeGreaterThan(10_000);
  expect(said({ LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati', NO_COLOR: '1' })).toBe(plain);
  expect(said({ LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8', TZ: 'America/St_Johns' })).toBe(plain);
}, 120_000);

describe('text from data', () => {
  const evil = {
    title: `${ESC}]0;owned\u0007`,
    clear: `${ESC}[2J${ESC}[1;1H`,
    csi: '\u009b31m',
    hidden: `${ESC}[8m`,
    turned: 'abc\u202edcba',
  };

  test('cannot steer the terminal, whatever prints it', async () => {
    const header = Object.keys(evil).map((name) => `${name}${evil[name as keyof typeof evil]}`);
    mkdirSync(join(root, 'data/evil'), { recursive: true });
    writeFileSync(
      join(root, 'data/evil.csv'),
      `${header.join(',')},class\n${Array.from({ length: 40 }, (_, i) => `${Object.values(evil).join(',')},${i % 2 ? `up${ESC}[2J` : 'down'}`).join('\n')}\n`,
    );
    writeFileSync(
      join(root, 'pipelines/evil.yaml'),
      'version: 1\nname: evil\nsteps:\n  rows: { use: ingest.csv, with: { path: data/evil.csv } }\n  split: { use: prep.split, in: rows, with: { target: klass, test: 25% } }\n',
    );
    writeFileSync(
      join(root, 'pipelines/read.yaml'),
      'version: 1\nname: read\nsteps:\n  rows: { use: ingest.csv, with: { path: data/evil.csv } }\n',
    );
    for (const line of [
      'inspect data/evil.csv',
      'contract infer data/evil.csv',
      'validate evil',
      'run read -w 1',
      'show rows',
      'show rows --json',
      'inspect data/evil.csv --json',
      `new evil --from-data data/evil.csv --target class${ESC}[2J`,
      'runs show',
      `show rows${ESC}[2J`,
      `inspect data/${ESC}[2J.csv`,
    ]) {
      const { out, err } = await run(line);
      expect(out + err, line).not.toMatch(control);
    }
  });

  test('a cell keeps to its line, and colours of the product pass', () => {
    expect(columns([['a\nb', 'c\td']], 80)).toBe('a b  c d');
    const t = terminalOf(process.stdout, { FORCE_COLOR: '1' });
    const text = `${t.good('ok')} ${t.bold('b')} ${t.error('e')} ${t.dim('d')} ${t.warn('w')}`;
    expect(terminalText(text)).toBe(text);
    expect(terminalText(`${text}${ESC}[2J`)).toBe(`${text}\\u001b[2J`);
  });
});
