import type { Compute } from '../components/lib/compute/kernel.js';
import type { Random } from '../components/lib/random.js';
import type { Artifact, ArtifactKind, ArtifactTypes, FileArtifact, Model } from './artifacts/artifact.js';
import type { Frame } from './artifacts/frame.js';
import type { PlannedSchema, TableSchema } from './artifacts/schema.js';
import type { Table, Tables } from './artifacts/table.js';
import type { Json } from './canonical.js';
import type { Code } from './codes.js';
import type { Task } from './learn/bundle-format.js';
import type { Where } from './problem.js';
import type { Static, TObject } from './schema.js';

/* ------------------------------------------------------------------------------------------ ports */

export interface Port {
  readonly kind: ArtifactKind;
  readonly description: string;
  readonly optional?: boolean;
  /** Takes any number of outputs of one kind, as a list in the order written. */
  readonly many?: boolean;
}
export type Ports = { readonly [name: string]: Port };

/** `optional`: may be left unwired; `many`: takes a list. */
export interface PortOptions {
  readonly optional?: true;
  readonly many?: true;
}
const port =
  <K extends ArtifactKind>(kind: K) =>
  <const E extends PortOptions = Record<never, never>>(description: string, extra?: E) =>
    ({ kind, description, ...extra }) as { readonly kind: K; readonly description: string } & E;

export const table = port('table');
export const model = port('model');
export const metrics = port('metrics');
export const report = port('report');
export const file = port('file');

type One<P extends Port> = P['many'] extends true
  ? readonly ArtifactTypes[P['kind']][]
  : ArtifactTypes[P['kind']];
export type InputsOf<P extends Ports> = {
  readonly [K in keyof P]: P[K]['optional'] extends true ? One<P[K]> | undefined : One<P[K]>;
};
export type OutputsOf<P extends Ports> = {
  readonly [K in keyof P as P[K]['optional'] extends true ? never : K]: One<P[K]>;
} & { readonly [K in keyof P as P[K]['optional'] extends true ? K : never]?: One<P[K]> };

/* ---------------------------------------------------------------------------------------- metrics */

/** A number that a component promises to measure; expressions and gates are checked against these names. */
export interface MetricSpec {
  readonly description: string;
  readonly better?: 'higher' | 'lower';
  readonly type?: 'number' | 'integer' | 'string' | 'bool';
}

/* ----------------------------------------------------------------------------------- capabilities */

/** Outside the sandbox of the step: only those that a component names in `needs` are handed in. */
export interface Capabilities {
  files: Files;
  network: Network;
  models: Models;
  learners: Learners;
  predictions: Predictions;
}
export type Need = keyof Capabilities;

/** Reading and writing of people's files, within the project's roots and what was typed on the command line. */
export interface Files {
  /** Absolute path of an existing file that may be read; its digest enters the step's key. Fails with a problem. */
  input(path: string): Promise<{ path: string; digest: string; bytes: number }>;
  /** A folder of this step alone, deleted when the step ends. */
  scratch(): Promise<string>;
}

