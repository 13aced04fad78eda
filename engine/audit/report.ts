import type { Head } from './head.js';
import type { KeyOptions } from './key.js';

/** What somebody did to a log. */
export type Tampering =
  | 'edit'
  | 'removal'
  | 'insertion'
  | 'swap'
  /** The end is missing. */
  | 'cut'
  /** Written anew: sound in itself, and not what was seen before. */
  | 'rebuilt'
  | 'signature';

export interface Finding {
  readonly kind: Tampering;
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  /** Counts from 1; absent where the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

export interface OpenRun {
  readonly run: string;
  readonly entries: number;
  readonly running: boolean;
}

export interface VerifyOptions extends KeyOptions {
  /** Files with heads that a witness kept, one a line. */
  readonly witnesses?: readonly string[];
  /** Single heads that a person kept: from a report, a mail. */
  readonly heads?: readonly Head[];
  /** Public keys that may sign. Default: any, and the report names them. */
  readonly keys?: readonly string[];
}

export interface VerifyReport {
  /** Nothing was found. What cannot be excluded all the same stands in `notExcluded`. */
  readonly sound: boolean;
  readonly findings: readonly Finding[];
  readonly heads: number;
  readonly entries: number;
  /** The newest head, to compare with one kept elsewhere. */
  readonly head?: Head;
  /** Who signed how many heads; `known`: the user's own key or one that was given. */
  readonly signers: readonly { readonly key: string; readonly heads: number; readonly known: boolean }[];
  /** Heads kept outside the log that were compared, and where. */
  readonly compared: readonly { readonly source: string; readonly heads: number }[];
  /** Segments without a head: runs that go on, or whose process died and no other has sealed them yet. */
  readonly open: readonly OpenRun[];
  readonly notes: readonly string[];
  readonly notExcluded: readonly string[];
}
