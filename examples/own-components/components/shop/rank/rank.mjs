import { readFileSync, writeFileSync } from 'node:fs';

// What is asked comes on stdin as one JSON object; tables lie in files.
const { config, inputs, outputs } = JSON.parse(readFileSync(0, 'utf8'));
const rows = readFileSync(inputs.rows.path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

// A line on stdout that is a JSON object with a known type is a message; anything else is shown to the person.
const say = (message) => console.log(JSON.stringify(message));
if (rows.some((row) => typeof row[config.by] !== 'number')) {
  say({
    type: 'fail',
    code: 'data/values',
    message: `"${config.by}" has rows without a number`,
    path: ['with', 'by'],
  });
  process.exit(1);
}

rows.sort((a, b) => b[config.by] - a[config.by]);
say({ type: 'metric', name: 'best', value: rows[0]?.[config.by] ?? null });
say({ type: 'progress', done: rows.length, total: rows.length, note: 'ranked' });

const ranked = rows.map((row, i) => JSON.stringify({ ...row, rank: i + 1 }));
writeFileSync(outputs.out.path, `${ranked.join('\n')}\n`);
