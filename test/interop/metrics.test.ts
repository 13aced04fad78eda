import { describe, test } from 'vitest';
import { expectParity } from '../lib/metrics/parity.js';
import { askPeer, hasPeers } from '../support/peer.js';

describe.skipIf(!hasPeers)('scikit-learn', () => {
  test.each([11, 12, 13])('metrics, random cases of seed %i', async (seed) => {
    await expectParity(askPeer('test/lib/metrics/golden.py', seed, 20));
  });
});
