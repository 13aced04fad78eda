import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * Who may import whom, lowest first (docs/architecture.md). A file may import its own layer and those below it.
 * Type-only imports count too: a layer that must be named is a layer that is known.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const layers: readonly (readonly string[])[] = [
  ['components/lib'],
  ['engine/problem', 'engine/codes', 'engine/remedies', 'engine/canonical'],
  [
    'engine/event',
    'engine/type',
    'engine/schema',
    'engine/artifacts',
    'engine/component',
    'engine/learn/bundle-format',
  ],
  ['engine/learn'],
  ['engine/spec', 'engine/project'],
  ['engine/plan', 'engine/store'],
  ['engine/audit', 'engine/export'],
  ['engine/registry', 'engine/access'],
  ['engine/run'],
  ['engine/report', 'engine/testing', 'engine/starter', 'engine/share'],
  ['engine/info', 'engine/catalog', 'engine/sdk'],
  ['engine/own'],
  ['engine/serve'],
  ['engine/cli'],
  ['scripts', 'bench'],
];
/** What a component may know of the engine. */
const forComponents = [
  'engine/component',
  'engine/schema',
  'engine/artifacts',
  'engine/canonical',
  'engine/problem',
  'components/lib',
];

const sources = ['engine', 'components', 'scripts', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.split(sep).join('/')}`),
);
const importsOf = new Map(
  sources.map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [...text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.js['"]/g)].map(([, path]) =>
      relative(root, `${resolve(dirname(join(root, file)), path!)}.ts`)
        .split(sep)
        .join('/'),
    );
    return [file, targets] as const;
  }),
);
/** What is loaded when a file is: types are gone by then, so they make no circle. */
const loadsOf = new Map(
  sources.map((file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/^(?:import|export) type [^;]*;/gms, '');
    const targets = [...text.matchAll(/^(?:import|export)\b[^;]*?from\s*['"](\.[^'"]+)\.js['"]/gms)].map(
      ([, path]) =>
        relative(root, `${resolve(dirname(join(root, file)), path!)}.ts`)
          .split(sep)
          .join('/'),
    );
    return [file, targets] as const;
  }),
);
const isIn = (file: string, prefix: string) =>
  file === `${prefix}.ts` || file.startsWith(`${prefix}/`) || file.startsWith(`${prefix}.`);
const layerOf = (file: string) => {
  const exact = layers.findIndex((layer) => layer.some((prefix) => file === `${prefix}.ts`));
  return exact >= 0 ? exact : layers.findIndex((layer) => layer.some((prefix) => isIn(file, prefix)));
};
const isComponent = (file: string) => file.startsWith('components/') && !file.startsWith('components/lib/');

test('every source file lies in a layer', () => {
  expect(sources.filter((file) => !isComponent(file) && layerOf(file) < 0)).toEqual([]);
});

test('nobody imports from a layer above', () => {
  const wrong: string[] = [];
  for (const [file, targets] of importsOf)
    for (const target of targets) {
      const allowed = isComponent(file)
        ? forComponents.some((prefix) => isIn(target, prefix))
        : isComponent(target)
          ? layerOf(file) >= layers.length - 2
          : layerOf(target) <= layerOf(file);
      if (!allowed) wrong.push(`${file} imports ${target}`);
    }
  expect(wrong).toEqual([]);
});

test('no circle of imports', () => {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const target of loadsOf.get(file) ?? []) visit(target, [...way, file]);
    state.set(file, 'done');
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('checking a pipeline loads little of a component: kernels are imported where they are called', () => {
  const reach = (file: string, found = new Set<string>()) => {
    if (!found.has(file)) {
      found.add(file);
      for (const target of loadsOf.get(file) ?? []) reach(target, found);
    }
    return found;
  };
  const heavy = sources
    .filter((file) => isComponent(file) && /^ {2}columns\b/m.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => [file, reach(file).size] as const)
    .filter(([, files]) => files > 32);
  expect(heavy).toEqual([]);
});
