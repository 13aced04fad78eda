import type { Run } from '../command.js';
import { catalogHere, catalogOf, openProject } from '../open.js';
import { print, printJson } from '../print.js';
import { schemas, writeSchemas } from '../schemas.js';

export const run: Run = async ([kind], options) => {
  if (kind !== undefined || options['json']) {
    const all = schemas(await catalogHere());
    printJson(all[kind as keyof typeof all] ?? all.pipeline);
    return 0;
  }
  const project = openProject();
  for (const path of writeSchemas(project.root, await catalogOf(project))) print(`written ${path}`);
  return 0;
};
