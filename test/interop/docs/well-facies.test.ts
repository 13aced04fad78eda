/** The repository's pipeline of well logs, on the logs of the SEG 2016 contest, two wells held out one after the other. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { testProject } from '../../support/project.js';
import { hasSharedData, sharedData } from '../../support/shared.js';

describe.skipIf(!hasSharedData)('pipelines/well-facies.yaml', () => {
  let remove = () => {};
  afterAll(() => remove());

  it('runs as it is written, and learns more of each blind well than its commonest facies', async () => {
    const project = testProject({
      'pipelines/well-facies.yaml': readFileSync('pipelines/well-facies.yaml', 'utf8'),
      'data/facies_vectors.csv': readFileSync(`${sharedData}facies/seg2016/facies_vectors.csv`, 'utf8'),
    });
    remove = project.remove;
    const { result } = await project.run('pipelines/well-facies.yaml', {
      set: { trees: '40', wells: 'SHANKLE,NEWBY' },
    });
    expect(result.exit).toBe(0);
    const scores = result.nodes.filter((node) => node.address.startsWith('score['));
    expect(scores).toHaveLength(2);
    for (const { metrics } of scores) {
      const { f1_micro: f1, baseline_f1_micro: baseline } = metrics as { [name: string]: number };
      expect(f1).toBeGreaterThan(0.45); // a forest without neighbours: .44 on NEWBY; the commonest facies: .21
      expect(baseline).toBeLessThan(0.25);
    }
  }, 60_000);
});
