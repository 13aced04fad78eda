import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { faultPoints } from '#dist/engine/store/fault.js';
import { testFolder } from '../support/folder.js';

const bin = fileURLToPath(new URL('../../dist/engine/cli/bin.js', import.meta.url));

const pipeline = `version: 1
name: killed
steps:
  rows: { use: ingest.csv, with: { path: rows.csv } }
  kept: { use: prep.select, in: rows, with: { drop: [note] } }
  model: { use: train.k-means, in: kept, prep: [prep.scale], with: { clusters: 2 } }
  register: { use: serve.register, in: { model: model }, with: { name: killed, alias: challenger } }
  labels: { use: serve.predict, in: { model: model, data: kept }, save: results/labels.csv }
`;

function project(): string {
  const root = testFolder();
  mkdirSync(join(root, 'pipelines'), { recursive: true });
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 === 0 ? i : 100 + i},${i * i},n${i}`);
  writeFileSync(join(root, 'toolbox.yaml'), 'version: 1\nname: killed\n');
  writeFileSync(join(root, 'rows.csv'), `a,b,note\n${rows.join('\n')}\n`);
  writeFileSync(join(root, 'pipelines', 'killed.yaml'), pipeline);
  return root;
}

const toolbox = (root: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: join(root, '.state'), ...env },
  });

interface Ran {
  readonly nodes: readonly {
    address: string;
    key?: string;
    status: string;
    outputs: { [port: string]: { content: string } };
  }[];
}
const run = (root: string): Ran => {
  const { status, stdout, stderr } = toolbox(root, ['run', 'killed', '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Ran;
};
// Without the registration, whose output says whether the version was there already.
const contents = ({ nodes }: Ran) =>
  nodes
    .filter(({ address }) => address !== 'register')
    .map(({ address, outputs }) => [
      address,
      Object.entries(outputs).map(([port, output]) => [port, output.content]),
    ]);

/** Keys whose results were named before the process died: what the next run must not lose. */
function committed(root: string): Set<string> {
  const folder = join(root, '.toolbox', 'results');
  if (!existsSync(folder)) return new Set();
  return new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json') && !name.includes('.tmp'))
      .map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { key: string }).key),
  );
}

let undisturbed: ReturnType<typeof contents> | undefined;

test.each(faultPoints)(
  'a run killed at %s is taken up by the next, which ends as if undisturbed',
  (fault) => {
    const root = project();
    undisturbed ??= contents(run(project()));
    const { signal } = toolbox(root, ['run', 'killed', '--quiet'], { TOOLBOX_FAULT: fault });
    expect(signal).toBe('SIGKILL');
    const kept = committed(root);
    const next = run(root);
    expect(contents(next)).toEqual(undisturbed);
    for (const { address, key, status } of next.nodes)
      if (key && kept.has(key) && address !== 'register')
        expect([address, status]).toEqual([address, 'reused']);
    const model = toolbox(root, ['models', 'show', 'killed@challenger', '--json']);
    expect(JSON.parse(model.stdout)).toMatchObject({ version: 1, aliases: ['challenger'] });
    const moves = toolbox(root, ['audit', 'show', '--type', 'model.moved', '--json']);
    expect(JSON.parse(moves.stdout)).toHaveLength(1);
    const log = toolbox(root, ['audit', 'verify', '--json']);
    expect(JSON.parse(log.stdout)).toMatchObject({ sound: true, findings: [] });
    expect(log.status).toBe(0);
  },
);
