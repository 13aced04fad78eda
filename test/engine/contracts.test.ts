import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import csv from '#dist/components/ingest/csv.js';
import { diffContracts } from '#dist/components/lib/contract/diff.js';
import { inferContract } from '#dist/components/lib/contract/infer.js';
import { readContract } from '#dist/components/lib/contract/read.js';
import contract from '#dist/components/prep/contract.js';
import { columnFacts } from '#dist/engine/artifacts/facts.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { contractText } from '#dist/engine/cli/commands/contract.js';
import { harness } from '../support/harness.js';
import { hasSharedData, sharedData } from '../support/shared.js';

async function inferred(text: string) {
  const reader = harness(csv);
  const { outputs } = await reader.run({ config: { path: 'a.csv' }, files: { 'a.csv': text } });
  const table = outputs['out'] as Table;
  const facts = [];
  for (const field of table.schema.fields) facts.push(columnFacts(field, await table.column(field.name)));
  return { table, text: await contractText(inferContract('a', facts)) };
}

/** Verdict and number of broken rules, of the data against the contract that was inferred from them. */
async function keeps(text: string) {
  const found = await inferred(text);
  const { run, tables } = harness(contract);
  const copy = await tables.create(await found.table.frame());
  const result = await run({
    config: { contract: 'c.yaml' },
    inputs: { in: copy },
    files: { 'c.yaml': found.text },
  });
  return [result.metrics['verdict'], result.metrics['breaches']];
}

const rows = Array.from({ length: 60 }, (_, i) => [
  `C${String(i).padStart(3, '0')}`,
  i % 7 ? i / 4 : '',
  'ab'[i % 2],
]);
const table = `id,x,kind\n${rows.map((row) => row.join(',')).join('\n')}\n`;

describe('a contract that is inferred', () => {
  it('says keys, missing values, ranges and categories, a line a column', async () => {
    const { text } = await inferred(table);
    expect(text).toContain(
      'id: { type: string, nulls: none, unique: true, pattern: { is: "^C[0-9]{3}$", severity: medium } }',
    );
    expect(text).toContain(
      'x: { type: number, nulls: 25%, finite: true, min: { is: 0, severity: medium }, max: { is: 16.2, severity: medium } }',
    );
    expect(text).toContain('kind: { type: string, nulls: none, values: { is: [ a, b ], severity: medium } }');
  });

  it('is kept by the data that it comes from', async () => {
    expect(await keeps(table)).toEqual(['pass', 0]);
    expect(await keeps('a,b\n1,\n')).toEqual(['pass', 0]);
  });

  const folder = join(sharedData, 'tabular');
  const files = hasSharedData
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith('.csv') && statSync(join(folder, name)).size < 200_000,
      )
    : [];
  it.skipIf(!hasSharedData).each(files)('is kept by %s', async (file) => {
    expect(await keeps(readFileSync(join(folder, file), 'utf8'))).toEqual(['pass', 0]);
  });
});

describe('two contracts', () => {
  const changes = async (before: string, after: string) => {
    const read = async (column: string) =>
      (await readContract(`version: 1\ncolumns:\n  a: { ${column} }\n`)).contract;
    return diffContracts(await read(before), await read(after)).map(
      ({ rule, effect }) => `${rule} ${effect}`,
    );
  };
  it.each([
    ['nulls: none', 'nulls: 5%', ['nulls looser']],
    ['nulls: 5%', 'nulls: none', ['nulls tighter']],
    ['min: 0', 'min: 1', ['min tighter']],
    ['max: 10', 'max: 5', ['max tighter']],
    ['max: 10', 'max: 11', ['max looser']],
    ['values: [a, b]', 'values: [a]', ['values tighter']],
    ['values: [a, b]', 'values: [a, b, c]', ['values looser']],
    ['values: [a, b]', 'values: [a, c]', ['values other']],
    ['type: integer', 'type: number', ['type looser']],
    ['type: integer', 'type: string', ['type other']],
    ['unit: m', 'unit: ft', ['unit other']],
    ['finite: true', '', ['finite looser']],
    ['', 'unique: true', ['unique tighter']],
    ['mean: { min: 0, max: 5 }', 'mean: { min: 1, max: 5 }', ['mean tighter']],
    ['mean: { max: 5 }', 'mean: { min: 0, max: 6 }', ['mean other']],
    ['min: 0', 'min: { is: 0, severity: low }', []],
  ])('%s, then %s', async (before, after, expected) => {
    expect(await changes(before, after)).toEqual(expected);
  });
});
