import type { Digest } from '../canonical.js';

/**
 * Content-addressed bytes. The store implements it on disk; tests may use a folder of their own.
 * A damaged object reads as absent.
 */
export interface Objects {
  put(bytes: Uint8Array): Promise<Digest>;
  /** The bytes, on shared memory so that kernels can see them; undefined where absent or damaged. */
  get(digest: Digest): Promise<Uint8Array | undefined>;
  has(digest: Digest): Promise<boolean>;
}
