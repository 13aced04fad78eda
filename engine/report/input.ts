import type { Objects } from '../artifacts/objects.js';
import type { TableStore } from '../artifacts/tables.js';
import type { Digest } from '../canonical.js';
import type { Catalog } from '../component.js';
import type { Actor, Address } from '../event.js';
import type { Registry } from '../registry/registry.js';
import type { RunResult } from '../run/result.js';
import type { Results } from '../store/results.js';
import type { Machine } from '../store/runs.js';

/** Everything that a report tells of a run, and where it finds what the run made. */
export interface ReportInput {
  readonly run: RunResult;
  /** What the pipeline says it is for. */
  readonly description?: string;
  readonly store: { readonly objects: Objects; readonly tables: TableStore };
  /** What decided a result, by its key: files that were read, programs that did part of the work. */
  readonly results?: Pick<Results, 'read'>;
  /** What each step takes and waits for. */
  readonly graph?: readonly {
    readonly address: Address;
    readonly takes: readonly Address[];
    readonly waits: readonly Address[];
  }[];
  /** For the cards of the models that the run registered. */
  readonly registry?: Pick<Registry, 'open'>;
  /** For what metrics mean. */
  readonly catalog?: Catalog;
  readonly machine?: Machine;
  readonly actor?: Actor;
  readonly specDigest?: Digest;
  /** Of the log: the line to keep elsewhere. */
  readonly head?: { readonly index: number; readonly count: number; readonly root: Digest };
  /** Folders of earlier reports, the last first: a picture that did not change is copied from there, not drawn anew. */
  readonly earlier?: readonly string[];
  /** Takes secrets out of text before it is written. */
  readonly redact?: (text: string) => string;
}
