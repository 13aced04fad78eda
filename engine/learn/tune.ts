import { type Random, random } from '../../components/lib/random.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import type { Matrix, Target } from '../component.js';
import { derivedSeed, type LearnEnvironment, type Path } from './environment.js';
import type { Fold } from './folds.js';
import {
  type FittedPath,
  fitEstimator,
  type PreparedData,
  predictMatrix,
  prepare,
  transformTable,
} from './path.js';
import { better, type Scores, scoreOf } from './score.js';
import { readTarget } from './target.js';

/** A parameter's range as `tune.space` writes it. */
export type Dimension =
  | { readonly int: readonly [number, number]; readonly log?: boolean }
  | { readonly float: readonly [number, number]; readonly log?: boolean }
  | { readonly choice: readonly Json[] };

export interface TuneOptions {
  readonly metric: string;
  readonly method: 'random' | 'grid';
  readonly trials: number;
  readonly folds: number;
  readonly space: { readonly [parameter: string]: Dimension };
}

export interface Trial {
  readonly number: number;
  readonly params: { readonly [parameter: string]: Json };
  readonly scores: readonly number[];
  readonly mean: number;
}

/** A fold made ready once: prep fitted on its training rows, both parts as matrices; trials only fit the estimator. */
export interface PreparedFold {
  readonly prepared: PreparedData;
  readonly valid: { readonly x: Matrix; readonly y: Target };
}

export async function prepareFold(
  env: LearnEnvironment,
  path: Path,
  table: Table,
  fold: Fold,
  classes: readonly string[] | undefined,
  seed: number,
): Promise<PreparedFold> {
  const train = await env.tables.pick(table, fold.train);
  const rest = await env.tables.pick(table, fold.valid);
  const prepared = await prepare(env, path, train, seed, classes);
  const { target } = await readTarget(rest, path.task as 'classify' | 'regress', classes);
  return { prepared, valid: { x: await transformTable(env, path, prepared, rest, seed), y: target } };
}

/** Fits on the fold's training rows and scores on the others. `change` alters the training target (for the control). */
export async function scoreFold(
  env: LearnEnvironment,
  path: Path,
  fold: PreparedFold,
  seed: number,
  change?: (target: Target) => Target,
): Promise<Scores> {
  const fitted: FittedPath = await fitEstimator(env, path, fold.prepared, seed, change);
  return scoreOf(fold.valid.y, await predictMatrix(env, fitted, fold.valid.x));
}

/** The estimator's configuration with some parameters replaced. */
export const withParams = (path: Path, params: { readonly [parameter: string]: Json }): Path => ({
  ...path,
  estimator: {
    ...path.estimator,
    config: { ...(path.estimator.config as { [key: string]: Json }), ...params },
  },
});

/**
 * Cross-validated search. Every trial's parameters follow from the seed and its number, and of equal means the
 * earlier trial wins, so the choice does not depend on how the work was spread.
 */
export async function tune(
  env: LearnEnvironment,
  path: Path,
  folds: readonly PreparedFold[],
  options: TuneOptions,
  seed: number,
): Promise<{ best: Trial; trials: readonly Trial[] }> {
  const proposals = options.method === 'grid' ? grid(options) : sampled(options, seed);
  const trials: Trial[] = [];
  let best: Trial | undefined;
  for (const [number, params] of proposals.entries()) {
    const scores: number[] = [];
    const candidate = withParams(path, params);
    for (const [k, fold] of folds.entries()) {
      env.signal.throwIfAborted();
      const score = (await scoreFold(env, candidate, fold, derivedSeed(seed, 'trial', k)))[options.metric];
      scores.push(score ?? Number.NaN);
    }
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    const trial = { number, params, scores, mean };
    trials.push(trial);
    if (!Number.isNaN(mean) && (best === undefined || better(options.metric, mean, best.mean))) best = trial;
    env.progress(
      number + 1,
      proposals.length,
      `trial ${number + 1}, best ${options.metric} ${best?.mean.toFixed(3) ?? '–'}`,
    );
  }
  return { best: best ?? trials[0]!, trials };
}

function sampled(options: TuneOptions, seed: number): readonly { [parameter: string]: Json }[] {
  return Array.from({ length: options.trials }, (_, trial) => {
    const r = random(seed, trial);
    return Object.fromEntries(
      Object.keys(options.space)
        .sort()
        .map((name) => [name, draw(options.space[name]!, r)]),
    );
  });
}

function draw(dimension: Dimension, r: Random): Json {
  if ('choice' in dimension) return dimension.choice[r.int(dimension.choice.length)]!;
  const whole = 'int' in dimension;
  const [low, high] = whole ? dimension.int : dimension.float;
  const u = r.uniform();
  if (dimension.log) {
    const value = Math.exp(Math.log(low) + u * (Math.log(whole ? high + 1 : high) - Math.log(low)));
    return whole ? Math.min(high, Math.floor(value)) : value;
  }
  return whole ? low + Math.floor(u * (high - low + 1)) : low + u * (high - low);
}

/** Every combination, last parameter fastest; a float range gives five values, an int range at most ten. */
function grid(options: TuneOptions): readonly { [parameter: string]: Json }[] {
  let all: { [parameter: string]: Json }[] = [{}];
  for (const name of Object.keys(options.space).sort()) {
    const values = gridValues(options.space[name]!);
    all = all.flatMap((params) => values.map((value) => ({ ...params, [name]: value })));
  }
  return all.slice(0, options.trials);
}

function gridValues(dimension: Dimension): readonly Json[] {
  if ('choice' in dimension) return dimension.choice;
  const whole = 'int' in dimension;
  const [low, high] = whole ? dimension.int : dimension.float;
  const count = whole ? Math.min(10, high - low + 1) : 5;
  const at = (i: number) => {
    const u = count === 1 ? 0 : i / (count - 1);
    const value = dimension.log ? low * (high / low) ** u : low + u * (high - low);
    return whole ? Math.round(value) : value;
  };
  return [...new Set(Array.from({ length: count }, (_, i) => at(i)))];
}
