/**
 * k-means against scikit-learn's KMeans on the same float32 table, two threads each, one start each, the median of
 * three seeds: time of fit, inertia and iterations. `blobs` are separate clusters, `overlap` touch, `noise` has none.
 * Both stop when no row moves or the centres' squared moves sum to 1e-4 of the mean variance.
 *
 * Iterations are counted beside time: from one seed the two draw other rows to start from, so they need other numbers of
 * them to reach a solution of equal worth; the blobs of 20,000 rows show it most.
 *
 * Where the time goes, two threads: with 40 features, a row of an iteration takes 30 ns in noise of 20,000 rows and 8
 * centres and some 40 of 200,000, where rows no longer lie in the cache; bounds leave two rows of five in doubt, and the
 * distance to their own centre, measured anew, one of five. 32 overlapping centres take 70 to 90 ns where all
 * distances would take 115. Distances are sums of squared differences, so that no offset of the
 * data costs digits (the peer multiplies matrices in float32 with 256-bit fused operations, which cancels). Of three
 * iterations over 200,000 rows of blobs, laying the rows out and looking for centres to start from take nearly half.
 * Run: npm run build && node dist/bench/kmeans.js [rows …]
 */
import { fitKMeans } from '../components/lib/cluster/kmeans.js';
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { random } from '../components/lib/random.js';
import { askPeer, line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 20_000, 200_000];
const FEATURES = 40;
const SEEDS = [0, 1, 2];

function table(rows: number, clusters: number, spread: number) {
  const draw = random(1);
  const centres = Array.from({ length: clusters * FEATURES }, () => spread * draw.normal());
  const x = sharedF32(rows * FEATURES);
  for (let i = 0; i < rows; i++) {
    const c = draw.int(clusters);
    for (let j = 0; j < FEATURES; j++) x[j * rows + i] = centres[c * FEATURES + j]! + draw.normal();
  }
  return { x, rows, features: FEATURES };
}

interface Run {
  ms: number;
  inertia: number;
  iterations: number;
}
const median = (runs: readonly Run[]) => [...runs].sort((a, b) => a.ms - b.ms)[Math.floor(runs.length / 2)]!;

const pool = createPool({ workers: 2 });
// Workers start and compile on a table of their own; optimised code is there after some fits, the first takes twice as long.
const warm = table(20_000, 8, 0);
for (const seed of SEEDS) await fitKMeans(pool.compute, warm, { clusters: 8, starts: 1 }, seed);
line('rows', 'clusters', 'data', 'ms', 'peer ms', 'ratio', 'inertia', 'peer', 'iterations', 'peer');
for (const rows of sizes)
  for (const [name, clusters, spread] of [
    ['blobs', 8, 1],
    ['overlap', 32, 0.5],
    ['noise', 8, 0],
  ] as const) {
    const data = table(rows, clusters, spread);
    const ours: Run[] = [];
    for (const seed of SEEDS) {
      const start = performance.now();
      const fit = await fitKMeans(pool.compute, data, { clusters, starts: 1 }, seed);
      ours.push({ ms: performance.now() - start, inertia: fit.inertia, iterations: fit.iterations });
    }
    const theirs = askPeer<Run[]>(
      `
from sklearn.cluster import KMeans
runs = []
KMeans(2, n_init=1).fit(x[:100])
for seed in ${JSON.stringify(SEEDS)}:
    t = time.perf_counter()
    m = KMeans(${clusters}, n_init=1, random_state=seed).fit(x)
    runs.append(dict(ms=(time.perf_counter() - t) * 1000, inertia=float(m.inertia_), iterations=m.n_iter_))
print(json.dumps(runs))
`,
      data,
    );
    const own = median(ours);
    const peer = theirs && median(theirs);
    const ratio = peer ? `${(peer.ms / own.ms).toFixed(2)}×` : '—';
    line(
      rows,
      clusters,
      name,
      own.ms.toFixed(0),
      peer?.ms.toFixed(0) ?? '—',
      ratio,
      own.inertia.toPrecision(7),
      peer?.inertia.toPrecision(7) ?? '—',
      own.iterations,
      peer?.iterations ?? '—',
    );
  }
await pool.close();
