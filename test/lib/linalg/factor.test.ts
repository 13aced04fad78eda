import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '#dist/components/lib/linalg/eigen.js';
import { householder, orthonormal } from '#dist/components/lib/linalg/qr.js';
import { normals } from '../../support/numbers.js';

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

function symmetric(n: number, rank: number, seed: number) {
  const factors = normals(n * rank, seed);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < rank; k++)
        out[i * n + j]! += (k % 2 ? -1 : 1) * factors[i * rank + k]! * factors[j * rank + k]!;
    }
  }
  return out;
}

/** Largest of |Av − λv| and of |VVᵀ − I|, relative to the matrix. */
function faults(matrix: Float64Array, n: number, count: number) {
  const { values, vectors } = symmetricEigen(matrix, n, count);
  const size = Math.max(1e-300, ...values.map(Math.abs));
  let residual = 0;
  let skew = 0;
  for (let a = 0; a < count; a++) {
    const v = vectors.subarray(a * n, (a + 1) * n);
    for (let i = 0; i < n; i++) {
      const image = dot(matrix.subarray(i * n, (i + 1) * n), v);
      residual = Math.max(residual, Math.abs(image - values[a]! * v[i]!) / size);
    }
    for (let b = 0; b <= a; b++) {
      skew = Math.max(skew, Math.abs(dot(v, vectors.subarray(b * n, (b + 1) * n)) - (a === b ? 1 : 0)));
    }
  }
  return { values, residual, skew };
}

describe('symmetric eigen', () => {
  it('solves any symmetric matrix, deficient and repeated ones too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer(),
        (n, rank, seed) => {
          const { values, residual, skew } = faults(symmetric(n, rank, seed), n, n);
          expect(residual).toBeLessThan(1e-13);
          expect(skew).toBeLessThan(1e-13);
          expect([...values]).toEqual([...values].sort((a, b) => b - a));
        },
      ),
      { numRuns: 80 },
    );
    for (const entry of [0, 1, 1e-200, 1e200]) {
      const { residual, skew } = faults(new Float64Array(100).fill(entry), 10, 10);
      expect(Math.max(residual, skew)).toBeLessThan(1e-13);
    }
  });

  it('finds few vectors of close and repeated values as well as all of them', () => {
    const n = 120;
    const steps = new Float64Array(n * n);
    const wilkinson = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      steps[i * n + i] = i < 50 ? 5 : 1;
      wilkinson[i * n + i] = Math.abs(i - n / 2);
      if (i > 0) wilkinson[i * n + i - 1] = wilkinson[(i - 1) * n + i] = 1;
    }
    for (const matrix of [steps, wilkinson, symmetric(n, 9, 1), symmetric(n, n, 2)]) {
      const few = faults(matrix, n, n / 4);
      const all = faults(matrix, n, n);
      expect(Math.max(few.residual, few.skew)).toBeLessThan(1e-13);
      const size = Math.max(...all.values.map(Math.abs));
      for (let k = 0; k < n; k++)
        expect(Math.abs(few.values[k]! - all.values[k]!)).toBeLessThan(1e-13 * size);
    }
  });

  it('knows the second-difference matrix: 2 − 2 cos(kπ / (n + 1))', () => {
    const n = 101;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const { values } = symmetricEigen(matrix, n, 3);
    for (let k = 1; k <= n; k++) {
      expect(values[n - k]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13);
    }
  });

  it('refuses NaN instead of looping', () => {
    expect(() => symmetricEigen(new Float64Array(9).fill(Number.NaN), 3)).toThrow(/not finite/);
  });
});

describe('Householder QR', () => {
  it('gives orthonormal columns that span the matrix, whatever its rank', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer(),
        (columns, more, seed) => {
          const rows = columns + more;
          const a = normals(rows * columns, seed);
          if (columns > 2) a.copyWithin(0, rows, 2 * rows);
          const r = a.slice();
          householder(r, rows, columns);
          const q = orthonormal(a.slice(), rows, columns);
          for (let j = 0; j < columns; j++) {
            for (let k = 0; k <= j; k++) {
              const product = dot(q.subarray(j * rows, (j + 1) * rows), q.subarray(k * rows, (k + 1) * rows));
              expect(product).toBeCloseTo(j === k ? 1 : 0, 13);
            }
            for (let i = 0; i < rows; i++) {
              let sum = 0;
              for (let k = 0; k <= j; k++) sum += q[k * rows + i]! * r[j * rows + k]!;
              expect(sum).toBeCloseTo(a[j * rows + i]!, 12);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
