/**
 * Peak resident memory of `toolbox run` from SEG-Y through features and a forest's predictions to CSV, at sizes that
 * grow tenfold: at 1 GB it must be at most 1.2 times that at 0.1 GB. Everything counts, the worker threads too.
 * Run: npm run build && node dist/bench/memory.js [gigabytes …]
 */

import { line } from './support/peer.js';
import { predictSurvey } from './support/predict-survey.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0.1, 1];

line('survey MB', 'CSV MB', 'peak MB', '× the first', 'seconds');
let first: number | undefined;
for (const size of sizes) {
  const { fileBytes, csvBytes, peakBytes, seconds } = await predictSurvey(size * 1e9);
  first ??= peakBytes;
  line(
    (fileBytes / 1e6).toFixed(0),
    (csvBytes / 1e6).toFixed(0),
    (peakBytes / 2 ** 20).toFixed(0),
    (peakBytes / first).toFixed(2),
    seconds.toFixed(1),
  );
}
