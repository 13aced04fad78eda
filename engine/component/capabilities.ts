import type { Metrics, Model } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import type { Coefficients, Explanation, Matrix, Prediction, Target } from './estimator.js';

/** Outside the sandbox of the step: only those that a component names in `needs` are handed in. */
export interface Capabilities {
  files: Files;
  network: Network;
  models: Models;
  learners: Learners;
  predictions: Predictions;
  history: History;
}
export type Need = keyof Capabilities;

/** Reading and writing of people's files, within the project's roots and what was typed on the command line. */
export interface Files {
  /** Absolute path of an existing file that may be read; its digest enters the step's key. Fails with a problem. */
  input(path: string): Promise<{ path: string; digest: string; bytes: number }>;
  /** A folder of this step alone, deleted when the step ends. */
  scratch(): Promise<string>;
}

/** What the step left behind in earlier runs of the project. */
export interface History {
  /**
   * The output `profile`, a metrics, of the latest earlier run of this step whose metric `verdict` is `pass`, where the
   * setting `history` is true; runs before the setting `since` do not count. Its digest is part of the step's key, so a
   * result is reused only while the step would look back at the same.
   */
  earlier(): Promise<Metrics | undefined>;
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
