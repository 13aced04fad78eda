import type { Digest, Json } from './canonical.js';
import type { Problem } from './problem.js';

/** Who did it: the operating system's user as claimed, or a subject that somebody verified. */
export type Actor =
  | { readonly kind: 'claimed'; readonly user: string; readonly host: string }
  | { readonly kind: 'verified'; readonly subject: string; readonly by: string };

/**
 * A place in a run's graph: `step`, `call/step` inside a sub-pipeline, `step[k=v]` for an instance of `foreach`.
 * The same text in events, lineage, `why` and `--only`.
 */
export type Address = string;

/** Everything that can happen in a project. Readers (log, progress, lineage, tracking) end in `unreachable`. */
export type Happening =
  | {
      readonly type: 'run.started';
      readonly pipeline: string;
      readonly file: string;
      readonly specDigest: Digest;
      readonly environment?: string;
      readonly params: { readonly [name: string]: Json };
      readonly seed: number;
      readonly engine: string;
      readonly components: { readonly [name: string]: string };
      readonly steps: readonly Address[];
    }
  | {
      readonly type: 'run.finished';
      readonly status: 'done' | 'failed' | 'gate' | 'cancelled';
      readonly exit: number;
      readonly counts: {
        readonly ran: number;
        readonly reused: number;
        readonly skipped: number;
        readonly failed: number;
      };
    }
  | {
      readonly type: 'step.started';
      readonly address: Address;
      readonly use: string;
      readonly key: Digest;
      readonly attempt: number;
    }
  | {
      readonly type: 'step.progress';
      readonly address: Address;
      readonly done: number;
      readonly total: number;
      readonly note?: string;
    }
  | { readonly type: 'step.printed'; readonly address: Address; readonly line: string }
  | { readonly type: 'step.metric'; readonly address: Address; readonly name: string; readonly value: Json }
  | { readonly type: 'step.warning'; readonly address: Address; readonly problem: Problem }
  | {
      readonly type: 'step.committed';
      readonly address: Address;
      readonly use: string;
      readonly key: Digest;
      readonly record: Digest;
      readonly inputs: { readonly [port: string]: readonly Digest[] };
      readonly outputs: { readonly [port: string]: Digest };
      readonly seconds: number;
      readonly recovered?: boolean;
    }
  | {
      readonly type: 'step.reused';
      readonly address: Address;
      readonly use: string;
      readonly key: Digest;
      readonly record: Digest;
      readonly recovered?: boolean;
    }
  | {
      readonly type: 'step.skipped';
      readonly address: Address;
      readonly reason: string;
      readonly values?: Json;
    }
  | {
      readonly type: 'step.retrying';
      readonly address: Address;
      readonly attempt: number;
      readonly wait: number;
      readonly problems: readonly Problem[];
    }
  | { readonly type: 'step.failed'; readonly address: Address; readonly problems: readonly Problem[] }
  | { readonly type: 'step.cancelled'; readonly address: Address }
  | {
      readonly type: 'gate.decided';
      readonly address: Address;
      readonly passed: boolean;
      readonly expression: string;
      readonly values: { readonly [name: string]: Json };
    }
  | {
      readonly type: 'file.read';
      readonly address: Address;
      readonly path: string;
      readonly digest: Digest;
      readonly typed: boolean;
    }
  | {
      readonly type: 'file.saved';
      readonly address: Address;
      readonly path: string;
      readonly digest: Digest;
      readonly kept?: string;
    }
  | {
      readonly type: 'model.registered';
      readonly name: string;
      readonly version: number;
      readonly digest: Digest;
      readonly address?: Address;
      readonly metrics: { readonly [name: string]: Json };
    }
  | {
      /** An alias stands for another version; `production` and `staging` are stages. */
      readonly type: 'model.moved';
      readonly name: string;
      readonly alias: string;
      readonly version: number;
      readonly digest: Digest;
      readonly before?: number;
      readonly reason: string;
      readonly rollback?: boolean;
      readonly required?: readonly string[];
      readonly recovered?: boolean;
    }
  | {
      readonly type: 'model.unaliased' | 'model.archived';
      readonly name: string;
      readonly alias?: string;
      readonly version: number;
      readonly digest: Digest;
      readonly reason: string;
      readonly recovered?: boolean;
    }
  | {
      /** A gate kept a version from an alias. */
      readonly type: 'model.refused';
      readonly name: string;
      readonly alias: string;
      readonly version: number;
      readonly reason: string;
      readonly missed: readonly string[];
    }
  | {
      readonly type: 'model.exported' | 'model.imported';
      readonly name: string;
      readonly version: number;
      readonly digest: Digest;
      readonly path: string;
    }
  | {
      readonly type: 'key.created';
      readonly id: string;
      readonly name: string;
      readonly scopes: readonly string[];
      readonly models: readonly string[];
      readonly expires?: string;
      readonly rate?: number;
      /** Id of the key that it replaces. */
      readonly replaces?: string;
    }
  | { readonly type: 'key.revoked'; readonly id: string; readonly name: string; readonly reason: string }
  | { readonly type: 'log.exported'; readonly path: string; readonly count: number }
  | {
      /** A run left the project as a zip. */
      readonly type: 'run.shared';
      readonly shared: string;
      readonly path: string;
      readonly digest: Digest;
      readonly files: number;
    }
  | {
      /** A result of an earlier run was written to a file again. */
      readonly type: 'result.exported';
      readonly address: Address;
      readonly from: string;
      readonly port: string;
      readonly path: string;
      readonly digest: Digest;
    }
  | {
      readonly type: 'store.cleaned';
      readonly objects: number;
      readonly bytes: number;
      readonly runs: readonly string[];
    };

/** A happening with its stamp. `sequence` counts within the run's segment from 0. */
export type Event = Happening & {
  readonly run: string;
  readonly sequence: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly actor: Actor;
};

/** Which happenings are entered in the log; the rest (progress, printed lines) only reach the person. */
export const isLogged = (type: Happening['type']): boolean =>
  type !== 'step.progress' && type !== 'step.printed';

/** Takes a happening, stamps it, and hands it to the log and to every reader. */
export interface Events {
  emit(happening: Happening): void;
  /** Resolves when everything emitted so far is durable in the log. Rejects when the log cannot be written. */
  flush(): Promise<void>;
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
