/**
 * Logistic regression (C = 1, l2) of rows × 40 against scikit-learn's LogisticRegression on the same float32 table,
 * two threads each: time of fit, median of three, and how far the objective lies above the best known. scikit-learn
 * runs with its defaults (tolerance 1e-4), and with the tolerance that we keep (1e-8); for two classes its
 * Newton solver too. Ours runs with its default and, `as near`, with the loosest tolerance that comes as near to the best
 * as the peer did.
 * Run: npm run build && node dist/bench/logistic.js [rows …]
 */
import { createPool } from '../components/lib/compute/pool.js';
import { sharedF32 } from '../components/lib/compute/shared.js';
import { fitLogistic } from '../components/lib/linear/logistic.js';
import { random } from '../components/lib/random.js';
import { askPeer, line } from './support/peer.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 20_000, 200_000];
const FEATURES = 40;

/** Columns of features, and the class codes as one column more. */
function table(rows: number, classes: number) {
  const { normal, uniform } = random(1);
  const truth = Float64Array.from({ length: FEATURES * classes }, () => 0.5 * normal());
  const x = sharedF32(rows * (FEATURES + 1));
  for (let at = 0; at < rows * FEATURES; at++) x[at] = normal();
  for (let i = 0; i < rows; i++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      let score = -Math.log(-Math.log(uniform() + 1e-300));
      for (let j = 0; j < FEATURES; j++) score += truth[k * FEATURES + j]! * x[j * rows + i]!;
      if (score > best) {
        best = score;
        x[FEATURES * rows + i] = k;
      }
    }
  }
  return x;
}

interface Run {
  name: string;
  ms: number;
  coef: number[][];
  intercept: number[];
}

const PEER = (classes: number) => `
from sklearn.linear_model import LogisticRegression
y = x[:, -1].astype(int)
x = np.ascontiguousarray(x[:, :-1])
LogisticRegression().fit(x[:500], y[:500])
solvers = dict(lbfgs=dict(), exact=dict(tol=1e-8, max_iter=1000))
if ${classes} == 2:
    solvers["newton"] = dict(solver="newton-cholesky", tol=1e-8)
runs = []
for name, settings in solvers.items():
    times = []
    for _ in range(3):
        t = time.perf_counter()
        m = LogisticRegression(**settings).fit(x, y)
        times.append((time.perf_counter() - t) * 1000)
    runs.append(dict(name=name, ms=sorted(times)[1], coef=m.coef_.tolist(), intercept=m.intercept_.tolist()))
print(json.dumps(runs))
`;

/** Σ log-loss + |b|² / 2 */
function objective(
  x: Float32Array,
  rows: number,
  coef: readonly ArrayLike<number>[],
  intercept: ArrayLike<number>,
) {
  let sum = 0;
  for (const row of coef) for (let j = 0; j < FEATURES; j++) sum += row[j]! ** 2 / 2;
  for (let i = 0; i < rows; i++) {
    const z = coef.map((row, k) => {
      let score = intercept[k]!;
      for (let j = 0; j < FEATURES; j++) score += row[j]! * x[j * rows + i]!;
      return score;
    });
    if (z.length === 1) z.unshift(0);
    const largest = Math.max(...z);
    sum += largest + Math.log(z.reduce((a, v) => a + Math.exp(v - largest), 0)) - z[x[FEATURES * rows + i]!]!;
  }
  return sum;
}

const pool = createPool({ workers: 2 });
// Workers start and compile on a table of their own.
for (const classes of [2, 3]) {
  const rows = 20_000;
  const x = table(rows, classes);
  await fitLogistic(pool.compute, {
    x: x.subarray(0, rows * FEATURES),
    y: x.subarray(rows * FEATURES),
    rows,
    features: FEATURES,
    classes,
  });
}
const tolerances = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
line(
  'rows',
  'classes',
  'ours ms',
  'excess',
  'peer',
  'peer ms',
  'peer excess',
  'ratio',
  'as near ms',
  'excess',
  'ratio',
);
for (const rows of sizes) {
  for (const classes of [2, 3, 5]) {
    const x = table(rows, classes);
    const data = {
      x: x.subarray(0, rows * FEATURES),
      y: x.subarray(rows * FEATURES),
      rows,
      features: FEATURES,
      classes,
    };
    const ours: { ms: number; value: number }[] = [];
    for (const tolerance of tolerances) {
      const times: number[] = [];
      let model = await fitLogistic(pool.compute, data, { tolerance });
      for (let run = 0; run < 3; run++) {
        const start = performance.now();
        model = await fitLogistic(pool.compute, data, { tolerance });
        times.push(performance.now() - start);
      }
      const coef = Array.from(model.intercept, (_, k) =>
        model.coef.subarray(k * FEATURES, (k + 1) * FEATURES),
      );
      ours.push({ ms: times.sort((a, b) => a - b)[1]!, value: objective(x, rows, coef, model.intercept) });
    }
    const theirs = askPeer<Run[]>(PEER(classes), { x, rows, features: FEATURES + 1 }) ?? [];
    const peers = theirs.map((run) => ({ ...run, value: objective(x, rows, run.coef, run.intercept) }));
    const least = Math.min(...[...ours, ...peers].map(({ value }) => value));
    const excess = ({ value }: { value: number }) => (value - least).toExponential(1);
    const own = ours[0]!;
    for (const peer of peers) {
      const near = ours.findLast(({ value }) => value <= peer.value) ?? own;
      const ratios = [own, near].map(({ ms }) => `${(peer.ms / ms).toFixed(2)}×`);
      line(
        rows,
        classes,
        own.ms.toFixed(0),
        excess(own),
        peer.name,
        peer.ms.toFixed(0),
        excess(peer),
        ratios[0]!,
        near.ms.toFixed(0),
        excess(near),
        ratios[1]!,
      );
    }
  }
}
await pool.close();
