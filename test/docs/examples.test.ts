import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openCatalog } from '#dist/engine/catalog.js';
import { readPipeline } from '#dist/engine/spec/read.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const catalog = openCatalog();
const project = { root, name: 'docs', roots: ['.'], environments: {}, components: [] };

/** Every name that an example takes its inputs from becomes an input of the pipeline around it. */
function inputsOf(step: { in?: unknown }, kinds: { [port: string]: { kind: string } }) {
  const inputs: { [name: string]: { kind: string } } = {};
  const add = (value: unknown, kind: string) => {
    for (const wire of Array.isArray(value) ? value : [value])
      inputs[String(wire).replace(/[.[].*$/, '')] = { kind };
  };
  const ports = Object.keys(kinds);
  if (step.in && typeof step.in === 'object' && !Array.isArray(step.in))
    for (const [port, value] of Object.entries(step.in)) add(value, kinds[port]?.kind ?? 'table');
  else if (step.in !== undefined) add(step.in, kinds[ports[0]!]!.kind);
  return inputs;
}

describe('the example of each component is a step that validates', () => {
  test.each([...catalog.components.values()].map((info) => [info.name, info] as const))(
    '%s',
    async (_, info) => {
      const step = parse(info.example.replaceAll(/(\w+)\.(train|test)\b/g, '$1_$2'));
      const text = JSON.stringify({
        version: 1,
        inputs: inputsOf(step, info.inputs),
        steps: { example: step },
      });
      const read = await readPipeline(join(root, 'example.yaml'), { project, catalog, text, partial: true });
      expect(read.ok ? [] : read.problems.map((p) => p.message)).toEqual([]);
    },
  );
});

describe("the repository's own pipelines validate", () => {
  const files = readdirSync(join(root, 'pipelines')).filter((name) => name.endsWith('.yaml'));
  test.each(files)('%s', async (file) => {
    const read = await readPipeline(join(root, 'pipelines', file), { project, catalog });
    expect(read.ok ? [] : read.problems.map((p) => p.message)).toEqual([]);
  });
});

describe('links in the docs lead somewhere', () => {
  const pages = [
    'README.md',
    'CHANGELOG.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.startsWith('node_modules'))
      .map((name) => `docs/${name}`),
  ];
  test.each(pages)('%s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const here = dirname(join(root, page));
    const dead = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, path]) => path!)
      .filter((path) => !existsSync(join(here, path)));
    expect(dead).toEqual([]);
  });
});

/** Fenced YAML in the README and guides that shows steps: read as a pipeline, around it only what it leaves out. */
describe('pipelines shown in the README read without a problem', () => {
  const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    (m) => m[1]!,
  );
  test.each(blocks.map((block, i) => [i, block] as const))('block %i', async (_, block) => {
    const text = block.includes('version:') ? block : `version: 1\n${block}`;
    const read = await readPipeline(join(root, 'readme.yaml'), { project, catalog, text });
    expect(read.ok ? [] : read.problems.map((p) => p.message)).toEqual([]);
  });
});

test('each dependency has a line that says why it is here, and none that is gone has', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const table = readFileSync(join(root, 'docs/dependencies.md'), 'utf8').match(/^\|[^|]+\|/gm) ?? [];
  const named = table.slice(2).flatMap((cell) =>
    cell
      .replaceAll('|', '')
      .split(',')
      .map((name) => name.trim()),
  );
  expect(named.sort()).toEqual(Object.keys(dependencies).sort());
});
