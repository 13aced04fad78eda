import { describe, expect, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { random } from '#dist/components/lib/random.js';
import { fitBoosting } from '#dist/components/lib/trees/boosting.js';
import type { Ensemble } from '#dist/components/lib/trees/ensemble.js';
import { fitForest } from '#dist/components/lib/trees/forest.js';
import { nextNode, predictRaw } from '#dist/components/lib/trees/predict.js';
import { gaussLegendre } from '#dist/components/lib/trees/quadrature.js';
import { expectedValue, shapTree } from '#dist/components/lib/trees/shap.js';
import { shapInterventional } from '#dist/components/lib/trees/shap-interventional.js';
import { classification, computeAs } from './support.js';

const rowOf = (x: Float32Array, rows: number, i: number) =>
  Float32Array.from({ length: x.length / rows }, (_, j) => x[j * rows + i]!);

/** Shapley values by their definition: over all subsets of features, for a set function. */
function shapley(features: number, game: (present: boolean[]) => number): number[] {
  const values = new Array<number>(features).fill(0);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  for (let set = 0; set < 1 << features; set++) {
    const present = Array.from({ length: features }, (_, j) => ((set >> j) & 1) === 1);
    const size = present.filter(Boolean).length;
    for (let j = 0; j < features; j++) {
      if (present[j]) continue;
      const weight = (factorial(size) * factorial(features - size - 1)) / factorial(features);
      const more = present.map((p, k) => p || k === j);
      values[j]! += weight * (game(more) - game(present));
    }
  }
  return values;
}

/** The raw output when absent features send the row down both sides by training weight. */
function conditional(model: Ensemble, row: Float32Array, output: number, present: boolean[]): number {
  const { meta } = model;
  const walk = (n: number, own: number): number => {
    const f = model.feature[n]!;
    if (f < 0) {
      if (own >= 0 && own !== output) return 0;
      return model.values[model.left[n]! + (own < 0 ? output : 0)]!;
    }
    if (present[f]) return walk(nextNode(model, n, row[f]!), own);
    const [l, r] = [model.left[n]!, model.right[n]!];
    return (walk(l, own) * model.cover[l]! + walk(r, own) * model.cover[r]!) / model.cover[n]!;
  };
  let sum = 0;
  model.roots.forEach((root, t) => {
    sum += walk(root, model.treeOutput[t]!);
  });
  return meta.base[output]! + meta.scale * sum;
}

const models = async () => {
  const data = classification(300, 5, 3, 5);
  for (let i = 0; i < 300; i += 7) data.x[600 + i] = Number.NaN;
  const codes = random(2);
  for (let i = 0; i < 300; i++) data.x[900 + i] = codes.int(6);
  const categories = [0, 0, 0, 6, 0];
  const table = { ...data, categories };
  const two = { ...table, y: data.y.map((c) => Math.min(c, 1)), classes: 2 };
  return {
    data,
    forest: await fitForest(computeHere, table, { trees: 4, max_depth: 8 }, 1),
    softmax: (await fitBoosting(computeHere, table, { trees: 3, min_leaf: 3, leaves: 12 }, 1)).ensemble,
    logistic: (await fitBoosting(computeHere, two, { trees: 5, min_leaf: 3 }, 1)).ensemble,
  };
};

describe('SHAP', async () => {
  const { data, ...byName } = await models();
  const explained = 12;
  const x = Float32Array.from(
    { length: 5 * explained },
    (_, k) => data.x[Math.floor(k / explained) * 300 + (k % explained)]!,
  );

  describe.each(Object.entries(byName))('%s', (_, model) => {
    const { outputs } = model.meta;

    test('path-dependent values are the Shapley values of the conditional game', async () => {
      const { values, expected } = await shapTree(computeHere, model, x, explained);
      for (let i = 0; i < explained; i += 3)
        for (let o = 0; o < outputs; o++) {
          const row = rowOf(x, explained, i);
          const exact = shapley(5, (present) => conditional(model, row, o, present));
          exact.forEach((v, j) => {
            expect(values[(i * outputs + o) * 5 + j]).toBeCloseTo(v, 10);
          });
          expect(expected[o]).toBeCloseTo(conditional(model, row, o, new Array(5).fill(false)), 10);
        }
    });

    test('both kinds add up to the raw output', async () => {
      const raw = await predictRaw(computeHere, model, data.x, 300);
      const [path, other] = [
        await shapTree(computeHere, model, data.x, 300),
        await shapInterventional(computeHere, model, x, explained, data.x, 300),
      ];
      for (const [kind, rows] of [
        [path, 300],
        [other, explained],
      ] as const)
        for (let i = 0; i < rows; i++)
          for (let o = 0; o < outputs; o++) {
            const at = (i * outputs + o) * 5;
            const sum = kind.values.subarray(at, at + 5).reduce((a, b) => a + b, kind.expected[o]!);
            expect(Math.abs(sum - raw[i * outputs + o]!)).toBeLessThan(1e-9);
          }
      expect(path.expected).toEqual(expectedValue(model));
    });

    test('interventional values are the Shapley values against each background row', async () => {
      const backgroundRows = 3;
      const background = Float32Array.from(
        { length: 5 * backgroundRows },
        (_, k) => data.x[Math.floor(k / backgroundRows) * 300 + 40 + (k % backgroundRows)]!,
      );
      const { values } = await shapInterventional(
        computeHere,
        model,
        x,
        explained,
        background,
        backgroundRows,
      );
      const i = 2;
      const row = rowOf(x, explained, i);
      const games = await Promise.all(
        Array.from({ length: 32 }, async (_, set) => {
          const mixed = Float32Array.from(background, (v, k) =>
            (set >> Math.floor(k / backgroundRows)) & 1 ? row[Math.floor(k / backgroundRows)]! : v,
          );
          const raw = await predictRaw(computeHere, model, mixed, backgroundRows);
          return (o: number) => [0, 1, 2].reduce((sum, b) => sum + raw[b * outputs + o]! / backgroundRows, 0);
        }),
      );
      for (let o = 0; o < outputs; o++)
        shapley(5, (present) => games[present.reduce((set, p, j) => set | (p ? 1 << j : 0), 0)]!(o)).forEach(
          (v, j) => {
            expect(values[(i * outputs + o) * 5 + j]).toBeCloseTo(v, 10);
          },
        );
    });

    test('any number of workers gives the same bytes', async () => {
      const one = await shapTree(computeHere, model, data.x, 300);
      expect(await shapTree(computeAs(3), model, data.x, 300)).toEqual(one);
    });
  });

  test('a tree of one leaf owes nothing to any feature', async () => {
    const leaf = await fitForest(
      computeHere,
      { x: Float32Array.of(1, 1), rows: 2, features: 1, y: [3, 5] },
      { trees: 2, bootstrap: false },
      1,
    );
    const { values, expected } = await shapTree(computeHere, leaf, Float32Array.of(9), 1);
    expect([...values, ...expected]).toEqual([0, 4]);
  });
});

test('the Gauss rule is exact for polynomials of degree 2n − 1', () => {
  for (const n of [1, 2, 5, 12, 20]) {
    const { nodes, weights } = gaussLegendre(n);
    for (let degree = 0; degree < 2 * n; degree++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += weights[k]! * nodes[k]! ** degree;
      expect(sum).toBeCloseTo(1 / (degree + 1), 13);
    }
  }
});
