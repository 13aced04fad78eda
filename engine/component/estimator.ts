import type { Task } from '../learn/bundle-format.js';
import type { TObject } from '../schema.js';
import type { Context } from './context.js';
import type { MetricSpec, Named } from './definition.js';
import type { State } from './transform.js';

/** Feature columns side by side: value of row i, feature j at `data[j * rows + i]`; NaN where missing. */
export interface Matrix {
  readonly rows: number;
  readonly names: readonly string[];
  readonly data: Float32Array;
  /** By feature: the categories that codes 0 … stand for; undefined for numbers. */
  readonly categories: readonly (readonly string[] | undefined)[];
}

export type Target =
  | { readonly kind: 'class'; readonly codes: Int32Array; readonly classes: readonly string[] }
  | { readonly kind: 'number'; readonly values: Float64Array };

export interface TrainingData<Y extends Target | undefined = Target | undefined> {
  readonly x: Matrix;
  readonly y: Y;
  readonly weight?: Float64Array;
}

/** A series in order of time: equally spaced values without gaps, the last the latest that is known. */
export interface SeriesData {
  readonly values: Float64Array;
  /** Steps a season; 1 for none. */
  readonly period: number;
  /** The columns that `exogenous` of the configuration names, at the same times. */
  readonly exogenous?: readonly Float64Array[];
}

/** What a forecaster says of the next steps of one series, a value a step. */
export interface SeriesForecast {
  readonly mean: Float64Array;
  /** Standard deviation of the forecast error, by the method's own assumptions. */
  readonly sd: Float64Array;
  /** What was found, in a word: `ETS(M,Ad,N)`. */
  readonly label: string;
  /** What was learned, kept in the model for people to read. */
  readonly model: object;
}

export type Prediction =
  /** Row-major rows × classes. */
  | { readonly kind: 'class'; readonly probabilities: Float64Array }
  /** `bounds`: of prediction intervals, by column; NaN where there is no answer. */
  | {
      readonly kind: 'number';
      readonly values: Float64Array;
      readonly bounds?: { readonly [column: string]: Float64Array };
    }
  | { readonly kind: 'cluster'; readonly labels: Int32Array; readonly distances: Float64Array }
  | { readonly kind: 'anomaly'; readonly scores: Float64Array };

/** What each feature added to each output of the model, before any link: SHAP values, or terms of a linear model. */
export interface Explanation {
  /** Row-major rows × outputs × features. */
  readonly values: Float64Array;
  /** By output: with the values of a row it adds up to that row's raw output. */
  readonly expected: Float64Array;
  /** What makes the prediction of raw outputs; `identity` where absent. */
  readonly link?: 'identity' | 'exp' | 'logistic' | 'softmax';
}

/** Of a linear model, for features as the estimator sees them. */
export interface Coefficients {
  /** Row-major outputs × features; outputs as in `Explanation`. */
  readonly values: Float64Array;
  readonly intercept: Float64Array;
}

interface EstimatorBase<C extends TObject> extends Named<C> {
  readonly kind: 'estimator';
  readonly determinism: 'pure' | 'seeded';
  readonly stateVersion: number;
  /** Numbers that fitting measures, beside the scores on folds that the engine adds. */
  readonly metrics?: { readonly [name: string]: MetricSpec };
}

/** `supervised` learns classes and numbers alike: the target, or its setting `task`, decides (`engine/learn/task.ts`). */
export type LearnerTask = Exclude<Task, 'forecast'> | 'supervised';

/** Learns from features; the engine gives it folds, tuning, baselines, the bundle, explanations. */
export interface Learner<C extends TObject = TObject, S extends State = State> extends EstimatorBase<C> {
  readonly task: LearnerTask;
  fit(context: Context<C>, data: TrainingData): Promise<S>;
  predict(context: Context<C>, state: S, x: Matrix): Promise<Prediction>;
  /** Why it predicts what it predicts; of classes one output each, or one alone for the second of two. */
  explain?(context: Context<C>, state: S, x: Matrix): Promise<Explanation>;
  /** Weight of each feature in the fitted model, non-negative, summing to 1. */
  importance?(state: S): Float64Array;
  coefficients?(state: S): Coefficients;
}

/**
 * Looks ahead. The engine cuts the table into series, cuts the past off where it tries the method (so that nothing
 * later can be seen), adds baselines and intervals, and keeps the forecasts as a model.
 */
export interface Forecaster<C extends TObject = TObject> extends EstimatorBase<C> {
  readonly task: 'forecast';
  /** The next `horizon` values of each series, each from that series alone; or why one cannot be forecast. */
  forecast(
    context: Context<C>,
    series: readonly SeriesData[],
    horizon: number,
  ): Promise<readonly (SeriesForecast | { readonly failure: string })[]>;
}

export type Estimator<C extends TObject = TObject, S extends State = State> = Learner<C, S> | Forecaster<C>;

export const defineEstimator = <C extends TObject, S extends State>(
  spec: Omit<Learner<C, S>, 'kind'>,
): Learner<C, S> => ({ kind: 'estimator', ...spec });
