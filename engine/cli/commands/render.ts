import { readPipeline } from '../../spec/read.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { settings } from '../options.js';
import { printJson } from '../print.js';
import { rendered } from '../render.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const given = { project, catalog: catalogOf(project), ...settings(options) };
  const plain = rendered(orFail(await readPipeline(findPipeline(project, String(typed)), given)));
  if (options['json']) printJson(plain);
  else {
    const { stringify } = await import('yaml');
    process.stdout.write(stringify(plain, { lineWidth: 100, aliasDuplicateObjects: false }));
  }
  return 0;
};
