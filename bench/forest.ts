/**
 * Random forest against scikit-learn's RandomForestClassifier: 100 trees to full depth; see `treeBench` for how they are
 * measured.
 * Run: npm run build && node dist/bench/forest.js [--rows 20000,200000] [--trees 100] [--turns 3] [--alone]
 * The largest: --rows 10000000 --trees 20 --turns 1 --alone, which takes 200 s on two cores and 7.8 GB at most, 10 trees
 * 95 s and 5.1 GB.
 */
import { fitForest } from '../components/lib/trees/forest.js';
import { treeBench } from './support/tree-bench.js';

await treeBench({
  size: ['trees', 100],
  rows: '20000,200000',
  peers: ['scikit-learn'],
  models: `
from sklearn.ensemble import RandomForestClassifier
models = {"scikit-learn": lambda n: RandomForestClassifier(n, n_jobs=2, random_state=0)}
`,
  grow: (compute, table, trees, seed) => fitForest(compute, table, { trees }, seed),
});
