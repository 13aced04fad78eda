import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inclusionProof,
  inclusionProofs,
  leafHash,
  merkleRoot,
  verifyInclusion,
} from '#dist/engine/audit/merkle.js';

// Reference values of the Certificate Transparency project's Merkle tree tests (cpp/merkletree/merkle_tree_test.cc).
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const paths: { leaf: number; size: number; path: string[] }[] = [
  { leaf: 0, size: 1, path: [] },
  {
    leaf: 0,
    size: 8,
    path: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    leaf: 5,
    size: 8,
    path: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  { leaf: 2, size: 3, path: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
  {
    leaf: 1,
    size: 5,
    path: [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
];
const leaves = inputs.map(leafHash);

test('roots and audit paths equal those of Certificate Transparency', () => {
  for (const [size, root] of roots.entries())
    expect(merkleRoot(leaves.slice(0, size)).toString('hex')).toBe(root);
  for (const { leaf, size, path } of paths) {
    expect(inclusionProof(leaves.slice(0, size), leaf).map((h) => h.toString('hex'))).toEqual(path);
    const bytes = path.map((hex) => Buffer.from(hex, 'hex'));
    expect(verifyInclusion(leaves[leaf]!, leaf, size, bytes, Buffer.from(roots[size]!, 'hex'))).toBe(true);
  }
});

test('every entry of every tree proves itself, and nothing else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, a, b) => {
      const all = Array.from({ length: size }, (_, i) => leafHash(Buffer.from([i])));
      const index = a % size;
      const root = merkleRoot(all);
      const path = inclusionProof(all, index);
      expect(inclusionProofs(all)[index]).toEqual(path);
      expect(verifyInclusion(all[index]!, index, size, path, root)).toBe(true);
      expect(verifyInclusion(leafHash(Buffer.from('x')), index, size, path, root)).toBe(false);
      expect(verifyInclusion(all[index]!, index, size, [...path, root], root)).toBe(false);
      if (size > 1) {
        const wrong = (index + 1 + (b % (size - 1))) % size;
        expect(verifyInclusion(all[index]!, wrong, size, path, root)).toBe(false);
        expect(verifyInclusion(all[index]!, index, size, path.slice(1), root)).toBe(false);
      }
    }),
  );
});
