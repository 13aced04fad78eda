import { canonical, type Digest, type Json, sha256 } from '../canonical.js';
import { type Line, parseLine } from './entry.js';
import { isSignedBy, type Signer } from './key.js';

/** One line of `heads.jsonl`: seals a run's segment, and through `previous` every head before it. */
export interface Head {
  readonly format: 1;
  /** Counts the project's heads from 0. */
  readonly index: number;
  readonly run: string;
  /** `interrupted`: the run's process died, and a later one sealed what it left. */
  readonly status: 'complete' | 'interrupted';
  /** Entries of the segment. */
  readonly count: number;
  /** Merkle tree hash (RFC 6962) over the segment's lines, without their line ends. */
  readonly root: Digest;
  /** Digest of the head before, or of nothing for the first. */
  readonly previous: Digest;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Ed25519 public key, base64url, and its signature over the canonical head without `signature`. */
  readonly key: string;
  readonly signature: string;
}

export const NO_HEAD: Digest = sha256('');

export const headText = (head: Head): string => canonical(head as unknown as Json);
export const headDigest = (head: Head): Digest => sha256(headText(head));

export function signHead(head: Omit<Head, 'key' | 'signature'>, signer: Signer): Head {
  const keyed = { ...head, key: signer.key };
  return { ...keyed, signature: signer.sign(canonical(keyed as unknown as Json)) };
}

export function isSigned({ signature, ...rest }: Head): boolean {
  return isSignedBy(rest.key, canonical(rest as unknown as Json), signature);
}

export function parseHead(line: Line): Head | undefined {
  const head = parseLine<Head>(line);
  const texts = [head?.run, head?.root, head?.previous, head?.time, head?.key, head?.signature];
  return head?.format === 1 &&
    Number.isSafeInteger(head.index) &&
    Number.isSafeInteger(head.count) &&
    texts.every((text) => typeof text === 'string')
    ? head
    : undefined;
}
