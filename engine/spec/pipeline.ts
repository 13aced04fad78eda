import type { Json } from '../canonical.js';
import type { ComponentInfo } from '../component.js';
import type { Place } from '../problem.js';

/**
 * A pipeline after reading and checking its text: everything resolved that can be known before the run, every
 * value with its place. Plain data, made by `spec/`, read by `plan/` and `run/`.
 */
export interface Pipeline {
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly description?: string;
  readonly seed: number;
  readonly environment?: string;
  /** After defaults, environment and `--set`. */
  readonly params: { readonly [name: string]: ParamValue };
  /** Paths that were typed on the command line, absolute: these may be read wherever they lie. */
  readonly typed: readonly string[];
  readonly steps: readonly Step[];
  /** Of a pipeline used as a component. */
  readonly inputs: { readonly [name: string]: { readonly kind: string; readonly description?: string } };
  readonly outputs: { readonly [name: string]: Wire };
}

export interface ParamValue {
  readonly value: Json;
  readonly type: 'string' | 'number' | 'integer' | 'bool' | 'path' | 'list' | 'map' | 'quantity';
  /** Typed on the command line: a path may then lie anywhere. */
  readonly from: 'default' | 'environment' | 'command' | 'call';
  /** No value yet: the caller's expression gives it in the run. `value` is then null. */
  readonly pending?: true;
  readonly at?: Place;
}

/** Value of a field before expressions over results are known. Quantities are already numbers. */
export type Value =
  | { readonly kind: 'constant'; readonly value: Json; readonly at: Place }
  /** Whole-value expression: keeps its type. */
  | { readonly kind: 'expression'; readonly expression: Expression; readonly at: Place }
  /** Text with expressions inside. */
  | { readonly kind: 'template'; readonly parts: readonly (string | Expression)[]; readonly at: Place }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly at: Place }
  | { readonly kind: 'map'; readonly entries: { readonly [key: string]: Value }; readonly at: Place };

export interface Expression {
  /** Without `${{ }}`, trimmed. */
  readonly source: string;
  readonly at: Place;
  /** Steps whose metrics or outputs it reads: edges of the graph. */
  readonly steps: readonly string[];
  readonly secrets: readonly string[];
  readonly usesEach: boolean;
}

/**
 * An output of a step: `traces`, `split.train`, `traces[survey=a]`; or an input of the pipeline itself: its name
 * as `step`, with an empty `port`.
 */
export interface Wire {
  readonly step: string;
  readonly port: string;
  readonly instance?: { readonly [key: string]: Json };
  readonly at: Place;
}

export interface PrepItem {
  readonly use: string;
  readonly component: ComponentInfo;
  readonly with: Value;
  readonly at: Place;
}

export interface Tune {
  readonly metric?: string;
  readonly method: 'random' | 'grid';
  readonly trials: number;
  readonly folds: number;
  /** Trials proposed together; results are applied in order of trial. */
  readonly round: number;
  readonly space: { readonly [param: string]: Dimension };
  readonly at: Place;
}
export type Dimension =
  | { readonly int: readonly [number, number]; readonly log?: boolean }
  | { readonly float: readonly [number, number]; readonly log?: boolean }
  | { readonly choice: readonly Json[] };

export interface Step {
  readonly id: string;
  readonly at: Place;
  readonly use: string;
  /** A registered component, or a pipeline used by path. */
  readonly target:
    | { readonly kind: 'component'; readonly info: ComponentInfo }
    | { readonly kind: 'pipeline'; readonly pipeline: Pipeline };
  readonly in: { readonly [port: string]: readonly Wire[] };
  readonly with: Extract<Value, { kind: 'map' }>;
  /** Columns that estimators and learned transforms see instead of those with role feature. */
  readonly prep: readonly PrepItem[];
  readonly tune?: Tune;
  /** By output port: path, relative to the project. */
  readonly save: { readonly [port: string]: Value };
  readonly when?: Expression;
  readonly require?: Expression;
  /** Steps that must have ended (or been skipped) before. */
  readonly needs: readonly string[];
  readonly foreach?: { readonly [key: string]: Value };
  readonly retry: { readonly attempts: number /** seconds */; readonly backoff: number };
  /** Seconds. */
  readonly timeout?: number;
  readonly cache: boolean;
  readonly onError: 'stop' | 'continue';
  readonly description?: string;
  /** Reasons why rules of the leakage linter do not hold for this step, by code. */
  readonly allow: { readonly [code: string]: string };
  /** Place of a path into the step (`['with', 'keys', 0]`), or of its nearest ancestor that was written. */
  place(path: readonly (string | number)[]): Place;
}
