import { random } from '../../components/lib/random.js';
import type { Model } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Digest, Json } from '../canonical.js';
import type { Target } from '../component.js';
import { makeModel } from './bundle.js';
import { derivedSeed, type LearnEnvironment, type Path } from './environment.js';
import { type Fold, makeFolds } from './folds.js';
import { fitPath } from './path.js';
import { baselinePrediction, better, defaultMetric, scoreOf } from './score.js';
import { pickTarget, readTarget } from './target.js';
import { type PreparedFold, prepareFold, scoreFold, type TuneOptions, tune, withParams } from './tune.js';

export interface TrainOptions {
  readonly tune?: Omit<TuneOptions, 'metric'> & { readonly metric?: string };
  readonly seed: number;
  /** Digest of the training table's manifest, kept so that controls can train again. */
  readonly manifest: Digest;
}

export interface Trained {
  readonly model: Model;
  readonly metrics: { readonly [name: string]: number };
}

/** Rows under which no fold is held back to look for signal. */
const leastRows = 20;
/** Rows that are enough to tell learning from chance: of a larger fold so many are drawn from either side. */
const mostRows = 100_000;
const defaultFolds = 5;

/**
 * Trains a path: folds cut as the data was split, the search if one is asked for, a control on shuffled labels
 * beside the real score, then the fit on all rows.
 */
export async function train(
  env: LearnEnvironment,
  path: Path,
  table: Table,
  options: TrainOptions,
): Promise<Trained> {
  const { task } = path;
  const { seed } = options;
  if (task !== 'classify' && task !== 'regress') {
    const fitted = await fitPath(env, path, table, seed);
    return { model: await makeModel(env, fitted, table, options.manifest, { training: {} }), metrics: {} };
  }
  const { target } = await readTarget(table, task);
  const classes = target.kind === 'class' ? target.classes : undefined;
  const metric = options.tune?.metric ?? defaultMetric[task];
  const metrics: { [name: string]: number } = {};
  let chosen = path;
  let tuning: Json | undefined;
  if (options.tune || table.rows >= leastRows) {
    const folds = await makeFolds(
      table,
      target,
      options.tune?.folds ?? defaultFolds,
      derivedSeed(seed, 'folds'),
    );
    const used = options.tune ? folds : [drawn(path, folds.at(-1)!, derivedSeed(seed, 'drawn'))];
    const prepared: PreparedFold[] = [];
    for (const [k, fold] of used.entries()) {
      env.progress(k, used.length, 'folds');
      prepared.push(await prepareFold(env, path, table, fold, classes, derivedSeed(seed, 'fold', k)));
    }
    if (options.tune) {
      const { best, trials } = await tune(
        env,
        path,
        prepared,
        { ...options.tune, metric },
        derivedSeed(seed, 'tune'),
      );
      chosen = withParams(path, best.params);
      metrics[`cv_${metric}`] = best.mean;
      tuning = { metric, best: best.number, params: best.params, trials: trials as unknown as Json };
    }
    const training = pickTarget(target, used.at(-1)!.train);
    Object.assign(metrics, await signal(env, chosen, prepared.at(-1)!, training, metric, seed));
  }
  const fitted = await fitPath(env, chosen, table, seed);
  const model = await makeModel(env, fitted, table, options.manifest, {
    training: metrics,
    ...(tuning !== undefined && { tuning }),
  });
  return { model, metrics };
}

/** A fold of at most `mostRows` on either side; whole where transforms look at rows beside each other. */
function drawn({ items }: Path, fold: Fold, seed: number): Fold {
  if (items.some(({ definition }) => definition.scope !== 'row')) return fold;
  const some = (rows: Uint32Array, side: number) =>
    rows.length <= mostRows
      ? rows
      : random(seed + side)
          .permutation(rows.length)
          .subarray(0, mostRows)
          .sort()
          .map((i) => rows[i]!);
  return { train: some(fold.train, 0), valid: some(fold.valid, 1) };
}

/**
 * One held-back fold scored three times: the model, the same model on shuffled labels, and the majority class (or
 * mean). A model that is no better than these two is warned about loudly: it has learned nothing.
 */
async function signal(
  env: LearnEnvironment,
  path: Path,
  fold: PreparedFold,
  training: Target,
  metric: string,
  seed: number,
): Promise<{ [name: string]: number }> {
  const real = (await scoreFold(env, path, fold, derivedSeed(seed, 'signal')))[metric];
  const shuffled = (
    await scoreFold(env, path, fold, derivedSeed(seed, 'control'), (y) =>
      shuffleTarget(y, derivedSeed(seed, 'shuffle')),
    )
  )[metric];
  const baseline = scoreOf(fold.valid.y, baselinePrediction(training, fold.valid.x.rows))[metric];
  if (real === undefined || shuffled === undefined || baseline === undefined) return {};
  if (!better(metric, real, shuffled) || !better(metric, real, baseline))
    env.warn(
      `no signal: on held-back rows ${metric} is ${real.toFixed(3)}, with shuffled labels ${shuffled.toFixed(3)}, without a model ${baseline.toFixed(3)}`,
      { hint: 'check where the labels come from and whether they belong to these rows' },
    );
  return { [`fold_${metric}`]: real, [`control_${metric}`]: shuffled, [`baseline_${metric}`]: baseline };
}

export function shuffleTarget(target: Target, seed: number): Target {
  const rows = target.kind === 'class' ? target.codes.length : target.values.length;
  return pickTarget(target, random(seed).permutation(rows));
}
