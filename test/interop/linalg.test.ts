import { beforeAll, describe, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { cholesky, choleskySolve } from '#dist/components/lib/linalg/cholesky.js';
import { columnMoments } from '#dist/components/lib/linalg/columns.js';
import { symmetricEigen } from '#dist/components/lib/linalg/eigen.js';
import { gram } from '#dist/components/lib/linalg/gram.js';
import { householder } from '#dist/components/lib/linalg/qr.js';
import { fitPca } from '#dist/components/lib/pca/fit.js';
import { ksTwoSample } from '#dist/components/lib/statistics/kolmogorov-smirnov.js';
import { expectWithin } from '../support/close.js';
import { largestDifference } from '../support/numbers.js';
import { askPeer, hasPeers } from '../support/peer.js';

interface Answers {
  gram: {
    x: number[];
    rows: number;
    width: number;
    shift: number[];
    weight: number[];
    product: number[];
    mean: number[];
    variance: number[];
  }[];
  factors: {
    n: number;
    /** 2n × n by columns. */
    a: number[];
    symmetric: number[];
    right: number[];
    cholesky: number[];
    solution: number[];
    /** By columns, the diagonal positive. */
    r: number[];
    values: number[];
    projector: number[];
  }[];
  randomized: { x: number[]; width: number; components: number; best: number[]; missed: number[] };
}

const size = (values: readonly number[]) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
/** Of matrices: as a share of the largest entry. */
const apart = (found: ArrayLike<number>, due: readonly number[]) => largestDifference(found, due) / size(due);

describe.skipIf(!hasPeers).each([71, 72])('numpy, matrices of seed %i', (seed) => {
  let answers: Answers;
  beforeAll(() => {
    answers = askPeer<Answers>('test/interop/linalg.py', seed);
  }, 120_000);

  it('products and moments of columns', async () => {
    for (const { x: data, rows, width, product, mean, variance, ...more } of answers.gram) {
      const x = { data: Float64Array.from(data), rows, width, order: 'rows' as const };
      const weight = Float64Array.from(more.weight);
      const shift = Float64Array.from(more.shift);
      expectWithin(apart(await gram(computeHere, { x, shift, weight }), product), 1e-13, 'XᵀWX');
      const moments = await columnMoments(computeHere, { x, weight });
      expectWithin(apart(moments.mean, mean), 1e-13, 'means of columns');
      expectWithin(apart(moments.variance, variance), 1e-12, 'variances of columns');
    }
  });

  it('Cholesky, QR and the eigenvalues of symmetric matrices', () => {
    for (const { n, a, symmetric, right, values, projector, ...due } of answers.factors) {
      const l = Float64Array.from(symmetric);
      cholesky(l, n);
      const lower = l.map((v, at) => (at % n <= Math.floor(at / n) ? v : 0));
      expectWithin(apart(lower, due.cholesky), 1e-12, 'Cholesky, factor');
      const solution = choleskySolve(l, n, Float64Array.from(right));
      expectWithin(apart(solution, due.solution), 1e-10, 'Cholesky, solution');

      const packed = Float64Array.from(a);
      householder(packed, 2 * n, n);
      const r = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [at % n, Math.floor(at / n)];
        return i <= j ? packed[j * 2 * n + i]! * Math.sign(packed[i * 2 * n + i]!) : 0;
      });
      expectWithin(apart(r, due.r), 1e-12, 'QR, R');

      const count = Math.min(3, n);
      const eigen = symmetricEigen(Float64Array.from(symmetric), n, count);
      expectWithin(apart(eigen.values, values), 1e-12, 'eigenvalues');
      const onto = Float64Array.from({ length: n * n }, (_, at) => {
        let sum = 0;
        for (let k = 0; k < count; k++)
          sum += eigen.vectors[k * n + (at % n)]! * eigen.vectors[k * n + Math.floor(at / n)]!;
        return sum;
      });
      expectWithin(apart(onto, projector), 1e-10, 'projector onto three eigenvectors');
    }
  });

  it('randomized components take as much variance as those of scikit-learn, over 30 seeds', async () => {
    const { x, width, components, best, missed } = answers.randomized;
    const data = Float32Array.from(x);
    const all = best.reduce((a, b) => a + b, 0);
    const ours: number[] = [];
    for (let s = 0; s < 30; s++) {
      const { variance } = await fitPca(
        computeHere,
        { data, width },
        { components, solver: 'randomized', seed: s },
      );
      ours.push(1 - variance.reduce((a, b) => a + b, 0) / all);
    }
    const what = 'randomized PCA, variance missed over 30 seeds: 1 − p of Kolmogorov–Smirnov';
    expectWithin(1 - ksTwoSample(ours, missed).p, 0.999, what);
  });
});
