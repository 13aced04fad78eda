import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fingerprint, ownPublicKey } from '../../audit/key.js';
import { stateFolder } from '../../audit/state.js';
import { verify } from '../../audit/verify.js';
import { engineVersion } from '../../catalog.js';
import { findProject } from '../../project.js';
import { satisfies } from '../../spec/project-file.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson } from '../print.js';
import { bytes, columns, terminalOf } from '../terminal.js';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  /** What to do where it is not well. */
  readonly hint?: string;
}

const LEAST_DISK = 2e9;
const LEAST_MEMORY = 2e9;

export const run: Run = async (_args, options) => {
  const root = findProject(process.cwd());
  const checks = [
    node(),
    {
      name: 'engine',
      state: 'ok',
      found: `${engineVersion}, ${(await catalogHere()).components.size} components`,
    } as const,
    { name: 'cores', state: 'ok', found: String(availableParallelism()) } as const,
    memory(),
    await workers(),
    writable('temporary folder', tmpdir()),
    ...(root === undefined
      ? [{ name: 'project', state: 'note', found: 'none here', hint: 'toolbox new my-project' } as const]
      : [
          { name: 'project', state: 'ok', found: root } as const,
          writable('project folder', root),
          disk(root),
          log(root),
        ]),
    key(),
  ];
  const status = checks.some((check) => check.state === 'wrong') ? 1 : 0;
  if (options['json']) {
    printJson({ ok: status === 0, checks });
    return status;
  }
  const t = terminalOf(process.stdout);
  const mark = { ok: 'ok', note: 'note', wrong: 'wrong' };
  print(
    columns(
      checks.map(({ name, state, found, hint }: Check) => [
        mark[state],
        name,
        hint ? `${found} (${hint})` : found,
      ]),
      t.columns,
    ),
  );
  return status;
};

function node(): Check {
  const version = process.versions.node;
  const fits = satisfies(version, '>=20.19') === true;
  return {
    name: 'Node.js',
    state: fits ? 'ok' : 'wrong',
    found: version,
    ...(!fits && { hint: 'install 20.19 or later' }),
  };
}

function memory(): Check {
  const low = totalmem() < LEAST_MEMORY;
  return {
    name: 'memory',
    state: low ? 'note' : 'ok',
    found: `${bytes(totalmem())}, ${bytes(freemem())} free`,
    ...(low && { hint: 'large surveys need more' }),
  };
}

function disk(root: string): Check {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  const low = free < LEAST_DISK;
  return {
    name: 'disk',
    state: low ? 'note' : 'ok',
    found: `${bytes(free)} free`,
    ...(low && { hint: 'toolbox clean' }),
  };
}

function writable(name: string, folder: string): Check {
  try {
    rmSync(mkdtempSync(join(folder, '.toolbox-doctor-')), { recursive: true });
    return { name, state: 'ok', found: 'can be written' };
  } catch (error) {
    return {
      name,
      state: 'wrong',
      found: `${folder} cannot be written`,
      hint: (error as NodeJS.ErrnoException).code ?? '',
    };
  }
}

/** Shared memory between threads is what the numeric work stands on. */
function workers(): Promise<Check> {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  return new Promise((resolve) => {
    const wrong = (found: string) => resolve({ name: 'worker threads', state: 'wrong', found });
    const worker = new Worker('require("worker_threads").workerData[0] = 1;', {
      eval: true,
      workerData: shared,
    });
    worker.once('error', (error) => wrong(String(error)));
    worker.once('exit', () =>
      shared[0] === 1
        ? resolve({ name: 'worker threads', state: 'ok', found: 'work, with shared memory' })
        : wrong('share no memory'),
    );
  });
}

function key(): Check {
  const public_ = ownPublicKey();
  if (public_) return { name: 'audit key', state: 'ok', found: fingerprint(public_) };
  const folder = stateFolder();
  const parent = existsSync(folder) ? folder : join(folder, '..');
  try {
    accessSync(existsSync(parent) ? parent : join(parent, '..'), constants.W_OK);
    return { name: 'audit key', state: 'ok', found: 'none yet: the first run makes one' };
  } catch {
    return {
      name: 'audit key',
      state: 'note',
      found: `${folder} may not be writable`,
      hint: 'or set TOOLBOX_AUDIT_KEY',
    };
  }
}

function log(root: string): Check {
  const report = verify(root);
  if (!report.sound)
    return {
      name: 'log',
      state: 'wrong',
      found: `${report.findings.length} findings`,
      hint: 'toolbox audit verify',
    };
  const head = report.head ? `, head ${report.head.index} ${report.head.root.slice(0, 16)}` : '';
  return { name: 'log', state: 'ok', found: `sound, ${report.entries} entries${head}` };
}
