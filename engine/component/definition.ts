import type { Code } from '../codes.js';
import type { Where } from '../problem.js';
import type { TObject } from '../schema.js';

/** A number that a component promises to measure; expressions and gates are checked against these names. */
export interface MetricSpec {
  readonly description: string;
  readonly better?: 'higher' | 'lower';
  readonly type?: 'number' | 'integer' | 'string' | 'bool';
}

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

/** What all kinds of component say of themselves. */
export interface Named<C extends TObject> {
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
