import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'toolbox from-data ü-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

export const toolbox = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
};

let count = 0;
/** What a project has beside its data. */
const written = [
  '.github/workflows/check.yml',
  '.vscode/settings.json',
  'AGENTS.md',
  'README.md',
  'contracts/data.yaml',
  'package.json',
  'pipelines/main.yaml',
  'tests/main.yaml',
  'toolbox.yaml',
];

/** A project around a file, which must run as it is written, with all that belongs to it. */
export function starts(file: string, target: string, ...read: string[]) {
  const name = `p${++count}`;
  const made = toolbox(folder, 'new', name, '--from-data', file, '--target', target, ...read);
  expect(made).toMatchObject({ status: 0 });
  const project = join(folder, name);
  const ran = toolbox(project, 'run', 'main', '-q', '--set', 'trees=20');
  expect(ran).toMatchObject({ status: 0 });
  const files = readdirSync(project, { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(expect.arrayContaining(written));
  for (const file of ['README.md', 'AGENTS.md', '.github/workflows/check.yml'])
    expect(readFileSync(join(project, file), 'utf8'), file).toContain('toolbox run main');
  return { project, made: made.stdout, pipeline: readFileSync(join(project, 'pipelines/main.yaml'), 'utf8') };
}
