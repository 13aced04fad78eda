import { readPipeline } from '../../spec/read.js';
import { renderYaml, resolved } from '../../spec/render.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { settings } from '../options.js';
import { printJson } from '../print.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const given = { project, catalog: await catalogOf(project), ...settings(options) };
  const pipeline = orFail(await readPipeline(findPipeline(project, String(typed)), given));
  if (options['json']) printJson(resolved(pipeline));
  else process.stdout.write(renderYaml(pipeline));
  return 0;
};
