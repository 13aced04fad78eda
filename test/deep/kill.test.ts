import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** A step in a thread of its own and one in a process of its own, both of which take their time. */
function projectWithOwn(): string {
  const root = project();
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('toolbox.yaml', 'version: 1\nname: killed\ncomponents: [own]\n');
  write(
    'own/team/slow.js',
    `import { Config, defineComponent, table } from 'ds-toolbox/component';
export default defineComponent({
  name: 'team.slow', version: '1', summary: 'Slow', example: 'use: team.slow', config: Config({}),
  inputs: { rows: table('rows') }, outputs: { out: table('rows') }, determinism: 'pure',
  async run(ctx) {
    const until = Date.now() + 300;
    while (Date.now() < until);
    return { out: ctx.in.rows };
  },
});
`,
  );
  write(
    'own/team/tool/component.yaml',
    'name: team.tool\nversion: "1"\nsummary: Slow\ncommand: [sh, tool.sh]\ninputs: { rows: table }\noutputs: { out: { kind: table, like: rows } }\n',
  );
  // It beats in a child of its own while it works.
  write(
    'own/team/tool/tool.sh',
    `( while :; do date +%s%N > ../../../beat; sleep 0.05; done ) &
sleep 0.6; cp "$TOOLBOX_INPUT_ROWS" "$TOOLBOX_OUTPUT_OUT"
`,
  );
  write(
    'pipelines/killed.yaml',
    pipeline.replace(
      'steps:',
      'steps:\n  slow: { use: team.slow, in: rows }\n  tool: { use: team.tool, in: slow }',
    ),
  );
  return root;
}

let undisturbedOwn: ReturnType<typeof contents> | undefined;

test.each([0, 300, 600, 900, 1200])(
  'the whole process group killed, threads and programs with it, %i ms after the run began to work',
  async (wait) => {
    const root = projectWithOwn();
    undisturbedOwn ??= contents(run(projectWithOwn()));
    const child = spawn(process.execPath, [bin, 'run', 'killed', '--quiet'], {
      cwd: root,
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, XDG_STATE_HOME: join(root, '.state') },
    });
    const ended = once(child, 'exit');
    while (!existsSync(join(root, 'runs'))) await sleep(10);
    await sleep(wait);
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It had ended before: then there is nothing that could be lost.
    }
    await ended;
    await sleep(200);
    const beat = () => (existsSync(join(root, 'beat')) ? readFileSync(join(root, 'beat'), 'utf8') : '');
    const last = beat();
    await sleep(300);
    expect(beat()).toBe(last);
    const kept = committed(root);
    const next = run(root);
    expect(contents(next)).toEqual(undisturbedOwn);
    for (const { address, key, status } of next.nodes)
      if (key && kept.has(key) && address !== 'register')
        expect([address, status]).toEqual([address, 'reused']);
    const log = toolbox(root, ['audit', 'verify', '--json']);
    expect(JSON.parse(log.stdout)).toMatchObject({ sound: true, findings: [] });
  },
);
