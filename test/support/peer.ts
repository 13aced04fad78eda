import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Python with the peers (numpy, scipy, scikit-learn …) that the interop tests compare with. */
export const peerPython =
  process.env.TOOLBOX_PEERS ?? fileURLToPath(new URL('../../.peers/venv/bin/python', import.meta.url));
export const hasPeers = existsSync(peerPython);

/** Runs a Python file of the tests (path from the repository's root) and parses the JSON that it prints. */
export function askPeer<T>(script: string, ...args: (string | number)[]): T {
  const file = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const text = execFileSync(peerPython, [file, ...args.map(String)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(text) as T;
}
