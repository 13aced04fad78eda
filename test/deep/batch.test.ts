import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jobFaultPoints } from '#dist/engine/store/fault.js';
import { manyRocks, modelsProject } from '../support/models.js';

const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));
const project = modelsProject();
const { root } = project;
const output = join(root, 'results/out.csv');
let expected: Buffer;

const toolbox = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

beforeAll(async () => {
  await project.run('pipelines/rocks.yaml');
  // Five chunks.
  project.write('data/many.csv', manyRocks(40_000));
  toolbox(['predict', 'rocks', 'data/many.csv', '-o', 'expected.csv']);
  expected = readFileSync(join(root, 'expected.csv'));
}, 120_000);
beforeEach(() => rmSync(output, { force: true }));
afterAll(() => project.remove());

const chunksLeft = () => {
  const folder = join(root, '.toolbox/jobs');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /chunks.\d+\.json$/.test(name),
  ).length;
};

async function serve(env: NodeJS.ProcessEnv = {}) {
  const child = spawn(
    process.execPath,
    [bin, 'serve', 'rocks', '--port', '0', '--json', '--log-level', 'error'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  const ended = once(child, 'exit');
  let text = '';
  for await (const part of child.stdout) {
    text += part;
    if (text.includes('}')) break;
  }
  return { child, ended, url: (JSON.parse(text) as { url: string }).url };
}

const submit = (url: string) =>
  fetch(`${url}/batch_predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ input_path: 'data/many.csv', output_path: 'results/out.csv' }),
  });

/** Starts a server again and waits until nothing is left to do; gives the job. */
async function finish(env: NodeJS.ProcessEnv = {}) {
  const { child, ended, url } = await serve(env);
  for (;;) {
    const { jobs } = (await (await fetch(`${url}/jobs`)).json()) as { jobs: { state: string }[] };
    if (!['queued', 'running'].includes(jobs[0]!.state)) {
      child.kill('SIGTERM');
      await ended;
      return jobs[0]!;
    }
    await sleep(50);
  }
}

// What is committed is not worked out again: a later kill at chunk n + 1 of what is left then never comes.
const visits = [...jobFaultPoints, 'chunk.named:3', 'chunk.stored:5', 'chunk.named:5'];

describe('a server killed', () => {
  test.each(visits)('at %s ends the job after its next start', async (fault) => {
    const { ended, url } = await serve({ TOOLBOX_FAULT: fault });
    await submit(url).catch(() => undefined);
    expect((await ended)[1]).toBe('SIGKILL');
    const left = chunksLeft();
    expect(await finish({ TOOLBOX_FAULT: `chunk.named:${6 - left}` })).toMatchObject({ state: 'done' });
    expect(readFileSync(output)).toEqual(expected);
    expect(chunksLeft()).toBe(0);
  });

  test.each([100, 400, 700, 1000, 1300])('%i ms after it accepted the job', async (wait) => {
    const { child, ended, url } = await serve();
    expect((await submit(url)).status).toBe(202);
    await sleep(wait);
    child.kill('SIGKILL');
    await ended;
    expect(await finish()).toMatchObject({ state: 'done' });
    expect(readFileSync(output)).toEqual(expected);
  });
});

describe('a command killed', () => {
  test.each(visits)('at %s goes on when it is called again', (fault) => {
    const args = ['serve', 'rocks', '--batch', 'data/many.csv', 'results/out.csv'];
    const killed = toolbox(args, { TOOLBOX_FAULT: fault });
    expect(killed.signal).toBe('SIGKILL');
    const next = toolbox(args, { TOOLBOX_FAULT: `chunk.named:${6 - chunksLeft()}` });
    expect([next.status, next.stderr]).toEqual([0, expect.stringContaining('going on')]);
    expect(readFileSync(output)).toEqual(expected);
    expect(existsSync(join(root, '.toolbox/jobs')) && chunksLeft()).toBe(0);
    expect(toolbox(args).stderr).toContain('is there already');
  });
});
