import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonical, type Json, sha256 } from '../engine/canonical.js';
import { packageRoot } from '../engine/catalog.js';
import type { AnyDefinition, ComponentInfo } from '../engine/component.js';
import { infoOf } from '../engine/info.js';

const source = join(packageRoot, 'components');
const built = join(packageRoot, 'dist', 'components');

/** Every component of the package, by name: one file `components/<stage>/<name>.ts` each, `lib` apart. */
export async function readComponents(): Promise<readonly ComponentInfo[]> {
  const infos: ComponentInfo[] = [];
  for (const stage of readdirSync(source, { withFileTypes: true })) {
    if (!stage.isDirectory() || stage.name === 'lib') continue;
    for (const file of readdirSync(join(source, stage.name)).sort()) {
      if (!file.endsWith('.ts')) continue;
      const module = `${stage.name}/${file.replace(/\.ts$/, '.js')}`;
      const { default: definition } = (await import(pathToFileURL(join(built, module)).href)) as {
        default?: AnyDefinition;
      };
      if (!definition) throw new Error(`components/${stage.name}/${file} has no default export`);
      const name = `${stage.name}.${file.replace(/\.ts$/, '')}`;
      if (definition.name !== name)
        throw new Error(`components/${stage.name}/${file} calls itself ${definition.name}`);
      const path = join(source, stage.name, file);
      const info = infoOf(definition, module, implementationOf(definition, path));
      const packages = packagesOf(path);
      infos.push(packages.length > 0 ? { ...info, packages } : info);
    }
  }
  return infos.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Digest over the component's file and everything of `components/` that it imports; of what is learned also over
 * `engine/learn`, which decides results as much as the component does.
 */
function implementationOf(definition: AnyDefinition, file: string): string {
  const files = new Set<string>();
  collect(file, files);
  if (definition.kind !== 'component')
    for (const name of readdirSync(join(packageRoot, 'engine', 'learn'), {
      recursive: true,
      encoding: 'utf8',
    }))
      if (name.endsWith('.ts')) files.add(join(packageRoot, 'engine', 'learn', name));
  const parts = [...files]
    .map((path) => [
      relative(packageRoot, path).split(sep).join('/'),
      sha256(readFileSync(path, 'utf8').replaceAll('\r\n', '\n')),
    ])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
  return sha256(canonical(parts as Json));
}

/** Packages that the component's code runs, whether its own files load them or those of `engine/artifacts`. */
function packagesOf(file: string): readonly string[] {
  const files = new Set<string>();
  collect(file, files, [source, join(packageRoot, 'engine', 'artifacts')]);
  const found = [...files].flatMap((path) => {
    const code = readFileSync(path, 'utf8').replaceAll(/^import type [^;]*;|typeof import\([^)]*\)/gms, '');
    return [...code.matchAll(/(?:\bfrom|import\()\s*'((?:@[\w.-]+\/)?\w[\w.-]*)['/]/g)].map(
      ([, name]) => name!,
    );
  });
  return [...new Set(found)].sort();
}

function collect(file: string, files: Set<string>, folders = [source]): void {
  if (files.has(file)) return;
  files.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)) {
    const target = resolve(dirname(file), `${path}.ts`);
    if (folders.some((folder) => target.startsWith(folder + sep)) && existsSync(target))
      collect(target, files, folders);
  }
}
