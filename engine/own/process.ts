import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Started {
  readonly command: readonly [program: string, ...args: string[]];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it reads on stdin: the only way by which secrets reach it. */
  readonly input: string;
  readonly signal: AbortSignal;
  onText(stream: 'stdout' | 'stderr', text: string): void;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long a program has to end by itself after SIGTERM. */
const GRACE_MS = 1000;
const groups = process.platform !== 'win32';

/**
 * Runs a program in a process group of its own and waits for its end. On abort the whole group is asked to end, then
 * ended; so is what the program left behind, and the group of an engine that was itself killed. Rejects with the
 * system's error where the program cannot be started, and with the signal's reason after an abort.
 */
export async function runProgram(start: Started): Promise<Ended> {
  const { command, folder, env, input, signal } = start;
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: folder, env, detached: groups, windowsHide: true });
  const guard = child.pid === undefined ? undefined : guardOf(child.pid);
  let timer: NodeJS.Timeout | undefined;
  const abort = () => {
    end(child, 'SIGTERM');
    timer = setTimeout(() => end(child, 'SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', abort, { once: true });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8');
    child[stream].on('data', (text: string) => start.onText(stream, text));
  }
  // A program need not read what it is told.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const closed = once(child, 'close');
    closed.catch(() => {});
    const [status, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    end(child, 'SIGKILL');
    await closed;
    signal.throwIfAborted();
    return { status, signal: by };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    guard?.kill('SIGKILL');
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (groups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Nobody is left in the group.
  }
}

/**
 * A shell that waits for the end of the engine, which closes its stdin however the engine dies, and then ends the
 * program's group: kill −9 would otherwise leave the program running. Where there is no such shell, none.
 */
function guardOf(group: number): ChildProcess | undefined {
  if (!groups) return undefined;
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -s KILL -- "-$0"', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  guard.on('error', () => {});
  guard.unref();
  return guard;
}
