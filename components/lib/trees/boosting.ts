import type { Compute, ComputeOptions, Kernel } from '../compute/kernel.js';
import { sharedF64, sharedI32, shareF32 } from '../compute/shared.js';
import { controlSize } from '../compute/team.js';
import { InputError } from '../errors.js';
import { type Random, random } from '../random.js';
import { type BinLabels, binTable } from './bins.js';
import { boostKernel } from './boost-kernel.js';
import { groupKernel, makeRoom } from './boost-room.js';
import type { BoostLimits } from './boost-split.js';
import { type ClassWeight, classFactors } from './class-weight.js';
import { type Ensemble, type EnsembleMeta, joinTrees, type Tree } from './ensemble.js';
import { baseScores, type Loss, linkOf, meanLoss, type Targets } from './losses.js';
import { findLeaf } from './predict.js';
import { checkTable, type TreeTable } from './table.js';

/** In brackets LightGBM's names. */
export interface BoostingParams {
  /** Default `logistic` for two classes, `softmax` for more, `squared` for numbers. */
  readonly loss?: Loss;
  /** Share of the `quantile` loss, between 0 and 1. Default 0.5. */
  readonly quantile?: number;
  /** Rounds; each grows a tree, for softmax one a class [num_iterations]. Default 100. */
  readonly trees?: number;
  /** Default 0.1. */
  readonly learning_rate?: number;
  /** Most leaves of a tree [num_leaves]. Default 31. */
  readonly leaves?: number;
  /** Deepest a leaf may lie; default no limit. */
  readonly max_depth?: number;
  /** Least rows of a node that may be split. Default 2. */
  readonly min_split?: number;
  /** Least rows of a leaf [min_data_in_leaf]. Default 20. */
  readonly min_leaf?: number;
  /** Least sum of second derivatives in a leaf [min_sum_hessian_in_leaf]. Default 1e-3. */
  readonly min_child_weight?: number;
  /** Least gain of a split [min_gain_to_split]. Default 0. */
  readonly min_gain?: number;
  /** Penalty on squared leaf values [lambda_l2]. Default 0. */
  readonly l2?: number;
  /** Share of rows drawn without replacement for each round [bagging_fraction]. Default 1. */
  readonly subsample?: number;
  /** Share of features drawn for each tree [feature_fraction]. Default 1. */
  readonly feature_share?: number;
  /** Per feature 1 (predictions rise with it), −1 (fall) or 0 [monotone_constraints, method basic]. */
  readonly monotone?: readonly number[];
  /** Weights of the classes, or a rule. Default `none`. */
  readonly class_weight?: ClassWeight;
  /** Stop when the validation loss has not fallen for this many rounds. Default 20; only with a validation set. */
  readonly early_stopping?: number;
}

export interface BoostingOptions extends ComputeOptions {
  /** Rows for early stopping, features as in the training table. */
  readonly validation?: Pick<TreeTable, 'x' | 'rows' | 'y' | 'weight'>;
}

export interface Boosted {
  readonly ensemble: Ensemble;
  /** Rounds kept: all, or up to the least validation loss. */
  readonly rounds: number;
  /** Mean validation loss after each round grown; empty without a validation set. */
  readonly validationLoss: readonly number[];
}

/**
 * Fits gradient boosting (Friedman 2001) with second-order steps and leaf-wise trees on binned features, as
 * LightGBM (Ke et al. 2017) and scikit-learn's HistGradientBoosting do. Missing values go to the better side,
 * categories are split into subsets sorted by gradient.
 *
 * The same seed gives the same bytes whatever `compute` runs on. Time O(trees × rows × features × log leaves);
 * memory two bytes a value, 36 bytes a row and 24 a row and output, and up to 256 MB of histograms.
 * Throws InputError as `checkTable` does, `bad-parameter`, `bad-target` (poisson), `bad-class-weight`, and
 * `one-class` when a classifier sees rows of one class only,
 * and `table-too-large` when 4 GiB of working memory are not enough (some 40 million rows of 40 features).
 */
