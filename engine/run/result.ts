import type { Digest, Json } from '../canonical.js';
import type { Address } from '../event.js';
import type { Problem } from '../problem.js';
import type { StoredOutput } from '../store/record.js';

export type NodeStatus = 'ran' | 'reused' | 'skipped' | 'failed' | 'gate' | 'cancelled';

/** What became of one node of the graph. */
export interface NodeResult {
  readonly address: Address;
  readonly use: string;
  readonly status: NodeStatus;
  /** Why it was skipped, failed or stopped, in one line. */
  readonly reason?: string;
  /** Values that a `when` or `require` looked at. */
  readonly values?: { readonly [name: string]: Json };
  readonly key?: Digest;
  readonly record?: Digest;
  readonly seconds: number;
  readonly attempts: number;
  readonly outputs: { readonly [port: string]: StoredOutput };
  readonly metrics: { readonly [name: string]: Json };
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly saved: readonly Saved[];
}

/** A file written by `save:`. */
export interface Saved {
  readonly port: string;
  /** Relative to the project. */
  readonly path: string;
  readonly digest: Digest;
  /** Set where the file was changed by someone since and was left alone: where the result is instead. */
  readonly kept?: string;
}

export interface RunResult {
  readonly id: string;
  readonly pipeline: string;
  readonly file: string;
  readonly status: 'done' | 'failed' | 'gate' | 'cancelled';
  readonly exit: number;
  readonly started: string;
  readonly seconds: number;
  readonly nodes: readonly NodeResult[];
  readonly params: { readonly [name: string]: Json };
  readonly seed: number;
  readonly environment?: string;
}

export const countOf = (nodes: readonly NodeResult[]) => {
  const count = (...statuses: NodeStatus[]) => nodes.filter((node) => statuses.includes(node.status)).length;
  return {
    ran: count('ran'),
    reused: count('reused'),
    skipped: count('skipped'),
    failed: count('failed', 'gate', 'cancelled'),
  };
};
