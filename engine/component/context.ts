import type { Compute } from '../../components/lib/compute/kernel.js';
import type { Random } from '../../components/lib/random.js';
import type { FileArtifact } from '../artifacts/artifact.js';
import type { Table, Tables } from '../artifacts/table.js';
import type { Code } from '../codes.js';
import type { Where } from '../problem.js';
import type { Static, TObject } from '../schema.js';

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
