import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complete } from '#dist/engine/cli/completion/complete.js';
import { scripts } from '#dist/engine/cli/completion/scripts.js';
import { aroundHere, keysUnder } from '#dist/engine/cli/completion/values.js';

const base = mkdtempSync(join(tmpdir(), 'completion-'));
const root = join(base, 'project');
const runs = ['20261121-080000-aaaaa', '20261122-080000-bbbbb'];

beforeAll(() => {
  cpSync(join(import.meta.dirname, 'rocks'), root, { recursive: true });
  writeFileSync(join(root, 'toolbox.yaml'), 'version: 1\nname: rocks\nenvironments:\n  production: {}\n');
  writeFileSync(join(root, 'pipelines/with space.yaml'), 'version: 1\n');
  mkdirSync(join(root, '.toolbox/registry/facies'), { recursive: true });
  for (const run of runs) {
    mkdirSync(join(root, 'runs', run), { recursive: true });
    const steps = [{ address: `score[well="A ${run.at(-1)}"]`, use: 'evaluate.classification' }];
    writeFileSync(join(root, 'runs', run, 'run.json'), JSON.stringify({ steps }));
  }
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const at = (...words: string[]) => complete(words, aroundHere(words, root)).map(({ value }) => value);

describe('what comes next', () => {
  test('commands, and those under them', () => {
    expect(at('mod')).toEqual(['models']);
    expect(at('')).toEqual(
      expect.arrayContaining(['run', 'open', 'share', 'verify', 'export', 'completion']),
    );
    expect(at('runs', '')).toEqual(expect.arrayContaining(['list', 'show', 'diff']));
  });

  test('flags of the command, each once unless it may stand more than once', () => {
    expect(at('validate', '--')).toEqual(
      expect.arrayContaining(['--set', '--environment', '--json', '--help']),
    );
    expect(at('run', 'rocks', '--lock', '--lo')).toEqual(['--locked']);
    expect(at('run', 'rocks', '--only', 'split', '--on')).toEqual(['--only']);
    expect(at('--ver')).toEqual(['--version']);
  });

  test('pipelines, steps, params, environments, choices', () => {
    expect(at('run', '')).toEqual(['rocks', 'with space']);
    expect(at('validate', 'rocks', 'w')).toEqual(['with space']);
    expect(at('run', 'rocks', '--only', 's')).toEqual(['split', 'score']);
    expect(at('run', '-q', 'rocks', '-f', 'm')).toEqual(['model']);
    expect(at('run', 'pipelines/rocks.yaml', '--only', 'reg')).toEqual([]);
    expect(at('run', join(root, 'pipelines/rocks.yaml'), '--only', 'reg')).toEqual(['register']);
    expect(at('run', 'rocks', '--set', '')).toEqual(['data=', 'trees=']);
    expect(at('run', 'rocks', '-e', '')).toEqual(['production']);
    expect(at('new', 'x', '--template', 't')).toEqual(['tabular']);
  });

  test('runs, steps of the run that is meant, models, components', () => {
    expect(at('open', '')).toEqual(['last', 'prev', runs[1], runs[0]]);
    expect(at('show', '')).toEqual(['score[well="A b"]']);
    expect(at('export', '--run', 'prev', '')).toEqual(['score[well="A a"]']);
    expect(at('models', 'promote', '')).toEqual(['facies']);
    expect(at('models', 'promote', 'facies', '3', '--to', 'p')).toEqual(['production']);
    expect(at('predict', 'f')).toEqual(['facies']);
    expect(at('components', 'show', 'prep.sp')).toEqual(['prep.split']);
  });

  test('nothing where only files or the person know, outside of a project, and past the end', () => {
    expect(at('verify', '')).toEqual([]);
    expect(at('keys', 'create', '')).toEqual([]);
    expect(at('run', 'rocks', 'x', '')).toEqual([]);
    expect(complete(['run', ''], aroundHere(['run', ''], base))).toEqual([]);
    expect(at('nonsense', '')).toEqual([]);
  });

  test('keys of a map by its lines', () => {
    const text = 'a: 1\nsteps:\n  # first\n  one:\n    use: x\n  "two": { use: y }\n\n  three-3:\nseed: 1\n';
    expect(keysUnder(text, 'steps')).toEqual(['one', 'two', 'three-3']);
    expect(keysUnder(text, 'params')).toEqual([]);
  });
});

test('a completion loads neither the parser of the command line nor of YAML', () => {
  const url = (path: string) =>
    JSON.stringify(new URL(`../../dist/engine/cli/${path}`, import.meta.url).href);
  const hooks = `export async function load(url, context, next) {
    if (/node_modules/.test(url)) throw new Error('loaded ' + url);
    return next(url, context);
  }`;
  const { stderr, status } = spawnSync(
    process.execPath,
    [
      '--no-warnings',
      '--input-type=module',
      '-e',
      `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
      const { complete } = await import(${url('completion/complete.js')});
      complete(['components', 'show', '']);`,
    ],
    { encoding: 'utf8' },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});

describe.skipIf(process.platform === 'win32')('in bash', () => {
  const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
  const inBash = (...words: string[]) => {
    mkdirSync(join(base, 'bin'), { recursive: true });
    const toolbox = join(base, 'bin/toolbox');
    writeFileSync(toolbox, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
    chmodSync(toolbox, 0o755);
    const script = `${scripts['bash']}
COMP_WORDS=(toolbox "$@"); COMP_CWORD=$#
_toolbox 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"
complete -p toolbox`;
    const { stdout } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(base, 'bin')}:${process.env['PATH']}` },
    });
    return stdout.trimEnd().split('\n');
  };

  test('words come as bash must type them', () => {
    const registered = 'complete -o default -F _toolbox toolbox';
    expect(inBash('run', '')).toEqual(['rocks', 'with\\ space', registered]);
    expect(inBash('show', '')).toEqual(['score\\[well=\\"A\\ b\\"\\]', registered]);
    expect(inBash('verify', '')).toEqual(['', registered]);
  });
});

test('nothing is written while completing', () => {
  const before = readdirSync(root, { recursive: true });
  at('run', 'rocks', '--only', '');
  expect(readdirSync(root, { recursive: true })).toEqual(before);
});
