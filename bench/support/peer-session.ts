import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Python with the peers: `$TOOLBOX_PEERS`, or .peers/venv in the repository. */
const python = process.env.TOOLBOX_PEERS ?? '.peers/venv/bin/python';

export interface PeerSession {
  /** Calls a function of the program with JSON arguments; resolves with what it returns. */
  ask<T>(name: string, ...args: unknown[]): Promise<T>;
  /** Resolves when its libraries are loaded: what is timed before shares the machine with that. */
  ready(): Promise<void>;
  close(): void;
}

/**
 * A Python program that stays, so that it and we can take turns on the same machine. It defines functions; each `ask`
 * calls one. Libraries that start threads of their own are held to two.
 */
export function peerSession(program: string): PeerSession {
  const loop = `
import json, sys
def ready(): pass
for line in sys.stdin:
    name, args = json.loads(line)
    print(json.dumps(globals()[name](*args)), flush=True)
`;
  const child = spawn(python, ['-c', program + loop], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '2' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask: PeerSession['ask'] = async (name, ...args) => {
    child.stdin.write(`${JSON.stringify([name, args])}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the peer ended in ${name}`);
    return JSON.parse(value);
  };
  return {
    ask,
    ready: () => ask('ready'),
    close: () => child.stdin.end(),
  };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
