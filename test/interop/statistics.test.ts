import { describe, test } from 'vitest';
import { expectParity } from '../lib/statistics/parity.js';
import { askPeer, hasPeers } from '../support/peer.js';

describe.skipIf(!hasPeers)('scipy', () => {
  test.each([21, 22, 23])('two-sample tests, distances and correlations of seed %i', (seed) => {
    expectParity(askPeer('test/lib/statistics/golden.py', seed, 40));
  });
});
