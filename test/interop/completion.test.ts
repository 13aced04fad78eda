import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scripts } from '#dist/engine/cli/completion/scripts.js';

/** The scripts in the shells that they are for. */
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'completion-'));
const root = join(base, 'project');

beforeAll(() => {
  cpSync(join(import.meta.dirname, '../cli/rocks'), root, { recursive: true });
  mkdirSync(join(base, 'bin'));
  writeFileSync(join(base, 'bin/toolbox'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(join(base, 'bin/toolbox'), 0o755);
  for (const [shell, text] of Object.entries(scripts)) writeFileSync(join(base, shell), text);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const said = (shell: string, ...args: string[]) => {
  const { stdout, stderr } = spawnSync(shell, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, HOME: base, PATH: `${join(base, 'bin')}:${process.env['PATH']}` },
  });
  return { lines: stdout.trimEnd().split('\n'), stderr };
};

test.skipIf(!has('fish'))('fish', () => {
  const asked = (line: string) => said('fish', '-c', `source ${base}/fish; complete -C '${line}'`).lines;
  expect(asked('toolbox run rocks --only s')).toEqual(['score', 'split']);
  expect(asked('toolbox val')).toEqual([
    'validate\tCheck pipelines without running them: keys, types, wiring, expressions, columns',
  ]);
  expect(asked('toolbox verify da')).toEqual(['data/']);
});

describe.skipIf(!has('zsh'))('zsh', () => {
  /** A shell of its own behind a terminal, where Tab is pressed. */
  const pressed = (line: string) => {
    const script = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; autoload -U compinit; compinit -u -D; zstyle ":completion:*" list-prompt ""; LISTMAX=999; source ${base}/zsh; echo re""ady'
zpty -r shell out '*ready*'
zpty -n -w shell $'${line}\\t'
sleep 3
while zpty -r -t shell out; do print -rn -- "$out"; done`;
    const seen = said('zsh', '-f', '-c', script).lines.join('\n');
    // What the line editor sends to draw with is left out.
    return seen.replaceAll(/\u001b\[[?\d;]*[A-Za-z]|[\b\r\u0007]/g, '');
  };

  test('completes a command, a step and a param', () => {
    expect(pressed('toolbox valid')).toContain('toolbox validate');
    expect(pressed('toolbox run rocks --only regi')).toContain('--only register');
    expect(pressed('toolbox run rocks --set tre')).toContain('--set trees=');
  });
});
