import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSegment, type SegmentOptions } from '#dist/engine/audit/segment.js';
import { verify } from '#dist/engine/audit/verify.js';
import type { Happening } from '#dist/engine/event.js';
import { newRunId } from '#dist/engine/store/runs.js';
import { testFolder } from '../../support/folder.js';

export const actor = { kind: 'claimed', user: 'ann', host: 'here' } as const;
export const committed = (address: string): Happening => ({
  type: 'step.committed',
  address,
  use: 'prep.scale',
  key: 'ab',
  record: 'cd',
  inputs: {},
  outputs: {},
  seconds: 0.5,
});
export const finished: Happening = {
  type: 'run.finished',
  status: 'done',
  exit: 0,
  counts: { ran: 1, reused: 0, skipped: 0, failed: 0 },
};

/** A project of its own with a user's state folder of its own. */
export class TestLog {
  readonly base = testFolder();
  readonly root = join(this.base, 'project');
  readonly env = { XDG_STATE_HOME: join(this.base, 'state') };

  open(options: Partial<SegmentOptions> = {}, run = newRunId()) {
    return openSegment(this.root, run, { actor, env: this.env, ...options });
  }
  /** A whole run with this many entries. */
  async run(entries = 3, options: Partial<SegmentOptions> = {}, run = newRunId()) {
    const segment = this.open(options, run);
    for (let i = 1; i < entries; i++) segment.emit(committed(`step${i}`));
    segment.emit(finished);
    return segment.close();
  }
  verify(options: Parameters<typeof verify>[1] = {}, root = this.root) {
    return verify(root, { env: this.env, ...options });
  }
  file(run: string) {
    return join(this.root, '.toolbox', 'log', 'runs', `${run}.jsonl`);
  }
  get heads() {
    return join(this.root, '.toolbox', 'log', 'heads.jsonl');
  }
  copy(name: string) {
    const to = join(this.base, name);
    cpSync(this.root, to, { recursive: true });
    return to;
  }
}

export const linesOf = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
export const writeLines = (file: string, lines: readonly string[]) =>
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));

const dist = (path: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../../dist/engine/${path}`, import.meta.url)));

/** Runs a module in a process of its own, with the log's functions in sight; hands back status and signal. */
export async function inProcess(
  log: TestLog,
  script: string,
  env: Record<string, string> = {},
  args: string[] = [],
) {
  const text = `
    import { openSegment } from ${dist('audit/segment.js')};
    import { newRunId, createRun } from ${dist('store/runs.js')};
    import { openObjects } from ${dist('store/objects.js')};
    import { openResults, keyOf } from ${dist('store/results.js')};
    const root = ${JSON.stringify(log.root)};
    const actor = ${JSON.stringify(actor)};
    const committed = (address) => ({ ...${JSON.stringify(committed(''))}, address });
    const finished = ${JSON.stringify(finished)};
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, ...args], {
    env: { ...process.env, ...log.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status, signal, output, pid: child.pid! };
}
