/**
 * A graph of trivial steps, each of which needs the three before it: run cold with its results persisted, then again
 * when nothing changed, against DVC and Snakemake, each through its own command and one after the other. A step here
 * renames a column of three rows; theirs copy a small file. Kedro stands beside with a Parquet dataset a step, in one
 * process: it keeps results but no account of what made them, so its second run does all again. Peers are looked for
 * beside $TOOLBOX_PEERS (the interpreter of a virtual environment), and one that is not there is left out.
 * Run: npm run build && TOOLBOX_PEERS=…/bin/python node dist/bench/graph.js [steps …]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 300, 1000];
const peers = dirname(process.env['TOOLBOX_PEERS'] ?? '.peers/venv/bin/python');
const toolbox = fileURLToPath(new URL('../engine/cli/bin.js', import.meta.url));

interface Tool {
  readonly name: string;
  /** Is there where the tool is installed. */
  readonly command: string;
  /** Writes the graph into an empty folder. */
  write(folder: string, steps: number): void;
  readonly run: readonly [command: string, ...args: string[]];
}

const before = (step: number): number[] => [step - 1, step - 2, step - 3].filter((other) => other >= 0);
const numbers = (steps: number): number[] => Array.from({ length: steps }, (_, step) => step);

const ours: Tool = {
  name: 'toolbox',
  command: process.execPath,
  run: [process.execPath, toolbox, 'run', 'graph', '--quiet'],
  write(folder, steps) {
    const step = (i: number) =>
      i === 0
        ? '  s0: { use: ingest.csv, with: { path: input.csv } }'
        : `  s${i}: { use: prep.select, in: s${i - 1}, needs: [${before(i).map((other) => `s${other}`)}], with: { rename: { c${i - 1}: c${i} } } }`;
    mkdirSync(join(folder, 'pipelines'));
    writeFileSync(join(folder, 'toolbox.yaml'), 'version: 1\nname: graph\n');
    writeFileSync(join(folder, 'input.csv'), 'c0\n1\n2\n3\n');
    writeFileSync(
      join(folder, 'pipelines', 'graph.yaml'),
      `version: 1\nsteps:\n${numbers(steps).map(step).join('\n')}\n`,
    );
  },
};

const file = (step: number) => `s${step}.csv`;

const dvc: Tool = {
  name: 'DVC',
  command: join(peers, 'dvc'),
  run: [join(peers, 'dvc'), 'repro', '--quiet'],
  write(folder, steps) {
    const stage = (i: number) =>
      `  s${i}:\n    cmd: cp ${i === 0 ? 'input.csv' : file(i - 1)} ${file(i)}\n    deps: [${i === 0 ? 'input.csv' : before(i).map(file)}]\n    outs: [${file(i)}]`;
    writeFileSync(join(folder, 'input.csv'), 'c0\n1\n2\n3\n');
    writeFileSync(join(folder, 'dvc.yaml'), `stages:\n${numbers(steps).map(stage).join('\n')}\n`);
    spawnSync(join(peers, 'dvc'), ['init', '--no-scm', '--quiet'], { cwd: folder });
  },
};

const snakemake: Tool = {
  name: 'Snakemake',
  command: join(peers, 'snakemake'),
  run: [join(peers, 'snakemake'), '--cores', '2', '--quiet', 'all'],
  write(folder, steps) {
    const rule = (i: number) =>
      `rule s${i}:\n    input: ${(i === 0 ? ['input.csv'] : before(i).map(file)).map((name) => `"${name}"`)}\n    output: "${file(i)}"\n    shell: "cp {input[0]} {output}"`;
    writeFileSync(join(folder, 'input.csv'), 'c0\n1\n2\n3\n');
    writeFileSync(
      join(folder, 'Snakefile'),
      `rule all:\n    input: "${file(steps - 1)}"\n${numbers(steps).map(rule).join('\n')}\n`,
    );
  },
};

const kedro: Tool = {
  name: 'Kedro',
  command: join(peers, 'kedro'),
  run: [join(peers, 'python'), 'run.py'],
  write(folder, steps) {
    writeFileSync(join(folder, 'input.csv'), 'c0\n1\n2\n3\n');
    writeFileSync(
      join(folder, 'run.py'),
      `import logging
logging.disable(logging.CRITICAL)
from kedro.io import DataCatalog
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner
from kedro_datasets.pandas import CSVDataset, ParquetDataset

def step(first, *others):
    return first

before = lambda i: [f"s{j}" for j in (i - 1, i - 2, i - 3) if j >= 0] or ["input"]
steps = range(${steps})
catalog = DataCatalog({"input": CSVDataset(filepath="input.csv")} | {f"s{i}": ParquetDataset(filepath=f"s{i}.parquet") for i in steps})
SequentialRunner().run(pipeline([node(step, before(i), f"s{i}", name=f"n{i}") for i in steps]), catalog)
`,
    );
  },
};

/** Milliseconds a step of a cold run and of one in which nothing changed; undefined where the tool gives up. */
function measure(tool: Tool, steps: number): { cold: number; again: number } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-graph-'));
  try {
    tool.write(folder, steps);
    const once = () => {
      const began = performance.now();
      const [command, ...args] = tool.run;
      const { status, stderr } = spawnSync(command, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, XDG_STATE_HOME: join(folder, '.state') },
      });
      if (status === 0) return (performance.now() - began) / steps;
      console.log(`${tool.name} with ${steps} steps ended with ${status}: ${stderr.trim().slice(-200)}`);
      return undefined;
    };
    const cold = once();
    const again = cold === undefined ? undefined : once();
    return cold === undefined || again === undefined ? undefined : { cold, again };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tools = [ours, dvc, snakemake, kedro].filter((tool) => {
  const there = existsSync(tool.command);
  if (!there) console.log(`${tool.name} is not there: ${tool.command}`);
  return there;
});
line('steps', 'tool', 'cold ms/step', 'again ms/step', 'cold ratio', 'again ratio');
for (const steps of sizes) {
  let own: { cold: number; again: number } | undefined;
  for (const tool of tools) {
    const found = measure(tool, steps);
    if (!found) continue;
    own ??= found;
    const ratio = (key: 'cold' | 'again') => (found[key] / own![key]).toFixed(1);
    line(steps, tool.name, found.cold.toFixed(2), found.again.toFixed(2), ratio('cold'), ratio('again'));
  }
}
