import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createPool, type Pool } from '../../components/lib/compute/pool.js';
import { blasInstalled } from '../../components/lib/linalg/blas.js';
import { segyReader } from '../artifacts/segy-reader.js';
import { createTables, type TableStore } from '../artifacts/tables.js';
import type { Catalog } from '../component.js';
import { folders, type Project } from '../project.js';
import { Durability } from '../store/durability.js';
import { FileDigests } from '../store/external.js';
import { openObjects, type StoredObjects } from '../store/objects.js';
import { openResults, type Results } from '../store/results.js';

/** A project opened for work: its store, its components, its worker threads. */
export interface Workspace {
  readonly project: Project;
  readonly catalog: Catalog;
  readonly durability: Durability;
  readonly digests: FileDigests;
  readonly objects: StoredObjects;
  readonly results: Results;
  readonly tables: TableStore;
  readonly pool: Pool;
  /** Syncs what is not yet on the disk, remembers file digests, ends the threads. */
  close(): Promise<void>;
}

export const defaultWorkers = (): number => Math.max(1, availableParallelism());

export function openWorkspace(
  project: Project,
  catalog: Catalog,
  options: { workers?: number; onDamaged?: (digest: string) => void } = {},
): Workspace {
  const place = folders(project.root);
  const durability = new Durability();
  const digests = new FileDigests(join(place.state, 'files.json'));
  const objects = openObjects(place.objects, {
    durability,
    digests,
    ...(options.onDamaged && { onDamaged: options.onDamaged }),
  });
  const pool = createPool({ workers: options.workers ?? defaultWorkers(), blas: blasInstalled() });
  return {
    project,
    catalog,
    durability,
    digests,
    objects,
    results: openResults(place.results, durability),
    tables: createTables(objects, { segy: segyReader((path) => digests.digest(path)) }),
    pool,
    async close() {
      digests.save();
      await durability.flush();
      await pool.close();
    },
  };
}
