import type { ArtifactKind } from '../artifacts/artifact.js';
import type { Digest, Json } from '../canonical.js';
import type { Problem } from '../problem.js';

/** Everything that decides a step's result; its canonical digest is the step's key. Kept so that `why` can compare. */
export interface KeyParts {
  readonly format: 1;
  readonly component: string;
  readonly version: string;
  /** Digest of the component's code, and of prep items and estimator where it trains. */
  readonly implementation: { readonly [component: string]: Digest };
  /** `with`, `prep`, `tune`, with defaults filled in; secrets by name only. */
  readonly config: Json;
  /** Content digests by port. */
  readonly inputs: { readonly [port: string]: readonly Digest[] };
  /** Digests of files that it reads, by path as written. */
  readonly externals: { readonly [path: string]: Digest };
  /** Versions of other people's packages that do part of the work: DuckDB, say. */
  readonly programs: { readonly [name: string]: string };
  readonly environment: { readonly [variable: string]: string };
  /** Only of a seeded component: the run's seed, from which the step's own is derived. */
  readonly seed?: number;
}

export interface StoredOutput {
  readonly kind: ArtifactKind;
  /** Object that holds the artifact (a manifest, or its canonical JSON). */
  readonly object: Digest;
  /** What readers' keys depend on. */
  readonly content: Digest;
  /** Rows of a table; bytes of a file. */
  readonly size?: number;
}

/** Outcome of one step, written once by rename to `results/<key>.json`. */
export interface ResultRecord {
  readonly key: Digest;
  readonly parts: KeyParts;
  readonly outputs: { readonly [port: string]: StoredOutput };
  /** Every object that the outputs need, manifests included: all must be there for the result to be reused. */
  readonly objects: readonly Digest[];
  readonly metrics: { readonly [name: string]: Json };
  readonly warnings: readonly Problem[];
  /** Of the attempt that made it; for expected times. */
  readonly seconds: number;
}
