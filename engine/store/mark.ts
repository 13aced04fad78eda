import { statSync } from 'node:fs';
import type { Digest } from '../canonical.js';
import type { StoredObjects } from './objects.js';
import type { RunStep } from './runs.js';

/** Manifests are JSON of this size at most; anything larger holds data and names no other object. */
const MANIFEST_LIMIT = 64 * 1024 * 1024;
const DIGEST = /[0-9a-f]{64}/g;
const BRACE = 0x7b;

/** Collects what the kept runs refer to: keys of records, and objects with all that they name themselves. */
export class Mark {
  readonly keys = new Set<Digest>();
  readonly objects = new Set<Digest>();
  readonly #followed = new Set<Digest>();

  constructor(readonly store: StoredObjects) {}

  add(digest: Digest): void {
    this.objects.add(digest);
  }

  async step(step: RunStep): Promise<void> {
    if (step.key) this.keys.add(step.key);
    for (const output of Object.values(step.outputs ?? {})) await this.follow(output.object);
  }

  /** A record may have been replaced since: its outputs are then found through their manifests alone. */
  async follow(digest: Digest): Promise<void> {
    if (this.#followed.has(digest)) return;
    this.#followed.add(digest);
    const stat = statSync(this.store.path(digest), { throwIfNoEntry: false });
    if (!stat) return;
    this.add(digest);
    if (stat.size > MANIFEST_LIMIT) return;
    const bytes = await this.store.get(digest);
    if (bytes?.[0] !== BRACE) return;
    for (const [named] of Buffer.from(bytes).toString('latin1').matchAll(DIGEST)) await this.follow(named);
  }
}
