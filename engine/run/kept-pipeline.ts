import { join, relative, resolve, sep } from 'node:path';
import type { Redact } from '../audit/redact.js';
import type { Pipeline } from '../spec/pipeline.js';
import { renderYaml } from '../spec/render.js';
import { replaceFile } from '../store/files.js';
import { runFolder } from '../store/runs.js';

/** The pipeline with everything filled in, in a run's folder. */
export const PIPELINE = 'pipeline.yaml';
/** Folder of the files as they were written, each under its path in the project. */
export const SOURCES = 'sources';

/** Keeps in the run's folder what was run: the files may be edited an hour later. */
export function keepPipeline(root: string, run: string, pipeline: Pipeline, redact: Redact): void {
  const folder = runFolder(root, run);
  replaceFile(join(folder, PIPELINE), redact(renderYaml(pipeline)));
  for (const { file, text } of filesOf(pipeline))
    replaceFile(join(folder, SOURCES, nameIn(root, file)), redact(text));
}

/** Path of a pipeline's file below the project, without a way out of it. */
const nameIn = (root: string, file: string): string =>
  relative(root, resolve(root, file))
    .split(sep)
    .filter((part) => part !== '..' && part !== '.')
    .join('/');

/** The pipeline's file and those of the pipelines that it calls. */
function* filesOf(pipeline: Pipeline): Iterable<Pick<Pipeline, 'file' | 'text'>> {
  yield pipeline;
  for (const { target } of pipeline.steps) if (target.kind === 'pipeline') yield* filesOf(target.pipeline);
}
