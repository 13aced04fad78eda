/**
 * PCA of float32 rows × 462 to 32 components against scikit-learn's PCA on the same bytes, two threads each: time
 * of fit (ours includes the pass that settles signs), median of three, and the share of variance explained. Data:
 * 60 latent directions of falling strength under noise.
 *
 * Of 10,000 rows about half the processor's time is XᵀX in float64 (12 to 15 GFLOP/s a thread), a tenth to a fifth the
 * eigenvectors, a fifth the pass that settles signs. covariance_eigh multiplies in float32, in which 256-bit fused operations
 * do eight times as many: it stays ahead where rows are few.
 * Run: npm run build && node dist/bench/pca.js [rows …]
 */
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { fitPca } from '../components/lib/pca/fit.js';
import { random } from '../components/lib/random.js';
import { askPeer, line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 10_000, 50_000];
const WIDTH = 462;
const LATENT = 60;
const COMPONENTS = 32;

function survey(rows: number) {
  const { normal } = random(1);
  const loads = Float64Array.from({ length: LATENT * WIDTH }, normal);
  const data = sharedF32(rows * WIDTH);
  const factors = new Float64Array(LATENT);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < LATENT; k++) factors[k] = normal() * 0.95 ** k;
    for (let j = 0; j < WIDTH; j++) {
      let sum = normal();
      for (let k = 0; k < LATENT; k++) sum += factors[k]! * loads[k * WIDTH + j]!;
      data[i * WIDTH + j] = sum;
    }
  }
  return data;
}

interface Run {
  ms: number;
  share: number;
}
const median = (runs: readonly Run[]) => [...runs].sort((a, b) => a.ms - b.ms)[Math.floor(runs.length / 2)]!;

const pool = createPool({ workers: 2 });
// Workers start and compile on a survey of their own.
await fitPca(pool.compute, { data: survey(4_000), width: WIDTH }, { components: COMPONENTS });
line('rows', 'ours ms', 'peer solver', 'peer ms', 'ratio', 'share', 'peer share');
for (const rows of sizes) {
  const data = survey(rows);
  const ours: Run[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    const { ratio } = await fitPca(pool.compute, { data, width: WIDTH }, { components: COMPONENTS });
    ours.push({ ms: performance.now() - start, share: ratio.reduce((sum, r) => sum + r, 0) });
  }
  const own = median(ours);
  for (const solver of ['randomized', 'covariance_eigh']) {
    const theirs = askPeer<Run[]>(
      `
from sklearn.decomposition import PCA
x = x.reshape(${rows}, ${WIDTH})
PCA(2).fit(x[:100])
runs = []
for seed in range(3):
    t = time.perf_counter()
    m = PCA(${COMPONENTS}, svd_solver="${solver}", random_state=seed).fit(x)
    runs.append(dict(ms=(time.perf_counter() - t) * 1000, share=float(m.explained_variance_ratio_.sum())))
print(json.dumps(runs))
`,
      // As a single row the numbers arrive in the order in which they lie here.
      { x: data, rows: 1, features: data.length },
    );
    if (!theirs) continue;
    const peer = median(theirs);
    const ratio = `${(peer.ms / own.ms).toFixed(2)}×`;
    line(
      rows,
      own.ms.toFixed(0),
      solver,
      peer.ms.toFixed(0),
      ratio,
      own.share.toFixed(7),
      peer.share.toFixed(7),
    );
  }
}
await pool.close();
