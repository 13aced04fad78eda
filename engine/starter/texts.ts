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
  stops where ${JSON.stringify(target.name).slice(1, -1)} is not in the table:
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
npx toolbox test                          # the tests of the pipeline
npx toolbox models show ${name}
npx toolbox predict ${name} ${file} -o results/all.csv
npx toolbox why model                     # why it ran
\`\`\`
${left === '' ? '' : `\nNot learned from, which \`pipelines/main.yaml\` says under \`roles:\`:\n\n${left}\n`}
\`contracts/data.yaml\` was inferred from the file: read it, and keep what is meant.
`;
}

/** What an assistant that works in the project has to know. */
export const starterAgents = (name: string): string => `# ${name}

A toolbox project: pipelines in YAML, run by the \`toolbox\` command of the package \`ds-toolbox\`.

- \`npx toolbox validate\` checks every pipeline, down to the columns, without running it. Do it after each edit.
- \`npx toolbox components list\` and \`npx toolbox components show NAME\` say what steps can use, with all settings.
- \`npx toolbox plan main\` says what would run and why; \`npx toolbox run main\` runs it; \`npx toolbox show STEP\` shows a result; \`npx toolbox why STEP\` says why it ran, was reused, or failed.
- \`npx toolbox test\` must pass; \`--record\` only where a change of the outputs is meant.
- Every command takes \`--json\`. Exit status: 0 done, 1 failed, 2 the command or a file is wrong, 3 a gate said no.
- \`data/\` is input and is not changed. \`results/\`, \`runs/\` and \`.toolbox/\` are written by the engine; leave them alone.
- The test rows must not reach training: learned steps go under \`prep:\` of the model or after \`prep.split\`, on \`split.train\`.
`;
