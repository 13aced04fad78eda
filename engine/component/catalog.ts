import type { Json } from '../canonical.js';
import type { Task } from '../learn/bundle-format.js';
import type { Need } from './capabilities.js';
import type { Component } from './component.js';
import type { Determinism, Effect, MetricSpec } from './definition.js';
import type { Forecaster, Learner } from './estimator.js';
import type { Ports } from './ports.js';
import type { Transform } from './transform.js';

/** Any component, whatever its configuration and ports: parameters of `run` and `apply` vary the wrong way for less. */
// biome-ignore-start lint/suspicious/noExplicitAny: the types are checked where a component is defined
export type AnyDefinition =
  | Component<any, any, any, any>
  | Transform<any, any>
  | Learner<any, any>
  | Forecaster<any>;
// biome-ignore-end lint/suspicious/noExplicitAny: as above

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
