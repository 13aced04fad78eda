import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32, sharedU16, shareF64 } from '../compute/shared.js';
import { InputError } from '../errors.js';
import { type Random, random } from '../random.js';
import { type Bins, binTable } from './bins.js';
import { type ClassWeight, classFactors } from './class-weight.js';
import { ClassifySplit } from './classify-split.js';
import { type Ensemble, joinTrees, type Tree } from './ensemble.js';
import { type GrowLimits, growTree } from './grow.js';
import { RegressSplit } from './regress-split.js';
import { checkTable, type TreeTable } from './table.js';

/** Names and meanings follow scikit-learn's, shortened; in brackets scikit-learn's name. */
export interface ForestParams {
  /** Number of trees [n_estimators]. Default 100. */
  readonly trees?: number;
  /** Deepest a leaf may lie; default no limit. */
  readonly max_depth?: number;
  /** Least rows of a node that may be split, or below 1 a share of all rows [min_samples_split]. Default 2. */
  readonly min_split?: number;
  /** Least rows of a leaf, or below 1 a share of all rows [min_samples_leaf]. Default 1. */
  readonly min_leaf?: number;
  /**
   * Features drawn at each node [max_features]: a rule, a number (1 is one feature), or below 1 a share.
   * Default `sqrt` to classify, `all` for regression.
   */
  readonly features?: 'sqrt' | 'log2' | 'all' | number;
  /** Impurity for classification; regression minimises squared error. Default `gini`. */
  readonly criterion?: 'gini' | 'entropy';
  /** Weights of the classes, or a rule: see `ClassWeight`. Default `none`. */
  readonly class_weight?: ClassWeight | 'balanced_subsample';
  /** Draw rows with replacement for each tree. Default true. */
  readonly bootstrap?: boolean;
  /** Rows drawn for a tree, or up to 1 a share of all rows [max_samples]. Default 1. Only with bootstrap. */
  readonly max_samples?: number;
  /** Extremely randomised trees: one random cut a feature instead of the best. Default false. */
  readonly random_cuts?: boolean;
}

/** One unpruned tree on all rows and features, as scikit-learn's DecisionTreeClassifier and -Regressor; no seed changes it. */
export const decisionTree: ForestParams = { trees: 1, bootstrap: false, features: 'all' };
/** As scikit-learn's ExtraTreesClassifier and -Regressor. */
export const extraTrees: ForestParams = { bootstrap: false, random_cuts: true };

interface ForestArgs {
  readonly bins: Bins;
  readonly trees: number;
  readonly seed: number;
  readonly classes: number;
  /** Class codes; empty for regression. */
  readonly classOf: Uint16Array;
  readonly y: Float64Array;
  readonly center: number;
  /** Row weights, class weights included. */
  readonly weight: Float64Array;
  /** Rows of positive weight, ascending. */
  readonly rows: Int32Array;
  /** Rows drawn for a tree; 0 without bootstrap. */
  readonly draws: number;
  readonly balanceEach: boolean;
  readonly limits: GrowLimits;
  readonly criterion: 'gini' | 'entropy';
  readonly randomCuts: boolean;
}

/** Grows one tree a block. */
export const forestKernel: Kernel<ForestArgs, Tree> = {
  name: 'forestKernel',
  url: import.meta.url,
  blocks: ({ trees }) => trees,
  run(args, tree) {
    const draw = random(args.seed, tree);
    const { rows, weight } = drawRows(args, draw);
    const { bins, limits } = args;
    const uniform = args.randomCuts ? { uniform: () => draw.uniform() } : {};
    const { minLeaf } = limits;
    const splitter =
      args.classes > 0
        ? new ClassifySplit(bins, rows.length, {
            classes: args.classes,
            criterion: args.criterion,
            minLeaf,
            ...uniform,
          })
        : new RegressSplit(bins, rows.length, args.center, { minLeaf, ...uniform });
    const target = args.classes > 0 ? args.classOf : args.y;
    const view = { rows: bins.rows, codes: bins.codes, target, weight };
    return growTree(bins, view, rows, splitter, limits, draw);
  },
};

/** How often each of `all` rows is drawn for a tree: `draws` times one of `rows`, with replacement. */
export function timesDrawn(draw: Random, rows: Int32Array, draws: number, all: number): Uint32Array {
  const times = new Uint32Array(all);
  for (let k = 0; k < draws; k++) times[rows[draw.int(rows.length)]!]! += 1;
  return times;
}

/** The rows of one tree and their weights: how often each was drawn, times its own. */
function drawRows(args: ForestArgs, draw: Random): { rows: Int32Array; weight: Float64Array } {
  const { rows, weight, draws } = args;
  if (draws === 0) return { rows: Int32Array.from(rows), weight };
  const times = timesDrawn(draw, rows, draws, weight.length);
  const drawnWeight = new Float64Array(weight.length);
  const drawn = new Int32Array(rows.length);
  let n = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!;
    drawnWeight[row] = times[row]! * weight[row]!;
    drawn[n] = row;
    n += times[row]! > 0 ? 1 : 0;
  }
  if (args.balanceEach) {
    const factors = classFactors('balanced', args.classOf, drawnWeight, args.classes);
    for (const row of drawn.subarray(0, n)) drawnWeight[row]! *= factors[args.classOf[row]!]!;
  }
  return { rows: drawn.subarray(0, n), weight: drawnWeight };
}

