/**
 * Gradient boosting against LightGBM and scikit-learn's HistGradientBoostingClassifier: 100 rounds, 31 leaves, learning
 * rate 0.1, 255 bins; see `treeBench` for how they are measured.
 * Run: npm run build && node dist/bench/boosting.js [--rows 20000,200000,1000000] [--rounds 100] [--turns 3] [--alone]
 */
import { fitBoosting } from '../components/lib/trees/boosting.js';
import { treeBench } from './support/tree-bench.js';

await treeBench({
  size: ['rounds', 100],
  rows: '20000,200000,1000000',
  peers: ['lightgbm', 'hist'],
  models: `
import lightgbm
from sklearn.ensemble import HistGradientBoostingClassifier
models = dict(
    lightgbm=lambda n: lightgbm.LGBMClassifier(n_estimators=n, num_leaves=31, learning_rate=0.1, n_jobs=2, verbose=-1),
    hist=lambda n: HistGradientBoostingClassifier(max_iter=n, max_leaf_nodes=31, learning_rate=0.1, early_stopping=False),
)
`,
  grow: async (compute, table, trees, seed) => (await fitBoosting(compute, table, { trees }, seed)).ensemble,
});
