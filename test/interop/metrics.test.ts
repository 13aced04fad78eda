import { describe, test } from 'vitest';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { bootstrapClassification, type Interval } from '#dist/components/lib/metrics/bootstrap.js';
import { expectParity } from '../lib/metrics/parity.js';
import { expectWithin } from '../support/close.js';
import { standardErrorsApart } from '../support/numbers.js';
import { askPeer, hasPeers } from '../support/peer.js';

describe.skipIf(!hasPeers)('scikit-learn', () => {
  test.each([11, 12, 13])('metrics, random cases of seed %i', async (seed) => {
    await expectParity(askPeer('test/lib/metrics/golden.py', seed, 20));
  });
});

describe.skipIf(!hasPeers)('scipy', () => {
  test.each([14, 15])('bootstrap intervals of accuracy over 30 seeds, case %i', async (seed) => {
    const { truth, predicted, replicates, ...theirs } = askPeer<
      { truth: number[]; predicted: number[]; replicates: number } & Record<keyof Interval, number[]>
    >('test/interop/bootstrap.py', seed);
    const input = { truth: Int32Array.from(truth), predicted: Int32Array.from(predicted), classes: 3 };
    const ours: Interval[] = [];
    for (let s = 0; s < 30; s++)
      ours.push((await bootstrapClassification(computeHere, input, { seed: s, replicates })).accuracy!);
    // Six such tests in all: |z| < 3.3 holds for all of them in 99 of 100 runs.
    for (const name of ['lower', 'upper', 'standardError'] as const)
      expectWithin(
        standardErrorsApart(
          ours.map((one) => one[name]),
          theirs[name],
        ),
        3.3,
        `bootstrap, ${name === 'standardError' ? 'standard error' : `${name} bound`} over 30 seeds: standard errors apart`,
      );
  });
});
