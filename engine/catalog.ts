import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyDefinition, Catalog, ComponentInfo } from './component.js';

/** The package's own folder, from `dist/engine`. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

export const engineVersion: string = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version;

/** A catalog over a manifest; modules are imported when first used. `modules`: the folder that `module` paths start at. */
export function openCatalog(
  manifest = join(packageRoot, 'dist', 'components', 'manifest.json'),
  modules = join(packageRoot, 'dist', 'components'),
): Catalog {
  const { components } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    components: readonly ComponentInfo[];
  };
  const loaded = new Map<string, Promise<AnyDefinition>>();
  const byName = new Map(components.map((info) => [info.name, info]));
  return {
    components: byName,
    load(name) {
      let definition = loaded.get(name);
      if (!definition) {
        const info = byName.get(name);
        if (!info) throw new Error(`no component ${name}`);
        definition = import(pathToFileURL(join(modules, info.module)).href).then(
          (module: { default: AnyDefinition }) => module.default,
        );
        loaded.set(name, definition);
      }
      return definition;
    },
  };
}
