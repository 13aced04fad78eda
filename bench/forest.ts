/**
 * Random forest against scikit-learn's RandomForestClassifier on the same float32 table of 40 features: 100 trees to
 * full depth, two threads each, in turn in the same run, `--turns` times (the median is shown). Beside the times stand
 * the seconds of processor they took, which a busy machine disturbs less, and accuracy and log-loss on 20,000 other rows.
 * The peak of memory is that of our whole process, the table (4 bytes a value) included.
 * Run: npm run build && node dist/bench/forest.js [--rows 20000,200000] [--trees 100] [--turns 3] [--alone]
 * The largest: --rows 10000000 --trees 10 --turns 1 --alone
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '../components/lib/compute/pool.js';
import { fitForest } from '../components/lib/trees/forest.js';
import { predictEnsemble } from '../components/lib/trees/predict.js';
import { cpuSeconds, makeClasses, quality, readClasses, saveClasses } from './support/classes.js';
import { line } from './support/peer.js';
import { median, peerSession } from './support/peer-session.js';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000,200000' },
    trees: { type: 'string', default: '100' },
    turns: { type: 'string', default: '3' },
    alone: { type: 'boolean', default: false },
  },
});
const trees = Number(flags.trees);
const FEATURES = 40;

interface Peer {
  ms: number;
  cpu: number;
  accuracy: number;
  logLoss: number;
}
const program = `${readClasses}
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss
def fit(file, held, features, trees):
    x, y = table(file, features)
    t, c = time.perf_counter(), time.process_time()
    model = RandomForestClassifier(trees, n_jobs=2, random_state=0).fit(x, y)
    ms, cpu = 1000 * (time.perf_counter() - t), time.process_time() - c
    xt, yt = table(held, features)
    p = model.predict_proba(xt)[:, 1]
    return dict(ms=ms, cpu=cpu, accuracy=float(np.mean((p > 0.5) == yt)), logLoss=float(log_loss(yt, p)))
`;

const pool = createPool({ workers: 2 });
const peer = flags.alone ? undefined : peerSession(program);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const held = makeClasses(20_000, FEATURES, 2);
  saveClasses(join(folder, 'held'), held);
  const small = makeClasses(2_000, FEATURES, 3);
  await fitForest(pool.compute, { ...small, classes: 2 }, { trees: 20 }, 1); // workers start and compile
  line(
    'rows',
    'ms',
    'peer ms',
    'ratio',
    'cpu s',
    'peer',
    'accuracy',
    'peer',
    'log-loss',
    'peer',
    'nodes',
    'peak MB',
  );
  for (const rows of flags.rows.split(',').map(Number)) {
    const train = makeClasses(rows, FEATURES, 1);
    if (peer) saveClasses(join(folder, 'train'), train);
    const ours: number[] = [];
    const cpu: number[] = [];
    const theirs: Peer[] = [];
    let found = { accuracy: 0, logLoss: 0 };
    let nodes = 0;
    for (let turn = 0; turn < Number(flags.turns); turn++) {
      const start = performance.now();
      const used = process.cpuUsage();
      const model = await fitForest(pool.compute, { ...train, classes: 2 }, { trees }, turn);
      ours.push(performance.now() - start);
      cpu.push(cpuSeconds(used));
      nodes = model.feature.length;
      found = quality(await predictEnsemble(pool.compute, model, held.x, held.rows), held.y);
      if (peer)
        theirs.push(
          await peer.ask<Peer>('fit', join(folder, 'train'), join(folder, 'held'), FEATURES, trees),
        );
    }
    const ms = median(ours);
    const peerMs = median(theirs.map((run) => run.ms));
    const last = theirs.at(-1);
    line(
      rows,
      ms.toFixed(0),
      last ? peerMs.toFixed(0) : '-',
      last ? (peerMs / ms).toFixed(2) : '-',
      median(cpu).toFixed(2),
      last ? median(theirs.map((run) => run.cpu)).toFixed(2) : '-',
      found.accuracy.toFixed(4),
      last?.accuracy.toFixed(4) ?? '-',
      found.logLoss.toFixed(4),
      last?.logLoss.toFixed(4) ?? '-',
      nodes,
      (process.resourceUsage().maxRSS / 1024).toFixed(0),
    );
  }
} finally {
  peer?.close();
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
}
