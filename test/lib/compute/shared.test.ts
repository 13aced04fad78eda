import { expect, test } from 'vitest';
import { sharedF32 } from '#dist/components/lib/compute/shared.js';

test('shared arrays that nobody holds any more are collected while others are made', async () => {
  const before = process.memoryUsage.rss();
  let most = before;
  for (let i = 0; i < 200; i++) {
    sharedF32(2 ** 20).fill(i);
    if (i % 5 === 0) await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage.rss());
  }
  // 800 MiB in all, which without a hint to the collector would all be there at the end.
  expect((most - before) / 2 ** 20).toBeLessThan(400);
});
