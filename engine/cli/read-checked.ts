import type { Catalog } from '../component.js';
import { byPlace, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { checkColumns } from '../spec/columns.js';
import type { Pipeline } from '../spec/pipeline.js';
import { readPipeline } from '../spec/read.js';
import type { Options } from './command.js';
import { settings } from './options.js';

/** A pipeline read with what the command line sets, its columns followed from readers to models. */
export async function readChecked(
  file: string,
  { project, catalog }: { readonly project: Project; readonly catalog: Catalog },
  options: Options,
  partial = false,
): Promise<Result<Pipeline>> {
  const read = await readPipeline(file, { project, catalog, partial, ...settings(options) });
  if (!read.ok) return read;
  const { problems } = await checkColumns(read.value, { project, catalog });
  const all = [...read.warnings, ...problems].sort(byPlace);
  if (all.some((problem) => problem.severity === 'error')) return { ok: false, problems: all };
  return { ok: true, value: read.value, warnings: all };
}
