import { afterAll, describe, expect, it } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { createPool } from '#dist/components/lib/compute/pool.js';
import { sharedF32 } from '#dist/components/lib/compute/shared.js';
import { blasInstalled, loadBlas } from '#dist/components/lib/linalg/blas.js';
import { gram } from '#dist/components/lib/linalg/gram.js';
import { singleProducts } from '#dist/components/lib/linalg/gram-single.js';
import { columnPacker } from '#dist/components/lib/linalg/pack-single.js';
import { fitPca } from '#dist/components/lib/pca/fit.js';
import { createMoments } from '#dist/components/lib/pca/moments.js';
import { normals, sameBytes } from '../../support/numbers.js';

/** `onnxruntime-node` is installed for development; where a platform has no build of it there is nothing to test. */
const installed = blasInstalled();
const pools = [1, 2, 3, 7].map((workers) => createPool({ workers, blas: installed }));
const [, two] = pools;
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

function rowsOf(rows: number, width: number, at = (v: number, _i: number, _j: number) => v) {
  const out = sharedF32(rows * width);
  normals(rows * width).forEach((v, k) => {
    out[k] = at(v, Math.floor(k / width), k % width);
  });
  return out;
}

async function productsOf(
  pool: (typeof pools)[number],
  data: Float32Array,
  width: number,
  shift: Float64Array,
) {
  const into = { sum: new Float64Array(width), product: new Float64Array(width * width) };
  return (await singleProducts(pool.compute)({ data, width, shift }, into)) ? into : undefined;
}

/** The largest difference of an entry of the upper triangles over the lengths of its two columns. */
function relative(found: Float64Array, exact: Float64Array, width: number) {
  let worst = 0;
  for (let i = 0; i < width; i++)
    for (let j = i; j < width; j++) {
      const size = Math.sqrt(exact[i * width + i]! * exact[j * width + j]!);
      worst = Math.max(worst, Math.abs(found[i * width + j]! - exact[i * width + j]!) / size);
    }
  return worst;
}

it('turns rows into shifted, scaled columns of any number, with their sums', () => {
  const pack = columnPacker();
  for (const [rows, width, firstColumn, columns] of [
    [1, 1, 0, 1],
    [130, 7, 2, 5],
    [67, 9, 0, 8],
  ] as const) {
    const data = Float32Array.from(normals(rows * width));
    const shift = Float32Array.from(normals(width, 2));
    const unit = Float32Array.from({ length: width }, (_, j) => 2 ** (j - 3));
    const found = pack({ data, width, from: 0, to: rows, firstColumn, columns, shift, unit });
    const { depth } = found;
    for (let j = 0; j < columns; j++) {
      const column = firstColumn + j;
      let sum = 0;
      for (let r = 0; r < depth; r++) {
        const value = r < rows ? Math.fround(data[r * width + column]! - shift[column]!) : 0;
        expect(found.columns[j * depth + r]).toBe(value * unit[column]!);
        sum += value;
      }
      expect(found.sums[j]).toBeCloseTo(sum, 4);
    }
  }
});

describe.skipIf(!installed)('the product of ONNX Runtime', () => {
  it('is A Bᵀ', async () => {
    const blas = await loadBlas();
    const product = await blas.multiply(Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9), 3);
    expect([...product]).toEqual([1 * 7 + 2 * 8 + 3 * 9, 4 * 7 + 5 * 8 + 6 * 9]);
  });

  it.each([
    [20_000, 230],
    [3001, 600],
  ])(
    'gives sums and products of %d × %d as float64 does, to 1e-6 of the columns’ lengths',
    async (rows, width) => {
      const data = rowsOf(rows, width, (v, _, j) => v + 5 * (j % 3));
      const shift = Float64Array.from({ length: width }, (_, j) => 5 * (j % 3));
      const found = await productsOf(two!, data, width, shift);
      const exact = await gram(two!.compute, { x: { data, rows, width, order: 'rows' }, shift });
      expect(relative(found!.product, exact, width)).toBeLessThan(1e-6);
      for (let j = 0; j < width; j += 17) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += data[i * width + j]! - shift[j]!;
        expect(Math.abs(found!.sum[j]! - sum)).toBeLessThan(1e-3);
      }
    },
  );

  it('gives the same bytes on any number of workers', async () => {
    const [rows, width] = [8000, 400];
    const data = rowsOf(rows, width);
    const [first, ...others] = await Promise.all(
      pools.map((pool) => productsOf(pool, data, width, new Float64Array(width))),
    );
    for (const other of others) {
      expect(sameBytes(other!.product, first!.product)).toBe(true);
      expect(sameBytes(other!.sum, first!.sum)).toBe(true);
    }
  });

  it('scales columns far from one, and leaves to float64 what grows out of range or is not finite', async () => {
    const [rows, width] = [5200, 440];
    const shift = new Float64Array(width);
    const far = rowsOf(rows, width, (v, _, j) => v * [1e-30, 1, 1e30][j % 3]!);
    const exact = await gram(two!.compute, { x: { data: far, rows, width, order: 'rows' } });
    expect(relative((await productsOf(two!, far, width, shift))!.product, exact, width)).toBeLessThan(1e-6);

    const grows = rowsOf(rows, width, (v, i) => (i < 3000 ? v : v * 1e25));
    expect(await productsOf(two!, grows, width, shift)).toBeUndefined();
    const moments = createMoments(two!.compute, width);
    await moments.add(grows);
    const plain = createMoments(computeHere, width);
    await plain.add(grows);
    expect(relative((await moments.finish()).scatter, (await plain.finish()).scatter, width)).toBeLessThan(
      1e-12,
    );

    grows[4000 * width + 3] = Number.NaN;
    const broken = createMoments(two!.compute, width);
    const told = broken.add(grows).then(() => broken.finish());
    await expect(told).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('row 4000, column 3'),
    });
  });

  it('leaves principal components as they are, signs included', async () => {
    const [rows, width] = [9000, 360];
    const loads = normals(6 * width, 5);
    const factors = normals(6 * rows, 6);
    const data = rowsOf(rows, width, (v, i, j) => {
      let sum = 0.3 * v + 2;
      for (let k = 0; k < 6; k++) sum += (6 - k) * factors[i * 6 + k]! * loads[k * width + j]!;
      return sum;
    });
    const params = { components: 6, standardize: true };
    const exact = await fitPca(computeHere, { data, width }, params);
    const found = await fitPca(two!.compute, { data, width }, params);
    expect(sameBytes(found.components, exact.components)).toBe(false);
    found.variance.forEach((v, k) => {
      expect(Math.abs(v / exact.variance[k]! - 1)).toBeLessThan(1e-6);
    });
    found.components.forEach((v, at) => {
      expect(Math.abs(v - exact.components[at]!)).toBeLessThan(1e-5);
    });
  });

  it('is not used unless the pool may', async () => {
    const pool = createPool({ workers: 1 });
    const data = sharedF32(8000 * 400);
    expect(await productsOf(pool, data, 400, new Float64Array(400))).toBeUndefined();
    await pool.close();
  });
});
