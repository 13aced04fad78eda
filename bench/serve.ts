/**
 * `toolbox serve` against FastAPI with a scikit-learn forest (uvicorn, one worker), and beside a Fastify that only
 * parses the body and answers: requests a second, p50 and p99 in milliseconds, and microseconds of processor a request
 * took the server, which a busy machine disturbs less. One row a request; 1, 16 and 64 connections; the same client,
 * this process, for all. Two models of 100 trees on 20,000 rows: 40 columns, and traces of 101 samples with the
 * features and components of the seismic template.
 * Run: npm run build && node dist/bench/serve.js [--seconds 4] [--connections 1,16,64] [--models tabular,seismic]
 * [--alone], with fastapi, uvicorn and scikit-learn in the Python at $TOOLBOX_PEERS.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { random } from '../components/lib/random.js';
import { type Labelled, makeClasses, saveClasses } from './support/classes.js';
import { load } from './support/http-load.js';
import { line } from './support/peer.js';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '1,16,64' },
    models: { type: 'string', default: 'tabular,seismic' },
    alone: { type: 'boolean', default: false },
  },
});
const python = process.env['TOOLBOX_PEERS'] ?? '.peers/venv/bin/python';
const bin = fileURLToPath(new URL('../engine/cli/bin.js', import.meta.url));
const bare = fileURLToPath(new URL('support/bare-server.js', import.meta.url));
const peer = fileURLToPath(new URL('../../bench/support/serve-peer.py', import.meta.url));
const ROWS = 20_000;
const TREES = 100;
const SAMPLES = 101;

const folder = mkdtempSync(join(tmpdir(), 'bench-serve-'));
const children: ChildProcess[] = [];

/** Traces of three kinds of wavelet trains with noise. */
function makeTraces(): Labelled {
  const draw = random(5);
  const x = sharedF32(ROWS * SAMPLES);
  const y = new Uint8Array(ROWS);
  for (let i = 0; i < ROWS; i++) {
    y[i] = draw.int(3);
    const phase = 6 * draw.uniform();
    for (let s = 0; s < SAMPLES; s++)
      x[s * ROWS + i] = Math.sin(phase + (s * (2 + y[i]!)) / 9) + 0.8 * draw.normal();
  }
  return { x, y, rows: ROWS, features: SAMPLES };
}

const settings = {
  tabular: {
    make: () => makeClasses(ROWS, 40, 1),
    prep: '',
    one: (row: number[]) => ({ rows: [named(row)] }),
  },
  seismic: {
    make: makeTraces,
    prep: '    prep: [prep.trace-features, { use: prep.trace-pca, with: { components: 16 } }, prep.scale]\n',
    one: (row: number[]) => ({ traces: [row] }),
  },
} as const;
type Kind = keyof typeof settings;

const named = (row: number[]) => Object.fromEntries(row.map((value, j) => [`x${j}`, value]));

/** A project whose pipeline trains and registers the model on the same table as the peer's. */
async function train(kind: Kind, data: Labelled): Promise<void> {
  const { rows, features, x, y } = data;
  const row = (i: number) => Array.from({ length: features }, (_, j) => x[j * rows + i]!);
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ ...(kind === 'seismic' ? { trace: row(i) } : named(row(i))), y: `c${y[i]}` }),
  );
  mkdirSync(join(folder, 'data'), { recursive: true });
  mkdirSync(join(folder, 'pipelines'), { recursive: true });
  writeFileSync(join(folder, 'toolbox.yaml'), 'version: 1\nname: bench\n');
  writeFileSync(join(folder, `data/${kind}.jsonl`), `${lines.join('\n')}\n`);
  writeFileSync(
    join(folder, `pipelines/${kind}.yaml`),
    `version: 1
name: ${kind}
steps:
  rows: { use: ingest.json, with: { path: data/${kind}.jsonl } }
  split: { use: prep.split, in: rows, with: { target: y, test: 1% } }
  model:
    use: train.random-forest
    in: split.train
${settings[kind].prep}    with: { trees: ${TREES} }
  register: { use: serve.register, in: { model: model }, with: { name: ${kind} } }
`,
  );
  const child = spawn(process.execPath, [bin, 'run', kind, '-q'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((resolve) => child.on('exit', resolve));
  if (status !== 0) throw new Error(`training ended with ${status}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(command: string, args: string[], port: number, body: string): Promise<ChildProcess> {
  const child = spawn(command, args, { cwd: folder, stdio: 'ignore' });
  children.push(child);
  const until = Date.now() + 180_000;
  while (Date.now() < until && child.exitCode === null) {
    const asked = await fetch(`http://127.0.0.1:${port}/predict`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    }).catch(() => undefined);
    if (asked?.status === 200) return child;
    if (asked) throw new Error(`${command} answers ${asked.status}: ${await asked.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${command} ${args.join(' ')} does not answer`);
}

/** Processor time of a process, microseconds: fields 14 and 15 of its stat, in hundredths of a second. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

try {
  line('model', 'server', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'cpu us', 'failed');
  for (const kind of flags.models.split(',') as Kind[]) {
    const data = settings[kind].make();
    await train(kind, data);
    saveClasses(join(folder, kind), data);
    const row = Array.from({ length: data.features }, (_, j) => data.x[j * data.rows]!);
    const body = JSON.stringify(settings[kind].one(row));
    const ports = [await freePort(), await freePort(), await freePort()];
    const toolbox = await start(
      process.execPath,
      [bin, 'serve', kind, '--port', String(ports[0])],
      ports[0]!,
      body,
    );
    const answer = await fetch(`http://127.0.0.1:${ports[0]}/predict`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const servers: [string, number, ChildProcess][] = [
      ['toolbox', ports[0]!, toolbox],
      [
        'bare',
        ports[1]!,
        await start(process.execPath, [bare, String(ports[1]), await answer.text()], ports[1]!, body),
      ],
    ];
    if (!flags.alone) {
      const args = [peer, kind, ports[2], join(folder, kind), data.rows, data.features, TREES].map(String);
      servers.push(['fastapi', ports[2]!, await start(python, args, ports[2]!, body)]);
    }
    for (const connections of flags.connections.split(',').map(Number))
      for (const [name, port, child] of servers) {
        const url = `http://127.0.0.1:${port}/predict`;
        const before = cpuOf(child);
        const found = await load(url, body, { connections, seconds: Number(flags.seconds) });
        const requests = found.rate * (Number(flags.seconds) + 1);
        const cpu = (cpuOf(child) - before) / requests;
        line(
          kind,
          name,
          connections,
          found.rate.toFixed(0),
          found.p50.toFixed(2),
          found.p99.toFixed(2),
          cpu.toFixed(0),
          found.failed,
        );
      }
    for (const [, , child] of servers) child.kill();
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
