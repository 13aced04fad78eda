import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openCatalog } from '#dist/engine/catalog.js';

const text = readFileSync(fileURLToPath(new URL('../../docs/models.md', import.meta.url)), 'utf8');

it('shows steps with keys that the components have, and metrics that they measure', () => {
  const catalog = openCatalog();
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
  expect(blocks.length).toBeGreaterThan(3);
  for (const block of blocks) {
    const step = parse(block) as { use: string; with: object };
    const { properties } = catalog.components.get(step.use)!.config as { properties: object };
    for (const key of Object.keys(step.with)) expect(Object.keys(properties), step.use).toContain(key);
  }
  const measured = (component: string) => Object.keys(catalog.components.get(component)!.metrics);
  expect(measured('evaluate.regression')).toEqual(expect.arrayContaining(['median_ape', 'r2_log']));
  expect(measured('train.random-forest')).toEqual(expect.arrayContaining(['oob_r2', 'oob_f1_weighted']));
  expect(measured('train.gradient-boosting')).toContain('rounds');
  expect(measured('evaluate.explain')).toContain('additivity_gap');
});
