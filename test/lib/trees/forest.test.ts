import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { InputError } from '#dist/components/lib/errors.js';
import { random } from '#dist/components/lib/random.js';
import { checkEnsemble } from '#dist/components/lib/trees/ensemble.js';
import { decisionTree, extraTrees, fitForest } from '#dist/components/lib/trees/forest.js';
import { impurityImportance } from '#dist/components/lib/trees/importance.js';
import { predictEnsemble, predictRow } from '#dist/components/lib/trees/predict.js';
import { normals } from '../../support/numbers.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { tabular } from '../../support/tabular.js';
import { accuracy, classification, columns, computeAs } from './support.js';

const grow = (
  table: Parameters<typeof fitForest>[1],
  params: Parameters<typeof fitForest>[2] = {},
  seed = 1,
) => fitForest(computeHere, table, params, seed);

describe('forest', () => {
  test.each([1, 2, 3, 7])('%i workers give the same bytes', async (workers) => {
    const data = classification(300, 6, 3, 5);
    data.x[7] = Number.NaN;
    const params = { trees: 9, class_weight: 'balanced_subsample' } as const;
    const one = await grow(data, params);
    const many = await fitForest(computeAs(workers), data, params, 1);
    expect(many).toEqual(one);
    expect(await predictEnsemble(computeAs(workers), many, data.x, data.rows)).toEqual(
      await predictEnsemble(computeHere, one, data.x, data.rows),
    );
    expect(await grow(data, params, 2)).not.toEqual(one);
  });

  test('a tree separates training rows that differ, and one row predicts as in a batch', async () => {
    const data = classification(400, 5, 4, 3);
    const tree = await grow(data, decisionTree);
    checkEnsemble(tree);
    const p = await predictEnsemble(computeHere, tree, data.x, data.rows);
    expect(accuracy(p, 4, data.y)).toBe(1);
    const forest = await grow(data, { trees: 20 });
    const batch = await predictEnsemble(computeHere, forest, data.x, data.rows);
    const out = new Float64Array(4);
    for (let i = 0; i < data.rows; i++) {
      const row = Float32Array.from({ length: 5 }, (_, j) => data.x[j * data.rows + i]!);
      expect(predictRow(forest, row, out)).toEqual(batch.slice(i * 4, i * 4 + 4));
      expect(out.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
  });

  test('depth, split and leaf limits hold', async () => {
    const data = classification(500, 5, 2, 3);
    const shallow = await grow(data, { trees: 5, max_depth: 3 });
    expect(shallow.feature.length).toBeLessThanOrEqual(5 * 15);
    const tree = await grow(data, { ...decisionTree, min_leaf: 20 });
    for (let n = 0; n < tree.feature.length; n++)
      if (tree.feature[n]! < 0) expect(tree.cover[n]).toBeGreaterThanOrEqual(20);
    const split = await grow(data, { ...decisionTree, min_split: 50 });
    for (let n = 0; n < split.feature.length; n++)
      if (split.feature[n]! >= 0) expect(split.cover[n]).toBeGreaterThanOrEqual(50);
  });

  test('a weight of two is the row twice', async () => {
    const data = classification(200, 4, 3, 8);
    const weight = Float64Array.from({ length: data.rows }, (_, i) => 1 + (i % 2));
    const rows = [...weight.keys()].flatMap((i) => (weight[i] === 2 ? [i, i] : [i]));
    const twice = {
      rows: rows.length,
      features: 4,
      classes: 3,
      x: Float32Array.from(
        { length: rows.length * 4 },
        (_, k) => data.x[Math.floor(k / rows.length) * data.rows + rows[k % rows.length]!]!,
      ),
      y: rows.map((i) => data.y[i]!),
    };
    for (const classes of [3, undefined]) {
      const strip = <T extends { classes: number; x: Float32Array; y: ArrayLike<number> }>(t: T) => {
        const { classes: _, ...rest } = t;
        return classes
          ? { ...rest, classes }
          : { ...rest, y: Float64Array.from(rest.y, (y, i) => y + rest.x[i]!) };
      };
      const weighted = await grow({ ...strip(data), weight }, { ...decisionTree, max_depth: 4 });
      const doubled = await grow(strip(twice), { ...decisionTree, max_depth: 4 });
      expect(doubled.feature).toEqual(weighted.feature);
      expect(doubled.threshold).toEqual(weighted.threshold);
      doubled.values.forEach((v, k) => {
        expect(v).toBeCloseTo(weighted.values[k]!, 12);
      });
    }
  });

  test('permuted rows give the same tree, scaled features the same predictions', async () => {
    const data = classification(200, 4, 3, 9, 8);
    const tree = await grow(data, decisionTree);
    const order = random(4).permutation(data.rows);
    const shuffled = {
      ...data,
      x: data.x.map((_, k) => data.x[Math.floor(k / data.rows) * data.rows + order[k % data.rows]!]!),
      y: data.y.map((_, i) => data.y[order[i]!]!),
    };
    expect(await grow(shuffled, decisionTree)).toEqual(tree);
    const scaled = { ...data, x: data.x.map((v) => v * 4) };
    expect(await predictEnsemble(computeHere, await grow(scaled, { trees: 5 }), scaled.x, 200)).toEqual(
      await predictEnsemble(computeHere, await grow(data, { trees: 5 }), data.x, 200),
    );
  });

  test('permuted columns move the importances with them', async () => {
    const data = classification(300, 3, 2, 9);
    const params = { ...decisionTree, max_depth: 3 };
    const order = [2, 0, 1];
    const moved = {
      ...data,
      x: data.x.map((_, k) => data.x[order[Math.floor(k / 300)]! * 300 + (k % 300)]!),
    };
    const [a, b] = [
      impurityImportance(await grow(data, params)),
      impurityImportance(await grow(moved, params)),
    ];
    order.forEach((from, to) => {
      expect(b[to]).toBeCloseTo(a[from]!, 12);
    });
    expect(a.reduce((x, y) => x + y)).toBeCloseTo(1, 12);
    expect(a[2]).toBeLessThan(0.1);
  });

  test.each([
    ['forest', {}],
    ['extra trees', extraTrees],
  ])('%s: of two columns that are alike neither is preferred', async (_, params) => {
    const rows = 200;
    const noise = normals(2 * rows);
    const x = new Float32Array(2 * rows);
    x.set(noise.subarray(0, rows));
    x.set(noise.subarray(0, rows), rows);
    const y = noise.subarray(rows);
    const forest = await grow({ x, rows, features: 2, y }, { ...params, trees: 60 });
    // Half a half, as chance has it: cuts of the first column alone would make it 1 and 0.
    expect(Math.abs(impurityImportance(forest)[0]! - 0.5)).toBeLessThan(0.1);
  });

  test('one class, one row, constant and all-missing columns give a leaf', async () => {
    const constant = {
      x: Float32Array.of(1, 1, 1, Number.NaN, Number.NaN, Number.NaN),
      rows: 3,
      features: 2,
    };
    for (const params of [{ trees: 3 }, { ...extraTrees, trees: 3 }, decisionTree]) {
      const leaf = await grow({ ...constant, y: [0, 1, 1], classes: 2 }, { ...params, bootstrap: false });
      expect(leaf.feature.every((f) => f < 0)).toBe(true);
      const p = await predictEnsemble(computeHere, leaf, constant.x, 3);
      expect(p[1]).toBeCloseTo(2 / 3, 12);
      const one = await grow({ ...constant, y: [0, 0, 0], classes: 1 }, params);
      expect([...(await predictEnsemble(computeHere, one, constant.x, 3))]).toEqual([1, 1, 1]);
      const row = await grow({ x: Float32Array.of(5), rows: 1, features: 1, y: [7] }, params);
      expect([...(await predictEnsemble(computeHere, row, Float32Array.of(9), 1))]).toEqual([7]);
    }
  });

  test('infinities are extreme values and missing ones choose their side', async () => {
    const x = Float32Array.of(
      Number.NEGATIVE_INFINITY,
      -1,
      0,
      1,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    );
    const y = [0, 1, 0, 1, 0, 1, 1];
    for (const params of [decisionTree, { ...extraTrees, trees: 1, features: 'all' } as const]) {
      const tree = await grow({ x, rows: 7, features: 1, y, classes: 2 }, params);
      const p = await predictEnsemble(computeHere, tree, x, 7);
      expect(accuracy(p, 2, y)).toBe(1);
    }
    const apart = await grow(
      { x: Float32Array.of(1, 2, 3, Number.NaN), rows: 4, features: 1, y: [0, 0, 0, 9] },
      decisionTree,
    );
    expect([...(await predictEnsemble(computeHere, apart, Float32Array.of(1, 3e38, Number.NaN), 3))]).toEqual(
      [0, 0, 9],
    );
  });

  test('categories split into subsets; unseen ones follow the missing side', async () => {
    const r = random(3);
    const rows = 2000;
    const codes = Float32Array.from({ length: rows }, () => r.int(40));
    const good = new Set([1, 5, 6, 17, 22, 39]);
    const y = Float64Array.from(codes, (k) => (good.has(k) ? 1 : 0));
    const data = { x: codes, rows, features: 1, y, categories: [40] };
    for (const classes of [{ classes: 2 }, {}]) {
      const tree = await grow({ ...data, ...classes }, decisionTree);
      expect(tree.feature.length).toBe(3);
      checkEnsemble(tree);
      const p = await predictEnsemble(
        computeHere,
        tree,
        Float32Array.of(1, 2, 39, Number.NaN, 77, 2.5, -1),
        7,
      );
      const ones = Array.from({ length: 7 }, (_, i) => p[classes.classes ? 2 * i + 1 : i]);
      expect(ones).toEqual([1, 0, 1, 0, 0, 0, 0]);
    }
  });

  test('10,000 categories are learned in groups', async () => {
    const r = random(4);
    const rows = 30_000;
    const effect = Uint8Array.from({ length: 10_000 }, () => r.int(3));
    const x = Float32Array.from({ length: rows }, () => r.int(10_000));
    const y = Float64Array.from(x, (k) => effect[k]!);
    const tree = await grow({ x, rows, features: 1, y, classes: 3, categories: [10_000] }, decisionTree);
    expect(accuracy(await predictEnsemble(computeHere, tree, x, rows), 3, y)).toBeGreaterThan(0.99);
    await expect(grow({ x, rows, features: 1, y, classes: 3, categories: [10_001] })).rejects.toThrow(
      /10001 categories/,
    );
  });

  test('bad input is an InputError with a code', async () => {
    const good = { x: Float32Array.of(1, 2), rows: 2, features: 1, y: [0, 1], classes: 2 };
    const cases: [object, object, string][] = [
      [{ rows: 0, x: new Float32Array(0), y: [] }, {}, 'no-rows'],
      [{ x: Float32Array.of(1) }, {}, 'shape-mismatch'],
      [{ y: [0, 2] }, {}, 'bad-class'],
      [{ y: [0, Number.NaN], classes: undefined }, {}, 'bad-target'],
      [{ weight: [1, -1] }, {}, 'bad-weight'],
      [{ weight: [0, 0] }, {}, 'bad-weight'],
      [{ categories: [2] }, {}, 'bad-category'],
      [{}, { trees: 0 }, 'bad-parameter'],
      [{}, { features: -1 }, 'bad-parameter'],
      [{}, { class_weight: [1] }, 'bad-class-weight'],
    ];
    for (const [table, params, code] of cases)
      await expect(grow({ ...good, ...table } as never, params)).rejects.toMatchObject({ code });
    expect(new InputError('a', 'b').code).toBe('a');
  });

  test('any finite table gives finite predictions inside the range of the target', async () => {
    const value = fc.oneof(fc.float({ noNaN: true }), fc.constant(Number.NaN), fc.constantFrom(0, -0, 1));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value, fc.integer({ min: -5, max: 5 })), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async (rows, cuts) => {
          const x = columns(rows.map(([a, b]) => [a, b]));
          const y = rows.map((row) => row[2]);
          const forest = await grow(
            { x, rows: rows.length, features: 2, y },
            { trees: 3, random_cuts: cuts },
          );
          checkEnsemble(forest);
          for (const p of await predictEnsemble(computeHere, forest, x, rows.length)) {
            expect(p).toBeGreaterThanOrEqual(Math.min(...y) - 1e-9);
            expect(p).toBeLessThanOrEqual(Math.max(...y) + 1e-9);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(!hasSharedData)('against the stored references', () => {
  test.each(['iris', 'wine', 'breast_cancer', 'digits'])('%s: forest accuracy over seeds', async (name) => {
    const { train, test: held, reference: all } = tabular(name);
    const reference = all.random_forest_100.accuracy;
    const classes = new Set(train.y).size;
    const seeds = name === 'digits' ? 3 : 8;
    const table = { ...train, x: Float32Array.from(train.data), classes };
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const forest = await grow(table, {}, seed);
      const p = await predictEnsemble(computeHere, forest, Float32Array.from(held.data), held.rows);
      sum += accuracy(p, classes, held.y);
    }
    // Both means have an error; 4 of its sizes, and never less than one test row.
    const bound = Math.max(4 * reference.sd * Math.sqrt(1 / seeds + 1 / reference.n), 1 / held.rows);
    expect(Math.abs(sum / seeds - reference.mean)).toBeLessThan(bound);
  });

  test('facies of a well from the other wells, as scikit-learn', async () => {
    const folder = `${sharedData}facies/seg2016/`;
    const reference = JSON.parse(readFileSync(`${folder}reference.json`, 'utf8'))
      .leave_one_well_out_rf100_f1_micro_facies_vectors_dropna as Record<
      string,
      { mean: number; sd: number }
    >;
    // Columns: Facies, Formation, Well Name, Depth, then the seven features; rows with a missing one are left out.
    const rows = readFileSync(`${folder}facies_vectors.csv`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .filter((cells) => cells.every((cell) => cell.trim() !== ''))
      .map((cells) => ({
        well: cells[2]!,
        facies: Number(cells[0]) - 1,
        features: cells.slice(4).map(Number),
      }));
    let difference = 0;
    const wells = ['SHANKLE', 'LUKE G U', 'NEWBY'];
    for (const well of wells) {
      const [train, held] = [
        rows.filter((row) => row.well !== well),
        rows.filter((row) => row.well === well),
      ];
      const y = train.map((row) => row.facies);
      const x = columns(train.map((row) => row.features));
      const forest = await grow({ x, rows: y.length, features: 7, y, classes: 9 }, {}, 1);
      const p = await predictEnsemble(
        computeHere,
        forest,
        columns(held.map((row) => row.features)),
        held.length,
      );
      const hits = accuracy(
        p,
        9,
        held.map((row) => row.facies),
      );
      // Five standard deviations over seeds, or two rows.
      const { mean, sd } = reference[well]!;
      expect(Math.abs(hits - mean), well).toBeLessThan(Math.max(5 * sd, 2.5 / held.length));
      difference += (hits - mean) / wells.length;
    }
    expect(Math.abs(difference)).toBeLessThan(0.012);
  });
});
