import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Time to the answer of commands that do no work, as multiples of bare `node -e 0`, in turn on one machine:
 *
 *     node dist/bench/startup.js [rounds]
 *
 * Bounds: `--version` 2, `validate` of a pipeline 5. The least of the rounds counts: what is above it is the machine's.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const toolbox = fileURLToPath(new URL('../engine/cli/bin.js', import.meta.url));
const rounds = Number(process.argv[2] ?? 15);

const commands: readonly (readonly [name: string, bound: number | undefined, args: readonly string[]])[] = [
  ['node -e 0', undefined, ['-e', '0']],
  ['toolbox --version', 2, [toolbox, '--version']],
  ['toolbox --help', undefined, [toolbox, '--help']],
  ['toolbox validate pipelines/seismic.yaml', 5, [toolbox, 'validate', 'pipelines/seismic.yaml']],
];

const least = new Map<string, number>();
for (let round = 0; round < rounds; round++)
  for (const [name, , args] of commands) {
    const began = performance.now();
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} ended with status ${status}`);
    least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - began));
  }

const bare = least.get('node -e 0')!;
for (const [name, bound] of commands) {
  const ms = least.get(name)!;
  const limit = bound === undefined ? '' : `  bound ${bound}`;
  console.log(
    `${name.padEnd(42)}${ms.toFixed(0).padStart(6)} ms${(ms / bare).toFixed(2).padStart(7)} x${limit}`,
  );
}