export async function fitBoosting(
  compute: Compute,
  table: TreeTable,
  params: BoostingParams,
  seed: number,
  options: BoostingOptions = {},
): Promise<Boosted> {
  checkTable(table);
  const { rows: n, features } = table;
  const classes = table.classes ?? 0;
  const loss = lossFor(params.loss, classes);
  const outputs = loss === 'softmax' ? classes : 1;
  const rate = within('learning_rate', params.learning_rate ?? 0.1, Number.MIN_VALUE, 1e6);
  const rounds = within('trees', params.trees ?? 100, 1, 1e6);
  const subsample = within('subsample', params.subsample ?? 1, Number.MIN_VALUE, 1);
  const featureShare = within('feature_share', params.feature_share ?? 1, Number.MIN_VALUE, 1);
  const limits = limitsFor(params, features);

  const room = makeRoom(n, features, outputs, limits.leaves);
  const { y, weight, scores } = room;
  y.set(table.y);
  weight.fill(1);
  if (table.weight) weight.set(table.weight);
  if (classes > 0) {
    const factors = classFactors(params.class_weight ?? 'none', y, weight, classes);
    for (let i = 0; i < n; i++) weight[i]! *= factors[y[i]!]!;
  }
  const quantile = within('quantile', params.quantile ?? 0.5, Number.MIN_VALUE, 1 - 2 ** -53);
  const base = baseScores(loss, quantile, y, weight, outputs);
  setScores(scores, base);
  const bins = await binAndGroup(compute, table, room.codes, options);
  const usable = Int32Array.from(weight.keys()).filter((row) => weight[row]! > 0);
  const targets: Targets = { loss, quantile, outputs, y, weight, scores };
  const held = options.validation && heldOut(options.validation, targets, base, features);
  const bagSize = Math.max(1, Math.round(subsample * usable.length));
  const x = bagSize < n ? shareF32(table.x) : undefined;
  const heaviest = weight.reduce((a, b) => Math.max(a, b));
  const equalWeights = weight.every((w) => w === 1);
  const meta: EnsembleMeta = {
    format: 1,
    kind: 'boosting',
    features,
    categories: bins.categories,
    classes,
    outputs,
    base,
    scale: 1,
    link: linkOf[loss],
  };

  const trees: Tree[] = [];
  const validationLoss: number[] = [];
  let best = 0;
  const patience = within('early_stopping', params.early_stopping ?? 20, 1, Number.POSITIVE_INFINITY);
  const grow = async (drawn: readonly Int32Array[], output: number, inBag: number) => {
    const control = sharedI32(controlSize);
    const args = { bins, targets, heaviest, equalWeights, limits, learningRate: rate, room, control };
    const [grown] = await compute(boostKernel, { ...args, trees: drawn, output, inBag });
    trees.push(...grown!);
  };
  const drawFeatures = (draw: Random) => {
    const drawn = Math.max(1, Math.round(featureShare * features));
    return sample(
      Int32Array.from({ length: features }, (_, j) => j),
      drawn,
      draw.uniform,
    );
  };
  // Where nothing has to be done between rounds, some are grown in a call, so that a call is worth its price.
  const together =
    x || held ? 1 : Math.max(1, Math.min(50, Math.floor(callValues / (n * features * outputs))));
  for (let round = 0; round < rounds; ) {
    options.signal?.throwIfAborted();
    if (x || held) {
      const draw = random(seed, round);
      const bag = sample(usable, bagSize, draw.uniform);
      for (let output = 0; output < outputs; output++) {
        room.rows.set(bag);
        await grow([drawFeatures(draw)], output, bag.length);
        const added = { ensemble: joinTrees(meta, [trees.at(-1)!]), output };
        if (x) await compute(addTreeKernel, { ...added, x, rows: n, scores: targets.scores });
        if (held) await compute(addTreeKernel, { ...added, x: held.x, rows: held.rows, scores: held.scores });
      }
      round++;
    } else {
      const draws = Array.from({ length: Math.min(together, rounds - round) }, (_, k) =>
        random(seed, round + k),
      );
      await grow(
        draws.flatMap((draw) => Array.from({ length: outputs }, () => drawFeatures(draw))),
        0,
        n,
      );
      round += draws.length;
    }
    options.progress?.(round, rounds);
    if (!held) continue;
    validationLoss.push(meanLoss(held));
    if (validationLoss[round - 1]! < validationLoss[best]!) best = round - 1;
    if (round - 1 - best >= patience) break;
  }
  const kept = held ? best + 1 : trees.length / outputs;
  return { ensemble: joinTrees(meta, trees.slice(0, kept * outputs)), rounds: kept, validationLoss };
}

/** Values (rows × features × outputs × rounds) that a call works on, some 50 ms, so that it can be cancelled. */
const callValues = 8e6;

