import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Table } from '../artifacts/table.js';
import type { Json } from '../canonical.js';
import type { Catalog, Component } from '../component.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { stepCapabilities } from './capabilities.js';
import { learnEnvironment, makeContext, type StepDoor } from './context.js';
import { openWorkspace, type Workspace } from './workspace.js';

/** The component that reads files of an ending. */
export const readers: { readonly [ending: string]: string } = {
  '.csv': 'ingest.csv',
  '.tsv': 'ingest.csv',
  '.txt': 'ingest.csv',
  '.sgy': 'ingest.segy',
  '.segy': 'ingest.segy',
  '.su': 'ingest.segy',
  '.parquet': 'ingest.parquet',
  '.xlsx': 'ingest.xlsx',
  '.xlsm': 'ingest.xlsx',
  '.xls': 'ingest.xlsx',
  '.ods': 'ingest.xlsx',
  '.json': 'ingest.json',
  '.jsonl': 'ingest.json',
};

/** A workspace in a folder of its own, which stays: what was stored there is found again. */
export const workspaceIn = (root: string, catalog: Catalog, workers?: number): Workspace =>
  openWorkspace({ root, name: 'scratch', roots: ['.'], environments: {}, components: [] }, catalog, {
    ...(workers !== undefined && { workers }),
  });

/** A workspace in a temporary folder: for commands that work on a file and leave nothing in any project. */
export function scratchWorkspace(catalog: Catalog): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'toolbox-'));
  const workspace = workspaceIn(root, catalog);
  return {
    ...workspace,
    async close() {
      await workspace.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export interface Told {
  progress?(done: number, total: number, note?: string): void;
  warn?(warning: Problem): void;
}

/** A step's door without a step: for reading a file and for predicting outside of a run. */
export function doorTo(workspace: Workspace, path: string, signal: AbortSignal, told: Told = {}): StepDoor {
  return {
    workspace,
    signal,
    place: () => ({ file: path, line: 1, col: 1, length: 0 }),
    progress: (done, total, note) => told.progress?.(done, total, note),
    metric: () => {},
    print: () => {},
    warn: (warning) => told.warn?.(warning),
  };
}

/**
 * Reads a data file as the ingest component of its ending does, with `config` beside its path. Throws the problems
 * of the file, without a place: no YAML names it.
 */
export async function readDataFile(
  door: StepDoor,
  path: string,
  config: { readonly [key: string]: Json } = {},
): Promise<Table> {
  const { workspace } = door;
  const name = readers[extname(path).toLowerCase()];
  const info = name === undefined ? undefined : workspace.catalog.components.get(name);
  if (!info)
    throw new ProblemError(
      problem('data/format', `${path} has an ending that is not read here`, {
        hint: `endings: ${Object.keys(readers)
          .filter((ending) => workspace.catalog.components.has(readers[ending]!))
          .join(', ')}`,
      }),
    );
  const definition = (await workspace.catalog.load(info.name)) as Component;
  const digests = new Map([[path, await workspace.digests.digest(path)]]);
  const unused = () => Promise.reject(new Error('reading a file touches no registry'));
  const { capabilities, dispose } = stepCapabilities(
    door,
    learnEnvironment(door),
    { inputs: digests },
    { register: unused, open: unused },
  );
  const settings = { ...defaultsOf(info.config), ...config, path };
  try {
    const context = { ...makeContext(door, settings, 0), ...capabilities, in: {} };
    const outputs = await definition.run(context as Parameters<Component['run']>[0]);
    return Object.values(outputs).find((artifact) => artifact?.kind === 'table') as Table;
  } catch (error) {
    throw error instanceof ProblemError ? new ProblemError(...error.problems.map(placeless)) : error;
  } finally {
    dispose();
  }
}

const placeless = ({ at: _, ...rest }: Problem): Problem => rest;

/** Settings that nobody gave: what the component's schema says. */
export function defaultsOf(config: Json): { [key: string]: Json } {
  const { properties = {} } = config as { properties?: { [key: string]: { default?: Json } } };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, field]) =>
      field.default === undefined ? [] : [[key, field.default]],
    ),
  );
}
