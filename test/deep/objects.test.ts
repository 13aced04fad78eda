import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openObjects } from '#dist/engine/store/objects.js';
import { testFolder } from '../support/folder.js';

test('an object above 2 GiB is streamed in, verified, read back and put from memory; its last byte counts', async () => {
  const folder = testFolder();
  const block = new Uint8Array(64 * 1024 * 1024).map((_, i) => i * 31);
  const count = 33;
  const hash = createHash('sha256');
  for (let i = 0; i < count; i++) hash.update(block);
  async function* blocks() {
    for (let i = 0; i < count; i++) yield block;
  }
  const { digest, size } = await openObjects(folder).putStream(blocks());
  expect(digest).toBe(hash.digest('hex'));
  expect(size).toBe(count * block.length);
  const bytes = (await openObjects(folder).get(digest))!;
  expect(bytes.length).toBe(size);
  expect(Buffer.compare(bytes.subarray(size - block.length), block)).toBe(0);
  expect(await openObjects(folder).put(bytes)).toBe(digest);
  bytes[size - 1]! ^= 1;
  const other = await openObjects(folder).put(bytes);
  expect(other).not.toBe(digest);
});
