import { describe, test } from 'vitest';
import { expectParity } from '../lib/neighbours/parity.js';
import { askPeer, hasPeers } from '../support/peer.js';

describe.skipIf(!hasPeers)('scikit-learn', () => {
  test.each([31, 32, 33])('imputation and nearest neighbours of seed %i', async (seed) => {
    await expectParity(askPeer('test/lib/neighbours/golden.py', seed, 15));
  });
});
