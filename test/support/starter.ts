import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'toolbox from-data ü-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const toolbox = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
};

let count = 0;
/** A project around a file, which must run as it is written. */
export function starts(file: string, target: string, ...read: string[]) {
  const name = `p${++count}`;
  const made = toolbox(folder, 'new', name, '--from-data', file, '--target', target, ...read);
  expect(made).toMatchObject({ status: 0 });
  const project = join(folder, name);
  const ran = toolbox(project, 'run', 'main', '-q', '--set', 'trees=20');
  expect(ran).toMatchObject({ status: 0 });
  return { made: made.stdout, pipeline: readFileSync(join(project, 'pipelines/main.yaml'), 'utf8') };
}
