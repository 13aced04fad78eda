/**
 * KNN imputation against scikit-learn's KNNImputer on the same float32 table of 40 features with one value in twenty
 * missing, k = 2, two threads each: fit on all rows and fill the same rows. The largest difference of a filled value
 * stands beside the times (a table of normal numbers has no ties).
 * Run: npm run build && node dist/bench/knn-impute.js [rows …]
 */
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { fitKnnImputer, imputeKnn } from '../components/lib/neighbours/knn-impute.js';
import { random } from '../components/lib/random.js';
import { askPeer, line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 4_000, 16_000];
const FEATURES = 40;

function table(rows: number) {
  const draw = random(1);
  const x = sharedF32(rows * FEATURES);
  for (let at = 0; at < x.length; at++) x[at] = draw.uniform() < 0.05 ? Number.NaN : draw.normal();
  return { x, rows, features: FEATURES };
}

const pool = createPool({ workers: 2 });
const impute = (data: ReturnType<typeof table>) => imputeKnn(pool.compute, fitKnnImputer(data, 2), data);
for (let k = 0; k < 3; k++) await impute(table(1_000)); // workers start and compile
line('rows', 'missing', 'ms', 'peer ms', 'ratio', 'difference');
for (const rows of sizes) {
  const data = table(rows);
  const missing = data.x.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const start = performance.now();
  const filled = await impute(data);
  const ms = performance.now() - start;
  const peer = askPeer<{ ms: number; filled: number[] }>(
    `
from sklearn.impute import KNNImputer
x = x.astype(float)
KNNImputer(n_neighbors=2).fit_transform(x[:200])
gaps = np.isnan(x.T.ravel())
t = time.perf_counter()
y = KNNImputer(n_neighbors=2).fit_transform(x)
print(json.dumps(dict(ms=(time.perf_counter() - t) * 1000, filled=y.T.ravel()[gaps].tolist())))
`,
    data,
  );
  const gaps = [...filled].filter((_, at) => Number.isNaN(data.x[at]!));
  const difference =
    peer && gaps.reduce((most, value, i) => Math.max(most, Math.abs(value - peer.filled[i]!)), 0);
  const ratio = peer ? `${(peer.ms / ms).toFixed(2)}×` : '—';
  line(rows, missing, ms.toFixed(0), peer?.ms.toFixed(0) ?? '—', ratio, difference?.toExponential(1) ?? '—');
}
await pool.close();