/**
 * Fits a random forest (Breiman 2001) on binned features; with other parameters extremely randomised trees
 * (Geurts et al. 2006) or a single tree: see `extraTrees` and `decisionTree`. Parameters mean what they mean in
 * scikit-learn's RandomForestClassifier and RandomForestRegressor; splits equal its own where features have at most 255
 * distinct values. Missing values go to the side that is better for them; categories are split into subsets.
 *
 * Predictions average the leaves: probabilities for classes, means for numbers. A single class, a single row or
 * features without information give trees of one leaf.
 * The same seed gives the same bytes whatever `compute` runs on. Time O(trees × depth × rows × features drawn);
 * memory a byte a value, 20 bytes a row and worker, and 41 bytes a node.
 * Throws InputError as `checkTable` does, and `bad-parameter`.
 */
export async function fitForest(
  compute: Compute,
  table: TreeTable,
  params: ForestParams,
  seed: number,
  options: ComputeOptions = {},
): Promise<Ensemble> {
  checkTable(table);
  const { features } = table;
  const classes = table.classes ?? 0;
  const trees = atLeast('trees', params.trees ?? 100, 1);
  const bins = await binTable(compute, table, options);
  const y = shareF64(table.y);
  const classOf = sharedU16(classes > 0 ? table.rows : 0);
  if (classes > 0) classOf.set(y);
  const weight = sharedF64(table.rows).fill(1);
  if (table.weight) weight.set(table.weight);
  const perTree = params.class_weight === 'balanced_subsample';
  const rule = params.class_weight === 'balanced_subsample' ? 'none' : (params.class_weight ?? 'none');
  const bootstrap = params.bootstrap ?? true;
  if (classes > 0) {
    const factors = classFactors(perTree && !bootstrap ? 'balanced' : rule, classOf, weight, classes);
    for (let i = 0; i < weight.length; i++) weight[i]! *= factors[classOf[i]!]!;
  }
  const used = Int32Array.from(weight.keys()).filter((row) => weight[row]! > 0);
  if (used.length === 0) throw new InputError('bad-weight', 'all weights are zero');
  const rows = sharedI32(used.length);
  rows.set(used);
  const args: ForestArgs = {
    bins,
    trees,
    seed,
    classes,
    classOf,
    y,
    // Few digits, so that y − center is exact for most targets.
    center: classes > 0 ? 0 : Math.fround(weightedMean(y, weight)),
    weight,
    rows,
    draws: bootstrap ? drawCount(params.max_samples ?? 1, rows.length) : 0,
    balanceEach: perTree && bootstrap && classes > 0,
    limits: {
      maxDepth: atLeast('max_depth', params.max_depth ?? Number.POSITIVE_INFINITY, 1),
      minSplit: share('min_split', params.min_split ?? 2, rows.length, 2),
      minLeaf: share('min_leaf', params.min_leaf ?? 1, rows.length, 1),
      drawn: drawnFeatures(params.features ?? (classes > 0 ? 'sqrt' : 'all'), features),
      inOrder: trees === 1 && !bootstrap && !params.random_cuts,
    },
    criterion: params.criterion ?? 'gini',
    randomCuts: params.random_cuts ?? false,
  };
  const grown = await compute(forestKernel, args, options);
  const outputs = Math.max(1, classes);
  return joinTrees(
    {
      format: 1,
      kind: 'forest',
      features,
      categories: bins.categories,
      classes,
      outputs,
      base: new Array(outputs).fill(0),
      scale: 1 / trees,
      link: 'identity',
    },
    grown,
  );
}

const weightedMean = (y: Float64Array, weight: Float64Array) => {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    sum += weight[i]! * y[i]!;
    total += weight[i]!;
  }
  return sum / total;
};

const bad = (name: string, value: number, expected: string): never => {
  throw new InputError('bad-parameter', `${name} is ${value}; expected ${expected}`);
};

function atLeast(name: string, value: number, least: number): number {
  return value >= least ? value : bad(name, value, `at least ${least}`);
}

function share(name: string, value: number, rows: number, least: number): number {
  if (!(value > 0)) return bad(name, value, 'a number of rows, or a share below 1');
  return Math.max(least, Math.ceil(value < 1 ? value * rows : value));
}

/** Rows drawn for a tree of `max_samples`. */
export function drawCount(value: number, rows: number): number {
  if (!(value > 0)) return bad('max_samples', value, 'a number of rows, or a share up to 1');
  return Math.max(1, value <= 1 ? Math.round(value * rows) : Math.floor(value));
}

function drawnFeatures(rule: 'sqrt' | 'log2' | 'all' | number, features: number): number {
  if (rule === 'all') return features;
  if (rule === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(features)));
  if (rule === 'log2') return Math.max(1, Math.floor(Math.log2(features)));
  if (!(rule > 0)) return bad('features', rule, 'a number of features, or a share below 1');
  return Math.min(features, Math.max(1, Math.floor(rule < 1 ? rule * features : rule)));
}
