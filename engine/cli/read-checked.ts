import type { Catalog } from '../component.js';
import { byPlace, type Result } from '../problem.js';
import type { Project } from '../project.js';
import { checkColumns } from '../spec/columns.js';
import type { Pipeline } from '../spec/pipeline.js';
import { type ReadOptions, readPipeline } from '../spec/read.js';

/** A pipeline read with what the person sets, its columns followed from readers to models. */
export async function readChecked(
  file: string,
  { project, catalog }: { readonly project: Project; readonly catalog: Catalog },
  given: Pick<ReadOptions, 'set' | 'environment' | 'cwd' | 'partial'>,
): Promise<Result<Pipeline>> {
  const read = await readPipeline(file, { project, catalog, ...given });
  if (!read.ok) return read;
  const { problems } = await checkColumns(read.value, { project, catalog });
  const all = [...read.warnings, ...problems].sort(byPlace);
  if (all.some((problem) => problem.severity === 'error')) return { ok: false, problems: all };
  return { ok: true, value: read.value, warnings: all };
}
