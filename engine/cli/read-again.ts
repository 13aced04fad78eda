import { resolve } from 'node:path';
import { canonical, type Json } from '../canonical.js';
import type { Catalog } from '../component.js';
import type { Result } from '../problem.js';
import type { Project } from '../project.js';
import type { Pipeline } from '../spec/pipeline.js';
import { readPipeline } from '../spec/read.js';
import type { RunRecord } from '../store/runs.js';

/** The `--set` and `-e` that give a run's params again: those that differ from what the file and environment say. */
export async function settingsOfRun(
  record: RunRecord,
  { project, catalog }: { readonly project: Project; readonly catalog: Catalog },
): Promise<{ environment?: string; set: { [param: string]: string } }> {
  const environment = record.environment === undefined ? {} : { environment: record.environment };
  const options = { project, catalog, partial: true, ...environment };
  const plain = await readPipeline(resolve(project.root, record.file), options);
  const set: { [param: string]: string } = {};
  for (const [name, value] of Object.entries(record.params)) {
    const now = plain.ok ? plain.value.params[name] : undefined;
    if (!now || canonical(now.value) !== canonical(value)) set[name] = textOf(value);
  }
  return { ...environment, set };
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The pipeline of a run as its file is now, with the run's params. */
export async function readAsRun(
  record: RunRecord,
  around: { readonly project: Project; readonly catalog: Catalog },
): Promise<Result<Pipeline>> {
  const given = await settingsOfRun(record, around);
  return readPipeline(resolve(around.project.root, record.file), { ...around, ...given });
}
