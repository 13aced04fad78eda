import type { Objects } from '#dist/engine/artifacts/objects.js';
import { sha256 } from '#dist/engine/canonical.js';

/** Objects in memory, with a count of the bytes that were written and read. */
export function memoryObjects(): Objects & {
  readonly held: Map<string, Uint8Array>;
  written: number;
  read: number;
} {
  const held = new Map<string, Uint8Array>();
  return {
    held,
    written: 0,
    read: 0,
    async put(bytes) {
      const digest = sha256(bytes);
      if (!held.has(digest)) {
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
        shared.set(bytes);
        held.set(digest, shared);
        this.written += bytes.length;
      }
      return digest;
    },
    async get(digest) {
      const bytes = held.get(digest);
      this.read += bytes?.length ?? 0;
      return bytes;
    },
    async has(digest) {
      return held.has(digest);
    },
  };
}
