import { checkFinite, type Matrix } from '../cluster/points.js';
import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF32, sharedF64, sharedI32 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { random } from '../random.js';
import { quantileSorted, sorted } from '../statistics/order.js';

/** Nodes of all trees one after another; the children of an inner node lie side by side. */
export interface IsolationForest {
  readonly features: number;
  /** Rows that each tree was grown from. */
  readonly sample: number;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Feature that a node asks for, −1 at a leaf; x ≤ threshold goes to node `left`, else to `left` + 1. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  /** At a leaf: its depth, plus the depth that its rows would further reach on average. */
  readonly path: Float64Array;
}

export interface IsolationOptions {
  /** 100 when absent. */
  readonly trees?: number;
  /** Rows drawn without replacement for each tree: 256 when absent, all where there are fewer. */
  readonly sample?: number;
}

/** Mean depth of an unsuccessful search in a binary tree of n rows: c(n) of the paper. */
export function averagePath(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}

interface GrowArgs {
  readonly matrix: Matrix;
  readonly sample: number;
  readonly trees: number;
  readonly seed: number;
}

interface Tree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly path: number[];
}

/** Grows one tree a block, from the random stream of its number. */
export const isolationTreeKernel: Kernel<GrowArgs, Tree> = {
  name: 'isolationTreeKernel',
  url: import.meta.url,
  blocks: ({ trees }) => trees,
  run: ({ matrix: { x, rows, features }, sample, seed }, block) => {
    const draw = random(seed, block);
    // Floyd's sampling without replacement.
    const chosen = new Set<number>();
    for (let i = rows - sample; i < rows; i++) {
      const row = draw.int(i + 1);
      chosen.add(chosen.has(row) ? i : row);
    }
    const order = Int32Array.from(chosen);
    const most = Math.ceil(Math.log2(Math.max(2, sample)));
    const tree: Tree = { feature: [-1], threshold: [0], left: [0], path: [0] };
    const candidates = Int32Array.from({ length: features }, (_, f) => f);

    const leaf = (node: number, size: number, depth: number) => {
      tree.path[node] = depth + averagePath(size);
    };
    /** A feature drawn among those that vary in the node, and its range. */
    const drawFeature = (from: number, to: number) => {
      for (let left = features; left > 0; left--) {
        const pick = draw.int(left);
        const f = candidates[pick]!;
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        for (let i = from; i < to; i++) {
          const value = x[f * rows + order[i]!]!;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        if (high > low) return { f, low, high };
        candidates[pick] = candidates[left - 1]!;
        candidates[left - 1] = f;
      }
      return undefined;
    };
    const grow = (node: number, from: number, to: number, depth: number) => {
      const size = to - from;
      const split = depth < most && size > 1 ? drawFeature(from, to) : undefined;
      if (!split) return leaf(node, size, depth);
      const { f, low, high } = split;
      let cut = Math.fround(low + draw.uniform() * (high - low));
      if (cut >= high) cut = low;
      let middle = from;
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        if (x[f * rows + row]! > cut) continue;
        order[i] = order[middle]!;
        order[middle++] = row;
      }
      const left = tree.feature.length;
      tree.feature[node] = f;
      tree.threshold[node] = cut;
      tree.left[node] = left;
      for (let child = 0; child < 2; child++) {
        tree.feature.push(-1);
        tree.threshold.push(0);
        tree.left.push(0);
        tree.path.push(0);
      }
      grow(left, from, middle, depth + 1);
      grow(left + 1, middle, to, depth + 1);
    };
    grow(0, 0, order.length, 0);
    return tree;
  },
};

/**
 * Isolation forest (Liu, Ting and Zhou 2008; scikit-learn's IsolationForest): trees that cut at random separate odd
 * rows early. O(trees · sample · (ln sample + features where many are constant)), one tree a block.
 * Throws `not-finite`, `empty`, `length`, `trees`, `sample`.
 */
export async function fitIsolationForest(
  compute: Compute,
  matrix: Matrix,
  { trees = 100, sample = 256 }: IsolationOptions,
  seed: number,
  options?: ComputeOptions,
): Promise<IsolationForest> {
  checkFinite(matrix);
  if (!(Number.isInteger(trees) && trees >= 1)) throw new InputError('trees', `${trees} trees`);
  if (!(Number.isInteger(sample) && sample >= 1)) throw new InputError('sample', `samples of ${sample} rows`);
  const size = Math.min(sample, matrix.rows);
  const grown = await compute(isolationTreeKernel, { matrix, sample: size, trees, seed }, options);
  const nodes = grown.reduce((sum, tree) => sum + tree.feature.length, 0);
  const forest = {
    features: matrix.features,
    sample: size,
    roots: sharedI32(trees),
    feature: sharedI32(nodes),
    threshold: sharedF32(nodes),
    left: sharedI32(nodes),
    path: sharedF64(nodes),
  };
  let at = 0;
  grown.forEach((tree, t) => {
    forest.roots[t] = at;
    forest.feature.set(tree.feature, at);
    forest.threshold.set(tree.threshold, at);
    forest.path.set(tree.path, at);
    tree.left.forEach((left, node) => {
      forest.left[at + node] = at + left;
    });
    at += tree.feature.length;
  });
  return forest;
}

interface ScoreArgs {
  readonly forest: IsolationForest;
  readonly matrix: Matrix;
  readonly scores: Float64Array;
}

/** Rows of a block stay in the cache while all trees look at them. */
const ROWS = 256;

export const isolationScoreKernel: Kernel<ScoreArgs> = {
  name: 'isolationScoreKernel',
  url: import.meta.url,
  blocks: ({ matrix }) => Math.ceil(matrix.rows / ROWS),
  run: ({ forest, matrix: { x, rows }, scores }, block) => {
    const { roots, feature, threshold, left, path, sample } = forest;
    const first = block * ROWS;
    const last = Math.min(rows, first + ROWS);
    for (let t = 0; t < roots.length; t++)
      for (let i = first; i < last; i++) {
        let node = roots[t]!;
        for (let f = feature[node]!; f >= 0; f = feature[node]!)
          node = left[node]! + (x[f * rows + i]! <= threshold[node]! ? 0 : 1);
        scores[i]! += path[node]!;
      }
    // A forest of single rows isolates nothing: every row is as odd as the other.
    const usual = roots.length * averagePath(sample);
    for (let i = first; i < last; i++) scores[i] = usual > 0 ? -(2 ** (-scores[i]! / usual)) : -0.5;
  },
};

/**
 * Scores in −1 … 0, the lower the odder; about −0.5 where nothing stands out (IsolationForest.score_samples, the
 * paper's anomaly score with its sign turned). O(rows · trees · depth). Throws `length`, `not-finite`.
 */
export async function scoreIsolationForest(
  compute: Compute,
  forest: IsolationForest,
  matrix: Matrix,
  options?: ComputeOptions,
): Promise<Float64Array> {
  if (matrix.features !== forest.features)
    throw new InputError('length', `${matrix.features} features where the model has ${forest.features}`);
  const scores = sharedF64(matrix.rows);
  if (matrix.rows === 0) return scores;
  checkFinite(matrix);
  await compute(isolationScoreKernel, { forest, matrix, scores }, options);
  return scores;
}

/** Score below which a row is called an anomaly, so that this share of the training rows is (0 < share < 1). */
export function anomalyThreshold(trainingScores: Float64Array, share: number): number {
  if (!(share > 0 && share < 1)) throw new InputError('share', `${share} is not between 0 and 1`);
  if (trainingScores.length === 0) throw new InputError('empty', 'no training scores');
  return quantileSorted(sorted(trainingScores), share);
}
