import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openCatalog } from '#dist/engine/catalog.js';

const text = readFileSync(fileURLToPath(new URL('../../docs/data.md', import.meta.url)), 'utf8');
const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);

it('shows steps with keys that the components have', () => {
  const catalog = openCatalog();
  for (const block of blocks.filter((b) => b.startsWith('use:'))) {
    const step = parse(block) as { use: string; with: object };
    const { properties } = catalog.components.get(step.use)!.config as { properties: object };
    for (const key of Object.keys(step.with)) expect(Object.keys(properties)).toContain(key);
  }
});
