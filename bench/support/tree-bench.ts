import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Compute } from '../../components/lib/compute/kernel.js';
import { createPool } from '../../components/lib/compute/pool.js';
import type { Ensemble } from '../../components/lib/trees/ensemble.js';
import { predictEnsemble } from '../../components/lib/trees/predict.js';
import { cpuSeconds, type Labelled, makeClasses, quality, readClasses, saveClasses } from './classes.js';
import { line } from './peer.js';
import { median, peerSession } from './peer-session.js';

const FEATURES = 40;

export interface TreeBench {
  /** Name and default of the option that says how many trees are grown. */
  readonly size: readonly [name: string, trees: number];
  /** Default sizes of the table. */
  readonly rows: string;
  readonly peers: readonly string[];
  /** Python: `models`, a dict from the peers' names to functions of the number of trees that give a classifier. */
  readonly models: string;
  grow(compute: Compute, table: Labelled & { classes: 2 }, trees: number, seed: number): Promise<Ensemble>;
}

interface Run {
  ms: number;
  cpu: number;
  accuracy: number;
  logLoss: number;
}
const program = `
from sklearn.metrics import log_loss
def fit(name, file, held, features, trees):
    x, y = table(file, features)
    t, c = time.perf_counter(), time.process_time()
    model = models[name](trees).fit(x, y)
    ms, cpu = 1000 * (time.perf_counter() - t), time.process_time() - c
    xt, yt = table(held, features)
    p = model.predict_proba(xt)[:, 1]
    return dict(ms=ms, cpu=cpu, accuracy=float(np.mean((p > 0.5) == yt)), logLoss=float(log_loss(yt, p)))
`;

/**
 * Tree ensembles on two classes of 40 features against peers on the same bytes, two threads each, in turn in the same run,
 * `--turns` times (medians are shown). Beside the times stand the seconds of processor they took, which a busy machine
 * disturbs less (waiting threads count too), accuracy and log-loss on 20,000 other rows, the nodes of our model and the
 * peak memory of our whole process, the table (4 bytes a value) included. `--alone`: without the peers.
 */
export async function treeBench({ size, rows: sizes, peers, models, grow }: TreeBench): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      rows: { type: 'string', default: sizes },
      [size[0]]: { type: 'string', default: String(size[1]) },
      turns: { type: 'string', default: '3' },
      alone: { type: 'boolean', default: false },
    },
  });
  const trees = Number(flags[size[0]]);
  const names = flags.alone ? [] : peers;
  const pool = createPool({ workers: 2 });
  const session = names.length > 0 ? peerSession(readClasses + models + program) : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = (name: string) => join(folder, name);
  try {
    const held = makeClasses(20_000, FEATURES, 2);
    saveClasses(file('held'), held);
    // Each side starts, loads and compiles on a table of its own; else a peer would be loading beside our first turn.
    const first = makeClasses(5_000, FEATURES, 3);
    for (let k = 0; k < 3; k++) await grow(pool.compute, { ...first, classes: 2 }, 20, k);
    saveClasses(file('first'), first);
    for (const name of names) await session!.ask('fit', name, file('first'), file('held'), FEATURES, 20);
    const timed = names.flatMap((name) => [`${name} ms`, 'ratio']);
    line(
      'rows',
      'ms',
      ...timed,
      'cpu s',
      ...names,
      'accuracy',
      ...names,
      'log-loss',
      ...names,
      'nodes',
      'peak MB',
    );
    for (const rows of String(flags.rows).split(',').map(Number)) {
      const train = makeClasses(rows, FEATURES, 1);
      if (session) saveClasses(file('train'), train);
      const ours: Run[] = [];
      const theirs: Run[][] = names.map(() => []);
      let nodes = 0;
      for (let turn = 0; turn < Number(flags.turns); turn++) {
        const start = performance.now();
        const used = process.cpuUsage();
        const model = await grow(pool.compute, { ...train, classes: 2 }, trees, turn);
        const [ms, cpu] = [performance.now() - start, cpuSeconds(used)];
        nodes = model.feature.length;
        const p = await predictEnsemble(pool.compute, model, held.x, held.rows);
        ours.push({ ms, cpu, ...quality(p, held.y) });
        for (const [k, name] of names.entries())
          theirs[k]!.push(await session!.ask('fit', name, file('train'), file('held'), FEATURES, trees));
      }
      const of = (runs: Run[], what: keyof Run) => median(runs.map((run) => run[what]));
      const all = (what: keyof Run, digits: number) =>
        [ours, ...theirs].map((runs) => of(runs, what).toFixed(digits));
      line(
        rows,
        of(ours, 'ms').toFixed(0),
        ...theirs.flatMap((runs) => [
          of(runs, 'ms').toFixed(0),
          (of(runs, 'ms') / of(ours, 'ms')).toFixed(2),
        ]),
        ...all('cpu', 2),
        ...all('accuracy', 4),
        ...all('logLoss', 4),
        nodes,
        (process.resourceUsage().maxRSS / 1024).toFixed(0),
      );
    }
  } finally {
    session?.close();
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
