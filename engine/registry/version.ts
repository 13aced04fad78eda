import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Objects } from '../artifacts/objects.js';
import { canonical, type Digest, digestOf, type Json } from '../canonical.js';
import { bundleObjects } from '../learn/bundle.js';
import type { Bundle, Task } from '../learn/bundle-format.js';
import type { Parity } from '../learn/parity.js';
import { isAbsent } from '../store/files.js';
import { openObjects } from '../store/objects.js';

/**
 * What a version is, without when, where and by whom it was made (that is the ledger's): equal models with equal
 * metrics give equal bytes and the same digest in every project.
 */
export interface Version {
  readonly format: 1;
  /** Digest of the bundle's manifest. */
  readonly model: Digest;
  /** Every object that it takes to serve the model, the manifest among them; by code point. */
  readonly objects: readonly Digest[];
  readonly task: Task;
  readonly estimator: string;
  readonly metrics: { readonly [name: string]: Json };
  readonly description?: string;
  /** Content digest of the table that it was trained on, and its rows. */
  readonly trainingData: Digest;
  readonly trainingRows: number;
  /** Where in the pipeline it was made. */
  readonly pipeline?: string;
  readonly address?: string;
  readonly engine: string;
  /** That requests get the same answers as files. */
  readonly parity?: Parity;
}

export const MANIFEST = 'version.json';

/** Objects of a version's own, so that it can be served, copied and verified alone. */
export const versionObjects = (folder: string): Objects => openObjects(join(folder, 'objects'));

/** Digest of a version: what the ledger, the log and the registered event name. */
export const versionDigest = (version: Version): Digest => digestOf(version as unknown as Json);

export const versionText = (version: Version): string =>
  canonical({ digest: versionDigest(version), version: version as unknown as Json });

/** A version's manifest; undefined where there is none, `damaged` where it does not fit its own digest. */
export function readVersion(folder: string): Version | 'damaged' | undefined {
  try {
    return parseVersion(readFileSync(join(folder, MANIFEST), 'utf8'));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** What `versionText` wrote. */
export function parseVersion(text: string): Version | 'damaged' {
  try {
    const { digest, version } = JSON.parse(text) as { digest: Digest; version: Version };
    return versionDigest(version) === digest ? version : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return 'damaged';
    throw error;
  }
}

export const objectsOfModel = (model: Digest, bundle: Bundle): Digest[] =>
  [...new Set([model, ...bundleObjects(bundle)])].sort();
