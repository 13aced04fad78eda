import { createHash } from 'node:crypto';

/** SHA-256, 32 bytes. */
export type Hash = Buffer;

const hash = (prefix: number, ...parts: readonly Uint8Array[]): Hash => {
  const h = createHash('sha256').update(Uint8Array.of(prefix));
  for (const part of parts) h.update(part);
  return h.digest();
};

/** Leaves and nodes are hashed apart, so that a node cannot be passed off as an entry (RFC 6962, section 2.1). */
export const leafHash = (entry: Uint8Array): Hash => hash(0, entry);
const nodeHash = (left: Hash, right: Hash): Hash => hash(1, left, right);

/** The largest power of two below `size`: where RFC 6962 divides a tree. */
const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** Merkle tree hash of RFC 6962 over leaf hashes; of no leaves, SHA-256 of nothing. O(n). */
export function merkleRoot(leaves: readonly Hash[], from = 0, to = leaves.length): Hash {
  if (to === from) return createHash('sha256').digest();
  if (to - from === 1) return leaves[from]!;
  const middle = from + split(to - from);
  return nodeHash(merkleRoot(leaves, from, middle), merkleRoot(leaves, middle, to));
}

/** Audit path of RFC 6962, section 2.1.1: the sibling hashes from the leaf to the root. O(n). */
export function inclusionProof(leaves: readonly Hash[], index: number, from = 0, to = leaves.length): Hash[] {
  if (index < from || index >= to) throw new RangeError(`leaf ${index} of ${to - from}`);
  if (to - from === 1) return [];
  const middle = from + split(to - from);
  return index < middle
    ? [...inclusionProof(leaves, index, from, middle), merkleRoot(leaves, middle, to)]
    : [...inclusionProof(leaves, index, middle, to), merkleRoot(leaves, from, middle)];
}

/** Whether the leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let at = index;
  let last = size - 1;
  let node = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else node = nodeHash(node, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && node.equals(root);
}

/** All audit paths of a tree at once, sharing the nodes: O(n log n) instead of O(n²). */
export function inclusionProofs(leaves: readonly Hash[]): Hash[][] {
  const paths: Hash[][] = leaves.map(() => []);
  const build = (from: number, to: number): Hash => {
    if (to - from <= 1) return merkleRoot(leaves, from, to);
    const middle = from + split(to - from);
    const left = build(from, middle);
    const right = build(middle, to);
    for (let i = from; i < to; i++) paths[i]!.push(i < middle ? right : left);
    return nodeHash(left, right);
  };
  build(0, leaves.length);
  return paths;
}