interface AddTreeArgs {
  /** Of one tree. */
  readonly ensemble: Ensemble;
  readonly output: number;
  readonly x: Float32Array;
  readonly rows: number;
  readonly scores: Float64Array;
}

const blockRows = 16_384;

/** Adds one tree to the raw scores of all rows of a table. */
export const addTreeKernel: Kernel<AddTreeArgs> = {
  name: 'addTreeKernel',
  url: import.meta.url,
  blocks: ({ rows }) => Math.ceil(rows / blockRows),
  run({ ensemble, output, x, rows, scores }, block) {
    const end = Math.min(rows, (block + 1) * blockRows);
    for (let i = block * blockRows; i < end; i++)
      scores[output * rows + i]! += ensemble.values[ensemble.left[findLeaf(ensemble, 0, x, rows, i)]!]!;
  },
};

/** Bins the table and leaves its codes in groups of features; those by column are given up. */
async function binAndGroup(
  compute: Compute,
  table: TreeTable,
  groups: Uint32Array,
  options: ComputeOptions,
): Promise<BinLabels> {
  const bins = await binTable(compute, table, options);
  await compute(groupKernel, { bins, groups }, options.signal ? { signal: options.signal } : {});
  const { codes: _, ...labels } = bins;
  return labels;
}

function lossFor(loss: Loss | undefined, classes: number): Loss {
  const wanted = loss ?? (classes === 0 ? 'squared' : classes === 2 ? 'logistic' : 'softmax');
  const forClasses = wanted === 'logistic' || wanted === 'softmax';
  if (classes === 1)
    throw new InputError('one-class', 'boosting a classifier needs rows of at least two classes');
  if (forClasses !== classes > 0 || (wanted === 'logistic' && classes !== 2))
    throw new InputError(
      'bad-parameter',
      `loss ${wanted} does not fit ${classes > 0 ? `${classes} classes` : 'numbers'}`,
    );
  return wanted;
}

function limitsFor(params: BoostingParams, features: number): BoostLimits {
  const monotone = params.monotone ?? [];
  if (monotone.length > 0 && (monotone.length !== features || !monotone.every((d) => [-1, 0, 1].includes(d))))
    throw new InputError('bad-parameter', `monotone needs −1, 0 or 1 for each of ${features} features`);
  const any = Number.POSITIVE_INFINITY;
  return {
    leaves: within('leaves', params.leaves ?? 31, 2, 65_536),
    maxDepth: within('max_depth', params.max_depth ?? any, 1, any),
    minSplit: within('min_split', params.min_split ?? 2, 2, any),
    minLeaf: within('min_leaf', params.min_leaf ?? 20, 1, any),
    // Never quite 0, so that no side is without hessian.
    minHessian: Math.max(1e-12, within('min_child_weight', params.min_child_weight ?? 1e-3, 0, any)),
    minGain: within('min_gain', params.min_gain ?? 0, 0, any),
    l2: within('l2', params.l2 ?? 0, 0, any),
    monotone: monotone.some((d) => d !== 0) ? monotone : [],
  };
}

function within(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most))
    throw new InputError('bad-parameter', `${name} is ${value}; expected ${least} … ${most}`);
  return value;
}

function setScores(scores: Float64Array, base: readonly number[]): Float64Array {
  const rows = scores.length / base.length;
  base.forEach((value, k) => {
    scores.fill(value, k * rows, (k + 1) * rows);
  });
  return scores;
}

function heldOut(
  { x, rows, y, weight }: NonNullable<BoostingOptions['validation']>,
  { loss, quantile, outputs }: Targets,
  base: readonly number[],
  features: number,
) {
  if (rows < 1 || x.length !== rows * features || y.length !== rows || (weight && weight.length !== rows))
    throw new InputError(
      'shape-mismatch',
      `the validation set has ${x.length} values for ${rows} × ${features}`,
    );
  return {
    loss,
    quantile,
    outputs,
    x: shareF32(x),
    rows,
    y: Float64Array.from(y),
    weight: weight ? Float64Array.from(weight) : new Float64Array(rows).fill(1),
    scores: setScores(sharedF64(base.length * rows), base),
  };
}

/** `count` of the values, in their order, each subset equally likely (Knuth's selection sampling). */
function sample(values: Int32Array, count: number, uniform: () => number): Int32Array {
  if (count >= values.length) return values;
  const taken = new Int32Array(count);
  for (let i = 0, k = 0; k < count; i++)
    if ((values.length - i) * uniform() < count - k) taken[k++] = values[i]!;
  return taken;
}
