import type { Reading } from './roles.js';

/** `tests/main.yaml` of a first project. */
export const starterTests = ({ task, target, features }: Reading): string => {
  const [score, sign] = task === 'classify' ? ['f1_weighted', '>'] : ['rmse', '<'];
  return `# yaml-language-server: $schema=../.toolbox/schema/tests.json
version: 1
pipeline: pipelines/main.yaml
tests:
  learns more than the baseline:
    set: { trees: 50 }
    expect:
      - steps.score.metrics.${score} ${sign} steps.score.metrics.baseline_${score}
      - steps.checked.outputs.set_aside.rows == 0
  ${JSON.stringify(`stops where ${target.name} is not in the table`)}:
    set: { data: data/other.csv }
    files:
      data/other.csv: ${JSON.stringify(`${csv(features[0]!.name)},other\n1,2\n`)}
    fails: true
`;
};

const csv = (name: string): string => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

export function starterReadme(name: string, file: string, reading: Reading): string {
  const { task, target, roles, features, split } = reading;
  const left = roles.map(({ column, role, reason }) => `- \`${column}\` (${role}): ${reason}`).join('\n');
  const way =
    split.by === 'time'
      ? `the latest rows by \`${split.time}\``
      : split.by === 'stratified'
        ? 'a fifth of each class'
        : 'a fifth of the rows';
  return `# ${name}

Learns \`${target.name}\` (${task === 'classify' ? `${target.distinct} classes` : 'a number'}) from \`${file}\`: ${target.rows} rows, ${features.length} features${target.missing > 0 ? `; ${target.missing} rows without \`${target.name}\` are left out` : ''}. Tested on ${way}, which the model never saw.

\`\`\`
npm install
npx toolbox run main                      # learn, score, register, predict
npx toolbox open                          # the report
npx toolbox test                          # the tests of the pipeline
npx toolbox models show ${name}
npx toolbox predict ${name} ${file} -o results/all.csv
npx toolbox why model                     # why it ran
\`\`\`
${left === '' ? '' : `\nNot learned from, which \`pipelines/main.yaml\` says under \`roles:\`:\n\n${left}\n`}
\`contracts/data.yaml\` was inferred from the file: read it, and keep what is meant.
`;
}
