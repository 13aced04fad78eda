import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readContract } from '#dist/components/lib/contract/read.js';
import { openCatalog } from '#dist/engine/catalog.js';

const text = readFileSync(fileURLToPath(new URL('../../docs/contracts.md', import.meta.url)), 'utf8');
const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
const contracts = blocks.filter((block) => block.startsWith('version: 1\n'));

it('shows contracts that are ones, with every rule of the table in them', async () => {
  const rules = new Set<string>();
  for (const block of contracts) {
    const { contract, faults } = await readContract(block);
    expect(faults).toEqual([]);
    for (const { rule } of contract.checks) rules.add(rule.kind);
  }
  const table = /\| rule \| says \|\n([\s\S]*?)\n\n/.exec(text)![1]!;
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  );
  const kinds: { readonly [name: string]: string } = {
    required: 'present',
    quantiles: 'quantile',
    shares: 'share',
    other_columns: 'only',
  };
  expect(named.length).toBeGreaterThan(15);
  for (const name of named.filter((n) => n !== 'other_columns')) expect(rules).toContain(kinds[name] ?? name);
});

it('shows steps with keys that the components have', () => {
  const { components } = openCatalog();
  const steps = blocks
    .filter((block) => /^ {2}\w+:\n {4}use:/.test(block))
    .flatMap((block) => Object.values(parse(block) as { [id: string]: { use: string; with?: object } }));
  expect(steps.length).toBeGreaterThan(2);
  for (const { use, with: settings = {} } of steps) {
    const { properties } = components.get(use)!.config as { properties: object };
    for (const key of Object.keys(settings)) expect(Object.keys(properties)).toContain(key);
  }
});
