import type { PlannedSchema, TableSchema } from '../artifacts/schema.js';
import type { Digest, Json } from '../canonical.js';

export type Task = 'classify' | 'regress' | 'cluster' | 'anomaly' | 'forecast';

/**
 * Learned state as it is stored: JSON in which each typed array is replaced by `{ "$array": [type, object, length] }`,
 * its bytes (little-endian) being an object of their own.
 */
export type StoredState = Json;

/** One item of the path: a fitted transform, or the estimator at its end. */
export interface FittedItem {
  readonly component: string;
  readonly version: string;
  /** Digest of the implementation that made the state. */
  readonly implementation: Digest;
  /** Version of the state's format; every one that was ever written stays readable. */
  readonly stateVersion: number;
  readonly config: Json;
  readonly state: StoredState;
}

/**
 * The whole path from input columns to prediction as one immutable object: what training makes and what tuning,
 * batch and online prediction use. It holds no time, host or machine version, so equal inputs give equal bytes.
 */
export interface Bundle {
  readonly format: 1;
  readonly task: Task;
  /** Columns that it asks of its input, with types and roles as in training. */
  readonly input: TableSchema;
  /** Columns that prediction adds. */
  readonly output: TableSchema;
  readonly target?: { readonly name: string; readonly classes?: readonly string[] };
  readonly items: readonly FittedItem[];
  readonly estimator: FittedItem;
  /** Names of the matrix columns that the estimator sees, in order, with the categories of text columns. */
  readonly features: readonly { readonly name: string; readonly categories?: readonly string[] }[];
  /** Content digest of the training table. */
  readonly trainingData: Digest;
  readonly trainingRows: number;
  readonly seed: number;
  /** Five rows of input and the answer that they must give, replayed whenever the bundle is loaded. */
  readonly example: { readonly rows: readonly Json[]; readonly expected: readonly Json[] };
  /** Reference statistics of the features in training, for drift. */
  readonly reference: { readonly [feature: string]: Json };
  /** What tuning chose and why, cross-validated scores; absent without tuning. */
  readonly tuning?: Json;
  /** Folds' mean score, majority or mean baseline, label-shuffle control, measured while training. */
  readonly training: { readonly [name: string]: number };
}

export type { PlannedSchema };
