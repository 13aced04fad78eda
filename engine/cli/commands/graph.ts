import { mermaid } from '../../spec/mermaid.js';
import { readPipeline } from '../../spec/read.js';
import type { Run } from '../command.js';
import { catalogOf, findPipeline, openProject, orFail } from '../open.js';
import { settings } from '../options.js';
import { print, printJson } from '../print.js';

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const given = { project, catalog: await catalogOf(project), partial: true, ...settings(options) };
  const pipeline = orFail(await readPipeline(findPipeline(project, String(typed)), given));
  if (options['json']) printJson({ ok: true, pipeline: pipeline.name, mermaid: mermaid(pipeline) });
  else print(mermaid(pipeline));
  return 0;
};
