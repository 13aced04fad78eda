import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../component.js';
import { publishedProgram } from '../own/program-fields.js';
import { folders } from '../project.js';
import { published, publishedProject, publishedSuite } from '../spec/schema.js';
import { replaceFile } from '../store/files.js';

/** What editors complete and check by, by name of the file under `.toolbox/schema/`. */
export const schemas = (catalog: Catalog) => ({
  pipeline: published(catalog),
  project: publishedProject(),
  tests: publishedSuite(),
  component: publishedProgram(),
});

/** Writes them into a project; hands back their paths, relative to it. */
export function writeSchemas(root: string, catalog: Catalog): string[] {
  const folder = join(folders(root).own, 'schema');
  mkdirSync(folder, { recursive: true });
  return Object.entries(schemas(catalog)).map(([name, schema]) => {
    replaceFile(join(folder, `${name}.json`), `${JSON.stringify(schema, null, 1)}\n`);
    return `.toolbox/schema/${name}.json`;
  });
}
