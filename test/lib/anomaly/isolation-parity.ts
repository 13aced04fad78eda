import { fitIsolationForest, scoreIsolationForest } from '#dist/components/lib/anomaly/isolation-forest.js';
import { computeHere } from '#dist/components/lib/compute/kernel.js';
import { expectWithin } from '../../support/close.js';

/** What golden.py prints: for each [trees, sample] mean and standard deviation of every row's score over 30 seeds. */
export interface Golden {
  x: number[];
  features: number;
  sizes: [number, number][];
  mean: number[][];
  sd: number[][];
}

const SEEDS = 30;

/** The mean score of each row over 30 seeds, against the peer's: z-values as of equal distributions. */
export async function expectParity({ x, features, sizes, mean, sd }: Golden): Promise<void> {
  const rows = x.length / features;
  const matrix = { x: Float32Array.from(x), rows, features };
  for (const [size, [trees, sample]] of sizes.entries()) {
    const sums = new Float64Array(rows);
    for (let seed = 0; seed < SEEDS; seed++) {
      const forest = await fitIsolationForest(computeHere, matrix, { trees, sample }, seed);
      const scores = await scoreIsolationForest(computeHere, forest, matrix);
      for (let i = 0; i < rows; i++) sums[i]! += scores[i]! / SEEDS;
    }
    const z = sums.map((ours, i) => (ours - mean[size]![i]!) / (sd[size]![i]! * Math.sqrt(2 / SEEDS)));
    // 300 rows: the largest of as many normal z-values lies below 4.5 but once in five hundred.
    expectWithin(
      Math.max(...z.map(Math.abs)),
      4.5,
      'isolation forest, score of a row over 30 seeds: standard errors apart',
    );
    // Rows share the luck of a seed, so the mean of their squares varies more than that of independent ones.
    expectWithin(
      z.reduce((sum, v) => sum + v * v, 0) / rows,
      4,
      'isolation forest, scores over 30 seeds: mean of z²',
    );
  }
}
