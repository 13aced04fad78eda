import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { columnMoments, standardizeKernel, standardScale } from '#dist/components/lib/linalg/columns.js';
import type { Dense } from '#dist/components/lib/linalg/dense.js';
import { gram } from '#dist/components/lib/linalg/gram.js';
import { projectKernel } from '#dist/components/lib/linalg/project.js';
import { largestDifference, normals, sameBytes, shared, transposed } from '../../support/numbers.js';

const pools = [1, 2, 3, 7].map((workers) => createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const byRows = (data: Dense['data'], rows: number, width: number): Dense => ({
  data,
  rows,
  width,
  order: 'rows',
});

function plainGram({ data, rows, width }: Dense, shift?: Float64Array, weight?: Float64Array) {
  const out = new Float64Array(width * width);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        const [x, y] = [data[i * width + a]! - (shift?.[a] ?? 0), data[i * width + b]! - (shift?.[b] ?? 0)];
        out[a * width + b]! += x * y * (weight?.[i] ?? 1);
      }
    }
  }
  return out;
}

describe('gram', () => {
  it('equals the three plain loops for any shape, order, shift and weight', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 13 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (rows, width, columns, shifted, weighted) => {
          const data = normals(rows * width, rows + width);
          const shift = shifted ? { shift: normals(width) } : {};
          const weight = weighted ? { weight: normals(rows).map(Math.abs) } : {};
          const x: Dense = columns
            ? { data: transposed(data, rows, width), rows, width, order: 'columns' }
            : byRows(data, rows, width);
          const expected = plainGram(byRows(data, rows, width), shift.shift, weight.weight);
          const found = await gram(computeHere, { x, ...shift, ...weight });
          expect(largestDifference(found, expected)).toBeLessThan(1e-10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cuts wide matrices into stripes', async () => {
    const x = byRows(Float32Array.from(normals(40 * 523)), 40, 523);
    expect(largestDifference(await gram(computeHere, { x }), plainGram(x))).toBeLessThan(1e-12);
  });

  it('gives the same bytes on any number of workers', async () => {
    const x = byRows(shared(normals(7000 * 260).map(Math.fround)), 7000, 260);
    const weight = shared(normals(7000)).map(Math.abs);
    const expected = await gram(computeHere, { x, weight });
    for (const pool of pools) expect(sameBytes(await gram(pool.compute, { x, weight }), expected)).toBe(true);
  });

  it('names the place of a value that is not finite', async () => {
    const data = normals(500 * 3);
    data[301 * 3 + 2] = Number.NaN;
    await expect(gram(computeHere, { x: byRows(data, 500, 3) })).rejects.toMatchObject({
      name: 'InputError',
      code: 'not-finite',
      message: expect.stringContaining('row 301, column 2 is NaN'),
    });
    await expect(gram(computeHere, { x: byRows(data, 499, 3) })).rejects.toMatchObject({
      code: 'wrong-shape',
    });
  });
});

describe('column moments', () => {
  it('equal plain two-pass sums, far from zero too, and a weight of two is the row twice', async () => {
    const rows = 2000;
    const width = 3;
    const data = normals(rows * width).map((v, at) => v + [0, 1e6, -5][at % 3]!);
    const { mean, variance } = await columnMoments(computeHere, { x: byRows(data, rows, width) });
    for (let j = 0; j < width; j++) {
      const column = Array.from({ length: rows }, (_, i) => data[i * width + j]!);
      const m = column.reduce((a, b) => a + b) / rows;
      const v = column.reduce((a, b) => a + (b - m) ** 2, 0) / rows;
      expect(mean[j]).toBeCloseTo(m, 9);
      expect(variance[j]).toBeCloseTo(v, 9);
    }
    const weight = Float64Array.from({ length: rows }, (_, i) => (i < 500 ? 2 : 1));
    const twice = new Float64Array([...data.subarray(0, 500 * width), ...data]);
    const weighted = await columnMoments(computeHere, { x: byRows(data, rows, width), weight });
    const repeated = await columnMoments(computeHere, { x: byRows(twice, rows + 500, width) });
    expect(weighted.total).toBe(rows + 500);
    expect(largestDifference(weighted.variance, repeated.variance)).toBeLessThan(1e-9);
  });

  it('scales a constant column by one and standardises in place', async () => {
    const data = Float64Array.from({ length: 300 }, (_, at) => (at % 2 ? 0.1 : at));
    const x = byRows(data, 150, 2);
    const moments = await columnMoments(computeHere, { x });
    const scale = standardScale(moments);
    expect(scale[1]).toBe(1);
    await computeHere(standardizeKernel, { x, mean: moments.mean, scale, out: data });
    const after = await columnMoments(computeHere, { x });
    expect(after.variance[0]).toBeCloseTo(1, 12);
    expect(largestDifference(after.mean, [0, 0])).toBeLessThan(1e-15);
  });

  it('refuses no rows, no weight and infinities', async () => {
    const empty = columnMoments(computeHere, { x: byRows(new Float64Array(0), 0, 2) });
    await expect(empty).rejects.toMatchObject({ code: 'no-rows' });
    const weight = new Float64Array(2);
    const weightless = columnMoments(computeHere, { x: byRows(new Float64Array(4), 2, 2), weight });
    await expect(weightless).rejects.toMatchObject({ code: 'no-rows' });
    const infinite = columnMoments(computeHere, { x: byRows(Float64Array.of(1, Infinity), 2, 1) });
    await expect(infinite).rejects.toMatchObject({ code: 'not-finite' });
  });
});

describe('projection', () => {
  it('equals plain dot products in both orders', async () => {
    const [rows, width, count] = [2117, 37, 6];
    const data = normals(rows * width);
    const weights = normals(count * width, 2);
    const offset = normals(count, 3);
    const expected = new Float64Array(rows * count);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < count; k++) {
        let sum = offset[k]!;
        for (let j = 0; j < width; j++) sum += data[i * width + j]! * weights[k * width + j]!;
        expected[i * count + k] = sum;
      }
    }
    const out = new Float64Array(rows * count);
    await computeHere(projectKernel, {
      x: byRows(data, rows, width),
      weights,
      offset,
      out,
      outOrder: 'rows',
    });
    expect(largestDifference(out, expected)).toBeLessThan(1e-13);
    const x: Dense = { data: transposed(data, rows, width), rows, width, order: 'columns' };
    await computeHere(projectKernel, { x, weights, offset, out, outOrder: 'columns' });
    expect(largestDifference(out, transposed(expected, rows, count))).toBeLessThan(1e-13);
  });
});
