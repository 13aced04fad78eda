/**
 * PCA of float32 rows × 462 to 32 components against scikit-learn's PCA on the same bytes, two threads each: time
 * of fit (ours includes the pass that settles signs), median of five, and the share of variance explained; with the product
 * of the package and, where it is installed, that of ONNX Runtime. Data: 60 latent directions of falling strength under
 * noise.
 *
 * Alone, three quarters of the processor's time is XᵀX in float64 (12 to 15 GFLOP/s a thread). With ONNX Runtime XᵀX is
 * float32 as the peer's, and takes half; the rest is the eigenvectors on one thread (30 ms) and the pass that settles signs,
 * which the peer leaves out.
 * Run: npm run build && node dist/bench/pca.js [rows …]
 */
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { blasInstalled } from '../components/lib/linalg/blas.js';
import { fitPca } from '../components/lib/pca/fit.js';
import { random } from '../components/lib/random.js';
import { askPeer, line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 10_000, 50_000];
const WIDTH = 462;
const LATENT = 60;
const COMPONENTS = 32;
const RUNS = 5;

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

const products = ['own', ...(blasInstalled() ? ['onnxruntime'] : [])];
const pools = products.map((product) => createPool({ workers: 2, blas: product === 'onnxruntime' }));
// Workers start and compile on a survey of their own.
for (const pool of pools)
  for (let run = 0; run < 3; run++)
    await fitPca(pool.compute, { data: survey(8_000), width: WIDTH }, { components: COMPONENTS });
line('rows', 'product', 'ours ms', 'peer solver', 'peer ms', 'ratio', 'share', 'peer share');
for (const rows of sizes) {
  const data = survey(rows);
  const ours = products.map((): Run[] => []);
  for (let run = 0; run < RUNS; run++)
    for (const [k, pool] of pools.entries()) {
      const start = performance.now();
      const { ratio } = await fitPca(pool.compute, { data, width: WIDTH }, { components: COMPONENTS });
      ours[k]!.push({ ms: performance.now() - start, share: ratio.reduce((sum, r) => sum + r, 0) });
    }
  for (const solver of ['randomized', 'covariance_eigh']) {
    const theirs = askPeer<Run[]>(
      `
from sklearn.decomposition import PCA
x = x.reshape(${rows}, ${WIDTH})
PCA(2).fit(x[:100])
runs = []
for seed in range(${RUNS}):
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
    for (const [k, product] of products.entries()) {
      const own = median(ours[k]!);
      line(
        rows,
        product,
        own.ms.toFixed(0),
        solver,
        peer.ms.toFixed(0),
        `${(peer.ms / own.ms).toFixed(2)}×`,
        own.share.toFixed(7),
        peer.share.toFixed(7),
      );
    }
  }
}
for (const pool of pools) await pool.close();
