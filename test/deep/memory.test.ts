import { expect, test } from 'vitest';
import { predictSurvey } from '#dist/bench/support/predict-survey.js';

/** The least of two runs: what the collector leaves lying about differs from run to run, what is needed does not. */
async function peakMegabytes(bytes: number): Promise<number> {
  const runs = [await predictSurvey(bytes), await predictSurvey(bytes)];
  return Math.min(...runs.map(({ peakBytes }) => peakBytes)) / 2 ** 20;
}

test('read, features, predict and CSV of 1 GB take at most 1.2 times the memory that 0.1 GB takes', async () => {
  const small = await peakMegabytes(0.1e9);
  const large = await peakMegabytes(1e9);
  expect(large).toBeLessThanOrEqual(1.2 * small);
});
