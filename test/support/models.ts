import { random } from '#dist/components/lib/random.js';
import { testProject } from './project.js';

/** Lines of rocks, drawn anew with the same seed. */
export const manyRocks = (rows: number) => {
  const draw = random(3);
  const lines = Array.from({ length: rows }, (_, row) => {
    const rock = ['sand', 'shale', 'silt'][row % 3]!;
    const gamma = 30 + 30 * (row % 3) + 12 * draw.normal();
    const density = row % 17 === 0 ? '' : (2.2 + 0.1 * (row % 3) + 0.08 * draw.normal()).toFixed(3);
    return `${gamma.toFixed(2)},${density},${['low', 'high'][draw.int(2)]},${draw.int(50)},${rock}`;
  });
  return `gamma,density,tone,count,rock\n${lines.join('\n')}\n`;
};

const pipeline = (name: string, model: string, more = '', drop = '') => `version: 1
name: ${name}
params: { trees: { type: integer, default: 5 } }
steps:
  rows: { use: ingest.csv, with: { path: data/rocks.csv } }
${drop}  split: { use: prep.split, in: ${drop ? 'numbers' : 'rows'}, with: { target: rock, test: 25% } }
  model:
    use: ${model}
    in: split.train
${more}
  register: { use: serve.register, in: { model: model }, with: { name: ${name} } }
`;

const traces = `version: 1
name: facies
steps:
  demo: { use: ingest.demo-survey, with: { inlines: 16, crosslines: 16 }, save: { survey: data/s.sgy, labels: data/f.csv } }
  traces: { use: ingest.segy, needs: demo, with: { path: data/s.sgy, window: [1200 ms, 1400 ms] } }
  labels: { use: ingest.csv, needs: demo, with: { path: data/f.csv, roles: { inline: position, crossline: position } } }
  labelled: { use: prep.join, in: { left: traces, right: labels }, with: { keys: [inline, crossline], unmatched: set_aside } }
  split: { use: prep.split, in: labelled, with: { target: facies, test: 20% } }
  model:
    use: train.random-forest
    in: split.train
    prep: [prep.trace-features, { use: prep.trace-pca, with: { components: 4 } }, prep.scale]
    with: { trees: 5 }
  register: { use: serve.register, in: { model: model }, with: { name: facies } }
`;

/**
 * A project whose pipelines each train and register a small model in a second: \`rocks\` (a forest on numbers, text
 * and gaps, nothing prepared), \`scaled\` (logistic regression, scaled), \`facies\` (traces).
 */
export function modelsProject() {
  const numbers = '  numbers: { use: prep.select, in: rows, with: { columns: [gamma, count, rock] } }\n';
  return testProject({
    'data/rocks.csv': manyRocks(240),
    'pipelines/rocks.yaml': pipeline(
      'rocks',
      'train.random-forest',
      '    with: { trees: "${{ params.trees }}" }',
    ),
    'pipelines/scaled.yaml': pipeline(
      'scaled',
      'train.logistic-regression',
      '    prep: [prep.scale]',
      numbers,
    ),
    'pipelines/facies.yaml': traces,
  });
}
