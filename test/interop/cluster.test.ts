import { describe, test } from 'vitest';
import { fitKMeans } from '#dist/components/lib/cluster/kmeans.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { ksTwoSample } from '#dist/components/lib/statistics/kolmogorov-smirnov.js';
import { expectParity as expectIsolationParity } from '../lib/anomaly/isolation-parity.js';
import { expectParity as expectMixtureParity } from '../lib/cluster/mixture-parity.js';
import { expectWithin } from '../support/close.js';
import { askPeer, hasPeers } from '../support/peer.js';

describe.skipIf(!hasPeers)('scikit-learn', () => {
  test.each([41, 42])('Gaussian mixtures of seed %i', async (seed) => {
    await expectMixtureParity(askPeer('test/lib/cluster/golden.py', seed, 12));
  });

  test.each([51, 52])('isolation forest of seed %i', async (seed) => {
    await expectIsolationParity(askPeer('test/lib/anomaly/golden.py', seed));
  });

  test.each([61, 62])(
    'k-means: inertias of 60 single starts are of one distribution, seed %i',
    async (seed) => {
      const { x, rows, features, clusters, inertias } = askPeer<{
        x: number[];
        rows: number;
        features: number;
        clusters: number;
        inertias: number[];
      }>('test/lib/cluster/kmeans.py', seed);
      const ours: number[] = [];
      for (let s = 0; s < inertias.length; s++)
        ours.push(
          (
            await fitKMeans(
              computeHere,
              { x: Float32Array.from(x), rows, features },
              { clusters, starts: 1 },
              s,
            )
          ).inertia,
        );
      expectWithin(
        1 - ksTwoSample(ours, inertias).p,
        0.999,
        'k-means, inertias of 60 starts: 1 − p of Kolmogorov–Smirnov',
      );
    },
  );
});
