import { createHash } from 'node:crypto';
import type { Compute } from '../../components/lib/compute/kernel.js';
import type { Objects } from '../artifacts/objects.js';
import type { TableStore } from '../artifacts/tables.js';
import type { Json } from '../canonical.js';
import type {
  AnyDefinition,
  Catalog,
  ComponentInfo,
  Context,
  Learner,
  Transform,
  Where,
} from '../component.js';
import type { Task } from './bundle-format.js';

/** What learning needs of the step that it runs in. */
export interface LearnEnvironment {
  readonly tables: TableStore;
  readonly objects: Objects;
  readonly compute: Compute;
  readonly catalog: Catalog;
  readonly signal: AbortSignal;
  progress(done: number, total: number, note?: string): void;
  warn(message: string, at?: { hint?: string }): void;
  /** The door that a transform or estimator sees, with its own config and seed; `where` leads to it in the step. */
  context(definition: AnyDefinition, config: Json, seed: number, where: Where): Context;
}

/** A component of the path with its configuration. */
export interface PathItem<D extends Transform | Learner = Transform> {
  readonly info: ComponentInfo;
  readonly definition: D;
  readonly config: Json;
  /** Place in the step: `['prep', 0]`, `[]`. */
  readonly where: Where;
}

/** The path from input columns to prediction before it is fitted. */
export interface Path {
  /** What its estimator learns: of one that learns classes and numbers alike, which of the two. */
  readonly task: Task;
  readonly items: readonly PathItem[];
  readonly estimator: PathItem<Learner>;
}

/** A seed of 32 bits for a part of the work: its name and number decide, never the order in which work is done. */
export function derivedSeed(seed: number, ...labels: (string | number)[]): number {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest()
    .readUInt32LE(0);
}
