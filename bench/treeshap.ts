/**
 * Path-dependent TreeSHAP against shap's TreeExplainer, each on its own random forest of the same table and settings
 * (shap reads scikit-learn's), two threads for us, one for shap, which knows no more. Rows explained a second, and how
 * far each is from adding up to the prediction.
 * Run: npm run build && node dist/bench/treeshap.js [--rows 200] [--depth 6,10,0] [--trees 100] [--alone]   (0: full depth)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '../components/lib/compute/pool.js';
import { fitForest } from '../components/lib/trees/forest.js';
import { predictRaw } from '../components/lib/trees/predict.js';
import { shapTree } from '../components/lib/trees/shap.js';
import { makeClasses, readClasses, saveClasses } from './support/classes.js';
import { line } from './support/peer.js';
import { peerSession } from './support/peer-session.js';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '200' },
    depth: { type: 'string', default: '6,10,0' },
    trees: { type: 'string', default: '100' },
    alone: { type: 'boolean', default: false },
  },
});
const [rows, trees] = [Number(flags.rows), Number(flags.trees)];
const FEATURES = 20;

const program = `${readClasses}
import shap
from sklearn.ensemble import RandomForestClassifier
def explain(file, held, features, trees, depth):
    x, y = table(file, features)
    xt, _ = table(held, features)
    model = RandomForestClassifier(trees, max_depth=depth or None, n_jobs=2, random_state=0).fit(x, y)
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    t = time.perf_counter()
    values = explainer.shap_values(xt, check_additivity=False)
    seconds = time.perf_counter() - t
    off = np.abs(values.sum(1) + explainer.expected_value - model.predict_proba(xt)).max()
    return dict(seconds=seconds, off=float(off), nodes=sum(e.tree_.node_count for e in model.estimators_))
`;

const pool = createPool({ workers: 2 });
const peer = flags.alone ? undefined : peerSession(program);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const train = makeClasses(5_000, FEATURES, 1);
  const held = makeClasses(rows, FEATURES, 2);
  saveClasses(join(folder, 'train'), train);
  saveClasses(join(folder, 'held'), held);
  await peer?.ready();
  line('depth', 'nodes', 'peer', 'rows/s', 'peer', 'ratio', 'off', 'peer');
  for (const depth of flags.depth.split(',').map(Number)) {
    const params = { trees, ...(depth > 0 ? { max_depth: depth } : {}) };
    const model = await fitForest(pool.compute, { ...train, classes: 2 }, params, 1);
    await shapTree(pool.compute, model, held.x, rows); // every worker compiles
    const start = performance.now();
    const { values, expected } = await shapTree(pool.compute, model, held.x, rows);
    const perSecond = (1000 * rows) / (performance.now() - start);
    const raw = await predictRaw(pool.compute, model, held.x, rows);
    let off = 0;
    raw.forEach((v, k) => {
      const own = values.subarray(k * FEATURES, (k + 1) * FEATURES);
      off = Math.max(off, Math.abs(own.reduce((a, b) => a + b, expected[k % 2]!) - v));
    });
    const files = [join(folder, 'train'), join(folder, 'held')];
    const other = await peer?.ask<{ seconds: number; off: number; nodes: number }>(
      'explain',
      ...files,
      FEATURES,
      trees,
      depth,
    );
    line(
      depth || 'full',
      model.feature.length,
      other?.nodes ?? '-',
      perSecond.toFixed(0),
      other ? (rows / other.seconds).toFixed(0) : '-',
      other ? ((perSecond * other.seconds) / rows).toFixed(2) : '-',
      off.toExponential(0),
      other?.off.toExponential(0) ?? '-',
    );
  }
} finally {
  peer?.close();
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
}
