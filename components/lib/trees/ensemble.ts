import { InputError } from '../errors.js';

/** Plain JSON: what is not an array of the model. */
export interface EnsembleMeta {
  readonly format: 1;
  readonly kind: 'forest' | 'boosting';
  readonly features: number;
  /** Per feature its number of categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Number of classes; 0 for regression. */
  readonly classes: number;
  /** Raw outputs: classes for a forest or softmax, else 1. */
  readonly outputs: number;
  /** Raw output o is `base[o] + scale × Σ leaf values`. */
  readonly base: readonly number[];
  /** 1 / trees for a forest, 1 for boosting. */
  readonly scale: number;
  /** From raw outputs to predictions. `logistic` turns one raw output into the probabilities of two classes. */
  readonly link: 'identity' | 'logistic' | 'softmax' | 'exp';
}

/**
 * Every tree model in one flat form. A node index is global over the ensemble.
 *
 * A row at inner node n goes left if its value v of `feature[n]`
 * - is missing (NaN, or for a category a code that was not seen in training): if flag bit 1 is set;
 * - is a number: if `v ≤ threshold[n]` (float32);
 * - is a category: if bit `v & 31` of `categoryBits[categoryStart[n] + (v >> 5)]` is set.
 */
export interface Ensemble {
  readonly meta: EnsembleMeta;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Output each tree adds to; −1: its leaves hold a value for every output. */
  readonly treeOutput: Int32Array;
  /** Feature tested, −1 at a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** Children; at a leaf `left` is the place of its first value in `values`. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Bit 1: missing goes left. Bit 2: the test is on a category. */
  readonly flags: Uint8Array;
  /** First word of a node's bit set in `categoryBits`; empty when no feature is a category. */
  readonly categoryStart: Int32Array;
  readonly categoryBits: Uint32Array;
  readonly values: Float64Array;
  /** Training weight that reached the node (rows where there were no weights). */
  readonly cover: Float64Array;
  /** Weighted decrease of impurity (loss for boosting) by the split, 0 at a leaf. */
  readonly gain: Float64Array;
}

export const defaultLeft = 1;
export const categorical = 2;

/** The arrays of an ensemble, in the order in which they are stored. */
export const ensembleArrays = [
  'roots',
  'treeOutput',
  'feature',
  'threshold',
  'left',
  'right',
  'flags',
  'categoryStart',
  'categoryBits',
  'values',
  'cover',
  'gain',
] as const;

/** Columns that `predictEnsemble` gives: a probability a class, or one number. */
export const predictionWidth = (meta: EnsembleMeta): number => Math.max(1, meta.classes);

/** One grown tree, node indices and value places local to it. */
export type Tree = Omit<Ensemble, 'meta' | 'roots' | 'treeOutput'> & { readonly output: number };

/** Joins grown trees into one ensemble. O(nodes). */
export function joinTrees(meta: EnsembleMeta, trees: readonly Tree[]): Ensemble {
  const total = (key: 'feature' | 'values' | 'categoryBits' | 'categoryStart') =>
    trees.reduce((sum, tree) => sum + tree[key].length, 0);
  const nodes = total('feature');
  if (nodes > 0x7fffffff || total('values') > 0x7fffffff)
    throw new InputError('model-too-large', `${nodes} tree nodes are more than the model format can hold`);
  const joined = {
    meta,
    roots: new Int32Array(trees.length),
    treeOutput: Int32Array.from(trees, (tree) => tree.output),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    flags: new Uint8Array(nodes),
    categoryStart: new Int32Array(total('categoryStart') > 0 ? nodes : 0),
    categoryBits: new Uint32Array(total('categoryBits')),
    values: new Float64Array(total('values')),
    cover: new Float64Array(nodes),
    gain: new Float64Array(nodes),
  };
  let node = 0;
  let value = 0;
  let word = 0;
  trees.forEach((tree, t) => {
    joined.roots[t] = node;
    for (const key of ['feature', 'threshold', 'flags', 'right', 'cover', 'gain'] as const)
      joined[key].set(tree[key], node);
    joined.values.set(tree.values, value);
    joined.categoryBits.set(tree.categoryBits, word);
    for (let i = 0; i < tree.feature.length; i++) {
      const leaf = tree.feature[i]! < 0;
      joined.left[node + i] = tree.left[i]! + (leaf ? value : node);
      joined.right[node + i] = leaf ? 0 : tree.right[i]! + node;
      if (tree.categoryStart.length > 0) joined.categoryStart[node + i] = tree.categoryStart[i]! + word;
    }
    node += tree.feature.length;
    value += tree.values.length;
    word += tree.categoryBits.length;
  });
  return joined;
}

/**
 * Throws InputError `damaged-model` unless every index of a model that was read from outside stays inside its
 * arrays and every tree is a tree (children after their parent), so that prediction ends and reads no strays.
 */
export function checkEnsemble(ensemble: Ensemble): void {
  const { meta, feature, left, right, values, roots, treeOutput, categoryStart, categoryBits } = ensemble;
  const fail = (what: string): never => {
    throw new InputError('damaged-model', `the stored trees are damaged: ${what}`);
  };
  const nodes = feature.length;
  for (const key of ['threshold', 'left', 'right', 'flags', 'cover', 'gain'] as const)
    if (ensemble[key].length !== nodes) fail(`${key} has ${ensemble[key].length} entries for ${nodes} nodes`);
  if (meta.base.length !== meta.outputs || meta.categories.length !== meta.features) fail('sizes differ');
  if (treeOutput.length !== roots.length) fail('sizes differ');
  for (let t = 0; t < roots.length; t++) {
    const end = t + 1 < roots.length ? roots[t + 1]! : nodes;
    const output = treeOutput[t]!;
    if (!(roots[t]! >= 0 && roots[t]! < end && end <= nodes)) fail(`tree ${t} lies outside`);
    if (!(output >= -1 && output < meta.outputs)) fail(`tree ${t} adds to output ${output}`);
    for (let n = roots[t]!; n < end; n++) {
      const f = feature[n]!;
      if (f < 0) {
        const width = output < 0 ? meta.outputs : 1;
        if (!(left[n]! >= 0 && left[n]! + width <= values.length)) fail(`leaf ${n} has no value`);
        continue;
      }
      if (f >= meta.features) fail(`node ${n} tests feature ${f}`);
      for (const child of [left[n]!, right[n]!])
        if (!(child > n && child < end)) fail(`node ${n} has child ${child}`);
      if (ensemble.flags[n]! & categorical) {
        const words = (meta.categories[f]! + 31) >> 5;
        if (!(categoryStart[n]! >= 0 && categoryStart[n]! + words <= categoryBits.length) || words === 0)
          fail(`node ${n} has no category set`);
      }
    }
  }
}
