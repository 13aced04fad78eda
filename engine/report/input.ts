import type { Compute } from '../../components/lib/compute/kernel.js';
import type { Objects } from '../artifacts/objects.js';
import type { TableStore } from '../artifacts/tables.js';
import type { Digest } from '../canonical.js';
import type { Catalog } from '../component.js';
import type { Actor } from '../event.js';
import type { RunResult } from '../run/result.js';
import type { Machine } from '../store/runs.js';

/** Everything that a report tells of a run, and where it finds what the run made. */
export interface ReportInput {
  readonly run: RunResult;
  /** What the pipeline says it is for. */
  readonly description?: string;
  readonly store: { readonly objects: Objects; readonly tables: TableStore };
  /** For what metrics mean. */
  readonly catalog?: Catalog;
  readonly machine?: Machine;
  readonly actor?: Actor;
  readonly specDigest?: Digest;
  /** Of the log: the line to keep elsewhere. */
  readonly head?: { readonly index: number; readonly count: number; readonly root: Digest };
  /** Pictures are drawn on it; on this thread where absent. */
  readonly compute?: Compute;
  /** Takes secrets out of text before it is written. */
  readonly redact?: (text: string) => string;
}