export interface Network {
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** The model registry. */
export interface Models {
  register(request: {
    name: string;
    model: Model;
    metrics: { readonly [name: string]: Json };
    description?: string;
    /** Stands for the version from then on, if the project's policy holds. */
    alias?: string;
  }): Promise<{ name: string; version: number; digest: string; created: boolean }>;
  open(reference: string): Promise<Model>;
}

/** Training again, as the model was trained, on other rows or labels: for controls and comparisons. */
export interface Learners {
  /** Fits the model's path (chosen parameters, no tuning) on `table`. `shuffle` permutes the target first. */
  refit(model: Model, table: Table, options: { seed: number; shuffle?: boolean }): Promise<Model>;
  /** The rows that the model was trained on, where the project still has them. */
  trainingTable(model: Model): Promise<Table | undefined>;
}

export interface Predictions {
  /** `data` with the prediction columns added (FACTS: `predicted`, `probability_<class>`, …); same rows, same order. */
  predict(model: Model, data: Table): Promise<Table>;
  /** The model's estimator and its rows, to be asked many times and about itself. */
  open(model: Model): Promise<OpenModel>;
}

/** A trained estimator behind its prep. */
export interface OpenModel {
  /** Rows as the estimator sees them: its features by name. */
  matrix(data: Table): Promise<Matrix>;
  /** What the rows really are; a class that the model never saw has the code −1. Fails where there is no target. */
  truth(data: Table): Promise<Target>;
  predict(x: Matrix): Promise<Prediction>;
  /** Undefined where the estimator gives no explanations. */
  readonly explain: ((x: Matrix) => Promise<Explanation>) | undefined;
  /** Of each feature in the fitted model; undefined where the estimator has none. */
  readonly importance: Float64Array | undefined;
  readonly coefficients: Coefficients | undefined;
}

/* ---------------------------------------------------------------------------------------- context */

/** The only door of a component to the world. */
export interface Context<C extends TObject = TObject> {
  readonly config: Static<C>;
  readonly signal: AbortSignal;
  /** Of this step; a hash of the run's seed, component and key. */
  readonly seed: number;
  /** Independent generators of this step: stream 0, 1, … */
  random(stream?: number): Random;
  /** Shown to the person: `done` of `total` units, and what is being done. */
  progress(done: number, total: number, note?: string): void;
  metric(name: string, value: number | string | boolean | null): void;
  /** A line for the person while the step runs; it is kept nowhere. */
  print(line: string): void;
  warn(message: string, at?: { path?: Where; hint?: string; code?: Code }): void;
  /** Ends the step with a problem at the config path (`['with', 'keys', 0]`). Never returns. */
  fail(code: Code, message: string, at?: { path?: Where; hint?: string }): never;
  /** Runs a kernel of components/lib on the worker pool. */
  readonly compute: Compute;
  readonly tables: Tables;
  /** Stores bytes as a file artifact, a figure say; `also` holds the same in other formats by ending. */
  file(request: {
    name: string;
    media: string;
    bytes: Uint8Array;
    also?: { [ending: string]: Uint8Array };
    data?: Table;
  }): Promise<FileArtifact>;
}

/* -------------------------------------------------------------------------------------- component */

export type Determinism =
  /** Same inputs, same bytes. */
  | 'pure'
  /** Same inputs and seed, same bytes. */
  | 'seeded'
  /** Depends on the outside (a query, a request): its result is kept and reused until forced. */
  | 'recorded'
  /** Runs anew each time. */
  | 'never';

export interface Effect {
  readonly kind: 'file' | 'alias' | 'registry' | 'network';
  /** Setting without which it does not happen. */
  readonly when?: string;
  /** `{name}` stands for the value of that setting. */
  readonly description: string;
  /** Only idempotent effects may be retried. */
  readonly idempotent: boolean;
}

/** Handed to `columns`: a peek at files, and a way to say what is wrong, before anything runs. */
export interface Planning {
  /** The first bytes (at most 64 KiB) of a file that may be read, or undefined. */
  peek(path: string, bytes?: number): Uint8Array | undefined;
  /** A problem at the config path, or at `[start, end)` of the text that stands there; planning goes on. */
  report(
    code: Code,
    message: string,
    at?: {
      path?: Where;
      span?: { text: string; start: number; end: number };
      hint?: string;
      severity?: 'error' | 'warning';
    },
  ): void;
}

interface Named<C extends TObject> {
  /** `stage.name`, the path of the file under `components/`. */
  readonly name: string;
  /** Of the behaviour: raise it when equal inputs give other results. Enters the cache key. */
  readonly version: string;
  readonly summary: string;
  readonly config: C;
  /** A step in YAML that shows its use; it is checked and shown in the reference. */
  readonly example: string;
  readonly effects?: readonly Effect[];
}

export interface Component<
  C extends TObject = TObject,
  In extends Ports = Ports,
  Out extends Ports = Ports,
  N extends Need = Need,
> extends Named<C> {
  readonly kind: 'component';
  readonly inputs: In;
  /** The first is the main output: what a bare step name means. */
  readonly outputs: Out;
  readonly metrics?: { readonly [name: string]: MetricSpec };
  readonly needs?: readonly N[];
  readonly determinism: Determinism;
  /** Schemas of the table outputs from config and schemas of the table inputs. Without it, outputs are open. */
  columns?(
    config: Static<C>,
    inputs: { readonly [port: string]: PlannedSchema | undefined },
    planning: Planning,
  ): { readonly [output: string]: PlannedSchema };
  run(context: Context<C> & Pick<Capabilities, N> & { readonly in: InputsOf<In> }): Promise<OutputsOf<Out>>;
}

export function defineComponent<
  C extends TObject,
  In extends Ports,
  Out extends Ports,
  N extends Need = never,
>(spec: Omit<Component<C, In, Out, N>, 'kind'>): Component<C, In, Out, N> {
  return { kind: 'component', ...spec };
}

/* -------------------------------------------------------------------------------------- transform */

/** Learned state: an object of JSON values and typed arrays, nested as one likes; stored without loss. */
export type State = object | null;
export type StateArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * Learns on one table, applies to any; usable as a step and as an item of `prep:`. `apply` hands back the same
 * rows in the same order (the engine checks the count and carries the untouched columns by reference).
 */
export interface Transform<C extends TObject = TObject, S extends State = State> extends Named<C> {
  readonly kind: 'transform';
  /**
   * What `apply` must see at once: any batch of rows (`row`), all rows of a group (`group`: the columns that
   * `groups` names), or the whole table (`table`). Batches and serving never cut below it.
   */
  readonly scope: 'row' | 'group' | 'table';
  readonly determinism: 'pure' | 'seeded';
  readonly stateVersion: number;
  groups?(config: Static<C>, schema: TableSchema): readonly string[];
  /** What is learned from training rows. Without it the transform has no state (`null`). */
  fit?(context: Context<C>, data: Table): Promise<S>;
  apply(context: Context<C>, state: S, frame: Frame): Frame | Promise<Frame>;
  /**
   * State and the training rows' own values where these differ from `apply(fit(rows), rows)`: out-of-fold
   * target encoding, say. Without it the engine fits, then applies.
   */
  fitApply?(context: Context<C>, data: Table): Promise<{ state: S; frame: Frame }>;
  /** True where it may add or drop rows while fitting (resampling, outlier removal) and does nothing to new rows. */
  readonly fitOnly?: boolean;
  columns(config: Static<C>, schema: PlannedSchema, planning: Planning): PlannedSchema;
}

export function defineTransform<C extends TObject, S extends State>(
  spec: Omit<Transform<C, S>, 'kind'>,
): Transform<C, S> {
  return { kind: 'transform', ...spec };
}

/* -------------------------------------------------------------------------------------- estimator */

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

/** Any component, whatever its configuration and ports: parameters of `run` and `apply` vary the wrong way for less. */
// biome-ignore-start lint/suspicious/noExplicitAny: the types are checked where a component is defined
export type AnyDefinition =
  | Component<any, any, any, any>
  | Transform<any, any>
  | Learner<any, any>
  | Forecaster<any>;
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/* ---------------------------------------------------------------------------------------- catalog */

/** What the engine knows of a component before its module is loaded: an entry of `dist/components/manifest.json`. */
export interface ComponentInfo {
  readonly name: string;
  readonly kind: AnyDefinition['kind'];
  readonly version: string;
  readonly summary: string;
  /** JSON Schema of `with`, strict; with the extra words of `engine/schema.ts`. */
  readonly config: Json;
  readonly inputs: Ports;
  readonly outputs: Ports;
  readonly metrics: { readonly [name: string]: MetricSpec };
  readonly effects: readonly Effect[];
  readonly needs: readonly Need[];
  readonly determinism: Determinism;
  readonly task?: Task | 'supervised';
  readonly scope?: Transform['scope'];
  readonly example: string;
  /** Digest over the module and everything of components/ that it imports. */
  readonly implementation: string;
  /** Packages of others that do part of its work, DuckDB say: their installed versions enter the step's key. */
  readonly packages?: readonly string[];
  /** Module, relative to the manifest. */
  readonly module: string;
  /** Environment variables that a program of the project is given; their values enter the key. */
  readonly environment?: readonly string[];
}

/** The registry of components that the engine is handed. */
export interface Catalog {
  readonly components: ReadonlyMap<string, ComponentInfo>;
  load(name: string): Promise<AnyDefinition>;
}

export type { Artifact, Code, Where };
