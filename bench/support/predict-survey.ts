import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { surveyCrosslines, traceBytes, writeSurvey } from './survey.js';

const toolbox = fileURLToPath(new URL('../../engine/cli/bin.js', import.meta.url));
const peak = new URL('./peak.js', import.meta.url).href;
const learned = 2000;

/** A forest learned from a small survey, then a survey of any size read, reduced to features, predicted and saved. */
const pipeline = `version: 1
steps:
  small: { use: ingest.segy, with: { path: small.sgy } }
  labels: { use: ingest.csv, with: { path: labels.csv } }
  labelled: { use: prep.join, in: { left: small, right: labels }, with: { keys: [inline, crossline] } }
  split: { use: prep.split, in: labelled, with: { target: facies } }
  model:
    use: train.random-forest
    in: split.train
    prep: [{ use: prep.trace-features, with: { keep: false } }]
    with: { trees: 50, max_depth: 10 }
  traces: { use: ingest.segy, with: { path: survey.sgy } }
  facies: { use: serve.predict, in: { model: model, data: traces }, save: results/facies.csv }
`;

const labels = () =>
  Array.from(
    { length: learned },
    (_, i) =>
      `${Math.floor(i / surveyCrosslines)},${i % surveyCrosslines},${['sand', 'shale', 'coal'][i % 3]}`,
  );

export interface PredictedSurvey {
  readonly fileBytes: number;
  readonly peakBytes: number;
  readonly seconds: number;
  readonly csvBytes: number;
}

/** `toolbox run` over a survey of about `bytes`, in a project and a process of its own: its peak of resident memory. */
export async function predictSurvey(bytes: number): Promise<PredictedSurvey> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  const within = (path: string) => join(folder, path);
  try {
    mkdirSync(within('pipelines'));
    writeFileSync(within('toolbox.yaml'), 'version: 1\nname: memory\n');
    writeFileSync(within('labels.csv'), `inline,crossline,facies\n${labels().join('\n')}\n`);
    writeFileSync(within('pipelines/predict.yaml'), pipeline);
    await writeSurvey(within('small.sgy'), learned);
    await writeSurvey(within('survey.sgy'), Math.round(bytes / traceBytes));
    const began = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', peak, toolbox, 'run', 'predict', '--quiet'],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, XDG_STATE_HOME: within('.state') } },
    );
    const seconds = (performance.now() - began) / 1000;
    const peakBytes = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
    if (status !== 0 || !peakBytes) throw new Error(`toolbox run ended with ${status}: ${stderr}`);
    return {
      fileBytes: statSync(within('survey.sgy')).size,
      csvBytes: statSync(within('results/facies.csv')).size,
      peakBytes,
      seconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
