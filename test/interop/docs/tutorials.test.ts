/**
 * Each tutorial, typed into a shell as it is printed: the lines behind `$` of every console block, in their order, in
 * one folder with the files that a reader has. What a page shows must be what is printed, where `…` stands for any text
 * and a line of only `…` for any number of lines; a status other than 0 must be shown by `echo $?`.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { matches } from '../../cli/scenario.js';
import { testFolder } from '../../support/folder.js';

const pages = 'docs/tutorials';

interface Typed {
  readonly command: string;
  readonly shown: string[];
}

function typedIn(page: string): readonly Typed[] {
  const typed: Typed[] = [];
  for (const [, block] of readFileSync(page, 'utf8').matchAll(/```console\n([\s\S]*?)```/g))
    for (const line of block!.trimEnd().split('\n'))
      if (line.startsWith('$ ')) typed.push({ command: line.slice(2), shown: [] });
      else typed.at(-1)!.shown.push(line);
  return typed;
}

/** What each command printed, on both streams, and its status; the folder and `$?` last from one to the next. */
async function typeAll(commands: readonly string[], folder: string) {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = resolve('dist/engine/cli/bin.js');
  writeFileSync(join(bin, 'toolbox'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  const end = '@@ended';
  const lines = commands.flatMap((command) => [
    `(exit $status)`,
    command,
    'status=$?',
    `echo "${end} $status"`,
  ]);
  const { stdout } = await promisify(execFile)('sh', ['-c', ['exec 2>&1', 'status=0', ...lines].join('\n')], {
    cwd: join(folder, 'here'),
    maxBuffer: 1e8,
    env: {
      PATH: [bin, process.env['PATH']].join(delimiter),
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      LANG: 'C',
      NO_COLOR: '1',
    },
  });
  return [...stdout.matchAll(new RegExp(`([\\s\\S]*?)${end} (\\d+)\n`, 'g'))].map(([, out, status]) => ({
    out: out!,
    status: Number(status),
  }));
}

describe.skipIf(process.platform === 'win32')('what the tutorials show', () => {
  test.each(readdirSync(pages).filter((name) => name.endsWith('.md')))(
    '%s',
    async (name) => {
      const typed = typedIn(join(pages, name));
      const folder = testFolder();
      mkdirSync(join(folder, 'here'));
      copyFileSync('templates/tabular/data/customers.csv', join(folder, 'here', 'customers.csv'));
      const seen = await typeAll(
        typed.map(({ command }) => command),
        folder,
      );
      expect(seen.length).toBe(typed.length);
      typed.forEach(({ command, shown }, i) => {
        const { out, status } = seen[i]!;
        if (typed[i + 1]?.command !== 'echo $?') expect.soft(status, `${command}\n${out}`).toBe(0);
        expect.soft(out, command).toBe(matches(shown, out) ? out : shown.join('\n'));
      });
    },
    120_000,
  );
});
