/**
 * Gradient boosting against LightGBM and scikit-learn's HistGradientBoostingClassifier on the same float32 table of
 * 40 features: 100 rounds, 31 leaves, learning rate 0.1, 255 bins, two threads each, in turn in the same run,
 * `--turns` times (the median is shown). Beside the times stand the seconds of processor they took (waiting threads of
 * OpenMP count too) and log-loss on 20,000 other rows.
 * Run: npm run build && node dist/bench/boosting.js [--rows 20000,200000,1000000] [--rounds 100] [--turns 3] [--alone]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '../components/lib/compute/pool.js';
import { fitBoosting } from '../components/lib/trees/boosting.js';
import { predictEnsemble } from '../components/lib/trees/predict.js';
import { cpuSeconds, makeClasses, quality, readClasses, saveClasses } from './support/classes.js';
import { line } from './support/peer.js';
import { median, peerSession } from './support/peer-session.js';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000,200000,1000000' },
    rounds: { type: 'string', default: '100' },
    turns: { type: 'string', default: '3' },
    alone: { type: 'boolean', default: false },
  },
});
const rounds = Number(flags.rounds);
const FEATURES = 40;

interface Peer {
  ms: number;
  cpu: number;
  logLoss: number;
}
const program = `${readClasses}
import lightgbm
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
models = dict(
    lightgbm=lambda n: lightgbm.LGBMClassifier(n_estimators=n, num_leaves=31, learning_rate=0.1, n_jobs=2, verbose=-1),
    hist=lambda n: HistGradientBoostingClassifier(max_iter=n, max_leaf_nodes=31, learning_rate=0.1, early_stopping=False),
)
def fit(name, file, held, features, rounds):
    x, y = table(file, features)
    t, c = time.perf_counter(), time.process_time()
    model = models[name](rounds).fit(x, y)
    ms, cpu = 1000 * (time.perf_counter() - t), time.process_time() - c
    xt, yt = table(held, features)
    return dict(ms=ms, cpu=cpu, logLoss=float(log_loss(yt, model.predict_proba(xt)[:, 1])))
`;

const pool = createPool({ workers: 2 });
const peer = flags.alone ? undefined : peerSession(program);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const held = makeClasses(20_000, FEATURES, 2);
  saveClasses(join(folder, 'held'), held);
  const small = makeClasses(5_000, FEATURES, 3);
  await fitBoosting(pool.compute, { ...small, classes: 2 }, { trees: 20 }, 1); // workers start and compile
  line(
    'rows',
    'ms',
    'lightgbm',
    'ratio',
    'hist',
    'ratio',
    'cpu s',
    'lightgbm',
    'hist',
    'log-loss',
    'lightgbm',
    'hist',
  );
  for (const rows of flags.rows.split(',').map(Number)) {
    const train = makeClasses(rows, FEATURES, 1);
    if (peer) saveClasses(join(folder, 'train'), train);
    const ours: number[] = [];
    const cpu: number[] = [];
    const theirs: Record<string, Peer[]> = { lightgbm: [], hist: [] };
    let logLoss = 0;
    for (let turn = 0; turn < Number(flags.turns); turn++) {
      const start = performance.now();
      const used = process.cpuUsage();
      const { ensemble } = await fitBoosting(pool.compute, { ...train, classes: 2 }, { trees: rounds }, turn);
      ours.push(performance.now() - start);
      cpu.push(cpuSeconds(used));
      const p = await predictEnsemble(pool.compute, ensemble, held.x, held.rows);
      logLoss = quality(p, held.y).logLoss;
      if (peer)
        for (const name of Object.keys(theirs))
          theirs[name]!.push(
            await peer.ask<Peer>('fit', name, join(folder, 'train'), join(folder, 'held'), FEATURES, rounds),
          );
    }
    const ms = median(ours);
    const shown = Object.values(theirs).map((runs) => {
      if (runs.length === 0) return { ms: '-', ratio: '-', cpu: '-', logLoss: '-' };
      const peerMs = median(runs.map((run) => run.ms));
      return {
        ms: peerMs.toFixed(0),
        ratio: (peerMs / ms).toFixed(2),
        cpu: median(runs.map((run) => run.cpu)).toFixed(2),
        logLoss: runs[0]!.logLoss.toFixed(4),
      };
    });
    line(
      rows,
      ms.toFixed(0),
      ...shown.flatMap((run) => [run.ms, run.ratio]),
      median(cpu).toFixed(2),
      ...shown.map((run) => run.cpu),
      logLoss.toFixed(4),
      ...shown.map((run) => run.logLoss),
    );
  }
} finally {
  peer?.close();
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
}
